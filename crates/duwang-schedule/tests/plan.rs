//! When runs are due.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use chrono::{DateTime, Utc};
use duwang_model::Calendar;
use duwang_schedule::{Due, Plan, Probe, Seen, Verdict, verdict};

/// A moment of the clock on the wall in China.
fn at(text: &str) -> DateTime<Utc> {
    format!("{}:00+08:00", text.replace(' ', "T"))
        .parse::<DateTime<chrono::FixedOffset>>()
        .unwrap()
        .to_utc()
}

fn plan(text: &str) -> Plan {
    let calendar = "2026-10-01\t休\t国庆节\n2026-10-02\t休\t国庆节\n2026-10-10\t班\t国庆节\n";
    Plan::parse(text, Calendar::parse(calendar).unwrap()).unwrap()
}

fn nexts(plan: &Plan, from: &str, count: usize) -> Vec<String> {
    let mut moment = at(from);
    let mut found = Vec::new();
    for _ in 0..count {
        moment = plan.next(&plan.schedules()[0], moment).unwrap().unwrap();
        let zone = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        found.push(
            moment
                .with_timezone(&zone)
                .format("%m-%d %H:%M")
                .to_string(),
        );
    }
    found
}

#[test]
fn expressions_are_read_on_the_clock_in_china() {
    let plan = plan("[[schedule]]\nid = \"night\"\ncron = \"30 2 * * *\"\n");
    assert_eq!(
        nexts(&plan, "2026-09-28 02:30", 2),
        ["09-29 02:30", "09-30 02:30"]
    );
    assert_eq!(nexts(&plan, "2026-09-28 02:29", 1), ["09-28 02:30"]);
}

#[test]
fn working_days_follow_the_calendar_and_not_the_week() {
    let workdays = plan("[[schedule]]\nid = \"a\"\ncron = \"0 9 * * *\"\ndays = \"workday\"\n");
    // Thursday and Friday are off, Saturday the 10th is worked.
    assert_eq!(nexts(&workdays, "2026-09-30 09:00", 1), ["10-05 09:00"]);
    assert_eq!(
        nexts(&workdays, "2026-10-09 09:00", 2),
        ["10-10 09:00", "10-12 09:00"]
    );
    let holidays = plan("[[schedule]]\nid = \"a\"\ncron = \"0 9 * * *\"\ndays = \"holiday\"\n");
    assert_eq!(
        nexts(&holidays, "2026-09-30 09:00", 3),
        ["10-01 09:00", "10-02 09:00", "10-03 09:00"]
    );
}

#[test]
fn a_year_nobody_entered_is_an_error_and_no_guess() {
    let plan = plan("[[schedule]]\nid = \"a\"\ncron = \"0 9 1 1 *\"\ndays = \"workday\"\n");
    let error = plan
        .next(&plan.schedules()[0], at("2026-06-01 00:00"))
        .unwrap_err();
    assert!(error.to_string().contains("2027"), "{error}");
}

#[test]
fn guarded_periods_narrow_and_except() {
    let text = "[[guard]]\nname = \"两会\"\nfrom = \"2026-03-03\"\nuntil = \"2026-03-05\"\n\
                [[schedule]]\nid = \"a\"\ncron = \"0 */12 * * *\"\nduring = [\"两会\"]\n\
                [[schedule]]\nid = \"b\"\ncron = \"0 3 * * *\"\nexcept = [\"两会\"]\n";
    let plan = plan(text);
    assert_eq!(
        nexts(&plan, "2026-01-01 00:00", 2),
        ["03-03 00:00", "03-03 12:00"]
    );
    let last = plan
        .next(&plan.schedules()[0], at("2026-03-05 12:00"))
        .unwrap();
    assert_eq!(last, None, "never again");
    let other = plan
        .next(&plan.schedules()[1], at("2026-03-02 03:00"))
        .unwrap();
    assert_eq!(other, Some(at("2026-03-06 03:00")));
}

#[test]
fn missed_runs_are_made_up_for_once() {
    let plan = plan("[[schedule]]\nid = \"a\"\ncron = \"0 * * * *\"\ncatch_up = \"2h\"\n");
    let due = |handled: &str, now: &str| {
        plan.due(&plan.schedules()[0], at(handled), at(now))
            .unwrap()
    };
    assert_eq!(
        due("2026-09-18 08:00", "2026-09-18 08:59"),
        Due::Later(Some(at("2026-09-18 09:00")))
    );
    let now = |planned: &str, missed| Due::Now {
        planned: at(planned),
        missed,
    };
    assert_eq!(
        due("2026-09-18 08:00", "2026-09-18 09:00"),
        now("2026-09-18 09:00", 0)
    );
    assert_eq!(
        due("2026-09-18 01:00", "2026-09-18 09:30"),
        now("2026-09-18 09:00", 7)
    );
    assert_eq!(
        due("2026-09-18 09:00", "2026-09-18 09:30"),
        Due::Later(Some(at("2026-09-18 10:00"))),
        "once"
    );
    let daily = Plan::parse(
        "[[schedule]]\nid = \"a\"\ncron = \"0 2 * * *\"\ncatch_up = \"2h\"\n",
        Calendar::default(),
    )
    .unwrap();
    assert_eq!(
        daily
            .due(
                &daily.schedules()[0],
                at("2026-09-15 02:00"),
                at("2026-09-18 09:00")
            )
            .unwrap(),
        Due::TooLate {
            planned: at("2026-09-18 02:00"),
            missed: 3
        }
    );
}

