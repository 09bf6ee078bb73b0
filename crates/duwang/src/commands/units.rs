//! `duwang units`.

use super::scan::units_file;
use crate::cli::UnitsAction;
use crate::config::Config;
use crate::out::Out;
use crate::{rulebook, units};
use duwang_model::Region;
use std::path::Path;

pub(super) async fn run(config: &Config, action: UnitsAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        UnitsAction::List { units } => {
            let region = units::load(&units_file(config, units.as_deref())?)?;
            out.print(list(&region));
        }
        UnitsAction::Check { file, units } => {
            let file = units_file(config, file.or(units).as_deref())?;
            let region = units::load_for(&file, config.rules.as_deref())?;
            rulebook::check_overlays(config.rules.as_deref(), &region.overlays)?;
            let channels: usize = region.units.iter().map(|u| u.channels.len()).sum();
            out.print(format!(
                "{}：{} 个单位、{channels} 个渠道，没有错误\n",
                file.display(),
                region.units.len()
            ));
            for unit in region.units.iter().filter(|u| u.channels.is_empty()) {
                out.print(format!(
                    "  {}（{}）还没有渠道，扫描不会覆盖它\n",
                    unit.name, unit.id
                ));
            }
        }
        UnitsAction::Cards { unit, units } => {
            let region = units::load(&units_file(config, units.as_deref())?)?;
            let today = crate::clock::day(config.clock.now());
            out.print(crate::manual_card::cards(&region, &unit, today)?);
        }
        UnitsAction::Discover { url, names } => {
            return crate::discover::run(config, &url, names.as_deref(), out).await;
        }
        UnitsAction::Import => {
            anyhow::bail!("这个命令尚未提供；可用 duwang units discover 起草单位文件")
        }
    }
    Ok(0)
}

fn list(region: &Region) -> String {
    let mut text = format!("{}：{} 个单位\n", region.name, region.units.len());
    for unit in &region.units {
        text.push_str(&format!(
            "{}  {}（{}）\n",
            unit.id,
            unit.name,
            unit.kind.chinese()
        ));
        for channel in &unit.channels {
            let place = channel
                .entry
                .first()
                .or(channel.account.as_ref())
                .map_or("", String::as_str);
            text.push_str(&format!(
                "    {}  {}  {place}\n",
                channel.id,
                channel.kind.chinese()
            ));
        }
    }
    text
}

/// The city for `check`: the units file when there is one; required when a unit was named.
pub(crate) fn units_for(
    config: &Config,
    given: Option<&Path>,
    required: bool,
) -> anyhow::Result<Region> {
    let there = given.is_some() || config.units.is_some() || Path::new("units.toml").exists();
    if !there && !required {
        return Ok(Region::default());
    }
    units::load_for(&units_file(config, given)?, config.rules.as_deref())
}
