//! Who hears notices: `[[notice]]` of `duwang.toml`.

use chrono::{DateTime, Timelike as _, Utc};
use serde::Deserialize;

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
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
    /// For mail: sender and receivers.
    #[serde(default)]
    pub from: String,
    /// For mail.
    #[serde(default)]
    pub to: Vec<String>,
    /// Hours (Asia/Shanghai) in which nothing is sent, `[from, to)`, over midnight too.
    pub quiet: Option<(u32, u32)>,
}

impl Target {
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
