//! Regular expressions of rules: folded like the text they run on, and narrowed to the faulty part.

use super::fields::{At, Fields, Item, known_words};
use super::lazy::LazyRegex;
use super::literals::{Required, cheapest, required_anywhere, required_literals};
use super::together::{Match, Single, Together, Within};
use crate::error::Place;
use crate::judge::{Form, Watchlist};
use duwang_model::Text;
use regex_syntax::ast::{self, Ast, ClassSetItem, Literal};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{self, Hir, HirKind};

/// A compiled expression with the number under which the scanner knows it.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// What it looks for, as it runs.
    looks: Looks,
    /// Whether it goes from cell to cell (`邮寄\|据实`): then it is looked for in the rows of tables, too.
    pub(crate) is_across_cells: bool,
    /// Its number in the watch list.
    pub(crate) watch: u32,
    /// The text it runs on.
    pub(crate) form: Form,
    /// As written in the rule.
    pub(crate) source: String,
}

#[derive(Debug, Clone)]
enum Looks {
    For(Single),
    /// Several in one sentence, in any order.
    Together(Together),
}

impl Looks {
    fn find(&self, line: &str, from: usize) -> Option<Match> {
        match self {
            Self::For(single) => single.find(line, from),
            Self::Together(together) => together.find(line, from),
        }
    }
}

impl Expression {
    /// The next match on a line from a byte offset on: the range of its faulty part.
    pub(crate) fn find(&self, line: &str, from: usize) -> Option<(usize, usize)> {
        let fault = self.looks.find(line, from)?.fault;
        // What was eaten as boundary before `from` may not be given out twice.
        (fault.1 > from).then_some(fault)
    }

    /// Whether it stands anywhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match &self.looks {
            Looks::For(single) => single.regex.is_match(text),
            Looks::Together(together) => together.find(text, 0).is_some(),
        }
    }

    /// Whether a match of it shares characters with a range of a line.
    pub(crate) fn overlaps(&self, line: &str, (start, end): (usize, usize)) -> bool {
        let mut from = 0;
        while let Some(found) = self.looks.find(line, from) {
            if found.whole.0 >= end {
                return false;
            }
            if found.whole.1 > start {
                return true;
            }
            from = found.whole.1;
        }
        false
    }
}

/// Reads a key that holds one or more expressions.
pub(crate) fn expressions(
    fields: &Fields<'_>,
    key: &'static str,
    form: Form,
    watch: &mut Watchlist,
) -> Vec<Expression> {
    fields
        .items(key)
        .iter()
        .filter_map(|item| match item {
            Item::Text(source) => expression(fields, source, form, watch),
            Item::Table(table) => together(table, form, watch),
        })
        .collect()
}

/// Reads a key that holds plain expressions for texts other than the document's lines (titles, labels, URLs).
pub(crate) fn plain_regexes(fields: &Fields<'_>, key: &'static str) -> Vec<LazyRegex> {
    fields
        .texts(key)
        .iter()
        .filter_map(|source| {
            let made = running(&source.value, Form::Folded);
            let made = made.and_then(|(text, hir)| LazyRegex::new(&text, &hir).map_err(too_big_or));
            told(fields, source, made)
        })
        .collect()
}

/// Compiles one expression and has the scanner watch for it.
pub(crate) fn expression(
    fields: &Fields<'_>,
    source: &At<String>,
    form: Form,
    watch: &mut Watchlist,
) -> Option<Expression> {
    let Compiled { regex, hir } = told(fields, source, compile(&source.value, form))?;
    let is_across_cells = source.value.contains(BETWEEN_CELLS);
    let required = match is_across_cells {
        true => required_in_cells(&source.value, form),
        false => required_literals(&hir),
    };
    Some(Expression {
        looks: Looks::For(Single {
            regex,
            fault: fault_groups(&hir),
        }),
        is_across_cells,
        watch: watch.expression(form, required),
        form,
        source: source.value.clone(),
    })
}

/// How an expression writes the border between two cells of a row.
const BETWEEN_CELLS: &str = r"\|";

/// Literals of an expression that goes from cell to cell: each stands within one cell.
fn required_in_cells(source: &str, form: Form) -> Option<Required> {
    let cut = source.replace(BETWEEN_CELLS, r"[^\n]");
    running(&cut, form)
        .ok()
        .and_then(|(_, hir)| required_literals(&hir))
}

