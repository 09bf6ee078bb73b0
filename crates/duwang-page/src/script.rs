//! Values out of page scripts, read as literals. Nothing is executed.

/// The first value that is not empty among the literals assigned to `key` (`key = "" || "x"`, `key: JsDecode('x')`, `key: '0' * 1`).
pub(crate) fn value(scripts: &[&str], key: &str) -> Option<String> {
    value_where(scripts, key, |_| true)
}

/// Like [`value`], but only values that look right count: pages use one name for several things.
pub(crate) fn value_where(
    scripts: &[&str],
    key: &str,
    right: impl Fn(&str) -> bool,
) -> Option<String> {
    let finder = memchr::memmem::Finder::new(key);
    let mut empty = None;
    for script in scripts {
        for at in finder.find_iter(script.as_bytes()).take(2_000) {
            let before = at.checked_sub(1).and_then(|i| script.as_bytes().get(i));
            if before.is_some_and(|b| is_name_byte(*b)) {
                continue;
            }
            match expression_after(&script[at + key.len()..]) {
                Some(text) if text.is_empty() => empty = Some(text),
                Some(text) if right(&text) => return Some(text),
                _ => {}
            }
        }
    }
    empty
}

/// Every literal assigned to `key` inside a text, in order.
pub(crate) fn values(script: &str, key: &str) -> Vec<String> {
    memchr::memmem::find_iter(script.as_bytes(), key)
        .filter(|at| {
            !at.checked_sub(1)
                .and_then(|i| script.as_bytes().get(i))
                .is_some_and(|b| is_name_byte(*b))
        })
        .filter_map(|at| expression_after(&script[at + key.len()..]))
        .filter(|v| !v.is_empty())
        .take(1_000)
        .collect()
}

/// The first string literal of a text, unescaped.
pub(crate) fn first_string(script: &str) -> Option<String> {
    let at = script.find(['"', '\'', '`'])?;
    literal(&script[at..]).map(|(text, _)| text)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// After a name: `= …` or `: …`; a quote that closes the name is allowed.
fn expression_after(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix('=').or_else(|| rest.strip_prefix(':'))?;
    if rest.starts_with('=') {
        return None;
    }
    expression(rest)
}

/// A chain of literals, names, decoding calls and `||`; the first literal that is not empty wins.
fn expression(text: &str) -> Option<String> {
    let mut rest = text;
    let mut seen = None;
    for _ in 0..24 {
        rest = rest.trim_start();
        let Some(first) = rest.as_bytes().first().copied() else {
            return seen;
        };
        match first {
            b'"' | b'\'' | b'`' => {
                let (text, after) = literal(rest)?;
                if !text.is_empty() {
                    return Some(text);
                }
                seen = Some(text);
                rest = after.trim_start().trim_start_matches(')');
            }
            b'0'..=b'9' => {
                let end = rest
                    .bytes()
                    .position(|b| !b.is_ascii_digit())
                    .unwrap_or(rest.len());
                return Some(rest[..end].to_owned());
            }
            b'|' | b'?' | b'=' if rest.len() > 1 => rest = rest.trim_start_matches(['|', '?', '=']),
            // `cond ? call('x') : 'value'`: the other arm is what a page without XML data shows.
            b':' => rest = &rest[1..],
            b'*' => return seen,
            b'(' => rest = &rest[1..],
            _ if is_name_byte(first) => rest = after_name(rest)?,
            _ => return seen,
        }
    }
    seen
}

fn after_name(text: &str) -> Option<&str> {
    let end = text
        .bytes()
        .position(|b| !is_name_byte(b) && b != b'.')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let call = rest.trim_start().strip_prefix('(');
    match call {
        Some(inside)
            if matches!(
                name,
                "JsDecode" | "htmlDecode" | "decodeURIComponent" | "String"
            ) =>
        {
            Some(inside)
        }
        Some(inside) if name == "getXmlValue" => inside.find(')').map(|at| &inside[at + 1..]),
        Some(_) => None,
        None => Some(rest),
    }
}

/// A string literal at the start of the text, unescaped, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next()?;
    let body = &text[1..];
    let bytes = body.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote as u8, b'\\', &bytes[at..])?;
        if bytes[at] == b'\\' {
            at += 2;
            if at > bytes.len() {
                return None;
            }
            continue;
        }
        return Some((unescape(&body[..at]), &body[at + 1..]));
    }
}

