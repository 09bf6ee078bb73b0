//! The command line: names, flags and exit codes are a contract (`README.md`, "命令").
//!
//! reading.rs   what reads: scan, check, watch, schedule       keeping.rs  what keeps: rules, units, accounts, the store
//! desk.rs      what people do with findings                   told.rs     headings and usage errors in Chinese
#![allow(
    missing_docs,
    reason = "the doc comments of flags are their Chinese help text; names say the rest"
)]

mod desk;
mod keeping;
mod reading;
mod told;
mod words;

pub use desk::*;
pub use keeping::*;
pub use reading::*;

use clap::{Arg, ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use told::{end, with_headings, with_usage};
use words::duration;

/// 读网：读各单位在网站和公众号上发布的内容，指出问题，并附证据。
#[derive(Debug, Parser)]
#[command(
    name = "duwang",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line of this process; help and usage errors end it.
    pub fn of_process() -> Self {
        let read = Self::in_chinese().try_get_matches();
        read.and_then(|matches| Self::from_arg_matches(&matches))
            .unwrap_or_else(|error| end(&error))
    }

    /// The command with Chinese headings, also around what clap adds by itself.
    fn in_chinese() -> clap::Command {
        let flag = |name: &'static str, short, help: &'static str, action| {
            Arg::new(name)
                .long(name)
                .short(short)
                .help(help)
                .action(action)
                .help_heading("通用选项")
        };
        let help = flag("help", 'h', "显示帮助", ArgAction::Help).global(true);
        let version = flag("version", 'V', "显示版本", ArgAction::Version);
        with_usage(with_headings(Self::command().arg(help).arg(version)))
    }
}

/// Flags every command takes.
#[derive(Debug, Clone, Args, Default)]
#[command(next_help_heading = "通用选项")]
pub struct Global {
    /// 配置文件（缺省：当前目录的 duwang.toml，没有也可以）
    #[arg(long, global = true, env = "DUWANG_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 数据目录（缺省：duwang-data）
    #[arg(long, global = true, env = "DUWANG_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// 存储地址（缺省：数据目录内的 sled）
    #[arg(long, global = true, env = "DUWANG_STORE", value_name = "URL")]
    pub store: Option<String>,
    /// 另加或替换规则的目录
    #[arg(long, global = true, env = "DUWANG_RULES", value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// 允许访问本机和内网地址
    #[arg(long, global = true, env = "DUWANG_ALLOW_PRIVATE")]
    pub allow_private: bool,
    /// 每主机每秒请求数；0 为不限，仅用于本机和内网
    #[arg(long, global = true, env = "DUWANG_RATE", value_name = "N")]
    pub rate: Option<f64>,
    /// 失败的链接隔多久再看一次（缺省 2m）
    #[arg(long, global = true, env = "DUWANG_RECHECK_AFTER", value_name = "D", value_parser = duration)]
    pub recheck_after: Option<Duration>,
    /// 少说（-q 只报错）
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// 多说（-v、-vv）
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// 以此时刻为“现在”（RFC 3339），用于复现和测试
    #[arg(
        long,
        global = true,
        env = "DUWANG_NOW",
        value_name = "TIME",
        hide = true
    )]
    pub now: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// 时钟每次读数前后跳动，最多这么多，用于测试
    #[arg(long, global = true, value_name = "D", hide = true, value_parser = duration)]
    pub now_leaps: Option<Duration>,
}

/// The verbs.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Command {
    /// 用内置的样例市走一遍：扫描、打印、出报告，然后打开控制台
    Demo(DemoArgs),
    /// 扫描各单位的渠道
    Scan(ScanArgs),
    /// 发布前检测：文件、网址或标准输入
    Check(CheckArgs),
    /// 查检测单；给出文件时核对是不是检测过的那一稿
    Card(CardArgs),
    /// 列出问题
    Findings(FindingsArgs),
    /// 复核问题：确认、误报、豁免、交办、备注
    Review(ReviewArgs),
    /// 生成报告
    Report(ReportArgs),
    /// 打开控制台
    Serve(ServeArgs),
    /// 定时计划：看计划、马上执行、看执行记录（由 serve 按时执行）
    Schedule {
        #[command(subcommand)]
        action: ScheduleAction,
    },
    /// 网站监测：打不打得开，证书、标题有没有不对，有没有新条目
    Watch {
        #[command(subcommand)]
        action: WatchAction,
    },
    /// 从共享存储领取扫描任务（需要 PostgreSQL）
    Worker(WorkerArgs),
    /// 查看、测试规则
    Rules {
        #[command(subcommand)]
        action: RulesAction,
    },
    /// 查看、检查、发现单位
    Units {
        #[command(subcommand)]
        action: UnitsAction,
    },
    /// 本单位的公众号：检测草稿、取已发布文章、看接口额度
    Wechat {
        #[command(subcommand)]
        action: WechatAction,
    },
    /// 检测接口的口令：发放、列出、作废
    Tokens {
        #[command(subcommand)]
        action: TokensAction,
    },
    /// 控制台的账号
    People {
        #[command(subcommand)]
        action: PeopleAction,
    },
    /// 谁做了什么：核对、导出日志
    Audit {
        #[command(subcommand)]
        action: AuditAction,
    },
    /// 错别字模型：训练、测评、学本市的写法
    Typo {
        #[command(subcommand)]
        action: TypoAction,
    },
    /// 看管存储：统计、检查、导出、导入
    Store {
        #[command(subcommand)]
        action: StoreAction,
    },
    /// 检查运行环境
    Doctor,
}
