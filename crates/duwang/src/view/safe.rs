//! Making outside text harmless: no control characters on a terminal, no link that is not a web address.

/// The text on one line: runs of blanks and control characters become one space; characters that turn the reading direction
/// or hide text are left out. What a page wrote can then neither move the cursor nor forge a line.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The address, when it may be offered as a link: `http` and `https` only, and nothing masked in it.
pub fn web_link(url: &str) -> Option<&str> {
    let parsed = url::Url::parse(url).ok()?;
    let web = matches!(parsed.scheme(), "http" | "https") && parsed.host().is_some();
    (web && !url.contains('*')).then_some(url)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_and_turned_text_are_disarmed() {
        assert_eq!(
            one_line("办公\u{1b}[2J时间\r\n\t：\u{202e}略 "),
            "办公 [2J时间 ：略"
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        for bad in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "#",
            "",
            "http://",
            "//host.example/",
            "file:///etc/passwd",
            "http://a.example/?id=350499********031X",
        ] {
            assert_eq!(web_link(bad), None, "{bad}");
        }
        assert!(web_link("http://www.qingshi-demo.gov.cn/gk/zn/").is_some());
    }
}
