//! The form of a units file: its tables and keys as they are written.

use duwang_model::{ChannelKind, ColumnClass, UnitKind};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) region: RegionPart,
    #[serde(default)]
    pub(super) unit: Vec<UnitPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionPart {
    pub(super) name: String,
    #[serde(default)]
    pub(super) overlays: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitPart {
    pub(super) id: Spanned<String>,
    pub(super) name: String,
    #[serde(default)]
    pub(super) short_names: Vec<String>,
    pub(super) kind: UnitKind,
    #[serde(default)]
    pub(super) channel: Vec<ChannelPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelPart {
    pub(super) id: Option<Spanned<String>>,
    pub(super) kind: Spanned<ChannelKind>,
    #[serde(default)]
    pub(super) entry: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) scope: Vec<Spanned<String>>,
    pub(super) max_pages: Option<usize>,
    #[serde(default)]
    pub(super) column: Vec<ColumnPart>,
    pub(super) account: Option<String>,
    #[serde(default)]
    pub(super) articles: Vec<Spanned<String>>,
    pub(super) links: Option<String>,
    pub(super) album: Option<Spanned<String>>,
    pub(super) feed: Option<Spanned<String>>,
    pub(super) api: Option<ApiPart>,
    pub(super) folder: Option<String>,
    pub(super) checked: Option<toml::value::Datetime>,
    pub(super) due: Option<toml::value::Datetime>,
    pub(super) every_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiPart {
    pub(super) appid: Spanned<String>,
    pub(super) secret: Spanned<String>,
    #[serde(default = "wechat_api")]
    pub(super) base: String,
}

fn wechat_api() -> String {
    "https://api.weixin.qq.com".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnPart {
    pub(super) url: Spanned<String>,
    pub(super) name: Option<String>,
    pub(super) class: ColumnClass,
    pub(super) update_days: Option<u32>,
    pub(super) exempt_until: Option<Spanned<toml::value::Datetime>>,
    #[serde(default)]
    pub(super) exempt_proof: String,
}
