//! Looks whether rows can be read and indexes say what the rows say; mends what can be mended.

use crate::ledger::{Ledger, index_rows};
use crate::tables::{Batch, Table, Tables};
use crate::{LogEntry, Note, Result, keys, row};
use duwang_model::{Finding, FrontierEntry, PageRecord, Scan};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;

/// So many names are listed; the counts are not cut.
const LISTED: usize = 100;
/// Rows of one repairing transaction.
const GROUP: usize = 1_000;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows that were read.
    pub rows: usize,
    /// Rows that could not be read.
    pub damaged: usize,
    /// The first of them, with the reason, in Chinese.
    pub damaged_rows: Vec<String>,
    /// Index rows that findings lacked.
    pub index_missing: usize,
    /// Index rows without their finding.
    pub index_stray: usize,
    /// Bodies that pages or findings name and that are not there.
    pub bodies_missing: usize,
    /// The first of them: page URL and name of the body.
    pub missing_bodies: Vec<String>,
    /// Whether damaged rows were put aside and the indexes made right.
    pub repaired: bool,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.damaged + self.index_missing + self.index_stray + self.bodies_missing == 0
    }

    pub(crate) fn damaged_row(&mut self, error: &crate::StoreError) {
        self.damaged += 1;
        if self.damaged_rows.len() < LISTED {
            self.damaged_rows.push(error.to_string());
        }
    }

    pub(crate) fn missing_body(&mut self, url: &str, hash: &str) {
        self.bodies_missing += 1;
        if self.missing_bodies.len() < LISTED {
            self.missing_bodies.push(format!("{url} {hash}"));
        }
    }
}

/// Checks rows, then indexes against rows, then bodies. Writers wait meanwhile.
pub(crate) fn check<T: Tables>(ledger: &Ledger<T>, repair: bool) -> Result<Report> {
    let _writers_wait = ledger.hold_writers()?;
    let mut check = Check {
        ledger,
        report: Report::default(),
        repair: repair.then(Batch::default),
    };
    check.rows::<Scan>(Table::Scans, |_, _| Ok(()))?;
    check.rows::<FrontierEntry>(Table::Frontier, |_, _| Ok(()))?;
    check.rows::<Note>(Table::Notes, |_, _| Ok(()))?;
    check.rows::<LogEntry>(Table::Logs, |_, _| Ok(()))?;
    check.rows::<PageRecord>(Table::Pages, |check, page| {
        check.body(&page.url, page.snapshot.as_deref());
        Ok(())
    })?;
    check.rows::<Finding>(Table::Findings, |check, finding| {
        check.body(finding.url(), Some(&finding.snapshot.hash));
        check.has_index_rows(&finding)
    })?;
    check.has_no_stray(Table::ByPage, keys::fingerprint_of_by_page)?;
    check.has_no_stray(Table::Listing, |key| {
        keys::read_listing(key).map(|l| l.fingerprint)
    })?;
    check.finish()
}

struct Check<'a, T> {
    ledger: &'a Ledger<T>,
    report: Report,
    /// Writes to make when repairing.
    repair: Option<Batch>,
}

impl<T: Tables> Check<'_, T> {
    /// Reads every row of a table; a damaged one is put aside.
    fn rows<V: DeserializeOwned>(
        &mut self,
        table: Table,
        each: impl Fn(&mut Self, V) -> Result<()>,
    ) -> Result<()> {
        let ledger = self.ledger;
        ledger.tables().walk(table, &[], &mut |key, value| {
            self.report.rows += 1;
            match row::decode::<V>(table.name(), key, value) {
                Ok(read) => each(self, read)?,
                Err(error) => {
                    self.report.damaged_row(&error);
                    self.put_aside(table, key, value);
                }
            }
            self.write_when_large()?;
            Ok(ControlFlow::Continue(()))
        })
    }

    fn put_aside(&mut self, table: Table, key: &[u8], value: &[u8]) {
        if let Some(batch) = &mut self.repair {
            let mut aside = table.name().as_bytes().to_vec();
            aside.push(0);
            aside.extend_from_slice(key);
            batch.put(Table::Damaged, aside, value.to_vec());
            batch.remove(table, key.to_vec());
        }
    }

    fn body(&mut self, url: &str, hash: Option<&str>) {
        if let Some(hash) = hash.filter(|h| !h.is_empty())
            && !self.ledger.bodies.has(hash)
        {
            self.report.missing_body(url, hash);
        }
    }

    fn has_index_rows(&mut self, finding: &Finding) -> Result<()> {
        for (table, key, value) in index_rows(finding) {
            if self.ledger.tables().get(table, &key)?.as_ref() != Some(&value) {
                self.report.index_missing += 1;
                if let Some(batch) = &mut self.repair {
                    batch.put(table, key, value);
                }
            }
        }
        Ok(())
    }

    fn has_no_stray(
        &mut self,
        table: Table,
        fingerprint: impl Fn(&[u8]) -> Option<String>,
    ) -> Result<()> {
        let ledger = self.ledger;
        ledger.tables().walk(table, &[], &mut |key, _| {
            self.report.rows += 1;
            if !self.is_wanted(table, key, fingerprint(key))? {
                self.report.index_stray += 1;
                if let Some(batch) = &mut self.repair {
                    batch.remove(table, key.to_vec());
                }
            }
            self.write_when_large()?;
            Ok(ControlFlow::Continue(()))
        })
    }

    fn is_wanted(&self, table: Table, key: &[u8], fingerprint: Option<String>) -> Result<bool> {
        let Some(fingerprint) = fingerprint else {
            return Ok(false);
        };
        let name = keys::finding(&fingerprint);
        let Some(value) = self.ledger.tables().get(Table::Findings, &name)? else {
            return Ok(false);
        };
        Ok(
            row::decode::<Finding>(Table::Findings.name(), &name, &value).is_ok_and(|f| {
                index_rows(&f)
                    .iter()
                    .any(|(t, k, _)| *t == table && k == key)
            }),
        )
    }

    fn write_when_large(&mut self) -> Result<()> {
        match &mut self.repair {
            Some(batch) if batch.len() >= GROUP => self.ledger.write_batch(&std::mem::take(batch)),
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Report> {
        if let Some(batch) = self.repair.take() {
            self.ledger.write_batch(&batch)?;
            self.report.repaired = true;
        }
        Ok(self.report)
    }
}
