//! By which day a document is judged.

use crate::rule::Context;
use chrono::{Datelike as _, NaiveDate};
use duwang_model::{DateSource, Document, shanghai_day};

/// The day whose law counts for a document.
pub(crate) fn judged_on(document: &Document, context: &Context<'_>) -> NaiveDate {
    context.judged_on.or(document.published).unwrap_or_else(|| {
        let today = shanghai_day(context.now);
        year_told(&document.title, today).unwrap_or(today)
    })
}

/// The day by which is published what is told of the latest year that a title names, if it is over: a page without a date, 2017年建议提案办理情况,
/// is hardly newer. A report of a year may wait until the end of March (《政府信息公开条例》第四十九条).
fn year_told(title: &str, today: NaiveDate) -> Option<NaiveDate> {
    let years = title.match_indices('年').filter_map(|(at, _)| {
        let digits = title[..at].rsplit(|c: char| !c.is_ascii_digit()).next()?;
        let year = digits.parse().ok().filter(|_: &i32| digits.len() == 4)?;
        NaiveDate::from_ymd_opt(year + 1, 3, 31)
    });
    years
        .max()
        .filter(|last| *last < today && last.year() >= OLDEST)
}

/// Government pages are not older.
const OLDEST: i32 = 2000;

/// The day the text was made (成文日期), where it is known.
pub(super) fn written_on(document: &Document, context: &Context<'_>) -> Option<NaiveDate> {
    if context.judged_on.is_some() {
        return context.judged_on;
    }
    document
        .dates
        .iter()
        .find(|d| d.source == DateSource::Written)
        .map(|d| d.at.date())
}
