//! `duwang audit`: the log of what people did, proved and taken away.

use super::App;
use crate::cli::{AuditAction, Command};
use crate::config::Config;
use crate::out::Out;
use crate::people::{Trail, walk_trail};
use crate::view::mask_text;
use anyhow::Context as _;

/// Characters of the names of what was checked that are written down.
const NAMED: usize = 200;

pub(super) fn run(app: &App, action: AuditAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        AuditAction::Verify { head } => verify(app, head.as_deref(), out),
        AuditAction::Export => {
            let mut lines = String::new();
            walk_trail(app.store.as_ref(), &mut |entry, _| {
                lines.push_str(&serde_json::json!(entry).to_string());
                lines.push('\n');
            })?;
            out.print(lines);
            Ok(0)
        }
        AuditAction::Unmasked { about } => {
            app.note("检测草稿", &about, "命令行，未遮蔽")?;
            Ok(0)
        }
    }
}

/// Writes down that a check is about to show personal data, where there is a data directory to write it to; when it cannot be written, nothing
/// may be shown.
pub(super) async fn note_unmasked(
    config: &Config,
    inputs: &[String],
    out: &Out,
) -> anyhow::Result<()> {
    if !config.data_dir.exists() {
        return Ok(());
    }
    let about = mask_text(&inputs.join("、")).chars().take(NAMED).collect();
    let command = Command::Audit {
        action: AuditAction::Unmasked { about },
    };
    let mut config = config.clone();
    config.data_dir = std::path::absolute(&config.data_dir)?;
    let why = "查看未遮蔽的内容要记入日志，而日志写不了，所以没有检测；去掉 --unmask 可以照常检测";
    let code = super::on_store(config, command, out).await.context(why)?;
    anyhow::ensure!(code == 0, why);
    Ok(())
}

/// The chain, and, when somebody wrote a hash down, that the entry it belongs to is still there.
fn verify(app: &App, head: Option<&str>, out: &Out) -> anyhow::Result<u8> {
    let trail = Trail::read(app.store.as_ref(), 0)?;
    if let Some(number) = trail.broken_at {
        out.print(format!("日志第 {number} 条与前一条接不上：被改动过\n"));
        return Ok(1);
    }
    if let Some(head) = head {
        let mut is_known = false;
        walk_trail(app.store.as_ref(), &mut |entry, _| {
            is_known |= entry.hash == head;
        })?;
        if !is_known {
            out.print("日志里没有这个摘要：抄录之后，日志被截短或重写过\n".to_owned());
            return Ok(1);
        }
    }
    if trail.count == 0 {
        out.print("日志还是空的\n".to_owned());
        return Ok(0);
    }
    out.print(format!(
        "日志 {} 条，前后相扣\n末条摘要 {}\n",
        trail.count, trail.head
    ));
    Ok(0)
}
