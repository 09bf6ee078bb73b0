//! From parsed files to compiled rules: common keys, overlays, versions for some units.

use super::examples;
use super::expression::{plain_regexes, title_regexes};
use super::fields::{At, Fields};
use super::protected::Protected;
use super::sources::{Lists, Parsed, Sources};
use crate::error::{Place, Troubles, nearest};
use crate::judge::{Parts, Scanner, Slots, Titles, Watchlist};
use crate::kind::{self, Check, KINDS, terms::Row};
use crate::rule::{Also, Audience, Basis, Rule, RuleState, Scope};
use duwang_model::{Certainty, Kind, Level, UnitKind};
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};

/// Everything compiled.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The rules for everybody by id, then the versions for some.
    pub(crate) rules: Vec<Rule>,
    /// How many of them are for everybody.
    pub(crate) common: usize,
    /// Rows of all word lists.
    pub(crate) rows: Vec<Row>,
    pub(crate) scanner: Scanner,
    /// What the rules ask of titles.
    pub(crate) titles: Titles,
    /// `guide@3,link@1`.
    pub(crate) packs: String,
    /// Names nothing inside of which is a mistake.
    pub(crate) protected: Vec<Protected>,
}

/// Compiles only the rules that the overlays name, for what is wrong in the overlays.
pub(crate) fn compile_overridden<'s>(sources: &'s Sources<'s>, troubles: &'s Troubles<'s>) {
    let packs = packs(sources, troubles);
    let overrides = Overrides::of(sources, troubles);
    let mut compiling = Compiling::new(sources, troubles);
    for (id, parsed) in &sources.rules {
        let Some(pack) = packs.get(pack_of(id)).filter(|_| !parsed.broken) else {
            continue;
        };
        if overrides.of_rule(id).is_empty() {
            continue;
        }
        for version in std::iter::once(overrides.for_everybody(id)).chain(overrides.for_some(id)) {
            compiling.rule(id, pack, parsed, &version);
        }
    }
}

pub(crate) fn compile<'s>(sources: &'s Sources<'s>, troubles: &'s Troubles<'s>) -> Loaded {
    let packs = packs(sources, troubles);
    let overrides = Overrides::of(sources, troubles);
    let mut compiling = Compiling::new(sources, troubles);
    for (id, parsed) in &sources.rules {
        match packs.get(pack_of(id)) {
            _ if parsed.broken => {}
            Some(pack) => compiling.rule(id, pack, parsed, &overrides.for_everybody(id)),
            None => no_pack(pack_of(id), parsed, troubles),
        }
    }
    let common = compiling.rules.len();
    for (id, parsed) in &sources.rules {
        let Some(pack) = packs.get(pack_of(id)).filter(|_| !parsed.broken) else {
            continue;
        };
        for version in overrides.for_some(id) {
            compiling.rule(id, pack, parsed, &version);
        }
    }
    let scanner = compiling.watch.build().unwrap_or_else(|reason| {
        troubles.report(
            &Place::new(0, 0..0),
            format!("词表太大，建不成自动机：{reason}"),
        );
        Scanner::empty()
    });
    compiling.rows.shrink_to_fit();
    Loaded {
        protected: super::protected::read(sources.files, troubles),
        common,
        titles: Titles::of(&compiling.rules),
        rules: compiling.rules,
        rows: compiling.rows,
        scanner,
        packs: packs
            .values()
            .map(|p| p.stamp.as_str())
            .collect::<Vec<_>>()
            .join(","),
    }
}

struct Pack<'p> {
    name: &'p str,
    /// `guide@3`
    stamp: String,
    title: String,
}

fn packs<'p>(sources: &'p Sources<'_>, troubles: &Troubles<'_>) -> BTreeMap<&'p str, Pack<'p>> {
    sources
        .packs
        .iter()
        .map(|(name, parsed)| {
            let fields = parsed.fields(troubles);
            let version = match parsed.broken {
                true => 0,
                false => fields.required_number("version").map_or(0, |v| v.value),
            };
            let pack = Pack {
                name,
                stamp: format!("{name}@{version}"),
                title: fields.text_or_default("title"),
            };
            fields.text("about");
            fields.finish();
            (*name, pack)
        })
        .collect()
}

