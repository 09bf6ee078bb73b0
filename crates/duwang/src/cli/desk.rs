//! Commands of the review desk.
#![allow(
    missing_docs,
    reason = "the doc comments of flags are their Chinese help text; names say the rest"
)]

use super::words::{day, word};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use duwang_model::{Category, Kind, Level, State};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(args_conflicts_with_subcommands = true)]
pub struct FindingsArgs {
    #[command(subcommand)]
    pub action: Option<FindingsAction>,
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 只看单位已声明整改、还没有重新读取核实的
    #[arg(long)]
    #[serde(default)]
    pub claimed: bool,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = FindingsFormat::Table)]
    pub format: FindingsFormat,
    /// 显示个人信息原文（会记入日志）
    #[arg(long)]
    pub unmask: bool,
}

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum FindingsAction {
    /// 看一条问题；--evidence 把证据写进目录
    Show {
        /// 问题编号（可只写前几位）
        finding: String,
        /// 证据目录：页面原件、响应头、正文、标出问题处的页面
        #[arg(long, value_name = "DIR")]
        evidence: Option<PathBuf>,
        /// 显示个人信息原文（会记入日志）
        #[arg(long)]
        unmask: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum FindingsFormat {
    Table,
    Jsonl,
    Csv,
}

#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct FilterArgs {
    /// 单位的 id（duwang units list 可看）
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub unit: Vec<String>,
    /// 渠道的 id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub channel: Vec<String>,
    /// 规则或规则包，例如 typo/known-errors、typo
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub rule: Vec<String>,
    /// 类别，例如 错别字、个人信息、链接
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',', value_parser = word::<Category>)]
    pub category: Vec<Category>,
    /// 状态：待复核、已确认、误报、已豁免、已交办、申诉中、已整改、再次出现
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = word::<State>)]
    pub state: Vec<State>,
    /// 级别：严重、一般、提示
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', value_parser = word::<Level>)]
    pub level: Vec<Level>,
    /// 页面类型，例如 指南、政策解读、意见征集
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = word::<Kind>)]
    pub kind: Vec<Kind>,
    /// 批次
    #[arg(long, value_name = "ID")]
    pub scan: Option<String>,
    /// 自某日（含）以来见到的
    #[arg(long, value_name = "D")]
    pub since: Option<String>,
    /// 到某日（含）为止见到的
    #[arg(long, value_name = "D")]
    pub until: Option<String>,
    /// 包含这些文字
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(group(clap::ArgGroup::new("verdict").required(true)))]
pub struct ReviewArgs {
    /// 问题编号（可只写前几位）
    #[arg(required = true, value_name = "FINDING")]
    pub findings: Vec<String>,
    /// 确认属实
    #[arg(long, group = "verdict")]
    pub confirm: bool,
    /// 误报，并说明理由
    #[arg(long, value_name = "REASON", group = "verdict")]
    pub dismiss: Option<String>,
    /// 豁免，并说明理由；须同时给 --until
    #[arg(long, value_name = "REASON", group = "verdict", requires = "until")]
    pub waive: Option<String>,
    /// 豁免到哪天（含）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<NaiveDate>,
    /// 交办给单位
    #[arg(long, group = "verdict")]
    pub assign: bool,
    /// 备注
    #[arg(long, value_name = "TEXT", group = "verdict")]
    pub note: Option<String>,
    /// 撤销上一个决定
    #[arg(long, group = "verdict")]
    pub undo: bool,
    /// 复核人（缺省：环境变量 DUWANG_BY）
    #[arg(long, value_name = "NAME", env = "DUWANG_BY")]
    pub by: Option<String>,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct ReportArgs {
    /// 批次（缺省：最近一次）
    #[arg(long, value_name = "ID", conflicts_with_all = ["since", "until"])]
    pub scan: Option<String>,
    /// 自某日（含）
    #[arg(long, value_name = "D")]
    pub since: Option<String>,
    /// 到某日（含）
    #[arg(long, value_name = "D")]
    pub until: Option<String>,
    /// 只含这些单位
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub unit: Vec<String>,
    /// 也列入尚未确认的问题
    #[arg(long)]
    pub include_open: bool,
    /// 格式
    #[arg(long, value_enum)]
    pub format: ReportFormat,
    /// 发文机关，印在通报的红头（docx）
    #[arg(long, value_name = "NAME")]
    pub office: Option<String>,
    /// 发文字号（docx）
    #[arg(long, value_name = "TEXT")]
    pub number: Option<String>,
    /// 写入文件（缺省：标准输出）
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// 显示个人信息原文（会记入日志）
    #[arg(long)]
    pub unmask: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum ReportFormat {
    Docx,
    Xlsx,
    Html,
    Csv,
    Json,
}

impl ReportFormat {
    /// As it is written after `--format`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct ServeArgs {
    /// 监听地址
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8710",
        env = "DUWANG_LISTEN"
    )]
    pub listen: std::net::SocketAddr,
}

/// `duwang people …`
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeopleAction {
    /// 新建账号；不给口令时显示一次性口令
    Add {
        /// 用户名，决定用它署名
        #[arg(value_name = "NAME")]
        name: String,
        /// 角色
        #[arg(long, value_name = "ROLE")]
        role: crate::people::Role,
        /// 单位编号，只用于单位编辑
        #[arg(long, value_name = "ID")]
        unit: Option<String>,
        /// 口令（供脚本使用，从环境变量读取）
        #[arg(
            long,
            value_name = "PASSWORD",
            env = "DUWANG_PASSWORD",
            hide_env_values = true
        )]
        password: Option<String>,
    },
    /// 列出账号
    List,
    /// 重置口令，显示一次性口令；停用的账号随之启用
    Reset {
        /// 用户名
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// 停用账号
    Disable {
        /// 用户名
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// `duwang audit …`
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditAction {
    /// 核对日志前后相扣、没有改动
    Verify {
        /// 以前抄录的末条摘要：核对它还在日志里
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// 导出日志，每行一条 JSON
    Export,
    /// What `check --unmask` asks of whoever holds the log; not for people.
    #[command(skip)]
    Unmasked {
        /// What is checked.
        about: String,
    },
}

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum TokensAction {
    /// 给一个单位的系统发口令；口令只显示这一次
    Add {
        /// 名称，便于辨认，例如 青石-cms
        #[arg(value_name = "NAME")]
        name: String,
        /// 单位编号
        #[arg(long, value_name = "ID")]
        unit: String,
        /// 每分钟最多调用几次
        #[arg(long, value_name = "N", default_value_t = crate::api::tokens::PER_MINUTE)]
        per_minute: u32,
    },
    /// 列出口令（不含口令本身）
    List,
    /// 作废一个口令
    Revoke {
        /// 名称
        #[arg(value_name = "NAME")]
        name: String,
    },
}
