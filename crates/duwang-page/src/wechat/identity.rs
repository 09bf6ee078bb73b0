//! Which article it is: account, number, form, and when it was sent.

use super::page::Page;
use crate::dates::{find_dates, from_epoch};
use crate::script::without_entities;
use chrono::NaiveDateTime;
use duwang_model::WechatArticle;

impl Page<'_> {
    pub(super) fn identity(&self) -> WechatArticle {
        let is_key = |v: &str| {
            v.len() >= 8
                && v.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'=' | b'+' | b'/'))
        };
        let account = || {
            let of_dom = ["js_name"]
                .iter()
                .map(|id| self.text_of(id))
                .find(|t| !t.is_empty())
                .or_else(|| self.text_of_class("account_nickname_inner"))
                .or_else(|| self.text_of_class("wx_follow_nickname"));
            of_dom
                .or_else(|| self.value("nickname").map(|n| without_entities(&n)))
                .or_else(|| self.value("nick_name").map(|n| without_entities(&n)))
        };
        WechatArticle {
            biz: self
                .value_where("biz", is_key)
                .or_else(|| self.query("__biz"))
                .unwrap_or_default(),
            mid: self
                .digits("mid")
                .or_else(|| self.digits("appmsgid"))
                .or_else(|| self.query("mid"))
                .unwrap_or_default(),
            idx: self
                .digits("idx")
                .or_else(|| self.digits("itemidx"))
                .or_else(|| self.query("idx"))
                .unwrap_or_default(),
            user_name: self
                .value_where("user_name", |v| v.starts_with("gh_"))
                .unwrap_or_default(),
            account: account().unwrap_or_default(),
            show_type: self.show_type(),
            source_url: self
                .value("msg_source_url")
                .or_else(|| self.value("source_url"))
                .filter(|u| u.starts_with("http"))
                .map(|u| without_entities(&u))
                .unwrap_or_default(),
            copyright: ["_copyright_stat", "copyright_stat"]
                .iter()
                .find_map(|k| self.digits(k))
                .and_then(|v| v.parse().ok())
                .unwrap_or(0),
            title_modified: self.digits("is_title_modified").as_deref() == Some("1"),
            paid: self.digits("is_pay_subscribe").as_deref() == Some("1"),
        }
    }

    pub(super) fn show_type(&self) -> i32 {
        let of_script = self.digits("item_show_type").and_then(|v| v.parse().ok());
        of_script.unwrap_or(match () {
            () if self.body_class.contains("page_share_img") => 8,
            () if self.body_class.contains("page_share_text") => 10,
            () if self.body_class.contains("page_share_video") => 5,
            () if self.body_class.contains("page_share_audio") => 7,
            () => 0,
        })
    }

    pub(super) fn sent(&self) -> Option<NaiveDateTime> {
        let epoch = ["ct", "ori_create_time", "create_timestamp", "ori_send_time"]
            .iter()
            .find_map(|key| {
                self.value_where(key, |v| {
                    v.len() == 10 && v.bytes().all(|b| b.is_ascii_digit())
                })
                .and_then(|v| from_epoch(v.parse().ok()?))
            });
        let written = || {
            let texts = ["createTime", "create_time", "publish_time"]
                .iter()
                .filter_map(|k| self.value_where(k, |v| v.contains('-')));
            texts
                .chain([self.text_of("publish_time")])
                .find_map(|t| find_dates(&t).first().map(|d| d.1))
        };
        epoch.or_else(written)
    }
}