// ---- overlays ----

/// What the chosen overlays change, by rule.
struct Overrides<'s> {
    by_rule: BTreeMap<&'s str, Vec<Override<'s>>>,
}

struct Override<'s> {
    file: usize,
    table: &'s DeTable<'s>,
    /// Only for these units; empty: for all.
    units: Vec<String>,
    /// Only for units of these kinds; empty: for all.
    kinds: Vec<UnitKind>,
}

/// One version of a rule: the overlays that apply, and for whom.
struct Version<'s> {
    layers: Vec<&'s Override<'s>>,
    audience: Audience,
}

impl<'s> Overrides<'s> {
    fn of(sources: &'s Sources<'_>, troubles: &'s Troubles<'s>) -> Self {
        let mut overrides = Self {
            by_rule: BTreeMap::new(),
        };
        for overlay in &sources.overlays {
            let whole = overlay.fields(troubles);
            let (file_units, file_kinds) = (names(&whole, "units"), whole.words("unit_kinds"));
            for (id, key_place, value, place) in overlay.overrides() {
                if matches!(id, "units" | "unit_kinds" | "title") {
                    continue;
                }
                if !sources.rules.contains_key(id) {
                    no_such_rule(id, &key_place, sources, troubles);
                    continue;
                }
                for table in tables(id, value, &place, troubles) {
                    let own = Fields::new(troubles, place.clone(), table);
                    let (units, kinds) = (names(&own, "units"), own.words("unit_kinds"));
                    overrides.by_rule.entry(id).or_default().push(Override {
                        file: overlay.file,
                        table,
                        units: if units.is_empty() {
                            file_units.clone()
                        } else {
                            units
                        },
                        kinds: if kinds.is_empty() {
                            file_kinds.clone()
                        } else {
                            kinds
                        },
                    });
                }
            }
        }
        overrides
    }

    /// The version for everybody no overlay names.
    fn for_everybody(&self, id: &str) -> Version<'_> {
        self.version(id, Audience::default())
    }

    /// A version for each unit and kind of unit that an overlay names, and for each of both together.
    fn for_some(&self, id: &str) -> Vec<Version<'_>> {
        let all = self.of_rule(id);
        let units: BTreeSet<&String> = all.iter().flat_map(|o| &o.units).collect();
        let kinds: BTreeSet<UnitKind> = all.iter().flat_map(|o| o.kinds.iter().copied()).collect();
        let units = std::iter::once(None).chain(units.into_iter().cloned().map(Some));
        let kinds: Vec<Option<UnitKind>> = std::iter::once(None)
            .chain(kinds.into_iter().map(Some))
            .collect();
        units
            .flat_map(|unit| {
                kinds.iter().map(move |kind| Audience {
                    unit: unit.clone(),
                    kind: *kind,
                })
            })
            .filter(|audience| !audience.is_everybody())
            .map(|audience| self.version(id, audience))
            .collect()
    }

    fn version(&self, id: &str, audience: Audience) -> Version<'_> {
        let applies = |o: &&Override<'_>| {
            let unit = audience.unit.as_ref();
            (o.units.is_empty() || unit.is_some_and(|u| o.units.contains(u)))
                && (o.kinds.is_empty() || audience.kind.is_some_and(|k| o.kinds.contains(&k)))
        };
        Version {
            layers: self.of_rule(id).iter().filter(applies).collect(),
            audience,
        }
    }

    fn of_rule(&self, id: &str) -> &[Override<'_>] {
        self.by_rule.get(id).map_or(&[], Vec::as_slice)
    }
}

/// One table, or several of them (`[["rule/id"]]`, for several audiences).
fn tables<'s>(
    id: &str,
    value: &'s DeValue<'s>,
    place: &Place,
    troubles: &Troubles<'_>,
) -> Vec<&'s DeTable<'s>> {
    let tables: Vec<&DeTable<'_>> = match value {
        DeValue::Table(table) => vec![table],
        DeValue::Array(items) => items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    if tables.is_empty() {
        troubles.report(place, format!("“{id}”下面要写成表"));
    }
    tables
}

