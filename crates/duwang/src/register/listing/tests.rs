//! A list that followed what changed is the list made anew.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use crate::register::Register;
use duwang_model::{Certainty, Change, Finding, FindingFilter, Level, State, Verdict, Visit};
use duwang_store::Store;
use duwang_store::contract::sample;
use proptest::prelude::*;

const UNITS: [&str; 4] = ["u01", "u02", "u03", "u04"];
const RULES: [&str; 3] = ["guide/office-hours", "link/dead", "typo/language"];
const COUNT: usize = 40;

fn finding(n: usize) -> Finding {
    let unit = UNITS[n % UNITS.len()];
    let url = format!("http://{unit}-demo.gov.cn/zwgk/t{}.htm", n / 3);
    let mut finding = sample::finding(unit, RULES[n % RULES.len()], &url, n);
    finding.hit.quote = format!("办公时间{}", n % 5);
    finding.hit.level = Level::ALL[n % Level::ALL.len()];
    finding.hit.certainty = Certainty::ALL[n % Certainty::ALL.len()];
    finding
}

fn store() -> Box<dyn Store> {
    let store = duwang_store::open("memory:", std::path::Path::new(".")).unwrap();
    record(
        store.as_ref(),
        (0..COUNT).map(|n| (Change::New, finding(n))).collect(),
    );
    store
}

fn record(store: &dyn Store, changes: Vec<(Change, Finding)>) {
    let visit = Visit {
        changes,
        ..Visit::default()
    };
    store.record(&[visit]).unwrap();
}

/// What may happen to a finding.
#[derive(Debug, Clone)]
enum Event {
    Decided(Verdict),
    /// It stands elsewhere on its page, with other words.
    Moved,
    Closed,
    /// One that was not there before.
    New,
}

fn events() -> impl Strategy<Value = Vec<(usize, Event)>> {
    let day = sample::day(9).date_naive();
    let decided = [
        Verdict::Confirm,
        Verdict::Dismiss,
        Verdict::Waive { until: day },
        Verdict::Assign { due: Some(day) },
        Verdict::Undo,
        Verdict::Note,
    ];
    let others = [Event::Moved, Event::Closed, Event::New];
    let all: Vec<Event> = decided
        .map(Event::Decided)
        .into_iter()
        .chain(others)
        .collect();
    prop::collection::vec((0..COUNT, prop::sample::select(all)), 1..30)
}

fn happen(store: &dyn Store, at: usize, event: &Event, step: usize) {
    let own = store.finding_of(&finding(at).fingerprint).unwrap().unwrap();
    match event {
        // What the state of the finding does not allow is refused, and changes nothing.
        Event::Decided(verdict) => drop(store.decide(&[sample::decision(&own, verdict.clone())])),
        Event::Moved => {
            let mut moved = own;
            moved.hit.span = Some(duwang_model::Span::new(500 + step, 512 + step));
            moved.hit.quote = format!("办公时间{}", step % 5);
            record(store, vec![(Change::Persisting, moved)]);
        }
        Event::Closed => {
            let mut closed = own;
            closed.state = State::Fixed;
            closed.present = false;
            record(store, vec![(Change::Fixed, closed)]);
        }
        Event::New => record(store, vec![(Change::New, finding(COUNT + step))]),
    }
}

fn filters() -> Vec<FindingFilter> {
    let all = FindingFilter::default();
    vec![
        all.clone(),
        FindingFilter {
            states: vec![State::Open, State::Reopened],
            ..all.clone()
        },
        FindingFilter {
            units: vec!["u02".to_owned(), "u03".to_owned()],
            levels: vec![Level::Serious, Level::General],
            ..all.clone()
        },
        FindingFilter {
            text: Some("时间3".to_owned()),
            certainties: vec![Certainty::Certain, Certainty::Likely],
            ..all
        },
    ]
}

/// A list in words.
fn told(listing: &Listing, shelf: &Shelf) -> String {
    let counts = &listing.counts;
    let admitted = counts.admitted.iter();
    let sizes = admitted
        .clone()
        .map(|b| (&b.fingerprint, b.state, listing.group_size(b)));
    let rows = listing
        .groups
        .iter()
        .map(|g| (&g.head.fingerprint, g.head.state, g.count, g.units));
    let words = [&counts.units, &counts.channels, &counts.rules]
        .map(|c| Counts::words(c, shelf))
        .map(|words| words.iter().map(|c| (c.value, c.count)).collect::<Vec<_>>());
    let others = [
        &counts.categories,
        &counts.states,
        &counts.levels,
        &counts.certainties,
        &counts.kinds,
    ];
    format!(
        "{:?}\n{:?}\n{words:?}\n{others:?}\n{:?}\n{}",
        sizes.collect::<Vec<_>>(),
        rows.collect::<Vec<_>>(),
        listing.levels,
        listing.samplable(shelf, 2)
    )
}

