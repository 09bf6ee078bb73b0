//! The closed set of rule kinds, one file each. A new kind is a file here and a line in [`KINDS`] and in each `match` below.

mod backdated;
mod blank;
pub(crate) mod catalogue;
mod columns;
mod conditional;
mod dates;
mod duty;
mod element;
mod equation;
mod facets;
mod formula;
mod freshness;
mod gone;
mod identity;
mod indicator;
mod length;
mod link;
mod mark;
mod numbering;
mod pairing;
mod pattern;
mod period;
mod presence;
mod repeated;
mod reprint;
mod residue;
mod roster;
mod same;
mod section;
mod share;
mod sheet;
mod tags;
pub(crate) mod terms;
pub(crate) mod typo;
mod unattached;
mod unmatched;
mod vacant;

use crate::judge::{Draft, Seen, Watchlist};
use crate::load::Fields;
use crate::rule::{Context, Rule, Scope, Unjudged};
use duwang_model::{Certainty, ChannelFacts};

/// The words of the kinds, as rule files name them.
pub(crate) const KINDS: &[&str] = &[
    "terms",
    "pattern",
    "element",
    "conditional",
    "length",
    "link",
    "freshness",
    "blank",
    "presence",
    "pairing",
    "period",
    "identity",
    "dates",
    "backdated",
    "formula",
    "roster",
    "numbering",
    "repeated",
    "unmatched",
    "unattached",
    "gone",
    "duty",
    "indicator",
    "catalogue",
    "columns",
    "equation",
    "facets",
    "mark",
    "reprint",
    "same",
    "share",
    "tags",
    "residue",
    "typo",
    "vacant",
];

/// What a rule does, compiled.
#[derive(Debug)]
pub(crate) enum Check {
    Terms(terms::Terms),
    Pattern(pattern::Pattern),
    Element(Box<element::Element>),
    Conditional(conditional::Conditional),
    Length(length::Length),
    Link(link::LinkRule),
    Freshness(freshness::Freshness),
    Blank(blank::Blank),
    Presence(presence::Presence),
    Pairing(pairing::Pairing),
    Period(period::Period),
    Identity(identity::Identity),
    Dates(dates::Dates),
    Backdated(backdated::Backdated),
    Formula(formula::Formula),
    Roster(roster::Roster),
    Numbering(numbering::Numbering),
    Repeated(repeated::Repeated),
    Unmatched(unmatched::Unmatched),
    Unattached(unattached::Unattached),
    Gone(gone::Gone),
    Duty(duty::Duty),
    Indicator(indicator::Indicator),
    Catalogue(catalogue::Catalogue),
    Columns(columns::Columns),
    Equation(equation::Equation),
    Facets(facets::Facets),
    Mark(mark::Mark),
    Reprint(reprint::Reprint),
    Same(same::Same),
    Share(share::Share),
    Tags(tags::TagRule),
    Residue(residue::ResidueRule),
    Typo(typo::Typo),
    Vacant(vacant::Vacant),
}

/// What the reading of a kind's own keys may use.
pub(crate) struct Reading<'r, 'a> {
    pub(crate) fields: &'r Fields<'a>,
    pub(crate) scope: &'r Scope,
    pub(crate) certainty: Certainty,
    /// The number the rule will have.
    pub(crate) rule: u32,
    pub(crate) watch: &'r mut Watchlist,
    /// The rows of all word lists, in one table.
    pub(crate) rows: &'r mut Vec<terms::Row>,
    /// Word lists that lie beside the rules.
    pub(crate) lists: &'r crate::load::Lists<'a>,
}

