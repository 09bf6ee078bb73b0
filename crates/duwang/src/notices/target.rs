//! Who hears notices: `[[notice]]` of `duwang.toml`.

use super::Stage;
use super::stage::Rank;
use anyhow::ensure;
use chrono::{DateTime, Timelike as _, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 企业微信 group robot.
    Wecom,
    /// 钉钉 group robot.
    Dingtalk,
    /// 飞书 group robot.
    Feishu,
    /// JSON to any address, signed.
    Webhook,
    /// E-mail by SMTP.
    Mail,
}

/// One `[[notice]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// For people and the log; unique.
    pub name: String,
    /// How.
    pub kind: Way,
    /// Reference to the address, `env:…` or `file:…`: whoever knows a robot's address may speak through it. For mail:
    /// `smtp://host:port` (plain, for loopback and trusted nets) or `smtps://user:password@host`.
    pub url: String,
    /// Reference to the signing secret.
    pub secret: Option<String>,
    /// Only what concerns this unit; absent: everything.
    pub unit: Option<String>,
    /// The account of the one person who is told: what waits for them comes first.
    pub person: Option<String>,
    /// Which reminders it hears: of a unit those for units, else those for who supervises, unless it says otherwise.
    pub(super) rank: Option<Rank>,
    /// For mail: sender and receivers.
    #[serde(default)]
    pub from: String,
    /// For mail.
    #[serde(default)]
    pub to: Vec<String>,
    /// Hours (Asia/Shanghai) in which nothing is sent, `[from, to)`, over midnight too.
    pub quiet: Option<(u32, u32)>,
}

impl Way {
    /// For people.
    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Wecom => "企业微信",
            Self::Dingtalk => "钉钉",
            Self::Feishu => "飞书",
            Self::Webhook => "接口",
            Self::Mail => "电子邮件",
        }
    }
}

/// Whether targets and stages can be kept to. The error says in Chinese which cannot.
pub fn check(targets: &[Target], stages: &[Stage]) -> anyhow::Result<()> {
    let mut names = HashSet::new();
    for target in targets {
        let name = target.name.as_str();
        ensure!(!name.trim().is_empty(), "[[notice]] 要有 name");
        ensure!(
            names.insert(name),
            "[[notice]] 的 name = \"{name}\" 写了两次：每个接收方用不同的名字"
        );
        if let Some((from, to)) = target.quiet {
            ensure!(
                from <= 24 && to <= 24,
                "[[notice]] {name} 的 quiet 应是 0 到 24 点，例如 [21, 8]"
            );
        }
    }
    for stage in stages {
        ensure!(
            stage.days.abs() <= 60,
            "[[stage]] 的 days = {} 太远：写 -60 到 60 个工作日",
            stage.days
        );
    }
    Ok(())
}

impl Target {
    /// Which reminders it hears.
    pub(super) fn rank(&self) -> Rank {
        let usual = match self.unit {
            Some(_) => Rank::Unit,
            None => Rank::Supervisor,
        };
        self.rank.unwrap_or(usual)
    }

    /// Who hears it, so that whoever may read the list of deliveries learns no address from it.
    pub(super) fn receiver(&self) -> String {
        let masked = self.to.iter().map(|to| masked(to));
        masked.collect::<Vec<_>>().join("、")
    }

    /// Whether nothing may be sent at this moment.
    pub(super) fn is_quiet(&self, now: DateTime<Utc>) -> bool {
        let hour = crate::clock::shanghai(now).hour();
        self.quiet.is_some_and(|(from, to)| {
            if from <= to {
                (from..to).contains(&hour)
            } else {
                hour >= from || hour < to
            }
        })
    }
}

/// `o***@duwang.example`.
fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((name, host)) => format!("{}***@{host}", name.chars().next().unwrap_or('*')),
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn quiet_hours_go_over_midnight() {
        let target: Target =
            toml::from_str("name = \"a\"\nkind = \"wecom\"\nurl = \"env:X\"\nquiet = [21, 8]\n")
                .unwrap();
        let quiet = |hour: u32| {
            let at = Utc.with_ymd_and_hms(2026, 11, 2, hour, 30, 0).unwrap();
            target.is_quiet(at)
        };
        assert!(quiet(13) && quiet(18) && quiet(23)); // 21:30, 02:30, 07:30 in Shanghai
        assert!(!quiet(0) && !quiet(12)); // 08:30, 20:30
    }
}
