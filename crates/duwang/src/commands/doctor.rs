//! `duwang doctor`: is this machine ready?

use crate::config::Config;
use crate::out::Out;
use crate::rulebook;
use duwang_store::StoreError;
use std::sync::Arc;

/// Checks what can be checked without the network; exit code 2 when something is wrong.
pub(super) async fn run(config: &Config, out: &Out) -> anyhow::Result<u8> {
    let controls = controls(config).await;
    let mut wrong = 0;
    let mut tell = |what: &str, found: anyhow::Result<String>| match found {
        Ok(text) => out.print(format!("✓ {what}：{text}\n")),
        Err(error) => {
            wrong += 1;
            out.print(format!("✗ {what}：{error:#}\n"));
        }
    };
    tell("版本", Ok(env!("CARGO_PKG_VERSION").to_owned()));
    tell(
        "规则",
        rulebook::load(config.rules.as_deref(), &[])
            .map(|r| format!("{} 条，版本 {}", r.all().len(), r.version())),
    );
    tell(
        "错别字模型",
        crate::typos::open(config.rules.as_deref())
            .checker
            .map(|c| format!("{} MB，{}", c.size() >> 20, c.about()))
            .map_err(anyhow::Error::msg),
    );
    tell("对照页", controls);
    tell("数据目录", data_dir(config));
    tell("存储", store(config));
    tell("定时计划", schedules(config));
    tell("通知", notices(config));
    tell("中文字体", Ok(fonts()));
    tell(
        "时钟",
        Ok(crate::clock::shanghai(config.clock.now())
            .format("%Y-%m-%d %H:%M（北京时间）")
            .to_string()),
    );
    tell(
        "网络",
        Ok(match (config.allow_private, config.rate) {
            (true, _) => "允许访问本机和内网地址".to_owned(),
            (false, None) => "只访问公网，按缺省间隔".to_owned(),
            (false, Some(rate)) => format!("只访问公网，每主机每秒 {rate} 次"),
        }),
    );
    for engine in crate::extract::engines() {
        // None of them is needed: without them less is read, and what is not read is told.
        let found = engine.found.unwrap_or_else(|| "没有安装".to_owned());
        tell(&format!("{}（{}）", engine.name, engine.purpose), Ok(found));
    }
    Ok(if wrong == 0 { 0 } else { 2 })
}

/// Whether known faults are seen on the way every page goes: without that every scan withdraws itself.
async fn controls(config: &Config) -> anyhow::Result<String> {
    let rules = Arc::new(rulebook::load(config.rules.as_deref(), &[])?);
    let controls = crate::scan::control::measure(config, &rules).await?;
    match controls.missed.as_slice() {
        [] => Ok(controls.words()),
        missed => anyhow::bail!("{}：{}", controls.words(), missed.join("；")),
    }
}

/// Opens the store as every command would; one that another process holds is in use, and well.
fn store(config: &Config) -> anyhow::Result<String> {
    let store = match super::open(config) {
        Ok(store) => store,
        Err(StoreError::Busy { .. }) => return Ok("正由另一个 duwang 进程使用".to_owned()),
        Err(error) => return Err(error.into()),
    };
    if config.bodies.is_some() {
        // An object store may be reached and still refuse to keep anything.
        let name = store.keep_body(b"duwang doctor")?;
        anyhow::ensure!(store.body(&name)?.is_some(), "写进对象存储的内容取不回来");
    }
    let stats = store.stats()?;
    let kind = match store.as_postgres() {
        Some(_) => "PostgreSQL",
        None => "嵌入式",
    };
    let notices: String = stats
        .notices
        .iter()
        .map(|n| format!("；注意：{n}"))
        .collect();
    Ok(format!(
        "{kind}，批次 {}，页面 {}，问题 {}{notices}",
        stats.scans, stats.pages, stats.findings
    ))
}

fn schedules(config: &Config) -> anyhow::Result<String> {
    Ok(match crate::schedule::load(config)? {
        Some(plan) => format!("{} 个，由 duwang serve 执行", plan.schedules().len()),
        None => "没有".to_owned(),
    })
}

/// Addresses and secrets of notices are references; one that leads nowhere is found out here and not when a day is missed.
fn notices(config: &Config) -> anyhow::Result<String> {
    use anyhow::Context as _;
    for target in &config.notices {
        for reference in std::iter::once(&target.url).chain(&target.secret) {
            crate::wechat::secret::read(reference)
                .with_context(|| format!("接收方“{}”", target.name))?;
        }
    }
    Ok(match config.notices.len() {
        0 => "没有".to_owned(),
        n => format!("{n} 个接收方，地址和密钥都取得到"),
    })
}

/// Pages that are drawn need them; nothing else does.
fn fonts() -> String {
    let listed = std::process::Command::new("fc-list")
        .args([":lang=zh", "family"])
        .output();
    match listed {
        Ok(output) if !output.stdout.is_empty() => {
            let families = String::from_utf8_lossy(&output.stdout).lines().count();
            format!("{families} 种")
        }
        _ => "没有找到（只在 [render] 打开时需要）".to_owned(),
    }
}

fn data_dir(config: &Config) -> anyhow::Result<String> {
    use anyhow::Context as _;
    let dir = &config.data_dir;
    crate::private::folder(dir).with_context(|| format!("建不了 {}", dir.display()))?;
    let probe = dir.join(".duwang-probe");
    std::fs::write(&probe, b"ok").with_context(|| format!("写不了 {}", dir.display()))?;
    std::fs::remove_file(&probe)?;
    anyhow::ensure!(
        !crate::private::is_open_to_all(dir)?,
        "{0} 这台机器上谁都能读，里面有未遮蔽的网页和账号；请执行 chmod 700 {0}",
        dir.display()
    );
    let space = rustix::fs::statvfs(dir)?;
    Ok(format!(
        "{} 可写，剩余 {} MB",
        dir.display(),
        (space.f_bavail * space.f_frsize) >> 20
    ))
}
