//! Sessions: a browser holds a random secret in a cookie, the store only its hash. A session ends by itself, by logging out, and when the
//! password changes.

use super::{Account, Accounts};
use crate::api::tokens;
use chrono::{DateTime, Duration, Utc};
use duwang_store::Store;
use serde::{Deserialize, Serialize};

const KIND: &str = "session";
/// A session ends after so long in any case,
const LONGEST_HOURS: i64 = 12;
/// and after so long without a visit.
const IDLE_MINUTES: i64 = 90;
/// A visit is written down at most this often: every writing costs a sync of the disk.
const WRITTEN_MINUTES: i64 = 10;

/// A browser that is logged in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) person: String,
    epoch: u32,
    began: DateTime<Utc>,
    visited: DateTime<Utc>,
    /// The identity provider vouched for the person: a one-time password nobody needed is no hindrance.
    #[serde(default)]
    vouched: bool,
}

/// The sessions of a store.
pub(crate) struct Sessions<'s>(pub(crate) &'s dyn Store);

impl Sessions<'_> {
    /// Begins one; gives the secret for the cookie. Sessions that are over are swept out.
    pub(crate) fn begin(&self, account: &Account, now: DateTime<Utc>) -> anyhow::Result<String> {
        self.start(account, now, false)
    }

    /// The same for somebody the identity provider vouches for.
    pub(crate) fn begin_vouched(
        &self,
        account: &Account,
        now: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        self.start(account, now, true)
    }

    fn start(
        &self,
        account: &Account,
        now: DateTime<Utc>,
        vouched: bool,
    ) -> anyhow::Result<String> {
        for (key, note) in self.0.notes(KIND)? {
            let over = serde_json::from_value(note.value).map_or(true, |s: Session| s.is_over(now));
            if over {
                self.0.remove_note(KIND, &key)?;
            }
        }
        let secret = tokens::random_hex(32)?;
        let session = Session {
            person: account.name.clone(),
            epoch: account.epoch,
            began: now,
            visited: now,
            vouched,
        };
        self.0.put_note(
            KIND,
            &tokens::hash(&secret),
            0,
            &serde_json::to_value(&session)?,
        )?;
        Ok(secret)
    }

    /// Who holds this secret, when the session still runs.
    pub(crate) fn of(&self, secret: &str, now: DateTime<Utc>) -> anyhow::Result<Option<Account>> {
        if secret.len() != 64 || !secret.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let key = tokens::hash(secret);
        let Some(note) = self.0.note(KIND, &key)? else {
            return Ok(None);
        };
        let mut session: Session = serde_json::from_value(note.value)?;
        let account = Accounts(self.0).get(&session.person)?;
        let account =
            account.filter(|a| a.epoch == session.epoch && !a.disabled && !session.is_over(now));
        if account.is_none() {
            self.0.remove_note(KIND, &key)?;
        } else if now - session.visited > Duration::minutes(WRITTEN_MINUTES) {
            session.visited = now;
            // Another request of the same browser may have written it already.
            drop(
                self.0
                    .put_note(KIND, &key, note.version, &serde_json::to_value(&session)?),
            );
        }
        Ok(account.map(|mut account| {
            account.must_change &= !session.vouched;
            account
        }))
    }

    /// Ends it.
    pub(crate) fn end(&self, secret: &str) -> anyhow::Result<()> {
        self.0.remove_note(KIND, &tokens::hash(secret))?;
        Ok(())
    }
}

impl Session {
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        now - self.began > Duration::hours(LONGEST_HOURS)
            || now - self.visited > Duration::minutes(IDLE_MINUTES)
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;
    use crate::people::Role;

    #[test]
    fn a_session_ends_with_time_and_with_the_password() {
        let store = duwang_store::Memory::new();
        let now = crate::view::sample::now();
        let accounts = Accounts(&store);
        accounts
            .add("王某", Role::Viewer, None, "correct horse", false)
            .unwrap();
        let account = accounts.get("王某").unwrap().unwrap();
        let sessions = Sessions(&store);
        let secret = sessions.begin(&account, now).unwrap();
        let open = |secret: &str, minutes| {
            let at = now + Duration::minutes(minutes);
            sessions.of(secret, at).unwrap().is_some()
        };
        assert!(open(&secret, 0) && !open("x", 0) && !open(&"0".repeat(64), 0));
        assert!(open(&secret, 80) && open(&secret, 160), "visits keep it");
        assert!(!open(&secret, 260), "idle");
        let secret = sessions.begin(&account, now).unwrap();
        for minutes in (60..=720).step_by(60) {
            assert!(open(&secret, minutes));
        }
        assert!(!open(&secret, 721), "at most twelve hours");
        let secret = sessions.begin(&account, now).unwrap();
        accounts.choose_password("王某", "another horse").unwrap();
        assert!(!open(&secret, 1));
        let account = accounts.get("王某").unwrap().unwrap();
        let secret = sessions.begin(&account, now).unwrap();
        sessions.end(&secret).unwrap();
        assert!(!open(&secret, 1));
    }
}
