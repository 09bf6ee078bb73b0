//! Bytes to text. Servers and pages lie about their charset, so every claim is checked against what the text looks like.
//!
//! Order: byte order mark > strict UTF-8 > HTTP header > `<meta>` > detection. `gb2312` and `gbk` mean GB18030.

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::sync::LazyLock;

/// Text with the charset it was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the charset (WHATWG spelling; `GB18030` for all of the GB family).
    pub charset: &'static str,
    /// What a person should know, in Chinese: false claims, undecodable bytes.
    pub notes: Vec<String>,
}

/// Decodes a page. `content_type` is the HTTP header. Never fails: undecodable bytes become U+FFFD and a note.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    let claims = Claims::of(bytes, content_type);
    let (encoding, body) = choose(bytes, &claims);
    let (text, broken) = encoding.decode_without_bom_handling(body);
    let mut notes = claims.lies(encoding);
    if broken {
        let lost = text.chars().filter(|c| *c == '\u{fffd}').count();
        notes.push(format!("有{lost}处字节不能按{}解码", encoding.name()));
    }
    Decoded {
        text: text.into_owned(),
        charset: encoding.name(),
        notes,
    }
}

/// What the header and the page say of themselves.
struct Claims {
    header: Option<&'static Encoding>,
    meta: Option<&'static Encoding>,
}

impl Claims {
    fn of(bytes: &[u8], content_type: Option<&str>) -> Self {
        Self {
            header: content_type.and_then(|value| charset_in(value.as_bytes())),
            meta: charset_in(&bytes[..bytes.len().min(4096)]),
        }
    }

    fn lies(&self, read_as: &'static Encoding) -> Vec<String> {
        let claims = [("响应头", self.header), ("网页", self.meta)];
        claims
            .iter()
            .filter_map(|(who, claim)| Some((who, (*claim)?)))
            .filter(|(_, claim)| *claim != read_as)
            .map(|(who, claim)| format!("{who}声明编码为{}，实为{}", claim.name(), read_as.name()))
            .collect()
    }
}

fn choose<'b>(bytes: &'b [u8], claims: &Claims) -> (&'static Encoding, &'b [u8]) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding, &bytes[mark..]);
    }
    if let Some(encoding) = wide_without_mark(bytes) {
        return (encoding, bytes);
    }
    let declared = claims.header.or(claims.meta);
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        let gb_in_disguise =
            declared == Some(GB18030) && only_two_byte_letters(text) && hanzi(GB18030, bytes);
        return (if gb_in_disguise { GB18030 } else { UTF_8 }, bytes);
    }
    (best_guess(bytes, claims), bytes)
}

/// A few GB bytes may happen to be valid UTF-8, but then only as letters below U+0800, never as Han.
fn only_two_byte_letters(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| !c.is_ascii()).peekable();
    letters.peek().is_some() && letters.all(|c| c < '\u{800}')
}

fn hanzi(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    !broken
        && text
            .chars()
            .filter(|c| !c.is_ascii())
            .all(|c| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
}

/// UTF-16 without a mark shows as a zero in every other byte of the markup.
fn wide_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..6)? {
        [b'<', 0, b, 0, c, 0] if b.is_ascii() && c.is_ascii() => Some(UTF_16LE),
        [0, b'<', 0, b, 0, c] if b.is_ascii() && c.is_ascii() => Some(UTF_16BE),
        _ => None,
    }
}

/// Reads a sample with every charset that comes into question and takes the one that gives the most plausible Chinese;
/// earlier candidates win ties.
fn best_guess(bytes: &[u8], claims: &Claims) -> &'static Encoding {
    let sample = sample(bytes);
    let mut candidates: Vec<&'static Encoding> = Vec::with_capacity(5);
    let known = [
        claims.header,
        claims.meta,
        Some(GB18030),
        Some(UTF_8),
        Some(detected(sample)),
    ];
    for encoding in known.into_iter().flatten() {
        if !candidates.contains(&encoding) {
            candidates.push(encoding);
        }
    }
    let mut best = (i64::MIN, GB18030);
    for encoding in candidates {
        let score = plausibility(encoding, sample);
        if score > best.0 {
            best = (score, encoding);
        }
    }
    best.1
}

/// 32 KB from the first byte that is not ASCII on: markup in front says nothing about the charset.
fn sample(bytes: &[u8]) -> &[u8] {
    let from = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    &bytes[from..bytes.len().min(from + (32 << 10))]
}

fn detected(sample: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    gb_family(detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow))
}