#[test]
fn jitter_is_bounded_differs_and_repeats() {
    let plan = plan("[[schedule]]\nid = \"a\"\ncron = \"0 2 * * *\"\njitter = \"10m\"\n");
    let schedule = &plan.schedules()[0];
    let delays: Vec<i64> = (1..=28)
        .map(|day| at(&format!("2026-09-{day:02} 02:00")))
        .map(|planned| (Plan::start(schedule, planned) - planned).num_seconds())
        .collect();
    assert!(delays.iter().all(|d| (0..=600).contains(d)), "{delays:?}");
    let distinct: std::collections::BTreeSet<&i64> = delays.iter().collect();
    assert!(distinct.len() > 20, "{delays:?}");
    let planned = at("2026-09-18 02:00");
    assert_eq!(
        Plan::start(schedule, planned),
        Plan::start(schedule, planned)
    );
    let start = Plan::start(schedule, planned);
    let due = |now| plan.due(schedule, at("2026-09-17 02:00"), now).unwrap();
    assert_eq!(
        due(start - chrono::TimeDelta::seconds(1)),
        Due::Later(Some(start))
    );
    assert!(matches!(due(start), Due::Now { .. }));
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let refused = |text: &str| {
        Plan::parse(text, Calendar::default())
            .unwrap_err()
            .to_string()
    };
    assert!(refused("[[schedule]]\nid = \"a\"\ncron = \"0 2 * *\"\n").contains("五段"));
    assert!(refused("[[schedule]]\nid = \"a\"\ncron = \"99 2 * * *\"\n").contains("看不懂"));
    assert!(refused("[[schedule]]\nid = \"a\"\ncron = \"0 2 * * *\"\ncorn = 1\n").contains("corn"));
    assert!(
        refused("[[schedule]]\nid = \"a\"\ncron = \"0 2 * * *\"\nduring = [\"x\"]\n")
            .contains("[[guard]]")
    );
    let twice = "[[schedule]]\nid = \"a\"\ncron = \"0 2 * * *\"\n".repeat(2);
    assert!(refused(&twice).contains("两次"));
    assert!(
        refused("[[guard]]\nname = \"x\"\nfrom = \"2026-03-03\"\nuntil = \"2026-03-01\"\n")
            .contains("早于")
    );
}

fn looks(words: &str) -> Vec<Probe> {
    let seen = |c| match c {
        'u' => Seen::Up,
        'd' => Seen::Down,
        _ => Seen::OurNetwork,
    };
    words
        .chars()
        .map(|c| Probe {
            at: at("2026-09-18 02:00"),
            seen: seen(c),
            status: 0,
            took: 0,
        })
        .collect()
}

#[test]
fn nobody_is_told_after_one_failure_or_when_we_were_not_there() {
    let told = |words: &str| {
        let mut looks = looks(words);
        let latest = looks.pop().unwrap();
        verdict(&looks, &latest)
    };
    assert_eq!(told("ud"), Verdict::LookAgain);
    assert_eq!(told("d"), Verdict::LookAgain);
    assert_eq!(told("udd"), Verdict::Alarm);
    assert_eq!(
        told("udnd"),
        Verdict::Alarm,
        "a look that says nothing is passed over"
    );
    assert_eq!(told("udddd"), Verdict::Quiet, "told once");
    assert_eq!(told("uddu"), Verdict::Over);
    assert_eq!(told("udu"), Verdict::Quiet);
    assert_eq!(told("unnn"), Verdict::Quiet);
    assert_eq!(told("udn"), Verdict::Quiet);
}

#[test]
fn a_ratio_has_its_count() {
    let mut day = duwang_schedule::Day::new("2026-09-18".parse().unwrap());
    (0..18).for_each(|_| day.add(Seen::Up));
    day.add(Seen::Down);
    assert_eq!(day.percent(), None, "nineteen looks are too few");
    (0..5).for_each(|_| day.add(Seen::OurNetwork));
    assert_eq!((day.looks, day.lost, day.percent()), (19, 5, None));
    day.add(Seen::Down);
    assert_eq!(day.percent(), Some(90.0));
}