fn names(fields: &Fields<'_>, key: &'static str) -> Vec<String> {
    fields.texts(key).into_iter().map(|t| t.value).collect()
}

fn no_such_rule(id: &str, place: &Place, sources: &Sources<'_>, troubles: &Troubles<'_>) {
    troubles.report_with(
        place,
        format!("没有规则“{id}”"),
        "这里",
        nearest(id, sources.rules.keys().copied()).map(|near| format!("是不是“{near}”？")),
    );
}

fn pack_of(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

fn no_pack(pack: &str, parsed: &Parsed<'_>, troubles: &Troubles<'_>) {
    troubles.report_with(
        &Place::new(parsed.file, 0..0),
        format!("规则包“{pack}”没有 pack.toml"),
        "",
        Some(format!(
            "建 {pack}/pack.toml，写 version = 1 和 title = \"…\""
        )),
    );
}

// ---- rules ----

struct Compiling<'s, 't> {
    sources: &'s Sources<'s>,
    troubles: &'t Troubles<'t>,
    watch: Watchlist,
    rows: Vec<Row>,
    rules: Vec<Rule>,
}

impl<'s, 't> Compiling<'s, 't> {
    fn new(sources: &'s Sources<'s>, troubles: &'t Troubles<'t>) -> Self {
        Self {
            sources,
            troubles,
            watch: Watchlist::default(),
            rows: Vec::new(),
            rules: Vec::new(),
        }
    }

    fn rule(&mut self, id: &str, pack: &Pack<'_>, parsed: &Parsed<'_>, version: &Version<'_>) {
        let mut fields = parsed.fields(self.troubles);
        for layer in &version.layers {
            fields.lay_over(layer.file, layer.table);
        }
        // Which keys a rule has depends on its kind: of an unknown one nothing more can be said.
        let Some(kind) = kind_word(&fields) else {
            return;
        };
        if let Some(rule) = self.read(id, pack, &fields, version, &kind) {
            self.rules.push(rule);
        }
        fields.finish();
    }

    fn read(
        &mut self,
        id: &str,
        pack: &Pack<'_>,
        fields: &Fields<'_>,
        version: &Version<'_>,
        kind: &str,
    ) -> Option<Rule> {
        if !version.layers.is_empty() {
            let _ = (fields.has("units"), fields.has("unit_kinds")); // the overlay's own keys
        }
        let state = fields.word("state").unwrap_or(RuleState::Active);
        let level = match kind {
            "terms" => fields.word("level"),
            _ => fields.required_word("level"),
        };
        let certainty = fields.word("certainty").unwrap_or(Certainty::Likely);
        let category = fields.required_word("category");
        let name = fields.text_or_default("name").trim().to_owned();
        let title = fields.required_text("title");
        let fix = fields.text("fix");
        for template in title.iter().chain(&fix) {
            placeholders(template, fields);
        }
        let basis = basis(fields);
        let scope = fields.table("scope").map(|s| scope(&s)).unwrap_or_default();
        let (since, until) = (fields.day("since"), fields.day("until"));
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            fields
                .troubles()
                .report(fields.place(), "“since”晚于“until”，规则永远不适用");
        }
        let number = self.rules.len() as u32;
        self.watch.begin(number);
        let lists = Lists {
            files: self.sources.files,
            pack: pack.name,
        };
        let (word, check) = kind::read(
            kind,
            &mut kind::Reading {
                fields,
                scope: &scope,
                certainty,
                rule: number,
                watch: &mut self.watch,
                rows: &mut self.rows,
                lists: &lists,
            },
        )
        .unzip();
        let about_channel = check.as_ref().is_some_and(Check::is_about_channel);
        let default_kind = scope.kinds.first().copied().unwrap_or(Kind::Unknown);
        let examples = examples::read(id, fields, self.sources, about_channel, default_kind);
        let (check, kind) = (check?, word?);
        if matches!(check, Check::Terms(_)) && scope.is_about_single_documents() {
            fields.troubles().report(
                fields.place(),
                "词表规则不能用 scope 的 entry、sentences、also、sure_titles",
            );
        }
        let (rows, listed_level) = match &check {
            Check::Terms(terms) => (terms.rows, Some(terms.level)),
            _ => (0, None),
        };
        Some(Rule {
            id: id.to_owned(),
            pack: pack.stamp.clone(),
            pack_title: pack.title.clone(),
            kind,
            state,
            level: level.or(listed_level).unwrap_or(Level::Hint),
            certainty,
            category: category?,
            name,
            title: title?.value,
            why: fields.text_or_default("why"),
            fix: fix.map(|f| f.value).unwrap_or_default(),
            basis,
            since,
            until,
            scope,
            bad: examples.bad,
            good: examples.good,
            not_yet: examples.not_yet,
            rows,
            audience: version.audience.clone(),
            check,
        })
    }
}

