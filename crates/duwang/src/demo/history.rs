//! What the people of the sample city decided after the first reading, so that the console shows a desk at work.

use crate::people::{AUDIT, Accounts, Role, audit_line, one_time};
use chrono::{DateTime, Duration, Utc};
use duwang_model::{Calendar, Certainty, Decision, Finding, FindingFilter, Level, State, Verdict};
use duwang_store::Store;

/// The reviewer, the supervisor, the unit's editor, the admin and a guest of the sample city.
pub(crate) const PEOPLE: [(&str, Role); 5] = [
    ("王某", Role::Reviewer),
    ("李某", Role::Supervisor),
    ("编辑", Role::Editor),
    ("管理员", Role::Admin),
    ("来宾", Role::Viewer),
];
/// The unit of the editor.
const EDITORS_UNIT: &str = "qingshi";

/// Makes the accounts, all with one password, which is returned; none when there are accounts already.
pub(crate) fn people(store: &dyn Store) -> anyhow::Result<Option<String>> {
    let accounts = Accounts(store);
    if !accounts.all()?.is_empty() {
        return Ok(None);
    }
    let secret = one_time()?;
    for (name, role) in PEOPLE {
        let unit = (role == Role::Editor).then(|| EDITORS_UNIT.to_owned());
        accounts.add(name, role, unit, &secret, false)?;
    }
    Ok(Some(secret))
}

/// What was decided after a reading: sure ones confirmed and mostly assigned, some unsure ones called false alarms, an
/// appeal; a third is left for whoever opens the console.
pub(crate) fn decide(
    store: &dyn Store,
    calendar: &Calendar,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let open = store.findings(&FindingFilter {
        states: vec![State::Open, State::Reopened],
        ..FindingFilter::default()
    })?;
    for (number, finding) in open.iter().enumerate() {
        for (seconds, by, verdict, reason) in taken(number, finding, calendar, at)? {
            let at = at + Duration::seconds(seconds);
            let line = audit_line(at, by, verdict.chinese(), &finding.id, "");
            let decision = Decision {
                finding: finding.id.clone(),
                verdict,
                by: by.to_owned(),
                at,
                reason: reason.to_owned(),
            };
            store.decide_logged(&[decision], AUDIT, &line)?;
        }
    }
    Ok(())
}

/// Seconds after the reading (the city's clock stands still), who, what and why.
type Taken = (i64, &'static str, Verdict, &'static str);

fn taken(
    number: usize,
    finding: &Finding,
    calendar: &Calendar,
    at: DateTime<Utc>,
) -> anyhow::Result<Vec<Taken>> {
    let due = calendar.after(crate::clock::day(at), 5)?;
    let is_sure = finding.hit.certainty != Certainty::Ask;
    let assign = Verdict::Assign { due: Some(due) };
    Ok(match (is_sure, number % 6) {
        (true, 0 | 1) => vec![(2, "王某", Verdict::Confirm, ""), (4, "李某", assign, "")],
        (true, 2) => vec![(2, "王某", Verdict::Confirm, "")],
        (true, 3) if finding.hit.level == Level::Hint => {
            let until = crate::clock::day(at + Duration::days(60));
            let waive = Verdict::Waive { until };
            vec![(3, "王某", waive, "改版期间暂缓，见云溪市网站改版方案")]
        }
        (true, 4) if finding.unit == EDITORS_UNIT => vec![
            (2, "王某", Verdict::Confirm, ""),
            (4, "王某", assign, ""),
            (
                30,
                "编辑",
                Verdict::Appeal,
                "该内容按上级通知的统一格式发布",
            ),
        ],
        (false, 0) => vec![(5, "王某", Verdict::Dismiss, "属于引用原文，不算差错")],
        _ => Vec::new(),
    })
}
