//! A crawl that distrusts itself: a channel that leads to far fewer pages than last time was probably not read as it should have been (a new
//! template, a firewall that answers politely), and is told as suspect, not as clean.

use duwang_crawl::{Purpose, Request};
use duwang_model::{ChannelCoverage, Outcome, OutcomeKind};
use duwang_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// Kind of the notes that remember how far a channel reached.
const KIND: &str = "reach";
/// Small channels vary too much to say anything.
const LEAST: usize = 20;
/// Below this part of what was reached before, a channel is suspect.
const PART: f64 = 0.6;
/// Two falls to about the same count are a site that has really become smaller.
const SAME: f64 = 0.2;

/// How many pages and lists a channel led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Reach {
    /// When last believed.
    believed: usize,
    /// When last doubted and by which scan, unless it was believed since.
    doubted: Option<(usize, String)>,
}

/// What to think of a count after what is remembered: whether it is suspect, and what to remember.
fn weigh(before: Option<Reach>, scan: &str, now: usize) -> (bool, Reach) {
    let believe = Reach {
        believed: now,
        doubted: None,
    };
    let Some(before) = before else {
        return (false, believe);
    };
    let has_fallen = before.believed >= LEAST && (now as f64) < before.believed as f64 * PART;
    let is_again = before.doubted.as_ref().is_some_and(|(last, by)| {
        by != scan && (*last as f64 - now as f64).abs() <= *last as f64 * SAME
    });
    if !has_fallen || is_again {
        return (false, believe);
    }
    let doubt = Reach {
        doubted: Some((now, scan.to_owned())),
        ..before
    };
    (true, doubt)
}

/// Compares how far a channel reached in this scan with the last time, and says so in its coverage. Call before its frontier ends.
pub(super) fn note_suspect(
    store: &dyn Store,
    scan: &str,
    coverage: &mut ChannelCoverage,
) -> anyhow::Result<()> {
    let is_own = |word: &str| {
        Request::from_word(word).is_some_and(|request| request.purpose != Purpose::Check)
    };
    let mut now = 0;
    store.each_entry(scan, &coverage.channel, &mut |entry| {
        now += usize::from(is_own(&entry.purpose));
    })?;
    let note = store.note(KIND, &coverage.channel)?;
    let version = note.as_ref().map_or(0, |n| n.version);
    let before: Option<Reach> = note.and_then(|n| serde_json::from_value(n.value).ok());
    let (is_suspect, reach) = weigh(before, scan, now);
    if is_suspect {
        coverage.complete = false;
        let reason = format!(
            "扫描存疑：这次只通到 {now} 个页面，上次 {} 个。可能是网站改版或被拦截，问题少不等于没有问题，请人工核对",
            reach.believed
        );
        let outcome = Outcome::new(OutcomeKind::Unread, reason);
        let channel = coverage.channel.clone();
        coverage.miss(&channel, &outcome);
    }
    match store.put_note(
        KIND,
        &coverage.channel,
        version,
        &serde_json::to_value(reach)?,
    ) {
        // Another scan of the same channel ended at the same moment: its count is as good.
        Err(StoreError::Stale { .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn believed(count: usize) -> Option<Reach> {
        Some(Reach {
            believed: count,
            doubted: None,
        })
    }

    #[test]
    fn a_sharp_fall_is_doubted_once_and_believed_the_second_time() {
        assert!(!weigh(None, "s1", 3).0, "nothing to compare with");
        assert!(!weigh(believed(100), "s1", 60).0);
        assert!(!weigh(believed(19), "s1", 1).0, "too small to say");
        let (is_suspect, reach) = weigh(believed(100), "s1", 30);
        assert!(is_suspect);
        assert_eq!(reach.believed, 100, "the good count stays the measure");
        let doubted = || Some(reach.clone());
        assert!(
            weigh(doubted(), "s1", 30).0,
            "the same scan, ended once more"
        );
        assert!(
            weigh(doubted(), "s2", 10).0,
            "another fall is another doubt"
        );
        assert_eq!(Some(weigh(doubted(), "s2", 31).1), believed(31));
        assert_eq!(Some(weigh(doubted(), "s2", 99).1), believed(99));
    }
}
