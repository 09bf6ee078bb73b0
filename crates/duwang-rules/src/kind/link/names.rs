//! Links and list entries that lead to another document than they name.

use crate::kind::pairing::likeness::{is_same_title, share};
use duwang_model::{ChannelFacts, Kind};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// So many doubtful names are held against the titles at a time: of a list that cuts its titles all are, and all titles are not kept.
const AT_ONCE: usize = 4_096;

/// What a link or entry calls its target.
pub(super) struct Called {
    /// The page or column it stands on.
    pub(super) page: String,
    pub(super) target: String,
    pub(super) name: String,
}

/// Tells of each name that is no name of its target, in the order of links and columns, with the target's title, until told to stop.
pub(super) fn each_misnamed(facts: &ChannelFacts, tell: &mut dyn FnMut(&Called, &str) -> bool) {
    let titles = title_hashes(facts);
    let is_doubtful = |target: &str, name: &str| {
        let title = titles.get(&hash(target));
        title.is_some_and(|title| *title != hash(name))
    };
    let links = facts.named_links.iter().flat_map(|link| {
        let names = names_in(&link.text).filter(|name| is_doubtful(&link.target, name));
        names.map(|name| Called {
            page: link.page.clone(),
            target: link.target.clone(),
            name: name.to_owned(),
        })
    });
    let entries = facts.columns.iter().flat_map(|column| {
        let items = column.items.iter();
        let doubtful = items.filter(|item| is_doubtful(&item.url, &item.title));
        doubtful.map(|item| Called {
            page: column.url.clone(),
            target: item.url,
            name: item.title,
        })
    });
    let mut doubtful = links.chain(entries);
    loop {
        let some: Vec<Called> = doubtful.by_ref().take(AT_ONCE).collect();
        if some.is_empty() || !tell_some(facts, &some, tell) {
            return;
        }
    }
}

/// Looks up the titles of these targets and tells what does not fit; whether to go on.
fn tell_some(
    facts: &ChannelFacts,
    some: &[Called],
    tell: &mut dyn FnMut(&Called, &str) -> bool,
) -> bool {
    let targets: HashSet<&str> = some.iter().map(|called| called.target.as_str()).collect();
    let titles: HashMap<String, String> = titled(facts)
        .filter(|(url, _)| targets.contains(url.as_str()))
        .collect();
    some.iter().all(|called| {
        let title = titles.get(&called.target);
        title.is_none_or(|title| is_title_of(&called.name, title) || tell(called, title))
    })
}

/// URL and title of every page that is called by a title.
fn titled(facts: &ChannelFacts) -> impl Iterator<Item = (String, String)> {
    let pages = facts.pages.iter();
    pages
        .filter(|p| p.kind != Kind::List && !is_name_of_site(&p.title))
        .map(|p| (p.url, p.title))
}

/// The hash of each page's title by the hash of its URL: most links say the very title, and need no more than that.
fn title_hashes(facts: &ChannelFacts) -> HashMap<u64, u64> {
    titled(facts)
        .map(|(url, title)| (hash(&url), hash(&title)))
        .collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What stands between 《 and 》.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('《')
        .skip(1)
        .filter_map(|part| part.split('》').next())
}

/// A page whose title nobody could read is called by its site.
fn is_name_of_site(title: &str) -> bool {
    const ENDINGS: [&str; 8] = [
        "政府",
        "办事处",
        "局",
        "网站",
        "门户",
        "首页",
        "网",
        "委员会",
    ];
    title.is_empty() || ENDINGS.iter().any(|ending| title.ends_with(ending))
}

/// Whether a name may be meant for a title: much in common, or too short to tell.
fn is_title_of(name: &str, title: &str) -> bool {
    const SHORTEST: usize = 6;
    let short = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST;
    short(name) || short(title) || is_same_title(name, title) || share(name, title) >= 0.3
}
