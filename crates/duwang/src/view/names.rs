//! Names of units and channels as people know them.

use duwang_model::{Channel, ChannelKind, Region, Unit};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

/// What people call the rules; a rule without a name stands by its id.
#[derive(Debug, Clone, Default)]
pub struct RuleNames(Arc<HashMap<String, String>>);

impl RuleNames {
    /// Pairs of id and name.
    pub fn new(named: impl Iterator<Item = (String, String)>) -> Self {
        Self(Arc::new(
            named.filter(|(_, name)| !name.is_empty()).collect(),
        ))
    }

    /// The rule's name, or its id.
    pub fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.known(id).unwrap_or(id)
    }

    /// The rule's name, when it has one.
    pub fn known(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

/// Looks up names by id; an id that the units file no longer has stands for itself.
#[derive(Debug, Clone, Default)]
pub struct Names {
    units: HashMap<String, String>,
    channels: HashMap<String, String>,
    order: HashMap<String, usize>,
    rules: RuleNames,
}

impl Names {
    /// The names of a region.
    pub fn new(region: &Region) -> Self {
        let mut names = Self::default();
        for (at, unit) in region.units.iter().enumerate() {
            names.add_unit(&unit.id, &unit.name);
            names.order.insert(unit.id.clone(), at);
            for channel in &unit.channels {
                names.add_channel(&channel.id, &channel_name(unit, channel));
            }
        }
        names
    }

    /// The same with the names of the rules.
    #[must_use]
    pub fn with_rules(mut self, rules: &RuleNames) -> Self {
        self.rules = rules.clone();
        self
    }

    /// The names of the rules alone.
    pub fn rules(&self) -> &RuleNames {
        &self.rules
    }

    /// The rule's name, or its id.
    pub fn rule<'a>(&'a self, id: &'a str) -> &'a str {
        self.rules.of(id)
    }

    /// Adds (or renames) a unit.
    pub fn add_unit(&mut self, id: &str, name: &str) {
        self.units.insert(id.to_owned(), name.to_owned());
    }

    /// Adds (or renames) a channel.
    pub fn add_channel(&mut self, id: &str, name: &str) {
        self.channels.insert(id.to_owned(), name.to_owned());
    }

    /// The unit's full name, or its id.
    pub fn unit<'a>(&'a self, id: &'a str) -> &'a str {
        self.units.get(id).map_or(id, String::as_str)
    }

    /// Whether the units file has this unit.
    pub fn knows(&self, unit: &str) -> bool {
        self.order.contains_key(unit)
    }

    /// What sort of channel it is, with the account's name or (when the unit has several alike) its id.
    pub fn channel<'a>(&'a self, id: &'a str) -> &'a str {
        self.channels.get(id).map_or(id, String::as_str)
    }

    /// Tells one order of the units from another.
    pub fn stamp(&self) -> u64 {
        let mut units: Vec<(&usize, &String)> =
            self.order.iter().map(|(id, at)| (at, id)).collect();
        units.sort_unstable();
        let mut hasher = DefaultHasher::new();
        units.hash(&mut hasher);
        hasher.finish()
    }

    /// Sorts units as in the units file; unknown ones last, by id.
    pub fn rank<'a>(&self, unit: &'a str) -> (usize, &'a str) {
        (self.order.get(unit).copied().unwrap_or(usize::MAX), unit)
    }
}

fn channel_name(unit: &Unit, channel: &Channel) -> String {
    let kind = channel.kind.chinese();
    let alike = unit
        .channels
        .iter()
        .filter(|c| c.kind == channel.kind)
        .count();
    match (&channel.account, channel.kind) {
        (Some(account), ChannelKind::Wechat) => format!("{kind}“{account}”"),
        _ if alike > 1 => format!("{kind} {}", channel.id),
        _ => kind.to_owned(),
    }
}
