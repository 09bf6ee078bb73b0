//! The meaning of a page.

use crate::words::words;
use crate::{Span, Text, visible_chars};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

words! {
    /// What a document is.
    Kind {
        /// 政府信息公开指南.
        Guide = "guide", "指南";
        /// 政策解读.
        Interpretation = "interpretation", "政策解读";
        /// 意见征集.
        Solicitation = "solicitation", "意见征集";
        /// 征集结果反馈.
        SolicitationResult = "solicitation-result", "征集反馈";
        /// 政策文件.
        Policy = "policy", "政策文件";
        /// 政府信息公开工作年度报告.
        AnnualReport = "annual-report", "年度报告";
        /// 公告公示.
        Notice = "notice", "公告公示";
        /// 动态.
        News = "news", "动态";
        /// A list (column) page.
        List = "list", "列表";
        /// 办事指南.
        ServiceGuide = "service-guide", "办事指南";
        /// An article of an official account.
        WechatArticle = "wechat-article", "微信文章";
        /// A file linked from a page.
        Attachment = "attachment", "附件";
        /// Nothing fits.
        Unknown = "unknown", "未定";
    }
}

words! {
    /// The part of a page a block or link stands in. Only `Main` counts as content.
    Part {
        /// The content proper.
        Main = "main", "正文";
        /// Page head above the content (title line, info line) that is not navigation.
        Info = "info", "信息栏";
        /// Site header and banner.
        Header = "header", "页头";
        /// Navigation, breadcrumbs, side columns.
        Nav = "nav", "导航";
        /// Site footer.
        Footer = "footer", "页脚";
        /// Present in the source but not visible.
        Hidden = "hidden", "隐藏";
    }
}

words! {
    /// What a block is.
    BlockKind {
        /// h1–h6 or a line that is plainly a heading.
        Heading = "heading", "标题";
        /// Running text.
        Paragraph = "paragraph", "段落";
        /// List item.
        Item = "item", "列表项";
        /// Table cell.
        Cell = "cell", "单元格";
    }
}

words! {
    /// Where a date was read.
    DateSource {
        /// `PubDate` and its like.
        Meta = "meta", "网页标签";
        /// The line under the title: 发布时间.
        Info = "info", "信息栏";
        /// 成文日期/生成日期 of the catalogue block.
        Written = "written", "成文日期";
        /// The signature at the end of the text.
        Signature = "signature", "落款";
        /// The URL (`/t20260918_…`).
        Url = "url", "网址";
        /// Page script (WeChat `ct`, `createTime`).
        Script = "script", "页面脚本";
        /// The first bracketed date under a title, "（2025年4月11日）".
        Title = "title", "题下";
        /// The list that links here.
        List = "list", "列表";
        /// Somewhere in the text.
        Text = "text", "正文";
    }
}

words! {
    /// What an office file still carries besides what it says to its reader.
    ResidueKind {
        /// 批注.
        Comment = "comment", "批注";
        /// Text deleted under change tracking and still in the file.
        Deletion = "deletion", "未接受的删除";
        /// Text inserted under change tracking and not accepted.
        Insertion = "insertion", "未接受的插入";
        /// Text marked as hidden, speaker's notes, hidden slides.
        HiddenText = "hidden-text", "隐藏文字";
        /// A sheet that is hidden.
        HiddenSheet = "hidden-sheet", "隐藏工作表";
        /// Rows or columns that are hidden and hold something.
        HiddenCells = "hidden-cells", "隐藏行列";
        /// Who wrote or last saved the file.
        Author = "author", "作者信息";
    }
}

words! {
    /// What a link is for.
    LinkRole {
        /// In the content.
        Content = "content", "正文链接";
        /// An entry of a list.
        Item = "item", "列表条目";
        /// Navigation.
        Nav = "nav", "导航";
        /// Footer.
        Footer = "footer", "页脚";
        /// A file.
        Attachment = "attachment", "附件";
        /// Not visible to a reader.
        Hidden = "hidden", "隐藏";
        /// Previous/next page of a list.
        Pager = "pager", "翻页";
    }
}

/// The meaning of a page: what a reader would see, and where each thing stands in the text.
///
/// Invariants: `blocks` are sorted, do not overlap, and every visible character of `text.plain()` outside line breaks is in one;
/// every `Span` is a byte range of `text.plain()`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The final URL it was read from; empty for a draft without one.
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// Why that kind, one Chinese phrase each.
    pub kind_reasons: Vec<String>,
    /// The title as a reader sees it.
    pub title: String,
    /// Where the title stands in the text, if it does.
    pub title_span: Option<Span>,
    /// The whole visible text, one block a line.
    pub text: Text,
    /// The blocks of the text in order.
    pub blocks: Vec<Block>,
    /// Label–value pairs found anywhere in the visible text.
    pub pairs: Vec<Pair>,
    /// Tables with their headers.
    pub tables: Vec<Table>,
    /// Every date found, with where it came from.
    pub dates: Vec<Dated>,
    /// The publication day by the best source.
    pub published: Option<NaiveDate>,
    /// 文号, such as 云政办〔2026〕3号.
    pub number: Option<String>,
    /// Who issued it (来源/发布机构), as written.
    pub source: Option<String>,
    /// What the page's head calls it (`<title>`): readers see it on the tab and in search results. Empty where there is no head.
    #[serde(default)]
    pub head_title: String,
    /// Meta tags (name as written, content), in order.
    pub meta: Vec<(String, String)>,
    /// Links with their roles.
    pub links: Vec<Link>,
    /// Images.
    pub images: Vec<Image>,
    /// Counts of audio, video and embedded players.
    pub media: Media,
    /// Addresses that scripts and frames of the page name, and ids of empty places that scripts fill: what they show was not seen.
    pub embeds: Vec<String>,
    /// WeChat identity, when it is an article.
    pub wechat: Option<WechatArticle>,
    /// The charset the bytes were read as.
    pub charset: String,
    /// What the reader noticed and a person should know (caps reached, charset lies), in Chinese.
    pub notes: Vec<String>,
    /// Where the text stands in a file (page, paragraph, cell), ascending by `start`; empty for web pages.
    pub places: Vec<FilePlace>,
    /// What an office file carries besides its text: comments, tracked changes, hidden parts, authors.
    pub residue: Vec<Residue>,
}

