//! What of a page may be shown: elements, attributes, styles and addresses.

/// Elements that are shown. Others are left out but for what is in them.
pub(super) const SHOWN: &[&str] = &[
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "bdi",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];
/// Elements that are left out with all that is in them.
pub(super) const DROPPED: &[&str] = &[
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "head",
    "title",
    "meta",
    "link",
    "base",
    "form",
    "input",
    "button",
    "select",
    "option",
    "textarea",
    "video",
    "audio",
    "canvas",
    "noframes",
    "xmp",
    "plaintext",
    "dialog",
    "map",
    "area",
];
pub(super) const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];
/// Attributes with plain values.
pub(super) const PLAIN: &[&str] = &[
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "face",
    "height",
    "rowspan",
    "size",
    "start",
    "title",
    "type",
    "valign",
    "value",
    "width",
];
/// Properties of inline styles: look and layout within the flow, nothing that can lie over the page.
const STYLES: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-style",
    "border-top",
    "border-width",
    "box-sizing",
    "color",
    "display",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-height",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-justify",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
];

/// What of an inline style may stay.
pub(super) fn safe_style(style: &str) -> String {
    style
        .split(';')
        .filter_map(|declaration| {
            let (property, value) = declaration.split_once(':')?;
            let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
            let is_harmless = value
                .chars()
                .all(|c| c.is_alphanumeric() || " #.,%-+/'\"()!".contains(c))
                && !value.to_ascii_lowercase().contains("url")
                && !value.to_ascii_lowercase().contains("image");
            // Hidden by a style is shown here: a checker must see what the page hides.
            let hides = property == "display" && value.eq_ignore_ascii_case("none");
            let may_overlap = value.contains("-") && property.starts_with("margin");
            (STYLES.contains(&property.as_str()) && is_harmless && !hides && !may_overlap)
                .then(|| format!("{property}:{value}"))
        })
        .collect::<Vec<_>>()
        .join(";")
}

/// A web, mail or phone link; empty for any other.
pub(super) fn safe_link(href: &str) -> String {
    match url::Url::parse(href.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https" | "mailto" | "tel") => url.into(),
        _ => String::new(),
    }
}

/// A picture of the web, or one in the page itself; empty for any other.
pub(super) fn safe_picture(src: &str) -> String {
    let src = src.trim();
    let is_inline = [
        "data:image/png;",
        "data:image/jpeg;",
        "data:image/gif;",
        "data:image/webp;",
    ]
    .iter()
    .any(|p| src.starts_with(p));
    match url::Url::parse(src) {
        Ok(_) if is_inline => src.to_owned(),
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.into(),
        _ => String::new(),
    }
}
