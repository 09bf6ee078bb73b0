//! The small markup of page bodies, one construct a line:
//!
//! ```text
//! # heading          = 标签：值         | cell | cell |      ![alt](picture)     !video(clip)
//! >> signature       <p>raw HTML</p>   [text](target)       anything else: a paragraph
//! ```
//!
//! Consecutive `=` lines are set together in the way the page's template sets label–value pairs, consecutive `|` lines are one table whose
//! first row is its header.

use crate::escape;

/// How a design sets a body.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// `table`, `dl`, `list` or `lines`.
    pub pairs: &'a str,
    /// Digits and Latin letters in spans of their own, as pasted from Word.
    pub word: bool,
    /// Paragraphs end in `<br>` instead of being elements.
    pub breaks: bool,
}

/// Sets a body as HTML.
pub fn html(body: &str, style: Style<'_>) -> String {
    let lines: Vec<&str> = body
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let mut out = String::new();
    let mut rest = lines.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|l| group(l) == group(first)).count();
        let taken = if group(first) == Group::Single {
            1
        } else {
            same
        };
        let (now, later) = rest.split_at(taken);
        match group(first) {
            Group::Pairs => out.push_str(&pairs(now, style)),
            Group::Rows => out.push_str(&table(now)),
            Group::Single => out.push_str(&single(first, style)),
        }
        out.push('\n');
        rest = later;
    }
    out
}

#[derive(PartialEq, Eq)]
enum Group {
    Pairs,
    Rows,
    Single,
}

fn group(line: &str) -> Group {
    match line.chars().next() {
        Some('=') => Group::Pairs,
        Some('|') => Group::Rows,
        _ => Group::Single,
    }
}

fn single(line: &str, style: Style<'_>) -> String {
    if line.starts_with('<') {
        return line.to_owned();
    }
    if let Some((alt, src)) = line
        .strip_prefix("![")
        .and_then(|l| l.strip_suffix(')'))
        .and_then(|l| l.split_once("]("))
    {
        return format!(
            "<p style=\"text-align:center\"><img src=\"{}\" alt=\"{}\" width=\"600\"></p>",
            escape::html(src),
            escape::html(alt)
        );
    }
    if let Some(src) = line
        .strip_prefix("!video(")
        .and_then(|l| l.strip_suffix(')'))
    {
        return format!(
            "<p><video controls width=\"600\" src=\"{}\"></video></p>",
            escape::html(src)
        );
    }
    if let Some(heading) = line.strip_prefix("# ") {
        return paragraph(
            &format!("<strong>{}</strong>", inline(heading, style.word)),
            style.breaks,
            "",
        );
    }
    if let Some(signature) = line.strip_prefix(">> ") {
        return paragraph(
            &inline(signature, style.word),
            style.breaks,
            " style=\"text-align:right\"",
        );
    }
    paragraph(
        &inline(line, style.word),
        style.breaks,
        " style=\"text-indent:2em\"",
    )
}

fn paragraph(inner: &str, breaks: bool, attributes: &str) -> String {
    if breaks {
        format!("　　{inner}<br>")
    } else {
        format!("<p{attributes}>{inner}</p>")
    }
}

/// Text with `[text](target)` links.
fn inline(text: &str, word: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, anchor, target, after)) = next_link(rest) {
        out.push_str(&plain(before, word));
        out.push_str(&format!(
            "<a href=\"{}\">{}</a>",
            escape::html(target),
            plain(anchor, false)
        ));
        rest = after;
    }
    out.push_str(&plain(rest, word));
    out
}

fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    Some((
        &text[..start],
        &text[start + 1..middle],
        &text[middle + 2..end],
        &text[end + 1..],
    ))
}

fn plain(text: &str, word: bool) -> String {
    if !word {
        return escape::html(text);
    }
    let mut out = String::new();
    let mut open = false;
    for c in text.chars() {
        let foreign = c.is_ascii_alphanumeric() || matches!(c, '〔' | '〕');
        if foreign != open {
            out.push_str(if foreign {
                "<span lang=\"EN-US\">"
            } else {
                "</span>"
            });
            open = foreign;
        }
        out.push_str(&escape::html(&c.to_string()));
    }
    if open {
        out.push_str("</span>");
    }
    out
}

fn table(lines: &[&str]) -> String {
    let mut out = String::from("<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\">");
    for (n, line) in lines.iter().enumerate() {
        let tag = if n == 0 { "th" } else { "td" };
        out.push_str("<tr>");
        for cell in line.trim_matches('|').split('|') {
            out.push_str(&format!("<{tag}>{}</{tag}>", inline(cell.trim(), false)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    out
}

fn pairs(lines: &[&str], style: Style<'_>) -> String {
    let pairs = lines
        .iter()
        .map(|l| l.trim_start_matches('=').trim())
        .map(|l| l.split_once('：').unwrap_or((l, "")));
    let pairs = pairs.map(|(label, value)| (escape::html(label), inline(value, style.word)));
    match style.pairs {
        "table" => wrap("table border=\"1\" class=\"pairs\"", pairs, |l, v| {
            format!("<tr><td>{l}</td><td>{v}</td></tr>")
        }),
        "dl" => wrap("dl", pairs, |l, v| format!("<dt>{l}：</dt><dd>{v}</dd>")),
        "list" => wrap("ul", pairs, |l, v| format!("<li>{l}：{v}</li>")),
        _ => pairs
            .map(|(l, v)| paragraph(&format!("{l}：{v}"), style.breaks, ""))
            .collect(),
    }
}

fn wrap(
    tag: &str,
    pairs: impl Iterator<Item = (String, String)>,
    row: impl Fn(&str, &str) -> String,
) -> String {
    let name = tag.split(' ').next().unwrap_or(tag);
    let rows: String = pairs.map(|(label, value)| row(&label, &value)).collect();
    format!("<{tag}>{rows}</{name}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: Style<'static> = Style {
        pairs: "lines",
        word: false,
        breaks: false,
    };

    #[test]
    fn links_and_pairs() {
        let got = html("= 电话：0599-6660001\n见[附表](/a.xlsx)。", LINES);
        assert!(got.contains("<p>电话：0599-6660001</p>"));
        assert!(got.contains("见<a href=\"/a.xlsx\">附表</a>。"));
    }

    #[test]
    fn rows_make_one_table() {
        let got = html("| 甲 | 乙 |\n| 1 | 2 |", LINES);
        assert_eq!(got.matches("<table").count(), 1);
        assert!(got.contains("<th>甲</th>") && got.contains("<td>2</td>"));
    }

    #[test]
    fn word_residue_wraps_digits_only() {
        let got = html(
            "2026年",
            Style {
                word: true,
                ..LINES
            },
        );
        assert!(got.contains("<span lang=\"EN-US\">2026</span>年"));
    }
}