/// JavaScript string escapes; an escape that is none stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { break };
        let after = &rest[c.len_utf8()..];
        rest = match c {
            'n' => push(&mut out, '\n', after),
            'r' => push(&mut out, '\r', after),
            't' => push(&mut out, '\t', after),
            'b' | 'f' | 'v' | '0' => push(&mut out, ' ', after),
            'x' => coded(&mut out, after, 2, rest),
            'u' => coded(&mut out, after, 4, rest),
            '\n' => after,
            _ => push(&mut out, c, after),
        };
    }
    out.push_str(rest);
    out
}

fn push<'t>(out: &mut String, c: char, after: &'t str) -> &'t str {
    out.push(c);
    after
}

/// `\xNN` and `\uNNNN`; a surrogate pair is one character.
fn coded<'t>(out: &mut String, after: &'t str, digits: usize, unread: &'t str) -> &'t str {
    let Some(code) = hex(after, digits) else {
        out.push('\\');
        out.push_str(&unread[..1]);
        return after;
    };
    let rest = &after[digits..];
    if (0xd800..0xdc00).contains(&code)
        && let Some(low) = rest
            .strip_prefix("\\u")
            .and_then(|r| hex(r, 4))
            .filter(|l| (0xdc00..0xe000).contains(l))
    {
        out.extend(char::from_u32(
            0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00),
        ));
        return &rest[6..];
    }
    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    rest
}

fn hex(text: &str, digits: usize) -> Option<u32> {
    let code = text.get(..digits)?;
    code.bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(code, 16).ok())
        .flatten()
}

/// HTML entities of a short text, such as a title that was escaped for markup.
pub(crate) fn without_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let tree = duwang_html::parse(&text.replace('<', "&lt;"), duwang_html::Limits::default());
    tree.inner_text(tree.root())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_of_every_shape() {
        let script = r#"
            var biz = "" || "Mz==" || ""; var mid = '' || '' || '2247'; window.item_show_type = '8' || '';
            var ct = "1790000000"*1; nick_name: JsDecode('甲\x26amp;乙'), idx: '1' * 1,
            d.user_name = xml ? getXmlValue('user_name.DATA') : 'gh_0123456789ab';
            var Text = window.a_value_which_never_exists || '一\x0a二';
            window.msg_title = window.title = '题\n目'; var nickname = htmlDecode("样例");
            if (window.top.kind === '0') {} kind: Number(window.kind), "quoted":"yes", empty: '' "#;
        let get = |key| value(&[script], key);
        assert_eq!(get("biz").as_deref(), Some("Mz=="));
        assert_eq!(get("mid").as_deref(), Some("2247"));
        assert_eq!(get("item_show_type").as_deref(), Some("8"));
        assert_eq!(get("ct").as_deref(), Some("1790000000"));
        assert_eq!(get("nick_name").as_deref(), Some("甲&amp;乙"));
        assert_eq!(get("idx").as_deref(), Some("1"));
        assert_eq!(get("user_name").as_deref(), Some("gh_0123456789ab"));
        assert_eq!(get("Text").as_deref(), Some("一\n二"));
        assert_eq!(get("msg_title").as_deref(), Some("题\n目"));
        assert_eq!(get("nickname").as_deref(), Some("样例"));
        assert_eq!(get("quoted").as_deref(), Some("yes"));
        assert_eq!(get("empty").as_deref(), Some(""));
        assert_eq!(get("kind"), None);
    }

    #[test]
    fn escapes() {
        assert_eq!(
            unescape(r"\u003Cp\u003e\x26\/\'\ud842\udfb7\q\xzz"),
            "<p>&/'𠮷q\\xzz"
        );
    }

    proptest! {
        #[test]
        fn any_script_is_read_without_panic(script in "[ -~\\n甲\\\\'\"|?:=()]{0,60}") {
            let _ = value(&[&format!("key{script}")], "key");
            let _ = unescape(&script);
            let _ = first_string(&script);
        }
    }
}
