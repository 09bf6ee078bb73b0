//! The course of a finding from review to closure: which decision may follow which, and who may take it.
//!
//! ```text
//! 待复核/再次出现 ─▶ 已确认 ─▶ 已交办 ─▶ (声明整改) ─▶ 已整改     proved by a re-fetch, never by a word
//!       │                       │  ▲          │
//!       ├─▶ 误报 / 豁免          ▼  └── 退回 ◀─┘                   the re-fetch still shows the fault
//!       │                     申诉中 ─▶ 误报 / 豁免 / 退回          by a second person
//! ```

use crate::{Decision, Finding, State, Verdict};
use chrono::NaiveDate;

/// Why a decision may not be taken, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

const ANOTHER: &str = "申诉须由另一人复核：您确认、交办或申诉过这个问题。";

impl Finding {
    /// Whether this person may take this decision now. Crawls and imports append without asking; people go through here.
    pub fn permits(&self, verdict: &Verdict, by: &str) -> Result<(), Refused> {
        let refuse = |why: String| Err(Refused(why));
        if matches!(verdict, Verdict::Note) {
            return Ok(());
        }
        if *verdict == Verdict::Undo {
            return match self.last_standing() {
                // Taking an appeal away would decide it.
                Some(last)
                    if last.verdict == Verdict::Appeal && last.by != by && self.took_part(by) =>
                {
                    refuse(ANOTHER.into())
                }
                Some(_) => Ok(()),
                None => refuse("没有可以撤销的决定。".into()),
            };
        }
        if !follows(self.state, verdict) {
            return refuse(format!(
                "“{}”的问题不能{}。",
                self.state.chinese(),
                verdict.chinese()
            ));
        }
        if *verdict == Verdict::Claim && self.claim().is_some() {
            return refuse("已声明整改，正在等待重新读取核实。".into());
        }
        if self.state == State::Appealed && self.took_part(by) {
            return refuse(ANOTHER.into());
        }
        Ok(())
    }

    /// The unit's word that it is fixed, while no re-fetch has answered it.
    pub fn claim(&self) -> Option<&Decision> {
        self.last_standing()
            .filter(|d| d.verdict == Verdict::Claim && self.state == State::Assigned)
    }

    /// Until when the unit is to have it fixed: the latest assignment that stands.
    pub fn due(&self) -> Option<NaiveDate> {
        let standing = self.standing_decisions();
        standing.iter().rev().find_map(|d| match d.verdict {
            Verdict::Assign { due } => Some(due),
            _ => None,
        })?
    }

    /// Whether it was due before this day and is still with the unit.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == State::Assigned && self.due().is_some_and(|due| due < today)
    }

    /// The latest standing decision that confirmed it, by name: who answers for it in a report.
    pub fn confirmed_by(&self) -> Option<&Decision> {
        let standing = self.standing_decisions();
        standing
            .into_iter()
            .rev()
            .find(|d| matches!(d.verdict, Verdict::Confirm | Verdict::Assign { .. }))
    }

    /// The decision an undo would take back.
    pub fn last_standing(&self) -> Option<&Decision> {
        self.standing_decisions().pop()
    }

    /// Whether this person confirmed, assigned or appealed it.
    fn took_part(&self, by: &str) -> bool {
        self.standing_decisions().iter().any(|d| {
            d.by == by
                && matches!(
                    d.verdict,
                    Verdict::Confirm | Verdict::Assign { .. } | Verdict::Appeal
                )
        })
    }
}

/// Which decisions a state allows. Confirming what is fixed keeps it in the reports as rectified.
fn follows(state: State, verdict: &Verdict) -> bool {
    use Verdict as V;
    match state {
        State::Open | State::Reopened => matches!(
            verdict,
            V::Confirm | V::Dismiss | V::Waive { .. } | V::Assign { .. }
        ),
        State::Confirmed => matches!(
            verdict,
            V::Confirm | V::Dismiss | V::Waive { .. } | V::Assign { .. } | V::Release
        ),
        State::Assigned => matches!(
            verdict,
            V::Dismiss
                | V::Waive { .. }
                | V::Assign { .. }
                | V::Claim
                | V::Appeal
                | V::Return
                | V::Release
        ),
        State::Appealed => matches!(verdict, V::Dismiss | V::Waive { .. } | V::Return),
        State::Dismissed | State::Waived => {
            matches!(verdict, V::Confirm | V::Dismiss | V::Waive { .. })
        }
        State::Fixed => matches!(verdict, V::Confirm | V::Dismiss | V::Release),
    }
}