fn plausibility(encoding: &'static Encoding, sample: &[u8]) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    text.chars()
        .map(|c| match c {
            '\0'..='\u{7f}' => 0,
            '\u{fffd}' => -12,
            '\u{4e00}'..='\u{9fff}' if is_common(c) => 4,
            '\u{4e00}'..='\u{9fff}' => 1,
            '，' | '。' | '、' | '：' | '；' | '“' | '”' | '（' | '）' | '《' | '》'
            | '\u{3000}' => 4,
            '\u{e000}'..='\u{f8ff}' => -4,
            _ => -1,
        })
        .sum()
}

/// The charset named after `charset=` (or `encoding=` of an XML declaration).
fn charset_in(text: &[u8]) -> Option<&'static Encoding> {
    let mut from = 0;
    while let Some(at) = find_ignore_case(&text[from..], b"charset")
        .or_else(|| find_ignore_case(&text[from..], b"encoding"))
    {
        from += at + 7;
        let rest = text[from..].trim_ascii_start();
        let Some(rest) = rest
            .strip_prefix(b"g")
            .unwrap_or(rest)
            .trim_ascii_start()
            .strip_prefix(b"=")
        else {
            continue;
        };
        let name: Vec<u8> = rest
            .iter()
            .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .copied()
            .collect();
        if let Some(encoding) = Encoding::for_label(&name) {
            return Some(gb_family(encoding));
        }
    }
    None
}

fn gb_family(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

fn find_ignore_case(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut from = 0;
    while let Some(at) = memchr::memchr2(*first, first.to_ascii_uppercase(), &text[from..]) {
        let start = from + at;
        if text
            .get(start..start + wanted.len())?
            .eq_ignore_ascii_case(wanted)
        {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

/// The characters that make up most of any Chinese text.
const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严镇街道乡村申请依";

pub(crate) fn is_common(c: char) -> bool {
    static SORTED: LazyLock<Vec<char>> = LazyLock::new(|| {
        let mut all: Vec<char> = COMMON.chars().collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    SORTED.binary_search(&c).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use encoding_rs::BIG5;

    const TEXT: &str = "<html><head><meta charset=\"gb2312\"></head><p>青石街道办事处关于公开征求意见的通知，请于九月底前反馈。</p>";

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn a_header_that_says_utf8_over_gbk_bytes_is_told_and_ignored() {
        let read = decode(&gb(TEXT), Some("text/html; charset=UTF-8"));
        assert_eq!((read.text.as_str(), read.charset), (TEXT, "gb18030"));
        assert_eq!(read.notes, ["响应头声明编码为UTF-8，实为gb18030"]);
    }

    #[test]
    fn a_meta_that_says_gb2312_over_utf8_bytes_is_told_and_ignored() {
        let read = decode(TEXT.as_bytes(), None);
        assert_eq!((read.text.as_str(), read.charset), (TEXT, "UTF-8"));
        assert_eq!(read.notes.len(), 1);
    }

    #[test]
    fn gb18030_characters_beyond_gb2312_are_read() {
        let text = TEXT.replace("青石", "㙟𠮷");
        let read = decode(&gb(&text), None);
        assert_eq!((read.text, read.notes), (text, vec![]));
    }

    #[test]
    fn nothing_declared_and_not_utf8_is_gb18030() {
        let text = TEXT.replace("gb2312", "");
        assert_eq!(decode(&gb(&text), None).text, text);
    }

    #[test]
    fn short_gb_that_happens_to_be_valid_utf8_is_read_as_declared() {
        let read = decode(&gb("联通"), Some("text/plain; charset=gbk"));
        assert_eq!(read.text, "联通");
    }

    #[test]
    fn utf16_and_marks() {
        let wide: Vec<u8> = "<p>公开"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&wide, None).text, "<p>公开");
        let marked = [&[0xef, 0xbb, 0xbf], "公开".as_bytes()].concat();
        assert_eq!(decode(&marked, Some("text/html;charset=gbk")).text, "公开");
    }

    #[test]
    fn utf8_cut_in_the_middle_of_a_character_stays_utf8() {
        let bytes = TEXT.replace("gb2312", "utf-8").into_bytes();
        let cut = bytes.len() - 6;
        let read = decode(&bytes[..cut], None);
        assert_eq!(read.charset, "UTF-8");
        assert_eq!(read.notes.len(), 1);
    }

    #[test]
    fn big5_is_read_when_declared() {
        let text = "<meta charset=big5><p>市政府資訊公開指南</p>";
        let read = decode(&BIG5.encode(text).0, None);
        assert_eq!(read.text, text);
    }
}
