//! Names by what stands before them: 主任：尤　权, or a cell of the column 姓名.

use super::Typo;
use crate::judge::Seen;
use crate::words::{WORDS, ends_with_any};
use duwang_model::Span;

/// Characters of a name at most.
const NAME: usize = 3;

/// Whether the text before a suspect begins with 地址： or the like, and nothing has ended the address.
pub(super) fn is_place(before: &str) -> bool {
    const LONGEST: usize = 40;
    let Some((label, place)) = before.rsplit_once(':') else {
        return false;
    };
    ends_with_any(label, &WORDS.byline.places)
        && !place.contains([',', ';', '。', ' '])
        && place.chars().nth(LONGEST).is_none()
}

/// Whether the text before a suspect is a name that was masked: XX局, 某某公司.
pub(super) fn is_masked(before: &str) -> bool {
    const MASKS: [&str; 5] = ["XX", "xx", "××", "某某", "**"];
    MASKS.iter().any(|mask| before.ends_with(mask))
}

impl Typo {
    /// Whether a suspect lies in a name that is given behind its label: as the first characters behind it or behind the comma of a list, or in a
    /// short cell under it.
    pub(super) fn is_labelled_name(
        &self,
        line: &str,
        start: usize,
        span: Span,
        seen: &Seen<'_>,
    ) -> bool {
        if self.name_labels.is_empty() {
            return false;
        }
        self.is_behind_label(&line[..start]) || self.is_in_name_cell(line, span, seen)
    }

    fn is_behind_label(&self, before: &str) -> bool {
        let Some((label, names)) = before.rsplit_once([':', '：']) else {
            return false;
        };
        let is_list = !names.contains(['。', ';', '；', ',', '，']);
        let begun = names.rsplit('、').next().unwrap_or_default();
        let is_near = begun.chars().count() < NAME;
        is_list
            && is_near
            && self
                .name_labels
                .iter()
                .any(|name| label.ends_with(name.as_str()))
    }

    fn is_in_name_cell(&self, line: &str, span: Span, seen: &Seen<'_>) -> bool {
        let is_short = line.chars().count() <= NAME + 1;
        is_short
            && seen.headings(span).iter().any(|heading| {
                let heading: String = heading.split_whitespace().collect();
                self.name_labels.contains(&heading)
            })
    }
}
