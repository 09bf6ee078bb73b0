//! Who reviews: a name the browser remembers. It says who decided, it is not a proof of identity.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

const COOKIE_NAME: &str = "duwang-reviewer";
/// The longest name kept, in characters.
const LONGEST: usize = 40;

/// The remembered name; empty when there is none.
pub(super) fn remembered(headers: &HeaderMap) -> String {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    let mut pairs = cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let value = pairs
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value);
    // A form pair is decoded exactly as `cookie` encoded it.
    let decoded = value.and_then(|v| {
        url::form_urlencoded::parse(format!("n={v}").as_bytes())
            .next()
            .map(|p| p.1.into_owned())
    });
    tidy(&decoded.unwrap_or_default())
}

/// The cookie that remembers a name for a year.
pub(super) fn cookie(name: &str) -> String {
    let value: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("{COOKIE_NAME}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
}

/// A name on one line, not too long.
pub(super) fn tidy(name: &str) -> String {
    crate::view::one_line(name).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_the_cookie_and_nothing_escapes_from_it() {
        let mut headers = HeaderMap::new();
        for name in ["张某", "a; Path=/x\r\nSet-Cookie: b=c", "1+1=2&x"] {
            let set = cookie(&tidy(name));
            assert!(!set.contains(['\r', '\n']));
            let pair = set.split(';').next().unwrap_or_default();
            headers.insert(
                COOKIE,
                format!("other=1; {pair}")
                    .parse()
                    .unwrap_or_else(|_| unreachable!()),
            );
            assert_eq!(remembered(&headers), tidy(name));
        }
    }
}
