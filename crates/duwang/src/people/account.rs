//! Accounts: notes of kind `person` under the name people log in and sign with.

use super::{Role, Visitor, password};
use anyhow::{Context as _, ensure};
use chrono::{DateTime, Duration, Utc};
use duwang_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

const KIND: &str = "person";
/// So many wrong passwords in a row lock an account.
const FAILURES: u32 = 5;
/// For so long, and twice as long with every further five.
const LOCK_MINUTES: i64 = 15;

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Logs in and signs decisions.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The unit of an editor.
    pub(crate) unit: Option<String>,
    /// argon2id.
    hash: String,
    /// The password was given by somebody else and works for nothing but choosing one's own.
    pub(crate) must_change: bool,
    /// Wrong passwords since the last right one.
    failures: u32,
    locked_until: Option<DateTime<Utc>>,
    /// Locked by an admin.
    pub(crate) disabled: bool,
    /// Sessions of an earlier epoch are over.
    pub(super) epoch: u32,
}

impl Account {
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor {
            name: self.name.clone(),
            role: self.role,
            unit: self.unit.clone(),
            must_change: self.must_change,
        }
    }
}

/// How a login ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    In(Box<Account>),
    /// Name or password is wrong: which one is not told.
    Wrong,
    /// Locked until then.
    Locked(DateTime<Utc>),
}

/// The accounts of a store.
pub(crate) struct Accounts<'s>(pub(crate) &'s dyn Store);

impl Accounts<'_> {
    pub(crate) fn get(&self, name: &str) -> anyhow::Result<Option<Account>> {
        Ok(self.versioned(name)?.map(|(_, account)| account))
    }

    pub(crate) fn all(&self) -> anyhow::Result<Vec<Account>> {
        let notes = self.0.notes(KIND)?.into_iter();
        notes
            .map(|(_, note)| Ok(serde_json::from_value(note.value)?))
            .collect()
    }

    /// Makes an account; the name must be new.
    pub(crate) fn add(
        &self,
        name: &str,
        role: Role,
        unit: Option<String>,
        secret: &str,
        must_change: bool,
    ) -> anyhow::Result<()> {
        let name = tidy(name);
        ensure!(!name.is_empty(), "请写用户名");
        ensure!(
            (role == Role::Editor) == unit.is_some(),
            "单位编辑要写明单位（--unit），其他角色不写"
        );
        if !must_change {
            password::prove(secret, &name)?;
        }
        let account = Account {
            role,
            unit,
            hash: password::hash(secret)?,
            must_change,
            failures: 0,
            locked_until: None,
            disabled: false,
            epoch: 0,
            name: name.clone(),
        };
        match self
            .0
            .put_note(KIND, &name, 0, &serde_json::to_value(&account)?)
        {
            Err(StoreError::Stale { .. }) => {
                anyhow::bail!("已有名为“{name}”的账号；忘了口令的，用 duwang people reset {name}")
            }
            other => other.map(drop).map_err(Into::into),
        }
    }

    /// Whether this is the person. Wrong passwords are counted; a locked account is not even tried.
    pub(crate) fn enter(
        &self,
        name: &str,
        secret: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Entry> {
        let Some((_, account)) = self.versioned(&tidy(name))? else {
            // Takes as long as a wrong password, so that names cannot be sounded out.
            drop(password::hash(secret));
            return Ok(Entry::Wrong);
        };
        if let Some(until) = account.locked_until.filter(|until| now < *until) {
            return Ok(Entry::Locked(until));
        }
        let is_right = password::is_of(secret, &account.hash) && !account.disabled;
        let account = self.change(&account.name, |account| {
            if is_right {
                account.failures = 0;
                account.locked_until = None;
            } else {
                account.failures += 1;
                if account.failures.is_multiple_of(FAILURES) {
                    let doublings = (account.failures / FAILURES - 1).min(6);
                    let minutes = LOCK_MINUTES << doublings;
                    account.locked_until = Some(now + Duration::minutes(minutes));
                }
            }
            Ok(())
        })?;
        Ok(match (is_right, account.locked_until) {
            (true, _) => Entry::In(Box::new(account)),
            (false, Some(until)) => Entry::Locked(until),
            (false, None) => Entry::Wrong,
        })
    }

    /// Chooses a password of one's own; every other session ends.
    pub(crate) fn choose_password(&self, name: &str, secret: &str) -> anyhow::Result<Account> {
        password::prove(secret, name)?;
        let hash = password::hash(secret)?;
        self.change(name, |account| {
            ensure!(
                !password::is_of(secret, &account.hash),
                "新口令不能与原来的相同"
            );
            account.hash.clone_from(&hash);
            account.must_change = false;
            account.epoch += 1;
            Ok(())
        })
    }

    /// Gives a one-time password; the account is open again and every session ends.
    pub(crate) fn reset(&self, name: &str) -> anyhow::Result<String> {
        let secret = password::one_time()?;
        let hash = password::hash(&secret)?;
        self.change(name, |account| {
            account.hash.clone_from(&hash);
            account.must_change = true;
            account.disabled = false;
            account.failures = 0;
            account.locked_until = None;
            account.epoch += 1;
            Ok(())
        })?;
        Ok(secret)
    }

    /// Locks an account for good; its sessions end.
    pub(crate) fn disable(&self, name: &str) -> anyhow::Result<()> {
        self.change(name, |account| {
            account.disabled = true;
            account.epoch += 1;
            Ok(())
        })
        .map(drop)
    }

    /// On a store without accounts: the first admin, with a one-time password that is returned and kept nowhere.
    pub(crate) fn set_up(&self) -> anyhow::Result<Option<(String, String)>> {
        if !self.0.notes(KIND)?.is_empty() {
            return Ok(None);
        }
        let secret = password::one_time()?;
        self.add("管理员", Role::Admin, None, &secret, true)?;
        Ok(Some(("管理员".to_owned(), secret)))
    }

    fn versioned(&self, name: &str) -> anyhow::Result<Option<(u64, Account)>> {
        let note = self.0.note(KIND, name)?;
        note.map(|n| Ok((n.version, serde_json::from_value(n.value)?)))
            .transpose()
    }

    /// Reads, changes, writes; once more when somebody else was faster.
    fn change(
        &self,
        name: &str,
        change: impl Fn(&mut Account) -> anyhow::Result<()>,
    ) -> anyhow::Result<Account> {
        for _ in 0..20 {
            let (version, mut account) = self
                .versioned(name)?
                .with_context(|| format!("没有名为“{name}”的账号"))?;
            change(&mut account)?;
            let value = serde_json::to_value(&account)?;
            match self.0.put_note(KIND, name, version, &value) {
                Err(StoreError::Stale { .. }) => {}
                other => return other.map(|_| account).map_err(Into::into),
            }
        }
        anyhow::bail!("账号“{name}”正被频繁修改，请再试一次")
    }
}

