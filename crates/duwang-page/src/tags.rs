//! What elements do to the text, and what names of classes and ids tell of their part of the page.

/// What an element does to the text around it. Unknown tags (`o:p`, `st1:chsdate`) are inline: they never break or lose text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Inline,
    Block,
    Paragraph,
    Heading,
    Item,
    Term,
    Definition,
    Cell,
    HeadCell,
    Row,
    Table,
    Preformatted,
    Break,
    Rule,
    Anchor,
    Image,
    Frame,
    Video,
    Audio,
    Embed,
    /// Nothing inside is page text: script, style, form choices.
    Silent,
    Title,
    Meta,
    Base,
}

impl Tag {
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "span" | "font" | "b" | "strong" | "i" | "em" | "u" => Self::Inline,
            "p" => Self::Paragraph,
            "div" | "section" | "article" | "main" | "header" | "footer" | "nav" | "aside"
            | "ul" | "ol" | "dl" | "form" | "center" | "blockquote" | "body" | "html" | "head"
            | "fieldset" | "legend" | "address" | "figure" | "figcaption" | "caption" | "thead"
            | "tbody" | "tfoot" | "details" | "summary" | "menu" | "dir" | "hgroup" | "dialog"
            | "marquee" => Self::Block,
            "a" => Self::Anchor,
            "li" => Self::Item,
            "td" => Self::Cell,
            "tr" => Self::Row,
            "br" => Self::Break,
            "img" | "image" => Self::Image,
            "table" => Self::Table,
            "th" => Self::HeadCell,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "dt" => Self::Term,
            "dd" => Self::Definition,
            "pre" => Self::Preformatted,
            "hr" => Self::Rule,
            "iframe" | "frame" => Self::Frame,
            "video" | "mp-common-videosnap" => Self::Video,
            "audio" | "mpvoice" | "mp-common-mpaudio" | "qqmusic" | "mp-common-qqmusic" => {
                Self::Audio
            }
            "embed" | "object" => Self::Embed,
            "script" | "style" | "noscript" | "template" | "select" | "textarea" | "input"
            | "svg" | "math" | "link" | "datalist" | "noframes" | "canvas" | "map" | "param"
            | "mp-style-type" => Self::Silent,
            "title" => Self::Title,
            "meta" => Self::Meta,
            "base" => Self::Base,
            _ => Self::Inline,
        }
    }

    /// Whether it begins and ends a line.
    pub(crate) fn breaks(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::Paragraph
                | Self::Heading
                | Self::Item
                | Self::Term
                | Self::Definition
                | Self::Cell
                | Self::HeadCell
                | Self::Row
                | Self::Table
                | Self::Preformatted
        )
    }
}

/// What a class, id, role or tag says about a region of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Region {
    #[default]
    None,
    Header,
    Nav,
    Footer,
}

/// Region by tag name and `role`.
pub(crate) fn region_of_tag(name: &str, role: Option<&str>) -> Region {
    match (role.unwrap_or(""), name) {
        ("banner", _) => Region::Header,
        ("navigation" | "search" | "complementary" | "menu" | "menubar", _) => Region::Nav,
        ("contentinfo", _) => Region::Footer,
        (_, "header") => Region::Header,
        (_, "nav" | "aside" | "menu") => Region::Nav,
        (_, "footer") => Region::Footer,
        _ => Region::None,
    }
}

/// Region by the words of a class list or an id.
pub(crate) fn region_of_words(words: &str) -> Region {
    words
        .split_ascii_whitespace()
        .map(region_of_word)
        .find(|r| *r != Region::None)
        .unwrap_or_default()
}

fn region_of_word(word: &str) -> Region {
    let has = |part: &str| contains_ignore_case(word, part);
    let is = |whole: &str| word.eq_ignore_ascii_case(whole);
    let starts = |part: &str| {
        word.get(..part.len())
            .is_some_and(|w| w.eq_ignore_ascii_case(part))
    };
    let ends = |part: &str| {
        word.len()
            .checked_sub(part.len())
            .and_then(|at| word.get(at..))
            .is_some_and(|w| w.eq_ignore_ascii_case(part))
    };
    match word.as_bytes().first().map(u8::to_ascii_lowercase) {
        None => return Region::None,
        Some(b'f') if starts("foot") || is("ft_box") => return Region::Footer,
        Some(b'b')
            if is("bottom") || starts("bottom_") || starts("bottombox") || starts("banquan") =>
        {
            return Region::Footer;
        }
        Some(b'c') if starts("copyright") => return Region::Footer,
        Some(b'y') if starts("yejiao") => return Region::Footer,
        Some(b'h')
            if is("head")
                || is("header")
                || starts("head_")
                || starts("headbox")
                || starts("hd_")
                || starts("header-")
                || starts("header_") =>
        {
            return Region::Header;
        }
        Some(b't')
            if is("top")
                || starts("top_")
                || starts("top-")
                || starts("topbar")
                || starts("topnav")
                || starts("topbox") =>
        {
            return Region::Header;
        }
        Some(b's')
            if starts("share")
                || starts("sidebar")
                || is("side")
                || starts("sitemap")
                || starts("social")
                || is("search")
                || starts("search") =>
        {
            return Region::Nav;
        }
        Some(b'p')
            if is("position")
                || is("pager")
                || starts("pagination")
                || is("pages")
                || starts("page_nav")
                || starts("page-nav")
                || is("print")
                || is("path") =>
        {
            return Region::Nav;
        }
        Some(b'd') if starts("dqwz") || is("dangqian") => return Region::Nav,
        Some(b'w') if is("weizhi") || is("wz") => return Region::Nav,
        Some(b'l')
            if is("location")
                || is("loc")
                || is("leftnav")
                || is("left_nav")
                || is("logo")
                || is("login") =>
        {
            return Region::Nav;
        }
        Some(b'r') if starts("related") || starts("relate_") => return Region::Nav,
        Some(b'x') if is("xgyd") || is("xgxx") => return Region::Nav,
        _ => {}
    }
    if has("footer") || ends("_foot") || ends("-foot") || has("copyright") {
        return Region::Footer;
    }
    if ends("nav")
        || has("nav_")
        || has("nav-")
        || has("navbar")
        || starts("nav")
        || has("menu")
        || has("crumb")
        || has("currentloc")
        || ends("position")
        || has("bdshare")
        || has("jiathis")
        || has("sidebar")
        || ends("share")
        || has("qrcode")
        || starts("ewm")
        || ends("ewm")
    {
        return Region::Nav;
    }
    if (has("header") && !has("content") && !has("detail") && !has("article"))
        || is("banner")
        || starts("banner")
        || ends("topbar")
    {
        return Region::Header;
    }
    Region::None
}

