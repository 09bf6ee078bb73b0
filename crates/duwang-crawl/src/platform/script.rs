//! What page scripts say in plain literals: calls, variables, addresses. Never executed.

use memchr::memmem;

/// The arguments of the first call of `name` whose arguments include a number; definitions (`function name(`) are passed over.
/// Variables are replaced by the literal they were given elsewhere in the page.
pub(super) fn call(html: &str, name: &str) -> Option<Vec<String>> {
    memmem::find_iter(html.as_bytes(), name.as_bytes())
        .take(20)
        .find_map(|at| {
            let is_part_of_word = html[..at]
                .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '.');
            let is_definition = html[..at].trim_end().ends_with("function");
            let rest = html.get(at + name.len()..)?.trim_start();
            let inside = rest.strip_prefix('(')?;
            if is_part_of_word || is_definition {
                return None;
            }
            let arguments: Vec<String> = arguments(inside)?
                .iter()
                .map(|a| literal(html, a))
                .collect();
            arguments
                .iter()
                .any(|a| a.parse::<usize>().is_ok())
                .then_some(arguments)
        })
}

/// The number a variable or member is given: `var countPage = 37//共多少页`, `size:37`, `"totalPage":"37"`.
pub(super) fn number(html: &str, name: &str) -> Option<usize> {
    assigned(html, name).find_map(|value| {
        let value = value.trim_start_matches(['"', '\'', ' ']);
        let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        value
            .get(..digits)?
            .parse()
            .ok()
            .filter(|n| *n < super::MAX_STATED)
    })
}

/// The text a variable or member is given.
pub(super) fn string<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    assigned(html, name).find_map(quoted)
}

/// An address written in the page that contains `needle`: the whole literal, or several joined with `+` and variables; a variable
/// nobody knows the value of ends it.
pub(super) fn address(html: &str, needle: &str) -> Option<String> {
    memmem::find_iter(html.as_bytes(), needle.as_bytes())
        .take(20)
        .find_map(|at| {
            let open = html[..at].rfind(['"', '\'', '`', '\n', '<', '>', ' ', '('])?;
            let quote = html[open..]
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\'' | '`'))?;
            let literal = html.get(open + 1..)?;
            let end = literal.find(quote)?;
            let mut out = literal[..end].replace("&amp;", "&");
            join_rest(html, &literal[end + 1..], &mut out);
            (!out.contains('\n') && out.len() < 2000).then_some(out)
        })
}

fn join_rest(html: &str, rest: &str, out: &mut String) {
    let mut rest = rest;
    for _ in 0..12 {
        let Some(next) = rest.trim_start().strip_prefix('+').map(str::trim_start) else {
            return;
        };
        if let Some(text) = quoted(next) {
            out.push_str(&text.replace("&amp;", "&"));
            rest = next.get(text.len() + 2..).unwrap_or("");
            continue;
        }
        let word = word_at(next);
        let Some(value) = string(html, word)
            .map(str::to_owned)
            .or_else(|| number(html, word).map(|n| n.to_string()))
        else {
            return;
        };
        if word.is_empty() {
            return;
        }
        out.push_str(&value);
        rest = &next[word.len()..];
    }
}

fn literal(html: &str, argument: &str) -> String {
    let argument = argument.trim();
    if let Some(text) = quoted(argument) {
        return text.to_owned();
    }
    let is_name = argument.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word_at(argument).len() == argument.len();
    if is_name {
        if let Some(number) = number(html, argument) {
            return number.to_string();
        }
        if let Some(text) = string(html, argument) {
            return text.to_owned();
        }
    }
    argument.to_owned()
}

/// What follows `name =` or `name :`, for each place where it is given something.
fn assigned<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let length = name.len();
    let places: Vec<usize> = if name.is_empty() {
        Vec::new()
    } else {
        memmem::find_iter(html.as_bytes(), name.as_bytes())
            .take(50)
            .collect()
    };
    places.into_iter().filter_map(move |at| {
        let is_part_of_word =
            html[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$');
        let rest = html
            .get(at + length..)?
            .trim_start_matches(['"', '\''])
            .trim_start();
        let value = rest.strip_prefix([':', '='])?;
        (!is_part_of_word && !value.starts_with('=')).then(|| value.trim_start())
    })
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inside = &text[1..];
    let end = inside.find(quote)?;
    (!inside[..end].contains('\n')).then(|| &inside[..end])
}

fn word_at(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'))
        .unwrap_or(text.len());
    &text[..end]
}

/// Arguments up to the closing bracket of the call, split at its commas.
fn arguments(inside: &str) -> Option<Vec<&str>> {
    let mut out = Vec::new();
    let (mut from, mut depth, mut quote) = (0, 0usize, None);
    for (at, c) in inside.char_indices().take(2000) {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')') if depth == 0 => {
                out.push(&inside[from..at]);
                return Some(out);
            }
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                out.push(&inside[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn calls_are_found_behind_their_definition() {
        let html = "function createPageHTML(_nPageCount, _nCurrIndex, a, b){} var n = 3; createPageHTML( n , 0, \"index\", 'htm' );";
        assert_eq!(
            call(html, "createPageHTML").unwrap(),
            ["3", "0", "index", "htm"]
        );
        assert!(call("createPageHTML(", "createPageHTML").is_none());
    }

    #[test]
    fn variables_are_read_in_their_many_spellings() {
        assert_eq!(
            number("var countPage = 37//共多少页", "countPage"),
            Some(37)
        );
        assert_eq!(
            number("if(countPage==1){} {\"countPage\":\"9\"}", "countPage"),
            Some(9)
        );
        assert_eq!(number("Pager({size:12,current:0})", "size"), Some(12));
        assert_eq!(
            string("var channelid='229105';", "channelid"),
            Some("229105")
        );
    }

    #[test]
    fn addresses_in_pieces_are_joined() {
        let html = "var ch='229105'; $.get('/was5/web/search?channelid=' + ch + \"&amp;prepage=20&page=\" + n)";
        assert_eq!(
            address(html, "/was5/web/search").unwrap(),
            "/was5/web/search?channelid=229105&prepage=20&page="
        );
    }

    proptest! {
        #[test]
        fn any_script_is_read_without_panic(html in "(createPage|countPage|[=:(){}'\"`,+ \\n]|[0-9a]|云|\\PC){0,60}") {
            let _ = call(&html, "createPage");
            let _ = number(&html, "countPage");
            let _ = string(&html, "countPage");
            let _ = address(&html, "createPage");
        }
    }
}
