//! From parsed files to compiled rules: common keys, overlays, variants for single units.

use super::examples;
use super::fields::{At, Fields};
use super::sources::{Lists, Parsed, Sources};
use crate::error::{Place, Troubles, nearest};
use crate::judge::{Parts, Scanner, Slots, Watchlist};
use crate::kind::{self, Check, KINDS, terms::Row};
use crate::rule::{Basis, Rule, RuleState, Scope};
use duwang_model::{Certainty, Kind, Level};
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};

/// Everything compiled.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The rules for all units by id, then the variants for single units.
    pub(crate) rules: Vec<Rule>,
    /// How many of them are for all units.
    pub(crate) common: usize,
    /// Rows of all word lists.
    pub(crate) rows: Vec<Row>,
    pub(crate) scanner: Scanner,
    /// `guide@3,link@1`.
    pub(crate) packs: String,
}

pub(crate) fn compile(sources: &Sources<'_>, troubles: &Troubles<'_>) -> Loaded {
    let packs = packs(sources, troubles);
    let overrides = Overrides::of(sources, troubles);
    let mut compiling = Compiling {
        sources,
        troubles,
        watch: Watchlist::default(),
        rows: Vec::new(),
        rules: Vec::new(),
    };
    for (id, parsed) in &sources.rules {
        match packs.get(pack_of(id)) {
            Some(pack) => compiling.rule(id, pack, parsed, &overrides.for_all(id)),
            None => no_pack(pack_of(id), parsed, troubles),
        }
    }
    let common = compiling.rules.len();
    for (id, parsed) in &sources.rules {
        let Some(pack) = packs.get(pack_of(id)) else {
            continue;
        };
        for variant in overrides.for_single_units(id) {
            compiling.rule(id, pack, parsed, &variant);
        }
    }
    let scanner = compiling.watch.build().unwrap_or_else(|reason| {
        troubles.report(
            &Place::new(0, 0..0),
            format!("词表太大，建不成自动机：{reason}"),
        );
        Scanner::empty()
    });
    Loaded {
        common,
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
            let version = fields.required_number("version").map_or(0, |v| v.value);
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
}

/// One version of a rule: the overlays that apply, and for whom.
struct Variant<'s> {
    layers: Vec<&'s Override<'s>>,
    only_unit: Option<String>,
}

impl<'s> Overrides<'s> {
    fn of(sources: &'s Sources<'_>, troubles: &Troubles<'_>) -> Self {
        let mut by_rule: BTreeMap<&str, Vec<Override<'_>>> = BTreeMap::new();
        for overlay in &sources.overlays {
            let file_units = units_of(overlay.table.get_ref());
            for (id, key_place, value, place) in overlay.overrides() {
                if matches!(id, "units" | "title") {
                    continue;
                }
                if !sources.rules.contains_key(id) {
                    troubles.report_with(
                        &key_place,
                        format!("没有规则“{id}”"),
                        "这里",
                        nearest(id, sources.rules.keys().copied())
                            .map(|near| format!("是不是“{near}”？")),
                    );
                    continue;
                }
                let DeValue::Table(table) = value else {
                    troubles.report(&place, format!("“{id}”下面要写成表"));
                    continue;
                };
                let mut units = units_of(table);
                if units.is_empty() {
                    units.clone_from(&file_units);
                }
                by_rule.entry(id).or_default().push(Override {
                    file: overlay.file,
                    table,
                    units,
                });
            }
        }
        Self { by_rule }
    }

    fn of_rule(&self, id: &str) -> &[Override<'_>] {
        self.by_rule.get(id).map_or(&[], Vec::as_slice)
    }

    /// The rule for every unit no overlay names.
    fn for_all(&self, id: &str) -> Variant<'_> {
        let all = self.of_rule(id);
        Variant {
            layers: all.iter().filter(|o| o.units.is_empty()).collect(),
            only_unit: None,
        }
    }

    /// One version for each unit that an overlay names.
    fn for_single_units(&self, id: &str) -> Vec<Variant<'_>> {
        let all = self.of_rule(id);
        let named: BTreeSet<&String> = all.iter().flat_map(|o| &o.units).collect();
        let version = |unit: &String| Variant {
            layers: all
                .iter()
                .filter(|o| o.units.is_empty() || o.units.contains(unit))
                .collect(),
            only_unit: Some(unit.clone()),
        };
        named.into_iter().map(version).collect()
    }
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

fn units_of(table: &DeTable<'_>) -> Vec<String> {
    let Some(value) = table.get("units") else {
        return Vec::new();
    };
    match value.get_ref() {
        DeValue::Array(items) => items
            .iter()
            .filter_map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect(),
        DeValue::String(one) => vec![one.to_string()],
        _ => Vec::new(),
    }
}

// ---- rules ----

struct Compiling<'s, 't> {
    sources: &'s Sources<'s>,
    troubles: &'t Troubles<'t>,
    watch: Watchlist,
    rows: Vec<Row>,
    rules: Vec<Rule>,
}

impl Compiling<'_, '_> {
    fn rule(&mut self, id: &str, pack: &Pack<'_>, parsed: &Parsed<'_>, variant: &Variant<'_>) {
        let mut fields = parsed.fields(self.troubles);
        for layer in &variant.layers {
            fields.lay_over(layer.file, layer.table);
        }
        if let Some(rule) = self.read(id, pack, &fields, variant) {
            self.rules.push(rule);
        }
        fields.finish();
    }

    fn read(
        &mut self,
        id: &str,
        pack: &Pack<'_>,
        fields: &Fields<'_>,
        variant: &Variant<'_>,
    ) -> Option<Rule> {
        if !variant.layers.is_empty() {
            fields.has("units"); // the overlay's own key
        }
        let kind = kind_word(fields);
        let state = fields.word("state").unwrap_or(RuleState::Active);
        let level = match kind.as_deref() {
            Some("terms") => fields.word("level"),
            _ => fields.required_word("level"),
        };
        let certainty = fields.word("certainty").unwrap_or(Certainty::Likely);
        let category = fields.required_word("category");
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
        let lists = Lists {
            files: self.sources.files,
            pack: pack.name,
        };
        let (word, check) = kind::read(
            kind.as_deref()?,
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
            only_unit: variant.only_unit.clone(),
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
    };
    fields.finish();
    scope
}

/// Placeholders must be known: a mistyped one would be shown to people as it stands.
pub(crate) fn placeholders(template: &At<String>, fields: &Fields<'_>) {
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