/// Whether `text` holds `part` (lower-case ASCII), letters compared without case.
pub(crate) fn contains_ignore_case(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    part.len() <= text.len()
        && text
            .windows(part.len())
            .any(|w| w.eq_ignore_ascii_case(part))
}

/// Whether an inline style keeps its element from being seen.
pub(crate) fn style_hides(style: &str) -> bool {
    let mut facts = StyleFacts::default();
    let (mut colour, mut ground) = (None, None);
    for declaration in style.split(';') {
        if let Some((name, value)) = declaration.split_once(':') {
            let (name, value) = (name.trim(), value.trim());
            facts.take(name, value);
            let is = |word: &str| name.eq_ignore_ascii_case(word);
            if is("color") {
                colour = Some(value);
            } else if is("background") || is("background-color") {
                ground = Some(value);
            }
        }
    }
    let same = |(colour, ground): (&str, &str)| colour.eq_ignore_ascii_case(ground);
    facts.hides() || colour.zip(ground).is_some_and(same)
}

#[derive(Default)]
struct StyleFacts {
    hidden: bool,
    off: bool,
    clipped: bool,
    no_size: bool,
}

impl StyleFacts {
    fn take(&mut self, name: &str, value: &str) {
        let is = |word: &str| {
            value
                .get(..word.len())
                .is_some_and(|v| v.eq_ignore_ascii_case(word))
        };
        let name = |word: &str| name.eq_ignore_ascii_case(word);
        if name("display") {
            self.hidden |= is("none");
        } else if name("visibility") {
            self.hidden |= is("hidden") || is("collapse");
        } else if name("font-size") {
            let least = if value.ends_with("px") { 1.0 } else { 0.0 };
            self.hidden |= length(value).is_some_and(|l| l <= least) && !value.starts_with("0 ");
        } else if name("left")
            || name("top")
            || name("right")
            || name("margin-left")
            || name("margin-top")
        {
            self.off |= length(value).is_some_and(|l| l <= -500.0);
        } else if name("text-indent") {
            self.hidden |= length(value).is_some_and(|l| l <= -500.0);
        } else if name("overflow") {
            self.clipped |= is("hidden");
        } else if name("width") || name("height") {
            self.no_size |= length(value).is_some_and(|l| l <= 1.0) && !value.contains('%');
        }
    }

    fn hides(&self) -> bool {
        self.hidden || self.off || (self.clipped && self.no_size)
    }
}

/// The number in front of a CSS length; `auto` and the like have none.
fn length(value: &str) -> Option<f32> {
    let end = value
        .bytes()
        .position(|b| !(b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'+')))
        .unwrap_or(value.len());
    value[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide() {
        for style in [
            "display:none",
            "DISPLAY : NONE;",
            "visibility: hidden; opacity: 0",
            "font-size:0",
            "font-size:0px;",
            "font-size: 1px",
            "color:#fff;background:#FFF",
            "position:absolute;left:-9999px",
            "position:absolute; top:-1000px",
            "text-indent:-9999px",
            "height:0;overflow:hidden",
            "overflow:hidden;width:1px;height:1px",
        ] {
            assert!(style_hides(style), "{style}");
        }
        for style in [
            "",
            "display:block",
            "font-size:10px",
            "height:0",
            "left:-5px",
            "text-indent:2em",
            "opacity:0",
            "width:100%;overflow:hidden",
            "font-size:0.5em",
            "font-size:1em",
            "color:#fff;background:#c00",
        ] {
            assert!(!style_hides(style), "{style}");
        }
    }

    #[test]
    fn words_of_regions() {
        for (word, region) in [
            ("footer", Region::Footer),
            ("g-foot", Region::Footer),
            ("nav_main", Region::Nav),
            ("breadcrumb", Region::Nav),
            ("header", Region::Header),
            ("top", Region::Header),
            ("TRS_Editor", Region::None),
            ("content", Region::None),
            ("vF_detail_header", Region::None),
            ("stop", Region::None),
            ("xl_tit", Region::None),
            ("position-relative", Region::None),
            ("curPosition", Region::Nav),
        ] {
            assert_eq!(region_of_words(word), region, "{word}");
        }
    }
}
