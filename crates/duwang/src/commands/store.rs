//! `duwang store`: look after the memory itself.

use super::App;
use crate::cli::StoreAction;
use crate::out::Out;
use anyhow::Context as _;
use duwang_store::{EXPORT_FORMAT, Store, Transferred, for_older_program};
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _, Write as _};
use std::path::Path;

pub(super) fn run(app: &App, action: StoreAction, out: &Out) -> anyhow::Result<u8> {
    let store = app.store.as_ref();
    match action {
        StoreAction::Stats => {
            let s = store.stats()?;
            out.print(format!(
                "批次 {}，页面 {}，问题 {}，快照 {}（{:.1} MB），记录 {:.1} MB，未完批次的待读 {}\n",
                s.scans,
                s.pages,
                s.findings,
                s.bodies,
                s.body_bytes as f64 / 1e6,
                s.row_bytes as f64 / 1e6,
                s.frontier
            ));
            for notice in s.notices {
                out.print(format!("注意：{notice}\n"));
            }
            Ok(0)
        }
        StoreAction::Check { repair } => {
            let report = store.check(repair)?;
            out.print(format!(
                "读了 {} 行：损坏 {}，索引缺 {}、多 {}，快照缺 {}{}\n",
                report.rows,
                report.damaged,
                report.index_missing,
                report.index_stray,
                report.bodies_missing,
                if report.repaired { "；已修复" } else { "" }
            ));
            for line in report.damaged_rows.iter().chain(&report.missing_bodies) {
                out.print(format!("  {line}\n"));
            }
            Ok(if report.is_sound() || report.repaired {
                0
            } else {
                2
            })
        }
        StoreAction::Export { output, format } => {
            let done = export(store, &output, format)?;
            out.say(format!(
                "已导出 {} 个页面、{} 个问题到 {}",
                done.pages,
                done.findings,
                output.display()
            ));
            Ok(0)
        }
        StoreAction::Import { input } => {
            let file = File::open(&input).with_context(|| format!("读不了 {}", input.display()))?;
            let done = duwang_store::import(store, &mut BufReader::new(file))?;
            out.say(format!(
                "已导入 {} 个页面、{} 个问题；快照（bodies）要另外复制，之后用 duwang store check 核对",
                done.pages, done.findings
            ));
            Ok(0)
        }
    }
}

/// Writes everything to a file; for an older program, by way of a file beside it.
fn export(store: &dyn Store, output: &Path, format: u32) -> anyhow::Result<Transferred> {
    let cannot = || format!("写不了 {}", output.display());
    let mut to = BufWriter::new(crate::private::file(output).with_context(cannot)?);
    let done = if format == EXPORT_FORMAT {
        store.export(&mut to)?
    } else {
        let mut newest =
            tempfile::tempfile_in(output.parent().unwrap_or(output)).with_context(cannot)?;
        store.export(&mut BufWriter::new(&mut newest))?;
        newest.rewind()?;
        for_older_program(&mut BufReader::new(newest), format, &mut to)?
    };
    to.flush()?;
    to.get_ref().sync_all()?;
    Ok(done)
}
