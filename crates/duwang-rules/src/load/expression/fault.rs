//! What is wrong with an expression, in words and at its place in the file.

use super::compile::parse;
use crate::error::Place;
use crate::load::fields::{At, Fields};
use regex_syntax::ast;
use regex_syntax::hir;
use regex_syntax::hir::translate::Translator;

/// Reports what is wrong with an expression at its place in the file.
pub(super) fn told<T>(
    fields: &Fields<'_>,
    source: &At<String>,
    made: Result<T, Fault>,
) -> Option<T> {
    match made {
        Ok(made) => Some(made),
        Err(fault) => {
            let place = fault.place_in(source, fields);
            fields
                .troubles()
                .report_with(&place, fault.message, "这里", fault.help);
            None
        }
    }
}

/// What is wrong with an expression.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Byte range in the expression.
    at: Option<std::ops::Range<usize>>,
}

impl Fault {
    pub(super) fn new(message: String, help: Option<&str>) -> Self {
        Self {
            message,
            help: help.map(str::to_owned),
            at: None,
        }
    }

    /// The exact place when the expression stands verbatim in the file (`'…'`), else the whole value.
    fn place_in(&self, source: &At<String>, fields: &Fields<'_>) -> Place {
        let place = &source.place;
        let Some(at) = &self.at else {
            return place.clone();
        };
        let verbatim = fields
            .troubles()
            .text_at(place)
            .strip_prefix('\'')
            .is_some_and(|rest| rest.starts_with(source.value.as_str()));
        if !verbatim {
            return place.clone();
        }
        let start = place.span.start + 1 + at.start;
        Place::new(place.file, start..start + at.len().max(1))
    }
}

/// An expression that does not parse.
pub(super) fn unparsable(error: &ast::Error) -> Fault {
    let look_around = matches!(error.kind(), ast::ErrorKind::UnsupportedLookAround);
    let back = matches!(error.kind(), ast::ErrorKind::UnsupportedBackreference);
    let span = error.span();
    let (message, help) = if look_around {
        (
            "不支持环视（(?=…)、(?!…)、(?<=…)、(?<!…)）".to_owned(),
            Some("用命名组 (?P<fault>…) 收窄引文，用 unless / near 表达前后条件"),
        )
    } else if back {
        ("不支持反向引用（\\1）".to_owned(), None)
    } else {
        (format!("正则有误：{}", in_chinese(error.kind())), None)
    };
    Fault {
        message,
        help: help.map(str::to_owned),
        at: Some(span.start.offset..span.end.offset),
    }
}

/// The commonest slips, in Chinese.
fn in_chinese(kind: &ast::ErrorKind) -> String {
    match kind {
        ast::ErrorKind::GroupUnclosed => "左括号“(”没有对应的右括号“)”".to_owned(),
        ast::ErrorKind::GroupUnopened => "右括号“)”没有对应的左括号“(”".to_owned(),
        ast::ErrorKind::ClassUnclosed => "方括号“[”没有对应的“]”".to_owned(),
        ast::ErrorKind::RepetitionMissing => "“*”“+”“?”前面没有要重复的字".to_owned(),
        other => other.to_string(),
    }
}

/// An expression that parses but does not compile.
pub(super) fn too_big_or(error: regex::Error) -> Fault {
    match error {
        regex::Error::CompiledTooBig(_) => Fault::new(
            "正则编译后太大".to_owned(),
            Some("减小 {m,n} 的次数，或拆成几条"),
        ),
        other => Fault::new(format!("正则有误：{other}"), None),
    }
}

/// An expression that parses but has no meaning (`[z-a]`, an unknown property). The place is that in the text as written.
pub(super) fn untranslatable(kind: &hir::ErrorKind, source: &str) -> Fault {
    let parsed = parse(source).ok();
    let again = parsed.and_then(|parsed| Translator::new().translate(source, &parsed).err());
    let at = again.map(|error| error.span().start.offset..error.span().end.offset);
    Fault {
        message: format!("正则有误：{kind}"),
        help: None,
        at,
    }
}
