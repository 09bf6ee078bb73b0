//! Our own trouble, told with file, line and help. A page's trouble is an outcome, not an error.

use miette::{Diagnostic, NamedSource, SourceSpan};
use std::ops::Range;
use std::path::Path;

/// The exit code of a usage, configuration or rule error.
pub const USAGE: u8 = 2;

/// Something wrong in a file a person wrote.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct FileTrouble {
    message: String,
    #[source_code]
    text: std::sync::Arc<NamedSource<String>>,
    #[label("这里")]
    span: SourceSpan,
    #[help]
    help: Option<String>,
}

impl FileTrouble {
    /// Trouble at a byte range of a file's text.
    pub fn new(
        file: &Path,
        text: &str,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        let span = span.start.min(text.len())..span.end.min(text.len());
        let before = text.get(..span.start).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let place = format!("{}:{line}:{column}", file.display());
        Self {
            message: format!("{place}：{}", message.into()),
            text: std::sync::Arc::new(NamedSource::new(
                file.display().to_string(),
                text.to_owned(),
            )),
            span: (span.start, span.len()).into(),
            help,
        }
    }

    /// What `toml` could not read, with the nearest valid key when a key was unknown.
    pub fn from_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let (message, help) = in_chinese(error.message());
        Self::new(file, text, span, message, help)
    }
}

/// Says the common messages of the TOML reader in Chinese.
fn in_chinese(message: &str) -> (String, Option<String>) {
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") {
        let (unknown, known) = words.split_first().map_or(("", &[][..]), |(u, k)| (*u, k));
        let nearest = known
            .iter()
            .max_by(|a, b| strsim::jaro(a, unknown).total_cmp(&strsim::jaro(b, unknown)));
        let help = nearest.map(|n| format!("是不是想写 {n}？可用的键：{}", known.join("、")));
        return (format!("不认识的键 {unknown}"), help);
    }
    if message.starts_with("unknown variant") {
        let (unknown, known) = words.split_first().map_or(("", &[][..]), |(u, k)| (*u, k));
        return (
            format!("不认识的值 {unknown}"),
            Some(format!("可用：{}", known.join("、"))),
        );
    }
    if message.starts_with("missing field") {
        return (format!("缺少键 {}", words.first().unwrap_or(&"")), None);
    }
    if message.starts_with("duplicate key") {
        return (
            "同一个键写了两次".to_owned(),
            Some("删去其中一个".to_owned()),
        );
    }
    if message.starts_with("invalid length") {
        return (format!("项数不对（{message}）"), None);
    }
    if message.starts_with("invalid type") {
        return (format!("值的类型不对（{message}）"), None);
    }
    (format!("读不懂（{message}）"), None)
}

/// Prints an error as a person wants it: the place and the help when there is one, else the chain of causes.
pub fn tell(error: &anyhow::Error) -> String {
    if let Some(trouble) = error.downcast_ref::<FileTrouble>() {
        return told(trouble);
    }
    if let Some(troubles) = error.downcast_ref::<duwang_rules::RuleErrors>() {
        return told(troubles);
    }
    let mut out = format!("错误：{error}");
    for cause in error.chain().skip(1) {
        let cause = cause
            .downcast_ref()
            .and_then(io_in_chinese)
            .map_or_else(|| cause.to_string(), str::to_owned);
        if !out.contains(&cause) {
            out.push_str(&format!("\n  原因：{cause}"));
        }
    }
    out
}

/// The everyday troubles of files and addresses.
fn io_in_chinese(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind as Kind;
    Some(match error.kind() {
        Kind::NotFound => "不存在",
        Kind::PermissionDenied => "没有权限",
        Kind::AlreadyExists => "已经存在",
        Kind::IsADirectory => "是文件夹，不是文件",
        Kind::NotADirectory => "不是文件夹",
        Kind::StorageFull => "磁盘已满",
        Kind::ReadOnlyFilesystem => "只读，不能写入",
        Kind::AddrInUse => "地址已被占用",
        Kind::AddrNotAvailable => "本机没有这个地址",
        Kind::InvalidData => "不是 UTF-8 文本",
        _ => return None,
    })
}

fn told(diagnostic: &dyn Diagnostic) -> String {
    let mut out = String::new();
    let theme = if std::env::var_os("NO_COLOR").is_some()
        || !std::io::IsTerminal::is_terminal(&std::io::stderr())
    {
        miette::GraphicalTheme::unicode_nocolor()
    } else {
        miette::GraphicalTheme::unicode()
    };
    let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(100);
    match handler.render_report(&mut out, diagnostic) {
        Ok(()) => out,
        Err(_) => format!("错误：{diagnostic}"),
    }
}
