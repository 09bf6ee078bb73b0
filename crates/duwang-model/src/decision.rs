//! What a person decided. Decisions are appended to a finding's history and never overwritten.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One decision of one named person about one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The finding's id.
    pub finding: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Who decided; never empty.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, or the text of the note.
    #[serde(default)]
    pub reason: String,
}

/// The verbs a person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// 确认: the fault is real.
    Confirm,
    /// 误报: it is not a fault.
    Dismiss,
    /// 豁免 until a day (inclusive).
    Waive {
        /// Last day of the waiver.
        until: NaiveDate,
    },
    /// 交办 to the unit.
    Assign {
        /// Day it is due, when set.
        due: Option<NaiveDate>,
    },
    /// 声明整改: the unit says it is fixed. Only a re-fetch proves it; until then it stays with the unit.
    Claim,
    /// 申诉 by the unit.
    Appeal,
    /// 退回 to the unit: the appeal does not hold, or the re-fetch still shows the fault.
    Return,
    /// 发布: may appear in a released report.
    Release,
    /// A remark; changes nothing.
    Note,
    /// Takes the latest state-changing decision back.
    Undo,
}

impl Verdict {
    /// Whether it can move the state of a finding: all but a remark and a release.
    pub fn moves_state(&self) -> bool {
        !matches!(self, Self::Note | Self::Release)
    }

    /// The name shown to people.
    pub fn chinese(&self) -> &'static str {
        match self {
            Self::Confirm => "确认",
            Self::Dismiss => "误报",
            Self::Waive { .. } => "豁免",
            Self::Assign { .. } => "交办",
            Self::Claim => "声明整改",
            Self::Appeal => "申诉",
            Self::Return => "退回",
            Self::Release => "发布",
            Self::Note => "备注",
            Self::Undo => "撤销",
        }
    }
}