fn kind_word(fields: &Fields<'_>) -> Option<String> {
    let word = fields.required_text("kind")?;
    if KINDS.contains(&word.value.as_str()) {
        return Some(word.value);
    }
    fields.troubles().report_with(
        &word.place,
        format!("不认识的规则种类“{}”", word.value),
        "这里",
        Some(super::known_words(&word.value, KINDS)),
    );
    None
}

/// At least one document, each with a name.
fn basis(fields: &Fields<'_>) -> Vec<Basis> {
    let read: Vec<Basis> = fields
        .tables("basis")
        .iter()
        .map(|one| {
            let basis = Basis {
                document: one
                    .required_text("document")
                    .map(|d| d.value)
                    .unwrap_or_default(),
                number: one.text_or_default("number"),
                article: one.text_or_default("article"),
            };
            one.finish();
            basis
        })
        .collect();
    if read.is_empty() {
        fields.troubles().report_with(
            fields.place(),
            "缺少依据“basis”",
            "",
            Some(
                "写上 basis = [{ document = \"《…》\", number = \"…\", article = \"第…条\" }]"
                    .to_owned(),
            ),
        );
    }
    read
}

fn scope(fields: &Fields<'_>) -> Scope {
    let parts = fields.words("parts");
    let scope = Scope {
        kinds: fields.words("kinds"),
        parts: if parts.is_empty() {
            Parts::default()
        } else {
            Parts::of_words(&parts)
        },
        parts_given: !parts.is_empty(),
        channels: fields.words("channels"),
        units: fields.words("units"),
        titles: title_regexes(fields, "titles"),
        not_titles: title_regexes(fields, "not_titles"),
        sure_titles: title_regexes(fields, "sure_titles"),
        entry: fields.flag("entry").unwrap_or(false),
        sentences: fields.flag("sentences").unwrap_or(false),
        also: fields.table("also").map(|also| self::also(&also)),
    };
    fields.finish();
    scope
}

/// `also = { kinds = ["unknown"], titles = ['…'], lines = ['…'] }`.
fn also(fields: &Fields<'_>) -> Also {
    let also = Also {
        kinds: fields.words("kinds"),
        titles: title_regexes(fields, "titles"),
        lines: plain_regexes(fields, "lines"),
        untitled: fields.flag("untitled").unwrap_or(false),
    };
    if also.kinds.is_empty() {
        fields.missing("kinds");
    }
    if also.titles.is_empty() && also.lines.is_empty() && !also.untitled {
        fields.missing("titles");
    }
    fields.finish();
    also
}

/// A message of a rule, with placeholders.
pub(crate) fn message(fields: &Fields<'_>, key: &'static str) -> Option<String> {
    let template = fields.text(key)?;
    placeholders(&template, fields);
    Some(template.value)
}

/// Placeholders must be known: a mistyped one would be shown to people as it stands.
fn placeholders(template: &At<String>, fields: &Fields<'_>) {
    let mut rest = template.value.as_str();
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else { return };
        let name = &rest[..close];
        if !Slots::NAMES.contains(&name) {
            fields.troubles().report_with(
                &template.place,
                format!("不认识的占位“{{{name}}}”"),
                "这里",
                Some(super::known_words(name, Slots::NAMES)),
            );
        }
        rest = &rest[close..];
    }
}
