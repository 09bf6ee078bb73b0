//! What the people of the sample city decided in the two weeks before, so that the console shows a desk at work.
//!
//! ```text
//! first week    sure ones confirmed and mostly assigned, unsure ones called false alarms, a waiver, an appeal; a unit says it is fixed
//! second week   what was fixed is proved; some of the new ones confirmed and assigned; a claim that does not hold is returned
//! third week    the last reading is left for whoever opens the console
//! ```

use crate::closure::MACHINE;
use crate::people::{AUDIT, Accounts, Role, audit_line, one_time};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use duwang_model::{Calendar, Certainty, Decision, Finding, FindingFilter, Level, State, Verdict};
use duwang_store::Store;

const REVIEWER: &str = "演示复核员";
const SUPERVISOR: &str = "演示监督员";
const EDITOR: &str = "演示编辑";
/// Everybody of the sample city, by role: nobody could take them for a person.
pub(crate) const PEOPLE: [(&str, Role); 5] = [
    (REVIEWER, Role::Reviewer),
    (SUPERVISOR, Role::Supervisor),
    (EDITOR, Role::Editor),
    ("演示管理员", Role::Admin),
    ("演示来宾", Role::Viewer),
];
/// The unit of the editor.
const EDITORS_UNIT: &str = "qingshi";
/// Working days a unit gets.
const DUE: u32 = 5;

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

/// What was decided in the week after a reading, the first or a later one.
pub(crate) fn decide(
    store: &dyn Store,
    calendar: &Calendar,
    read: DateTime<Utc>,
    is_first: bool,
) -> anyhow::Result<()> {
    let due = calendar.after(crate::clock::day(read), DUE)?;
    let found = store.findings(&FindingFilter {
        states: vec![State::Open, State::Reopened, State::Assigned],
        ..FindingFilter::default()
    })?;
    let mut claimed = false;
    for (number, finding) in found.into_iter().enumerate() {
        let taken = match (is_first, finding.state) {
            (true, _) => in_first_week(number, &finding, due, read),
            (false, State::Assigned) if !claimed && finding.unit == EDITORS_UNIT => {
                claimed = true;
                in_vain()
            }
            (false, State::Assigned) => Vec::new(),
            (false, _) => in_second_week(number, &finding, due),
        };
        take(store, finding, taken, read)?;
    }
    Ok(())
}

/// Hours after the reading, who, what and why.
type Taken = (i64, &'static str, Verdict, &'static str);

/// Takes the decisions one after another, as far as the law lets them follow each other.
fn take(
    store: &dyn Store,
    mut finding: Finding,
    taken: Vec<Taken>,
    read: DateTime<Utc>,
) -> anyhow::Result<()> {
    for (hours, by, verdict, reason) in taken {
        if finding.permits(&verdict, by).is_err() {
            break;
        }
        let at = read + Duration::hours(hours);
        let line = audit_line(at, by, verdict.chinese(), &finding.id, "");
        let decision = Decision {
            finding: finding.id.clone(),
            verdict,
            by: by.to_owned(),
            at,
            reason: reason.to_owned(),
        };
        let decided = store.decide_logged(&[decision], AUDIT, &line)?;
        finding = decided.into_iter().next().unwrap_or(finding);
    }
    Ok(())
}

fn in_first_week(
    number: usize,
    finding: &Finding,
    due: NaiveDate,
    read: DateTime<Utc>,
) -> Vec<Taken> {
    let confirm = (14, REVIEWER, Verdict::Confirm, "");
    let assign = (16, SUPERVISOR, Verdict::Assign { due: Some(due) }, "");
    let is_own = finding.unit == EDITORS_UNIT;
    if finding.hit.quote == "布署" && is_own {
        let claim = (115, EDITOR, Verdict::Claim, "已改为“部署”，请复查");
        return vec![confirm, assign, claim];
    }
    if finding.hit.rule == "format/units" && is_own {
        return vec![confirm, assign]; // is fixed in the second week and back in the third
    }
    let is_sure = finding.hit.certainty != Certainty::Ask;
    match (is_sure, number % 6) {
        (true, 0 | 1) => vec![confirm, assign],
        (true, 2) => vec![confirm],
        (true, 3) if finding.hit.level != Level::Serious => {
            let until = crate::clock::day(read + Duration::days(60));
            let waive = Verdict::Waive { until };
            let why = "改版期间暂缓，见云溪市网站改版方案";
            vec![(15, REVIEWER, waive, why)]
        }
        (true, 4 | 5) if is_own => {
            let why = "该内容按上级通知的统一格式发布";
            // By the reviewer alone, so that the supervisor is the other person who may answer the appeal.
            let assign = (16, REVIEWER, Verdict::Assign { due: Some(due) }, "");
            vec![confirm, assign, (90, EDITOR, Verdict::Appeal, why)]
        }
        (false, 0) => {
            let why = "内容写在本页别处，机器没有认出，不算缺项";
            vec![(17, REVIEWER, Verdict::Dismiss, why)]
        }
        _ => Vec::new(),
    }
}

fn in_second_week(number: usize, finding: &Finding, due: NaiveDate) -> Vec<Taken> {
    let confirm = (14, REVIEWER, Verdict::Confirm, "");
    let assign = (16, SUPERVISOR, Verdict::Assign { due: Some(due) }, "");
    let is_sure = finding.hit.certainty != Certainty::Ask;
    match (is_sure, number % 5) {
        (true, 0) => vec![confirm, assign],
        (true, 1) => vec![confirm],
        _ => Vec::new(),
    }
}

/// A claim that the next look does not bear out.
fn in_vain() -> Vec<Taken> {
    vec![
        (40, EDITOR, Verdict::Claim, "已修改"),
        (41, MACHINE, Verdict::Return, "重新读取，这个问题还在。"),
    ]
}
