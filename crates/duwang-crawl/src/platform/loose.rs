//! Loose JSON: what list interfaces and page scripts really hold. Single quotes, bare line breaks in strings, bare keys, comments,
//! closing commas, quotation marks nobody escaped. Never executed, only read; bounded in depth.

use serde_json::{Map, Value};

/// Reads an answer that should be JSON: strictly if it is, loosely from its first bracket if not.
pub(super) fn answer(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    value_at(text, text.find(['{', '['])?)
}

/// Reads the object or array that starts at a byte offset of a script.
pub(super) fn value_at(text: &str, at: usize) -> Option<Value> {
    let mut reader = Loose { text, at, depth: 0 };
    matches!(text.as_bytes().get(at), Some(b'{' | b'[')).then(|| reader.value())
}

/// The text of a value wherever it is a string or a number; empty for others.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(s) => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

/// A count, written as number or as text.
pub(super) fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Number(n) => super::stated(&n.to_string()),
        Value::String(s) => super::stated(s),
        _ => None,
    }
}

/// The first non-empty text among some members of an object.
pub(super) fn first_text(object: &Value, names: &[&str]) -> String {
    names
        .iter()
        .map(|n| text(&object[*n]))
        .find(|t| !t.is_empty())
        .unwrap_or_default()
}

const MAX_DEPTH: usize = 100;

struct Loose<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Loose<'_> {
    fn value(&mut self) -> Value {
        self.blanks();
        match self.peek() {
            Some(b'{') if self.depth < MAX_DEPTH => self.nested(Self::object),
            Some(b'[') if self.depth < MAX_DEPTH => self.nested(Self::array),
            Some(quote @ (b'"' | b'\'' | b'`')) => Value::String(self.string(quote)),
            _ => self.bare(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Value) -> Value {
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Value {
        let mut members = Map::new();
        loop {
            self.blanks();
            match self.peek() {
                None => break,
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',' | b';' | b']' | b')' | b':') => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let key = self.key();
            self.blanks();
            if self.peek() == Some(b':') {
                self.at += 1;
                let value = self.value();
                self.skip_expression();
                members.insert(key, value);
            }
        }
        Value::Object(members)
    }

    fn array(&mut self) -> Value {
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',' | b';' | b'}' | b')' | b':') => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let value = self.value();
            self.skip_expression();
            items.push(value);
        }
        Value::Array(items)
    }

    fn key(&mut self) -> String {
        match self.peek() {
            Some(quote @ (b'"' | b'\'' | b'`')) => self.string(quote),
            _ => self.word(),
        }
    }

    /// Everything up to the next mark of structure; always moves on.
    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let len = rest
            .find([',', ':', '}', ']', '{', '[', '\n', '"', '\''])
            .unwrap_or(rest.len());
        let len = if len == 0 {
            rest.chars().next().map_or(0, char::len_utf8)
        } else {
            len
        };
        self.at += len;
        rest[..len].trim().to_owned()
    }

    fn bare(&mut self) -> Value {
        let word = self.word();
        match word.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "" | "null" | "undefined" | "NaN" => Value::Null,
            _ => serde_json::from_str::<serde_json::Number>(&word)
                .map_or(Value::String(word), Value::Number),
        }
    }

    /// What may follow a value in script (`'0' * 1`, `|| ''`): passed over up to the next comma or closing bracket.
    fn skip_expression(&mut self) {
        loop {
            self.blanks();
            match self.peek() {
                None | Some(b',' | b'}' | b']') => return,
                Some(quote @ (b'"' | b'\'' | b'`')) => {
                    self.string(quote);
                }
                Some(b'{' | b'[') if self.depth < MAX_DEPTH => {
                    self.value();
                }
                _ => {
                    let rest = &self.text[self.at..];
                    self.at += rest.chars().next().map_or(0, char::len_utf8);
                }
            }
        }
    }

    fn string(&mut self, quote: u8) -> String {
        self.at += 1;
        let mut out = String::new();
        while let Some(c) = self.text[self.at..].chars().next() {
            self.at += c.len_utf8();
            if c == '\\' {
                self.escape(&mut out);
            } else if c == char::from(quote) && self.string_ends() {
                break;
            } else {
                out.push(c);
            }
        }
        out
    }

    /// A quotation mark ends a string only where structure follows; otherwise it is part of the text.
    fn string_ends(&self) -> bool {
        let rest = self.text[self.at..].trim_start();
        match rest.chars().next() {
            None => true,
            Some(c) => matches!(
                c,
                ',' | ':' | '}' | ']' | ')' | ';' | '+' | '*' | '|' | '.' | '/'
            ),
        }
    }

    fn escape(&mut self, out: &mut String) {
        let Some(c) = self.text[self.at..].chars().next() else {
            return;
        };
        self.at += c.len_utf8();
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' | 'b' | 'f' | '\n' => {}
            'x' => self.code(2, out),
            'u' => self.code(4, out),
            other => out.push(other),
        }
    }

    fn code(&mut self, digits: usize, out: &mut String) {
        let Some(first) = self.hex(digits) else {
            return;
        };
        // Two halves of one character beyond the basic plane.
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            if let Some(second) = self.hex(4).filter(|s| (0xdc00..0xe000).contains(s)) {
                let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                out.extend(char::from_u32(joined));
            }
            return;
        }
        out.push(char::from_u32(first).unwrap_or('\u{fffd}'));
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let code = u32::from_str_radix(self.text.get(self.at..self.at + digits)?, 16).ok()?;
        self.at += digits;
        Some(code)
    }

    fn blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            let len = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |i| i + 2)
            } else {
                return;
            };
            self.at += len;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_interfaces_really_send_is_read() {
        assert_eq!(
            answer("{\"count\":\"2\",\"docs\":[{\"title\":\"甲\r\n乙\",\"url\":\"/a\",},{\"title\":\"他说\"好\"了\",\"url\":'/b'},],}").unwrap(),
            json!({"count":"2","docs":[{"title":"甲\r\n乙","url":"/a"},{"title":"他说\"好\"了","url":"/b"}]})
        );
        assert_eq!(
            answer("callback({a:1,'b':[true,null,undefined]});").unwrap(),
            json!({"a":1,"b":[true,null,null]})
        );
        assert_eq!(
            answer("\u{feff}{\"a\":\"\\u4e91\\x26\\ud83d\\ude00\"}").unwrap()["a"],
            "云&😀"
        );
    }

    #[test]
    fn script_objects_are_read_up_to_their_bracket() {
        let script = "window._CONFIG = { SID: '755041', // 站点\n TREE: [{id:1,name:'通知',children:[]},{id:2,name:\"甲]乙\",jump_url:''}], n: '3' * 1, f: pick('x', 2), }; var after = {};";
        let config = value_at(script, script.find('{').unwrap()).unwrap();
        assert_eq!(config["SID"], "755041");
        assert_eq!(config["TREE"][1]["name"], "甲]乙");
        assert_eq!(config["n"], "3");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[\\[\\]{}\"'`:,\\\\ux0-9a-f/* \n云]{0,80}|\\PC{0,60}") {
            let _ = answer(&text);
            let _ = value_at(&text, 0);
        }
    }

    #[test]
    fn deep_nesting_is_bounded() {
        let _ = answer(&"[".repeat(200_000));
        let _ = answer(&"{\"a\":".repeat(100_000));
    }
}