/// Reads the keys of a kind; `None` when they are wrong (told already).
pub(crate) fn read(kind: &str, reading: &mut Reading<'_, '_>) -> Option<(&'static str, Check)> {
    Some(match kind {
        "terms" => ("terms", Check::Terms(terms::read(reading)?)),
        "pattern" => ("pattern", Check::Pattern(pattern::read(reading)?)),
        "element" => ("element", Check::Element(Box::new(element::read(reading)?))),
        "conditional" => (
            "conditional",
            Check::Conditional(conditional::read(reading)?),
        ),
        "length" => ("length", Check::Length(length::read(reading)?)),
        "link" => ("link", Check::Link(link::read(reading)?)),
        "freshness" => ("freshness", Check::Freshness(freshness::read(reading)?)),
        "blank" => ("blank", Check::Blank(blank::read(reading)?)),
        "presence" => ("presence", Check::Presence(presence::read(reading)?)),
        "pairing" => ("pairing", Check::Pairing(pairing::read(reading)?)),
        "period" => ("period", Check::Period(period::read(reading)?)),
        "identity" => ("identity", Check::Identity(identity::read(reading)?)),
        "dates" => ("dates", Check::Dates(dates::read(reading)?)),
        "backdated" => ("backdated", Check::Backdated(backdated::read(reading)?)),
        "formula" => ("formula", Check::Formula(formula::read(reading)?)),
        "roster" => ("roster", Check::Roster(roster::read(reading)?)),
        "numbering" => ("numbering", Check::Numbering(numbering::read(reading)?)),
        "repeated" => ("repeated", Check::Repeated(repeated::read(reading)?)),
        "unmatched" => ("unmatched", Check::Unmatched(unmatched::read(reading)?)),
        "unattached" => ("unattached", Check::Unattached(unattached::read(reading)?)),
        "gone" => ("gone", Check::Gone(gone::read(reading)?)),
        "duty" => ("duty", Check::Duty(duty::read(reading)?)),
        "indicator" => ("indicator", Check::Indicator(indicator::read(reading)?)),
        "catalogue" => ("catalogue", Check::Catalogue(catalogue::read(reading)?)),
        "columns" => ("columns", Check::Columns(columns::read(reading)?)),
        "equation" => ("equation", Check::Equation(equation::read(reading)?)),
        "facets" => ("facets", Check::Facets(facets::read(reading)?)),
        "mark" => ("mark", Check::Mark(mark::read(reading)?)),
        "reprint" => ("reprint", Check::Reprint(reprint::read(reading)?)),
        "same" => ("same", Check::Same(same::read(reading)?)),
        "share" => ("share", Check::Share(share::read(reading)?)),
        "tags" => ("tags", Check::Tags(tags::read(reading)?)),
        "residue" => ("residue", Check::Residue(residue::read(reading)?)),
        "typo" => ("typo", Check::Typo(typo::read(reading)?)),
        "vacant" => ("vacant", Check::Vacant(vacant::read(reading)?)),
        _ => return None,
    })
}

/// Where findings of one rule go.
pub(crate) struct Out<'o> {
    /// The rule's number.
    pub(crate) number: u32,
    pub(crate) rule: &'o Rule,
    pub(crate) drafts: &'o mut Vec<Draft>,
    pub(crate) unjudged: &'o mut Vec<Unjudged>,
}

impl Out<'_> {
    /// A draft of this rule, as sure as the rule can be.
    pub(crate) fn draft(&self) -> Draft {
        Draft::of(self.number, self.rule.certainty)
    }

    pub(crate) fn push(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Says that a ground could not be judged.
    pub(crate) fn unjudged(&mut self, url: &str) {
        self.unjudged.push(Unjudged {
            rule: self.rule.id.clone(),
            url: url.to_owned(),
        });
    }
}

impl Check {
    /// Computes from what the other rules said of the channel.
    pub(crate) fn computes(&self) -> Option<&indicator::Indicator> {
        match self {
            Self::Indicator(indicator) => Some(indicator),
            _ => None,
        }
    }

    /// A catalogue of what must be published: all of them look at the channel together, see [`catalogue::published`].
    pub(crate) fn catalogue(&self) -> Option<&catalogue::Catalogue> {
        match self {
            Self::Catalogue(catalogue) => Some(catalogue),
            _ => None,
        }
    }

    /// Looks at a channel as a whole.
    pub(crate) fn is_about_channel(&self) -> bool {
        match self {
            Self::Freshness(_)
            | Self::Blank(_)
            | Self::Presence(_)
            | Self::Pairing(_)
            | Self::Backdated(_)
            | Self::Gone(_)
            | Self::Duty(_)
            | Self::Indicator(_)
            | Self::Catalogue(_)
            | Self::Share(_)
            | Self::Reprint(_)
            | Self::Same(_) => true,
            Self::Link(link) => link.is_about_channel(),
            _ => false,
        }
    }