impl Document {
    /// An empty document: the start for every reader.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            kind: Kind::Unknown,
            kind_reasons: Vec::new(),
            title: String::new(),
            title_span: None,
            text: Text::default(),
            blocks: Vec::new(),
            pairs: Vec::new(),
            tables: Vec::new(),
            dates: Vec::new(),
            published: None,
            number: None,
            source: None,
            head_title: String::new(),
            meta: Vec::new(),
            links: Vec::new(),
            images: Vec::new(),
            media: Media::default(),
            embeds: Vec::new(),
            wechat: None,
            charset: String::new(),
            notes: Vec::new(),
            places: Vec::new(),
            residue: Vec::new(),
        }
    }

    /// Where in the file a byte offset of the plain text stands.
    pub fn place_at(&self, offset: usize) -> Option<&FilePlace> {
        let next = self.places.partition_point(|p| p.start <= offset);
        self.places.get(next.checked_sub(1)?)
    }

    /// The block that holds a byte offset of the plain text.
    pub fn block_at(&self, offset: usize) -> Option<&Block> {
        let next = self.blocks.partition_point(|b| b.span.start <= offset);
        self.blocks
            .get(next.checked_sub(1)?)
            .filter(|b| offset < b.span.end)
    }

    /// Blocks of the content proper.
    pub fn main_blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|b| b.part == Part::Main)
    }

    /// Number of visible characters of the content proper, blanks not counted.
    pub fn main_chars(&self) -> usize {
        self.main_blocks()
            .map(|b| visible_chars(self.text.slice(b.span)))
            .sum()
    }
}

/// A place in a file, as a person looks for it. It holds for the text from `start` up to the next place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlace {
    /// First byte of the plain text.
    pub start: usize,
    /// `第3页`, `第12段`, `名单!B7`, `附件.zip › 名单.xlsx › Sheet1!B7`.
    pub name: String,
    /// How sure the character recognition is of this text, percent; `None`: the text is real.
    pub confidence: Option<u8>,
}

/// Something that should have been taken out of a file before it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residue {
    /// What it is.
    pub kind: ResidueKind,
    /// Its text; for hidden sheets, rows and columns their name.
    pub text: String,
    /// Its place in the plain text, when it is there (hidden text is, in blocks of [`Part::Hidden`]).
    pub span: Option<Span>,
    /// Who did it, when the file says so.
    pub author: String,
    /// Where it is in the file.
    pub place: String,
}

/// One line of the text: a paragraph, heading, list item or table cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its place in the plain text (without the line break).
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
    /// The part of the page it stands in.
    pub part: Part,
}

/// `联系电话：0599-6660001`, from running text, a table row, a dl or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The label folded, without blanks, colon, numbering and trailing brackets: `联系电话`.
    pub label: String,
    /// The value folded and trimmed; empty when the place is there but nothing is in it.
    pub value: String,
    /// The label's place.
    pub label_span: Span,
    /// The value's place; empty span right after the label when blank.
    pub value_span: Span,
    /// The part of the page.
    pub part: Part,
}

/// A table: header row (if any) and body cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Folded header texts by column; empty when the table has no header.
    pub header: Vec<String>,
    /// Body rows.
    pub rows: Vec<Vec<Cell>>,
    /// The part of the page.
    pub part: Part,
}

/// One table cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Folded text.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A date with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// Day, and time of day when given (Asia/Shanghai).
    pub at: NaiveDateTime,
    /// Where it was read.
    pub source: DateSource,
    /// Its place in the text, when it is in the text.
    pub span: Option<Span>,
}

/// A link of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Absolute target, or the raw `href` when it cannot be made absolute (`javascript:`, `#`, broken).
    pub url: String,
    /// The raw `href`.
    pub href: String,
    /// Anchor text folded, or the `title` attribute when the text is cut short.
    pub text: String,
    /// What it is for.
    pub role: LinkRole,
    /// The anchor text's place (empty for pictures).
    pub span: Span,
    /// The date standing beside it in a list.
    pub date: Option<NaiveDate>,
}

/// An image of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Absolute URL (`data-src` counts).
    pub url: String,
    /// Alternative text.
    pub alt: String,
    /// The part of the page.
    pub part: Part,
}

/// How many non-text forms a page uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Media {
    /// Players and video links in the content.
    pub videos: u32,
    /// Audio players.
    pub audios: u32,
    /// Frames that are not players.
    pub frames: u32,
}

/// Identity and facts of a WeChat article (see `wechat.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct WechatArticle {
    /// Account key, base64 of a decimal number.
    pub biz: String,
    /// Message id.
    pub mid: String,
    /// Position in the push, from 1.
    pub idx: String,
    /// `gh_…` account id.
    pub user_name: String,
    /// Display name of the account.
    pub account: String,
    /// `item_show_type`.
    pub show_type: i32,
    /// 阅读原文 target; empty when none.
    pub source_url: String,
    /// 0 none, 1 original, 2 authorised reprint.
    pub copyright: i32,
    /// Whether the title was modified after sending.
    pub title_modified: bool,
    /// Whether only a preview is readable (paid).
    pub paid: bool,
}
