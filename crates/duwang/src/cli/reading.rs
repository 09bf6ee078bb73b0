//! Commands that read what units publish.
#![allow(
    missing_docs,
    reason = "the doc comments of flags are their Chinese help text; names say the rest"
)]

use super::words::{day, duration, word};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use duwang_model::{Category, Kind, Level};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct DemoArgs {
    /// 打印后退出，不打开控制台
    #[arg(long)]
    pub once: bool,
    /// 控制台端口（缺省：任选空闲端口）
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
}

#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct ScanArgs {
    /// 单位文件（缺省：配置中的 units，或 units.toml）
    #[arg(long, value_name = "FILE")]
    pub units: Option<PathBuf>,
    /// 只扫描这些单位
    #[arg(long, value_name = "ID")]
    pub unit: Vec<String>,
    /// 只扫描这些渠道
    #[arg(long, value_name = "ID")]
    pub channel: Vec<String>,
    /// 全部重读
    #[arg(long, conflicts_with = "sample")]
    pub full: bool,
    /// 每个单位抽查 N 页
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// 抽查的随机种子
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// 交给各台机器上的 duwang worker 去读，等它们读完（需要 PostgreSQL）
    #[arg(long)]
    #[serde(default)]
    pub by_workers: bool,
    /// Only to look into what units say they have mended; never asked for by a person.
    #[arg(skip)]
    #[serde(default)]
    pub proof: bool,
    /// 有不低于此级别的问题时退出码为 1（缺省：从不）
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = ScanFormat::Human)]
    pub format: ScanFormat,
}

/// How a worker works.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct WorkerArgs {
    /// 同时读几个渠道（同一主机的渠道总是一个接一个）
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=64))]
    pub slots: usize,
    /// 一个渠道一次读多久，之后让别的渠道也轮到
    #[arg(long, value_name = "D", default_value = "60s", value_parser = duration)]
    pub slice: Duration,
    /// 多久没有动静就算这个工作进程已死，工作交给别人
    #[arg(long, value_name = "D", default_value = "2m", value_parser = duration)]
    pub lease: Duration,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum ScanFormat {
    #[default]
    Human,
    Json,
}

/// The level from which findings make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum FailOn {
    Serious,
    General,
    Hint,
    Never,
}

impl FailOn {
    /// Whether a finding of this level fails the run.
    pub fn fails(self, level: Level) -> bool {
        match self {
            Self::Serious => level >= Level::Serious,
            Self::General => level >= Level::General,
            Self::Hint => true,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct CheckArgs {
    /// 文件、文件夹、网址，- 为标准输入
    #[arg(value_name = "PATH|URL|-")]
    pub inputs: Vec<String>,
    /// 文档类型（缺省：自动判断）
    #[arg(long, value_name = "KIND", value_parser = word::<Kind>)]
    pub kind: Option<Kind>,
    /// 属于哪个单位（取单位文件中的名称等）
    #[arg(long, value_name = "ID")]
    pub unit: Option<String>,
    /// 单位文件
    #[arg(long, value_name = "FILE")]
    pub units: Option<PathBuf>,
    /// 发布日期，决定按哪天的规则判断（缺省：页面上的日期，没有则为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub published: Option<NaiveDate>,
    /// 每行一篇，逐行检测（语料、编辑器用）
    #[arg(long)]
    pub lines: bool,
    /// 识别图片和扫描件里的文字（需装 tesseract；也可在 duwang.toml 里写 [ocr] enabled = true）
    #[arg(long)]
    pub ocr: bool,
    /// 只查这些类别
    #[arg(long, value_name = "CATEGORY,…", value_delimiter = ',', value_parser = word::<Category>)]
    pub only: Vec<Category>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// 写入文件（docx 检测多篇时写目录）
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// 出检测单并在数据目录留底，供发布后核对
    #[arg(long)]
    pub card: bool,
    /// 有不低于此级别的问题时退出码为 1
    #[arg(long, value_name = "LEVEL", default_value = "serious")]
    pub fail_on: FailOn,
    /// 另外说明：哪些地方像是错的而没有报，为什么
    #[arg(long)]
    pub explain: bool,
    /// 显示个人信息原文（会记入日志）
    #[arg(long)]
    pub unmask: bool,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct CardArgs {
    /// 检测单编号
    #[arg(value_name = "ID")]
    pub id: String,
    /// 要核对的文件、网址，- 为标准输入
    #[arg(value_name = "PATH|URL|-")]
    pub input: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum CheckFormat {
    Human,
    Json,
    Jsonl,
    Sarif,
    Html,
    Docx,
}

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum WatchAction {
    /// 现在看一轮；有不对的隔一会儿再看一次，仍不对退出码为 1
    Now,
    /// 现在把所盯的栏目看一轮，读新条目
    Columns,
    /// 认可一个网站现在的网址、标题和关键词，以后以它为准
    Accept {
        /// 渠道
        channel: String,
    },
    /// 各网站的可用率和次数，以及还没有消除的异常
    Report {
        /// 最近几天
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
}

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum ScheduleAction {
    /// 有哪些计划，上次怎样，下次何时
    List,
    /// 马上执行一个计划，并记入执行记录
    Run {
        /// 计划的 id
        id: String,
    },
    /// 接下来依次执行什么
    Next {
        /// 看几次
        #[arg(short = 'n', long, default_value_t = 10)]
        count: usize,
    },
    /// 执行记录，新的在前
    Log {
        /// 看几条
        #[arg(short = 'n', long, default_value_t = 20)]
        count: usize,
    },
}
