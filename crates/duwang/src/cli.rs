//! The command line: names, flags and exit codes are a contract (`README.md`, "命令").
#![allow(
    missing_docs,
    reason = "the doc comments of flags are their Chinese help text; names say the rest"
)]

use chrono::NaiveDate;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{
    Arg, ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};
use duwang_model::{Category, Kind, Level, State};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

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
        with_headings(Self::command().arg(help).arg(version))
    }
}

/// Prints the help that was asked for, or says in Chinese what is wrong; ends the process.
fn end(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let Some(told) = told(error) else {
        error.exit()
    };
    let mut to = std::io::stderr().lock();
    drop(writeln!(
        to,
        "错误：{told}\n用法见 duwang --help 或 duwang 命令 --help"
    )); // nobody may be reading
    std::process::exit(2)
}

/// The usage errors people make; `None` for what clap says best itself.
fn told(error: &clap::Error) -> Option<String> {
    let part = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join("、")),
        _ => None,
    };
    let perhaps = |kind| part(kind).map_or(String::new(), |it| format!("，是不是 {it}？"));
    let arg = part(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::InvalidValue => {
            let value = part(ContextKind::InvalidValue)?;
            let words = part(ContextKind::ValidValue)
                .filter(|w| !w.is_empty())
                .map_or(String::new(), |w| format!("，可用：{w}"));
            match value.is_empty() {
                true => format!("{} 后面要写值{words}", arg?),
                false => format!("{} 不能是“{value}”{words}", arg?),
            }
        }
        ErrorKind::ValueValidation => {
            let value = part(ContextKind::InvalidValue)?;
            let why =
                std::error::Error::source(error).map_or(String::new(), |why| format!("：{why}"));
            format!("{} 不能是“{value}”{why}", arg?)
        }
        ErrorKind::UnknownArgument => {
            format!(
                "不认识的参数 {}{}",
                arg?,
                perhaps(ContextKind::SuggestedArg)
            )
        }
        ErrorKind::InvalidSubcommand => format!(
            "没有命令 {}{}",
            part(ContextKind::InvalidSubcommand)?,
            perhaps(ContextKind::SuggestedSubcommand)
        ),
        ErrorKind::MissingRequiredArgument => format!("还要写 {}", arg?),
        ErrorKind::ArgumentConflict => {
            format!("{} 不能与 {} 同时用", arg?, part(ContextKind::PriorArg)?)
        }
        _ => return None,
    })
}

