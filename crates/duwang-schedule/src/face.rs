//! What a site shows of itself, and what is strange about it: a certificate that runs out, another host, another title or other keywords than
//! it always had, another page for browsers than for crawlers. Nobody is told of what was seen once only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Days before a certificate runs out at which it is told, the most urgent first.
const WARNINGS: [i64; 3] = [3, 14, 30];

/// How a front page presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Scheme and host that answered in the end: `https://www.yunxi-demo.gov.cn`.
    pub origin: String,
    /// The page's title.
    pub title: String,
    /// Its `keywords` meta tag; empty without one.
    pub keywords: String,
    /// When its certificate runs out; `None` without HTTPS.
    pub valid_until: Option<DateTime<Utc>>,
}

/// Something strange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "sign")]
pub enum Sign {
    /// The certificate runs out within so many days (one of 30, 14, 3), at this moment.
    Expires {
        /// The warning reached.
        within: i64,
        /// The moment.
        at: DateTime<Utc>,
    },
    /// The front page is answered by another host, or no longer by HTTPS.
    Moved {
        /// Where it always was.
        from: String,
        /// Where it is now.
        to: String,
    },
    /// The title is another.
    Title {
        /// What it always was.
        from: String,
        /// What it is now.
        to: String,
    },
    /// The keywords are others.
    Keywords {
        /// What they always were.
        from: String,
        /// What they are now.
        to: String,
    },
    /// A browser is shown another text than a crawler, although the crawler is shown the same one every time.
    Cloaked {
        /// Percent of the text that both are shown.
        alike: u8,
    },
}

impl Sign {
    /// Whether it is about the same thing, said about the same change.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Expires { within, .. }, Self::Expires { within: w, .. }) => within == w,
            (Self::Cloaked { .. }, Self::Cloaked { .. }) => true,
            (Self::Moved { to, .. }, Self::Moved { to: t, .. }) => to == t,
            (Self::Title { to, .. }, Self::Title { to: t, .. })
            | (Self::Keywords { to, .. }, Self::Keywords { to: t, .. }) => bare(to) == bare(t),
            _ => false,
        }
    }

    /// Whether it is about the same thing.
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// What is remembered of a site's face.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What it always showed: the first look, until a person accepts another.
    pub believed: Option<Face>,
    /// The latest look.
    pub latest: Option<Face>,
    /// Seen once.
    pub doubted: Vec<Sign>,
    /// Told, and still there.
    pub told: Vec<Sign>,
}

/// What follows from a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Seen twice now: tell.
    pub alarms: Vec<Sign>,
    /// Told earlier, and gone.
    pub over: Vec<Sign>,
    /// Something was seen for the first time: look again before anybody is told.
    pub look_again: bool,
}

/// One look.
#[derive(Debug, Clone)]
pub struct Glimpse {
    /// What was shown.
    pub face: Face,
    /// Whether browsers are shown something else, with the percent that is alike; `None`: nobody compared this time.
    pub cloaked: Option<Option<u8>>,
}

impl Memory {
    /// Takes a look in.
    pub fn judge(&mut self, glimpse: Glimpse, now: DateTime<Utc>) -> Judgement {
        let believed = self.believed.get_or_insert_with(|| glimpse.face.clone());
        let signs = signs(believed, &glimpse, now);
        let can_say = |s: &Sign| glimpse.cloaked.is_some() || !matches!(s, Sign::Cloaked { .. });
        let mut judgement = Judgement::default();
        self.told.retain(|told| {
            let stays = !can_say(told) || signs.iter().any(|s| s.is_same(told));
            let is_replaced = signs.iter().any(|s| s.is_like(told));
            if !stays && !is_replaced {
                judgement.over.push(told.clone());
            }
            stays
        });
        let mut doubted: Vec<Sign> = self
            .doubted
            .iter()
            .filter(|s| !can_say(s))
            .cloned()
            .collect();
        for sign in signs {
            if self.told.iter().any(|t| t.is_same(&sign)) {
                continue;
            }
            if self.doubted.iter().any(|d| d.is_same(&sign)) {
                self.told.push(sign.clone());
                judgement.alarms.push(sign);
            } else {
                judgement.look_again = true;
                doubted.push(sign);
            }
        }
        self.doubted = doubted;
        self.latest = Some(glimpse.face);
        judgement
    }

    /// A person says that the face of the latest look is right: it is what the site always shows from now on. Whether there was one.
    pub fn accept(&mut self) -> bool {
        let Some(latest) = self.latest.clone() else {
            return false;
        };
        self.believed = Some(latest);
        let of_face = |s: &Sign| !matches!(s, Sign::Expires { .. } | Sign::Cloaked { .. });
        self.told.retain(|s| !of_face(s));
        self.doubted.retain(|s| !of_face(s));
        true
    }
}

fn signs(believed: &Face, glimpse: &Glimpse, now: DateTime<Utc>) -> Vec<Sign> {
    let face = &glimpse.face;
    let mut signs = Vec::new();
    signs.extend(face.valid_until.and_then(|at| expires(at, now)));
    let change = |from: &String, to: &String| (from.clone(), to.clone());
    // From HTTP to HTTPS at the same host is how it should be.
    if face.origin != believed.origin && face.origin != secured(&believed.origin) {
        let (from, to) = change(&believed.origin, &face.origin);
        signs.push(Sign::Moved { from, to });
    }
    if bare(&face.title) != bare(&believed.title) {
        let (from, to) = change(&believed.title, &face.title);
        signs.push(Sign::Title { from, to });
    }
    if bare(&face.keywords) != bare(&believed.keywords) {
        let (from, to) = change(&believed.keywords, &face.keywords);
        signs.push(Sign::Keywords { from, to });
    }
    let alike = glimpse.cloaked.flatten();
    signs.extend(alike.map(|alike| Sign::Cloaked { alike }));
    signs
}

fn expires(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Sign> {
    let left = at - now;
    let reached = |within: &&i64| left <= chrono::TimeDelta::days(**within);
    let within = *WARNINGS.iter().find(reached)?;
    Some(Sign::Expires { within, at })
}

fn secured(origin: &str) -> String {
    origin.replacen("http://", "https://", 1)
}

/// Without blanks and digits: dates, counters and line breaks change every day and mean nothing.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_numeric())
        .collect()
}
