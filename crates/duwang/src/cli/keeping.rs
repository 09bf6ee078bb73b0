//! Commands that look after rules, units, accounts and the store.
#![allow(
    missing_docs,
    reason = "the doc comments of flags are their Chinese help text; names say the rest"
)]

use super::reading::{CheckFormat, FailOn};
use super::words::word;
use clap::{Args, Subcommand};
use duwang_model::Category;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

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
        /// 另加的正确文本：一行一句，原样量误报，再照打字会犯的错造错量召回
        #[arg(long, value_name = "FILE")]
        clean: Vec<PathBuf>,
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
        #[arg(value_name = "PATH", required_unless_present = "from_store")]
        paths: Vec<PathBuf>,
        /// 学库里的页面：最近一次读到、没有未了结问题、所属单位的问题有人复核过的；改过的重学，出了问题的忘掉
        #[arg(long, conflicts_with = "paths")]
        from_store: bool,
        /// 反过来：忘掉从这些页面学到的（与 --from-store 同用，忘掉从库里学到的全部）
        #[arg(long)]
        forget: bool,
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
    /// 把规则里的正则先算好，装载自带规则时不必再算：改了自带的规则，就重写 crates/duwang/data/prepared.json
    #[command(hide = true)]
    Prepare {
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
        file: Option<PathBuf>,
        /// 单位文件，写法与其他命令相同
        #[arg(long, value_name = "FILE", conflicts_with = "file")]
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
    #[command(hide = true)]
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
