//! What platforms of calls for opinions write right above a title: who asks, from when until when, whether it is still going on. It says
//! about the page what a catalogue does.

use super::Page;
use crate::furniture::state_labels;
use duwang_model::Part;

impl Page<'_> {
    /// Two such labels and a number near each other, right above the title.
    pub(super) fn mark_state(&self, parts: &mut [Part]) {
        const LINES: usize = 16;
        const FEWEST: usize = 2;
        let Some((title, _)) = self.title else {
            return;
        };
        // Navigation stands before it: what is above that is the site's.
        let is_head = |i: &usize| parts[*i] == Part::Header;
        let from = (title.saturating_sub(LINES)..title)
            .rev()
            .take_while(is_head)
            .last();
        let Some(first) =
            from.and_then(|from| (from..title).find(|i| state_labels(self.text(*i)) > 0))
        else {
            return;
        };
        let labels: usize = (first..title).map(|i| state_labels(self.text(i))).sum();
        // A search form has the same labels, and nothing beside them.
        let has_number = |i: usize| self.text(i).bytes().any(|b| b.is_ascii_digit());
        if labels >= FEWEST && (first..title).any(has_number) {
            parts[first..title].fill(Part::Info);
        }
    }
}