/// A name on one line, not too long.
pub(super) fn tidy(name: &str) -> String {
    crate::view::one_line(name)
        .trim()
        .chars()
        .take(40)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;

    fn now() -> DateTime<Utc> {
        crate::view::sample::now()
    }

    #[test]
    fn wrong_passwords_lock_for_a_while_and_names_are_not_told() {
        let store = duwang_store::Memory::new();
        let accounts = Accounts(&store);
        accounts
            .add("王某", Role::Reviewer, None, "correct horse", false)
            .unwrap();
        for _ in 0..4 {
            assert_eq!(accounts.enter("王某", "x", now()).unwrap(), Entry::Wrong);
        }
        assert_eq!(accounts.enter("nobody", "x", now()).unwrap(), Entry::Wrong);
        let Entry::Locked(until) = accounts.enter("王某", "x", now()).unwrap() else {
            panic!("not locked")
        };
        let locked = accounts.enter("王某", "correct horse", now()).unwrap();
        assert_eq!(locked, Entry::Locked(until), "even with the right one");
        let entered = accounts.enter("王某", "correct horse", until).unwrap();
        assert!(matches!(entered, Entry::In(_)));
        assert_eq!(
            accounts.enter("王某", "x", until).unwrap(),
            Entry::Wrong,
            "the count began anew"
        );
    }

    #[test]
    fn the_first_password_works_once_for_choosing_another() {
        let store = duwang_store::Memory::new();
        let accounts = Accounts(&store);
        let (name, secret) = accounts.set_up().unwrap().unwrap();
        assert_eq!(accounts.set_up().unwrap(), None, "only once");
        let Entry::In(account) = accounts.enter(&name, &secret, now()).unwrap() else {
            panic!("not let in")
        };
        assert!(account.must_change && !account.visitor().may(super::super::Right::Look));
        for weak in ["short", "aaaaaaaaaaaa", "管理员管理员管理员管理员"] {
            assert!(accounts.choose_password(&name, weak).is_err(), "{weak}");
        }
        accounts.choose_password(&name, "correct horse").unwrap();
        assert_eq!(accounts.enter(&name, &secret, now()).unwrap(), Entry::Wrong);
        let kept = store.note(KIND, &name).unwrap().unwrap().value.to_string();
        assert!(kept.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains("horse"));
    }
}
