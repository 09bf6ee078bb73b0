//! The city as data: the embedded files of `seeds/demo` and the shape of its site files.

use anyhow::Context as _;
use serde::Deserialize;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../seeds/demo"]
struct Seeds;

/// A text file of `seeds/demo`.
pub fn text(path: &str) -> anyhow::Result<String> {
    let file = Seeds::get(path).with_context(|| format!("样例城市缺少文件 {path}"))?;
    String::from_utf8(file.data.into_owned())
        .with_context(|| format!("样例城市文件 {path} 不是 UTF-8"))
}

/// Paths of the files below a folder that end in `ending`, sorted.
pub fn paths(folder: &str, ending: &str) -> Vec<String> {
    let mut found: Vec<_> = Seeds::iter()
        .filter(|p| p.starts_with(folder) && p.ends_with(ending))
        .map(|p| p.into_owned())
        .collect();
    found.sort();
    found
}

/// Reads one TOML file of `seeds/demo`.
pub fn read<T: serde::de::DeserializeOwned>(path: &str) -> anyhow::Result<T> {
    toml::from_str(&text(path)?).with_context(|| format!("样例城市文件 {path} 有误"))
}

/// One host of the city: `units/<name>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteData {
    /// Placeholder of the host, such as `trs`.
    pub host: String,
    /// Design and platform: a file of `designs/` and an arm of [`crate::demo::paging::Platform`].
    pub design: String,
    /// The site's name in the banner.
    pub name: String,
    /// The unit that publishes.
    pub unit: String,
    /// Its everyday name.
    pub short: String,
    /// Words the filler news is about.
    #[serde(default)]
    pub field: String,
    /// Places the filler news happens at.
    #[serde(default)]
    pub places: Vec<String>,
    /// Lines of the footer.
    #[serde(default)]
    pub footer: Vec<String>,
    /// 网站标识码.
    #[serde(default)]
    pub code: String,
    /// Body of /robots.txt; without it, 404 as on most government sites.
    pub robots: Option<String>,
    /// `gbk`: bytes are GBK and the header does not say so.
    pub charset: Option<String>,
    /// Which validators the server sends.
    #[serde(default)]
    pub validators: Validators,
    /// Further entries of the navigation.
    #[serde(default)]
    pub nav: Vec<LinkData>,
    /// Columns.
    #[serde(default)]
    pub column: Vec<ColumnData>,
    /// Pages written by hand.
    #[serde(default)]
    pub page: Vec<PageData>,
    /// Attachments and pictures.
    #[serde(default)]
    pub file: Vec<FileData>,
    /// Paths with a will of their own.
    #[serde(default)]
    pub answer: Vec<AnswerData>,
}

/// Which of ETag and Last-Modified a server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Validators {
    /// Both.
    #[default]
    Both,
    /// ETag only.
    Etag,
    /// Last-Modified only.
    Modified,
    /// Neither.
    None,
}

/// A named link.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct LinkData {
    /// Anchor text.
    pub name: String,
    /// Target, relative or with a placeholder.
    pub href: String,
}

/// A list of a site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnData {
    /// Key used by pages.
    pub id: String,
    /// Name shown.
    pub name: String,
    /// First list page.
    pub path: String,
    /// Items a page.
    #[serde(default = "ten")]
    pub size: usize,
    /// Number of filler articles.
    #[serde(default)]
    pub filler: usize,
    /// Day of the newest filler article.
    #[serde(default)]
    pub newest: String,
    /// Days between filler articles.
    #[serde(default = "three")]
    pub step: u32,
    /// Items the platform claims to have beyond those it shows.
    #[serde(default)]
    pub claims: usize,
    /// Shown when there is no item.
    #[serde(default)]
    pub empty: String,
    /// Whether it stands in the navigation and on the front page.
    #[serde(default = "yes")]
    pub nav: bool,
}

fn ten() -> usize {
    10
}

fn three() -> u32 {
    3
}

fn yes() -> bool {
    true
}

/// A page written by hand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageData {
    /// Where it is.
    pub path: String,
    /// The column that lists it.
    pub column: Option<String>,
    /// Title.
    pub title: String,
    /// Title in lists, when the site cuts it.
    pub list_title: Option<String>,
    /// `2026-09-18` or `2026-09-18 09:05`; empty for pages that show none.
    #[serde(default)]
    pub date: String,
    /// 来源; the unit by default.
    pub source: Option<String>,
    /// Catalogue block: label and value.
    #[serde(default)]
    pub info: Vec<(String, String)>,
    /// The text, see [`crate::demo::markup`].
    #[serde(default)]
    pub body: String,
    /// How label–value lines are set: `table`, `dl`, `list` or `lines`.
    #[serde(default)]
    pub pairs: String,
    /// Word residue: digits and Latin letters in a span of their own.
    #[serde(default)]
    pub word: bool,
    /// Attachments under the text.
    #[serde(default)]
    pub files: Vec<LinkData>,
}

/// An attachment or picture, made at start.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileData {
    /// Where it is.
    pub path: String,
    /// `pdf`, `docx`, `xlsx`, `ofd`, `zip`, `rar`, `txt`, `html`, `svg` or `png`.
    pub form: String,
    /// Content-Type, when the server tells another than the form's.
    pub content_type: Option<String>,
    /// Its lines; cells separated by `|` in tables. Marks of office files are explained in `demo/office.rs`.
    #[serde(default)]
    pub lines: Vec<String>,
    /// Who wrote it, as its properties say.
    #[serde(default)]
    pub author: String,
    /// The files of an archive; `path` is the name inside.
    #[serde(default)]
    pub members: Vec<FileData>,
    /// Whether an archive asks for a password.
    #[serde(default)]
    pub sealed: bool,
}

/// A path that does not simply answer with a page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerData {
    /// The path; a folder when it ends in `/*`.
    pub path: String,
    /// Status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Further headers.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Body.
    #[serde(default)]
    pub body: String,
    /// Only the first request is answered like this, later ones get the page itself.
    #[serde(default)]
    pub once: bool,
}

fn ok() -> u16 {
    200
}