    /// Holds the pages of a unit against each other, across its channels.
    pub(crate) fn is_comparison(&self) -> bool {
        matches!(self, Self::Same(_) | Self::Reprint(_))
    }

    /// Says that something is absent: only on ground that was seen to its end.
    pub(crate) fn needs_whole_document(&self) -> bool {
        matches!(
            self,
            Self::Element(_)
                | Self::Conditional(_)
                | Self::Length(_)
                | Self::Period(_)
                | Self::Unattached(_)
                | Self::Columns(_)
                | Self::Facets(_)
                | Self::Mark(_)
                | Self::Vacant(_)
        )
    }

    /// Can only be judged with a model of the language.
    pub(crate) fn needs_model(&self) -> bool {
        matches!(self, Self::Typo(_))
    }

    /// Can only be judged when it is known who publishes.
    pub(crate) fn needs_unit(&self) -> bool {
        matches!(self, Self::Identity(kind) if kind.needs_unit())
    }

    /// Runs only where the scanner saw something; the others run on every document in scope.
    pub(crate) fn is_driven_by_scanner(&self) -> bool {
        matches!(self, Self::Terms(_) | Self::Pattern(_))
    }

    /// Judges one document. Word lists are judged together, see [`terms::judge`].
    pub(crate) fn document(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        match self {
            Self::Pattern(kind) => kind.judge(seen, out),
            Self::Element(kind) => kind.judge(seen, out),
            Self::Conditional(kind) => kind.judge(seen, out),
            Self::Length(kind) => kind.judge(seen, out),
            Self::Link(kind) => kind.judge(seen, out),
            Self::Period(kind) => kind.judge(seen, out),
            Self::Identity(kind) => kind.judge(seen, out),
            Self::Dates(kind) => kind.judge(seen, out),
            Self::Formula(kind) => kind.judge(seen, out),
            Self::Roster(kind) => kind.judge(seen, out),
            Self::Numbering(kind) => kind.judge(seen, out),
            Self::Repeated(kind) => kind.judge(seen, out),
            Self::Unmatched(kind) => kind.judge(seen, out),
            Self::Unattached(kind) => kind.judge(seen, out),
            Self::Columns(kind) => kind.judge(seen, out),
            Self::Equation(kind) => kind.judge(seen, out),
            Self::Facets(kind) => kind.judge(seen, out),
            Self::Mark(kind) => kind.judge(seen, out),
            Self::Tags(kind) => kind.judge(seen, out),
            Self::Residue(kind) => kind.judge(seen, out),
            Self::Typo(kind) => kind.judge(seen, out),
            Self::Vacant(kind) => kind.judge(seen, out),
            Self::Terms(_)
            | Self::Freshness(_)
            | Self::Blank(_)
            | Self::Presence(_)
            | Self::Pairing(_)
            | Self::Backdated(_)
            | Self::Gone(_)
            | Self::Duty(_)
            | Self::Indicator(_)
            | Self::Catalogue(_)
            | Self::Share(_)
            | Self::Reprint(_)
            | Self::Same(_) => {}
        }
    }

    /// Judges a channel; `false` when nothing of it could be judged.
    pub(crate) fn channel(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        match self {
            Self::Freshness(kind) => kind.judge(facts, context, out),
            Self::Blank(kind) => kind.judge(facts, context, out),
            Self::Presence(kind) => kind.judge(facts, context, out),
            Self::Pairing(kind) => kind.judge(facts, context, out),
            Self::Catalogue(kind) => {
                let published = catalogue::published(&[kind], facts);
                published.iter().all(|p| kind.judge(p, facts, context, out))
            }
            Self::Share(kind) => kind.judge(facts, context, out),
            Self::Reprint(kind) => kind.judge(facts, out),
            Self::Same(kind) => kind.judge(facts, out),
            Self::Link(kind) => kind.judge_channel(facts, out),
            Self::Backdated(kind) => kind.judge(facts, out),
            Self::Gone(kind) => kind.judge(facts, out),
            Self::Duty(kind) => kind.judge(facts, context, out),
            _ => false,
        }
    }
}