fn with_headings(command: clap::Command) -> clap::Command {
    command
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}")
        .subcommand_help_heading("命令")
        .mut_args(|arg| match (arg.get_help_heading(), arg.is_positional()) {
            (Some(_), _) => arg,
            (None, true) => arg.help_heading("参数"),
            (None, false) => arg.help_heading("选项"),
        })
        .mut_subcommands(with_headings)
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

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum TypoAction {
    /// 用纯文本训练模型：一行一段，可给多个文件（.zst 也行）；同样的文本得到同样的模型
    Train {
        /// 文本文件
        #[arg(value_name = "TEXT", required = true)]
        texts: Vec<PathBuf>,
        /// 模型写到哪里
        #[arg(short, long, value_name = "MODEL")]
        output: PathBuf,
    },
    /// 测评：自带的正误句，加上语料中没有参加训练的句子
    Score {
        /// 训练用的文本文件；从中取没有参加训练的句子
        #[arg(value_name = "TEXT")]
        texts: Vec<PathBuf>,
        /// 测评哪个模型（缺省：在用的）
        #[arg(long, value_name = "MODEL")]
        model: Option<PathBuf>,
        /// 另加的正误句文件：一行一句，写错的与正确的之间用制表符隔开，只有一列的是正确的句子
        #[arg(long, value_name = "FILE")]
        cases: Vec<PathBuf>,
        /// 逐项去掉各部分再测（要重新训练，较慢）
        #[arg(long)]
        ablate: bool,
        /// 写成 Markdown 文件
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// 从本市已复核、没有问题的页面学写法（要用 --rules 指明本市的规则目录）
    Learn {
        /// 文件或文件夹
        #[arg(value_name = "PATH", required = true)]
        paths: Vec<PathBuf>,
        /// 反过来：忘掉从这些页面学到的
        #[arg(long)]
        forget: bool,
    },
}

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
    /// 说明每一处为什么报、为什么没有报
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

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(args_conflicts_with_subcommands = true)]
pub struct FindingsArgs {
    #[command(subcommand)]
    pub action: Option<FindingsAction>,
    #[command(flatten)]
    pub filter: FilterArgs,
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
    /// 单位
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub unit: Vec<String>,
    /// 渠道
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub channel: Vec<String>,
    /// 规则或规则包
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub rule: Vec<String>,
    /// 类别
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',', value_parser = word::<Category>)]
    pub category: Vec<Category>,
    /// 状态
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = word::<State>)]
    pub state: Vec<State>,
    /// 级别
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', value_parser = word::<Level>)]
    pub level: Vec<Level>,
    /// 页面类型
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

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum RulesAction {
    /// 列出规则
    List {
        /// 只列这些类别
        #[arg(long, value_name = "CATEGORY", value_delimiter = ',', value_parser = word::<Category>)]
        category: Vec<Category>,
    },
    /// 看一条规则
    Show {
        /// 规则编号
        id: String,
    },
    /// 运行规则里的正反例
    Test {
        /// 只测这些规则（缺省：全部）
        ids: Vec<String>,
    },
    /// 用标注语料量规则的准确率和召回率
    Score {
        /// 语料目录（缺省：内置语料）
        #[arg(long, value_name = "DIR")]
        corpus: Option<PathBuf>,
        /// 写入 docs/accuracy.md
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// 列出调试部分里说错和漏说的地方
        #[arg(long)]
        wrong: bool,
        /// 只列这些规则的
        #[arg(long, value_name = "RULE", value_delimiter = ',', requires = "wrong")]
        rule: Vec<String>,
        /// 把现在的数记入 tests/corpus/recorded.tsv，以后不得低于它
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
    },
    /// 生成规则手册 docs/rules.md
    Docs {
        /// 写入文件（缺省：标准输出）
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// 导入：表格（xlsx、csv、tsv）里的本地词表、领导名册、保护名、转载任务；或复核判为误报的问题。写进 --rules 的目录
    Import {
        /// 表格文件；第一行是列名
        #[arg(value_name = "FILE", required_unless_present = "dismissals")]
        file: Option<PathBuf>,
        /// 导入成哪张表
        #[arg(long, value_enum, default_value_t = crate::lists::List::Words)]
        list: crate::lists::List,
        /// 把判为误报的问题写成候选反例，由人认可
        #[arg(long, conflicts_with = "file")]
        dismissals: bool,
    },
}

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum UnitsAction {
    /// 列出单位和渠道
    List {
        /// 单位文件
        #[arg(long, value_name = "FILE")]
        units: Option<PathBuf>,
    },
    /// 检查单位文件
    Check {
        /// 单位文件
        #[arg(value_name = "FILE")]
        units: Option<PathBuf>,
    },
    /// 打印须人工检查的账号（微博、抖音号、视频号、小程序、移动客户端）的检查卡
    Cards {
        /// 只要这些单位
        #[arg(long, value_name = "ID")]
        unit: Vec<String>,
        /// 单位文件
        #[arg(long, value_name = "FILE")]
        units: Option<PathBuf>,
    },
    /// 导入单位名单
    Import,
    /// 读门户的政府信息公开专栏，起草单位文件
    Discover {
        /// 专栏网址
        url: String,
        /// 已知单位名单（单位文件或 tsv：id、名称、类型），用于比对名称
        #[arg(long, value_name = "FILE")]
        names: Option<PathBuf>,
    },
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
    /// 重置口令，显示一次性口令
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

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum WechatAction {
    /// 列出草稿箱里的草稿；--check 在发出前全部检测
    Drafts(WechatDrafts),
    /// 取官方“已发布”列表，交给下次扫描
    Pull {
        /// 公众号名称或渠道编号（缺省：全部）
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
        /// 单位文件
        #[arg(long, value_name = "FILE")]
        units: Option<PathBuf>,
    },
    /// 今天还能调用多少次
    Quota {
        /// 公众号名称或渠道编号（缺省：全部）
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
        /// 单位文件
        #[arg(long, value_name = "FILE")]
        units: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct WechatDrafts {
    /// 公众号名称或渠道编号（缺省：全部）
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// 单位文件
    #[arg(long, value_name = "FILE")]
    pub units: Option<PathBuf>,
    /// 逐篇检测
    #[arg(long)]
    pub check: bool,
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
}

#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum StoreAction {
    /// 有多少批次、页面、问题和快照
    Stats,
    /// 逐行检查；--repair 把坏行移开并重建索引
    Check {
        /// 修复
        #[arg(long)]
        repair: bool,
    },
    /// 导出为 JSON 行（快照文件另行复制）
    Export {
        /// 写入文件
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// 给旧程序用的格式：1 略去盯栏目和核实的批次（问题和复核都在）；缺省用最新格式
        #[arg(long, value_name = "N", default_value_t = duwang_store::EXPORT_FORMAT, value_parser = clap::value_parser!(u32).range(1..=i64::from(duwang_store::EXPORT_FORMAT)))]
        format: u32,
    },
    /// 导入先前导出的文件
    Import {
        /// 读取文件
        input: PathBuf,
    },
}

fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    humantime::parse_duration(text).map_err(|_| format!("“{text}”不是时长，可写 90s、2m、1h"))
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "写成 2026-09-18 的样子".to_owned())
}

fn word<T>(text: &str) -> Result<T, duwang_model::UnknownWord>
where
    T: std::str::FromStr<Err = duwang_model::UnknownWord>,
{
    text.parse()
}