/// Lists in another order than the register's.
fn rank(unit: &str) -> usize {
    UNITS.iter().rev().position(|u| *u == unit).unwrap_or(9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_followed_is_what_is_made_anew(events in events()) {
        // One filter at a time: as many lists as fit are kept, and what was dropped follows nothing.
        for filter in filters() {
            let store = store();
            let register = Register::default();
            for (step, (at, event)) in events.iter().enumerate() {
                ask(&register.now(store.as_ref()).unwrap(), &filter);
                happen(store.as_ref(), *at, event, step);
                let (kept, anew) = ask(&register.now(store.as_ref()).unwrap(), &filter);
                prop_assert_eq!(kept, anew);
            }
        }
    }
}

/// A list as it is kept, grouped and flat, and as it is made anew.
fn ask(shelf: &Shelf, filter: &FindingFilter) -> (String, String) {
    let wanted = Wanted::new(filter, shelf, None);
    let (mut kept, mut anew) = (String::new(), String::new());
    for (order, flat) in Order::ALL.into_iter().flat_map(|o| [(o, false), (o, true)]) {
        let look = Look {
            shelf,
            wanted: &wanted,
            rank: &rank,
            order,
            flat,
        };
        kept += &told(&shelf.listing(&format!("{order:?}{flat}"), &look), shelf);
        anew += &told(&Listing::made(&look), shelf);
    }
    (kept, anew)
}

#[test]
fn a_list_follows_instead_of_being_made_anew() {
    let store = store();
    let register = Register::default();
    let filter = FindingFilter::default();
    let asked = |shelf: &Shelf, flat: bool| {
        let wanted = Wanted::new(&filter, shelf, None);
        let look = Look {
            shelf,
            wanted: &wanted,
            rank: &rank,
            order: Order::Unit,
            flat,
        };
        shelf.listing("全部", &look).groups.len()
    };
    assert!(asked(&register.now(store.as_ref()).unwrap(), false) < COUNT);
    let decided = sample::decision(&finding(3), Verdict::Confirm);
    store.decide(&[decided]).unwrap();
    // Made anew it would be flat now.
    assert!(asked(&register.now(store.as_ref()).unwrap(), true) < COUNT);
}

#[test]
fn what_a_rule_lost_reaches_its_lists() {
    let store = store();
    let more = (100..200)
        .map(|n| finding(n * RULES.len()))
        .collect::<Vec<_>>();
    record(
        store.as_ref(),
        more.iter().map(|f| (Change::New, f.clone())).collect(),
    );
    let register = Register::default();
    let filter = &filters()[3];
    for finding in more.iter().take(40) {
        ask(&register.now(store.as_ref()).unwrap(), filter);
        let dismissed = sample::decision(finding, Verdict::Dismiss);
        store.decide(&[dismissed]).unwrap();
        let shelf = register.now(store.as_ref()).unwrap();
        let (kept, anew) = ask(&shelf, filter);
        assert_eq!(kept, anew);
    }
    let shelf = register.now(store.as_ref()).unwrap();
    let rule = shelf.names.find(RULES[0]).unwrap();
    assert!(shelf.is_demoted(rule));
}

#[test]
fn the_oldest_list_goes() {
    let shelf = Shelf::default();
    let filter = FindingFilter::default();
    let wanted = Wanted::new(&filter, &shelf, None);
    let look = Look {
        shelf: &shelf,
        wanted: &wanted,
        rank: &rank,
        order: Order::Unit,
        flat: false,
    };
    let first = shelf.listing("甲", &look);
    assert!(Arc::ptr_eq(&first, &shelf.listing("甲", &look)));
    for n in 0..Listings::MOST {
        shelf.listing(&n.to_string(), &look);
    }
    assert_eq!(shelf.listings.kept().len(), Listings::MOST);
    assert!(!Arc::ptr_eq(&first, &shelf.listing("甲", &look)));
}
