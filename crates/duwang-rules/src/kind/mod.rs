//! The closed set of rule kinds, one file each. A new kind is a file here and a line in [`KINDS`] and in each `match` below.

mod blank;
mod conditional;
mod element;
mod freshness;
mod identity;
mod length;
mod link;
mod pairing;
mod pattern;
mod period;
mod presence;
mod residue;
pub(crate) mod terms;

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
    "residue",
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
    Residue(residue::ResidueRule),
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
        "residue" => ("residue", Check::Residue(residue::read(reading)?)),
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
    /// Looks at a channel as a whole.
    pub(crate) fn is_about_channel(&self) -> bool {
        match self {
            Self::Freshness(_) | Self::Blank(_) | Self::Presence(_) | Self::Pairing(_) => true,
            Self::Link(link) => link.is_about_channel(),
            _ => false,
        }
    }

    /// Says that something is absent: only on ground that was seen to its end.
    pub(crate) fn needs_whole_document(&self) -> bool {
        matches!(
            self,
            Self::Element(_) | Self::Conditional(_) | Self::Length(_) | Self::Period(_)
        )
    }

    /// Can only be judged when it is known who publishes.
    pub(crate) fn needs_unit(&self) -> bool {
        matches!(self, Self::Identity(_))
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
            Self::Residue(kind) => kind.judge(seen, out),
            Self::Terms(_)
            | Self::Freshness(_)
            | Self::Blank(_)
            | Self::Presence(_)
            | Self::Pairing(_) => {}
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
            Self::Link(kind) => kind.judge_channel(facts, out),
            _ => false,
        }
    }
}