/// `{ all = ['甲', '乙'], within = "clause", most = 30, without = ['丙'] }`.
fn together(fields: &Fields<'_>, form: Form, watch: &mut Watchlist) -> Option<Expression> {
    const FARTHEST: usize = 200;
    let sources = fields.texts("all");
    if sources.len() < 2 {
        fields.troubles().report_with(
            fields.place(),
            "“all”要写两个以上的正则",
            "这里",
            Some("如 { all = ['不公开', '投诉|举报'], within = \"sentence\" }".to_owned()),
        );
    }
    let within = match fields.text("within") {
        None => Within::Sentence,
        Some(word) => Within::of(&word.value).or_else(|| {
            let help = known_words(&word.value, Within::WORDS);
            let message = format!("不认识“{}”", word.value);
            fields
                .troubles()
                .report_with(&word.place, message, "这里", Some(help));
            None
        })?,
    };
    let compiled = |sources: &[At<String>]| -> Option<Vec<Compiled>> {
        let one = |source: &At<String>| told(fields, source, compile(&source.value, form));
        sources.iter().map(one).collect()
    };
    let made = compiled(&sources)?;
    let without = compiled(&fields.texts("without"))?;
    let not_between = compiled(&fields.texts("not_between"))?;
    let most = fields.number("most").map_or(FARTHEST, |n| n.value as usize);
    fields.finish();
    let required = cheapest(made.iter().map(|part| required_anywhere(&part.hir)));
    let each: Vec<&str> = sources.iter().map(|s| s.value.as_str()).collect();
    Some(Expression {
        looks: Looks::Together(Together {
            at_fault: sources.iter().position(|s| marks_fault(&s.value)),
            parts: made.into_iter().map(Compiled::single).collect(),
            within,
            most,
            without: without.into_iter().map(Compiled::single).collect(),
            not_between: not_between.into_iter().map(Compiled::single).collect(),
        }),
        is_across_cells: false,
        watch: watch.expression(form, required),
        form,
        source: each.join(" + "),
    })
}

/// The groups called `fault…`.
fn fault_groups(hir: &Hir) -> Vec<usize> {
    let mut groups = Vec::new();
    let mut left = vec![hir];
    while let Some(hir) = left.pop() {
        match hir.kind() {
            HirKind::Capture(capture) => {
                let is_fault = |name: &str| name.starts_with("fault");
                if capture.name.as_deref().is_some_and(is_fault) {
                    groups.push(capture.index as usize);
                }
                left.push(&capture.sub);
            }
            HirKind::Repetition(repetition) => left.push(&repetition.sub),
            HirKind::Concat(subs) | HirKind::Alternation(subs) => left.extend(subs),
            _ => {}
        }
    }
    groups.sort_unstable();
    groups
}

/// Reports what is wrong with an expression at its place in the file.
fn told<T>(fields: &Fields<'_>, source: &At<String>, made: Result<T, Fault>) -> Option<T> {
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
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Byte range in the expression.
    at: Option<std::ops::Range<usize>>,
}

