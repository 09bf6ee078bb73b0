//! `duwang audit`: the log of what people did, proved and taken away.

use super::App;
use crate::cli::AuditAction;
use crate::out::Out;
use crate::people::{Trail, walk_trail};

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
    }
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
    out.print(format!(
        "日志 {} 条，前后相扣\n末条摘要 {}\n",
        trail.count, trail.head
    ));
    Ok(0)
}
