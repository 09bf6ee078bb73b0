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
        let missing = words.first().unwrap_or(&"");
        let help = format!("在这一段里加一行 {missing} = …");
        return (format!("缺少键 {missing}"), Some(help));
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
    if let Some(said) = message.strip_prefix("invalid type: ") {
        return (format!("值的类型不对：{}", types_in_chinese(said)), None);
    }
    if message.contains("must be quoted") {
        return ("文字要写在英文的直引号里".to_owned(), None);
    }
    if ["`\"`", "`'`"].iter().any(|quote| message.ends_with(quote)) {
        let help = "文字前后都要英文的直引号 \"，里面可以用中文引号";
        return ("引号没有配对".to_owned(), Some(help.to_owned()));
    }
    (format!("读不懂（{message}）"), None)
}

/// `string "云溪市", expected a sequence`, in Chinese; what is not known stays as it is.
fn types_in_chinese(said: &str) -> String {
    let (is, wanted) = said.split_once(", expected ").unwrap_or((said, ""));
    let is = is.replace('`', "");
    let kinds = [
        ("string ", "文字 "),
        ("integer ", "整数 "),
        ("floating point ", "小数 "),
        ("boolean ", ""),
        ("sequence", "一列"),
        ("map", "一段"),
    ];
    let is = kinds
        .iter()
        .find_map(|(word, chinese)| Some(format!("{chinese}{}", is.strip_prefix(*word)?)))
        .unwrap_or_else(|| is.clone());
    let wanted = match wanted {
        "" => return format!("写的是{is}"),
        "a string" => "文字（写在英文引号里）",
        "a boolean" => "true 或 false",
        "a sequence" => "一列（写在方括号里，如 [\"甲\", \"乙\"]）",
        "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => "整数（不加引号）",
        "f32" | "f64" => "数（不加引号）",
        section if section.starts_with("struct ") => {
            "一段（另起一行写 [名称]，下面逐行写 键 = 值）"
        }
        other => other,
    };
    format!("写的是{is}，应是{wanted}")
}

/// Prints an error as a person wants it: the place and the help when there is one, else the chain of causes.
pub fn tell(error: &anyhow::Error) -> String {
    if let Some(trouble) = error.downcast_ref::<FileTrouble>() {
        return told(trouble);
    }
    if let Some(troubles) = error.downcast_ref::<duwang_rules::RuleErrors>() {
        let (head, told) = (error.to_string(), told(troubles));
        if head == troubles.to_string() {
            return told;
        }
        return format!("错误：{head}\n{told}");
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
        Kind::InvalidData => "不是 UTF-8 文本：请用记事本“另存为”，编码选 UTF-8",
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
        Ok(()) => out.replace("Error: \n", "").replace("  help: ", "  建议："),
        Err(_) => format!("错误：{diagnostic}"),
    }
}