impl Fault {
    fn new(message: String, help: Option<&str>) -> Self {
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

/// An expression ready to run, and its parsed form.
#[derive(Debug)]
struct Compiled {
    regex: LazyRegex,
    hir: Hir,
}

impl Compiled {
    fn single(self) -> Single {
        Single {
            fault: fault_groups(&self.hir),
            regex: self.regex,
        }
    }
}

/// Whether an expression says itself which part of it is at fault.
fn marks_fault(source: &str) -> bool {
    source.contains("(?P<fault") || source.contains("(?<fault")
}

fn compile(source: &str, form: Form) -> Result<Compiled, Fault> {
    let (text, hir) = running(source, form)?;
    let regex = LazyRegex::new(&text, &hir).map_err(too_big_or)?;
    Ok(Compiled { regex, hir })
}

/// Folds and narrows an expression: its text as it runs, and that parsed.
pub(crate) fn running(source: &str, form: Form) -> Result<(String, Hir), Fault> {
    let mut written = Written::new(source.to_owned())?;
    if form == Form::Folded {
        let folded = fold(source, &written.parsed);
        written = written.changed_to(folded)?;
    }
    if !(source.contains("(?P<fault") || source.contains("(?<fault")) {
        let narrowed = narrow(&written.text, &written.parsed);
        written = written.changed_to(narrowed)?;
    }
    let translated = Translator::new().translate(&written.text, &written.parsed);
    let hir = translated.map_err(|error| untranslatable(error.kind(), source))?;
    if hir.properties().minimum_len() == Some(0) {
        return Err(Fault::new(
            "这个正则会匹配空串".to_owned(),
            Some("让它至少匹配一个字"),
        ));
    }
    Ok((written.text, hir))
}

/// An expression on its way to what runs. Parsed once for each form it takes: of thousands that are loaded most stay as they are.
struct Written {
    text: String,
    parsed: Ast,
}

impl Written {
    fn new(text: String) -> Result<Self, Fault> {
        let parsed = parse(&text)?;
        Ok(Self { text, parsed })
    }

    fn changed_to(self, text: Option<String>) -> Result<Self, Fault> {
        match text {
            Some(text) => Self::new(text),
            None => Ok(self),
        }
    }
}

fn parse(source: &str) -> Result<Ast, Fault> {
    ast::parse::Parser::new().parse(source).map_err(|error| {
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
    })
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

fn too_big_or(error: regex::Error) -> Fault {
    match error {
        regex::Error::CompiledTooBig(_) => Fault::new(
            "正则编译后太大".to_owned(),
            Some("减小 {m,n} 的次数，或拆成几条"),
        ),
        other => Fault::new(format!("正则有误：{other}"), None),
    }
}

/// An expression that parses but has no meaning (`[z-a]`, an unknown property). The place is that in the text as written.
fn untranslatable(kind: &hir::ErrorKind, source: &str) -> Fault {
    let again = Written::new(source.to_owned()).ok();
    let again = again.and_then(|w| Translator::new().translate(source, &w.parsed).err());
    let at = again.map(|error| error.span().start.offset..error.span().end.offset);
    Fault {
        message: format!("正则有误：{kind}"),
        help: None,
        at,
    }
}

// ---- folding ----

/// Writes an expression so that it means on folded text what it says of published text: `（` matches `(`, and `[^，]` excludes `,`.
/// `None` when it does so as it is.
fn fold(source: &str, parsed: &Ast) -> Option<String> {
    let mut folder = Folder { edits: Vec::new() };
    let Ok(()) = ast::visit(parsed, &mut folder);
    if folder.edits.is_empty() {
        return None;
    }
    folder.edits.sort_by_key(|(at, _, _)| *at);
    let mut out = String::with_capacity(source.len());
    let mut from = 0;
    for (start, end, text) in folder.edits {
        out.push_str(&source[from..start]);
        out.push_str(&text);
        from = end;
    }
    out.push_str(&source[from..]);
    Some(out)
}

struct Folder {
    /// Replacements (start, end, text) of the source.
    edits: Vec<(usize, usize, String)>,
}

impl ast::Visitor for Folder {
    type Output = ();
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<(), Self::Err> {
        Ok(())
    }
}

impl ast::Visitor for &mut Folder {
    type Output = ();
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<(), Self::Err> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        if let Ast::Literal(literal) = ast
            && let Some(folded) = folded_char(literal)
        {
            let text = regex::escape(&folded);
            let text = if folded.chars().count() > 1 {
                format!("(?:{text})")
            } else {
                text
            };
            let span = literal.span;
            self.edits.push((span.start.offset, span.end.offset, text));
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        let addition = match item {
            ClassSetItem::Literal(literal) => single(literal).map(class_char),
            ClassSetItem::Range(range) => single(&range.start)
                .zip(single(&range.end))
                .filter(|(a, b)| a <= b)
                .map(|(a, b)| format!("{}-{}", class_char(a), class_char(b))),
            _ => None,
        };
        if let Some(text) = addition {
            let end = item.span().end.offset;
            self.edits.push((end, end, text));
        }
        Ok(())
    }
}

/// What a literal folds to, when that differs and is not nothing.
fn folded_char(literal: &Literal) -> Option<String> {
    // Nearly all are Han, and those of the common block are what they are.
    if literal.c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&literal.c) {
        return None;
    }
    let own = literal.c.to_string();
    let folded = Text::new(own.clone()).folded().to_owned();
    (folded != own && !folded.trim().is_empty()).then_some(folded)
}

fn single(literal: &Literal) -> Option<char> {
    let folded = folded_char(literal)?;
    let mut chars = folded.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn class_char(c: char) -> String {
    let text = regex::escape(&c.to_string());
    match c {
        '&' | '~' | '-' | '[' | ']' | '^' if !text.starts_with('\\') => format!("\\{c}"),
        _ => text,
    }
}

// ---- narrowing ----

/// Marks the part between the boundaries of an expression (`(?:^|[^0-9])…(?:[^0-9]|$)`) as the fault, so that the quote is the
/// faulty text and not its neighbours. `None` when there is nothing to take off.
fn narrow(source: &str, parsed: &Ast) -> Option<String> {
    let branches: Vec<&Ast> = match parsed {
        Ast::Alternation(alternation) => alternation.asts.iter().collect(),
        other => vec![other],
    };
    let cores: Vec<(usize, usize)> = branches.iter().map(|branch| core(branch)).collect();
    let narrowed = branches.iter().zip(&cores).any(|(branch, (start, end))| {
        let span = branch.span();
        (span.start.offset, span.end.offset) != (*start, *end)
    });
    if !narrowed {
        return None;
    }
    let mut out = String::with_capacity(source.len() + 16 * cores.len());
    let mut from = 0;
    for (n, (start, end)) in cores.iter().enumerate() {
        out.push_str(&source[from..*start]);
        out.push_str(&format!("(?P<fault{n}>{})", &source[*start..*end]));
        from = *end;
    }
    out.push_str(&source[from..]);
    Some(out)
}

/// The byte range of a branch without its boundaries; the whole branch when nothing else would remain.
fn core(branch: &Ast) -> (usize, usize) {
    let span = branch.span();
    let whole = (span.start.offset, span.end.offset);
    let Ast::Concat(concat) = branch else {
        return whole;
    };
    let Some(first) = concat.asts.iter().position(|part| !is_boundary(part)) else {
        return whole;
    };
    let last = concat
        .asts
        .iter()
        .rposition(|part| !is_boundary(part))
        .unwrap_or(first);
    (
        concat.asts[first].span().start.offset,
        concat.asts[last].span().end.offset,
    )
}

/// A part that only says what stands beside the fault: an anchor, a negated class, one Han character, `(?:[^x]|$)`.
fn is_boundary(part: &Ast) -> bool {
    match part {
        Ast::Assertion(_) | Ast::Flags(_) | Ast::Empty(_) => true,
        Ast::ClassUnicode(class) => !class.negated,
        Ast::ClassBracketed(class) => class.negated || is_one_unicode_class(&class.kind),
        Ast::Repetition(repetition) => {
            matches!(&*repetition.ast, Ast::ClassPerl(class) if !class.negated && class.kind == ast::ClassPerlKind::Space)
        }
        Ast::Group(group) if group.capture_index().is_none() => match &*group.ast {
            Ast::Alternation(alternation) => {
                alternation
                    .asts
                    .iter()
                    .any(|branch| matches!(branch, Ast::Assertion(_)))
                    && alternation.asts.iter().all(is_one_char)
            }
            inner => is_boundary(inner) && !matches!(inner, Ast::Group(_) | Ast::Repetition(_)),
        },
        _ => false,
    }
}

fn is_one_unicode_class(set: &ast::ClassSet) -> bool {
    match set {
        ast::ClassSet::Item(ClassSetItem::Unicode(class)) => !class.negated,
        ast::ClassSet::Item(ClassSetItem::Union(union)) => {
            matches!(union.items.as_slice(), [ClassSetItem::Unicode(class)] if !class.negated)
        }
        _ => false,
    }
}

fn is_one_char(branch: &Ast) -> bool {
    matches!(
        branch,
        Ast::Assertion(_)
            | Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_)
    )
}

#[cfg(test)]
mod tests {
    use super::{Form, compile};

    fn running(source: &str, form: Form) -> String {
        super::running(source, form).map_or_else(|fault| panic!("{}", fault.message), |(r, _)| r)
    }

    #[test]
    fn full_width_marks_mean_the_same_on_folded_text() {
        assert_eq!(
            running("（[^，；]{0,6}）", Form::Folded),
            r"\([^，,；;]{0,6}\)"
        );
        assert_eq!(running("[０-９]号", Form::Folded), "[０-９0-9]号");
        assert_eq!(running("（甲）", Form::Plain), "（甲）");
    }

    #[test]
    fn boundaries_are_not_part_of_the_fault() {
        assert_eq!(
            running(r"[\p{Han}],[\p{Han}]", Form::Plain),
            r"[\p{Han}](?P<fault0>,)[\p{Han}]"
        );
        assert_eq!(
            running("[^甲]台独(?:[^乙]|$)", Form::Plain),
            "[^甲](?P<fault0>台独)(?:[^乙]|$)"
        );
        assert_eq!(
            running("(?:^|[^“])其一、|其二、", Form::Plain),
            "(?:^|[^“])(?P<fault0>其一、)|(?P<fault1>其二、)"
        );
        assert_eq!(
            running(r"[\p{Han}]{2,4}族自治乡", Form::Plain),
            r"[\p{Han}]{2,4}族自治乡"
        );
        assert_eq!(running("的的", Form::Plain), "的的");
    }

    #[test]
    fn look_around_and_empty_matches_are_refused_in_words() {
        let fault = |source| compile(source, Form::Plain).err().map(|f| f.message);
        assert!(fault("(?<=甲)乙").is_some_and(|m| m.contains("不支持环视")));
        assert!(fault("甲*").is_some_and(|m| m.contains("空串")));
        assert!(fault("(甲").is_some());
    }
}
