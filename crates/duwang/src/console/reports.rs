//! The latest scan's report, read in the console or taken away as a file.

use super::problem::{Answer, Problem};
use super::{ConsoleState, Desk};
use crate::people::{AUDIT, Visitor};
use crate::report::{self, Report, ReportOptions};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};

pub(super) async fn report(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    state
        .answer(visitor, move |desk| {
            let asked = Asked::read(&query);
            let options = ReportOptions {
                scan: asked.scan.clone(),
                units: match desk.visitor.only_unit() {
                    Some(only) => vec![only.to_owned()],
                    None => asked.units.clone(),
                },
                include_open: asked.open,
                rules: desk.names.rules().clone(),
                generated_at: desk.now,
                ..ReportOptions::default()
            };
            if !has_scan(desk, options.scan.as_deref())? {
                return Err(Problem::NotYet(
                    "还没有读完的批次，也就没有通报。先运行 duwang scan，读完一批再来。",
                ));
            }
            let report = report::freeze(desk.store.as_ref(), &desk.region, &options)?;
            if !asked.format.is_empty() {
                let line = desk.line("导出", &report.scope.of_scans(), &asked.format);
                desk.store.append(AUDIT, &line)?;
            }
            rendered(&report, &asked)
        })
        .await
}

#[derive(Default)]
struct Asked {
    scan: Option<String>,
    units: Vec<String>,
    open: bool,
    format: String,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (key.as_ref(), value.is_empty()) {
                (_, true) => {}
                ("scan", _) => asked.scan = Some(value.into_owned()),
                ("unit", _) => asked.units.push(value.into_owned()),
                ("open", _) => asked.open = value == "1",
                ("format", _) => asked.format = value.into_owned(),
                _ => {}
            }
        }
        asked
    }

    /// What leads to the same report, to be added to a query that has begun.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.scan.iter().map(|scan| ("scan", scan)));
        query.extend_pairs(self.units.iter().map(|unit| ("unit", unit)));
        if self.open {
            query.append_pair("open", "1");
        }
        match query.finish() {
            query if query.is_empty() => query,
            query => format!("&{query}"),
        }
    }
}

fn has_scan(desk: &Desk, id: Option<&str>) -> Result<bool, Problem> {
    Ok(match id {
        Some(id) => desk.store.scan(id)?.is_some(),
        None => desk
            .store
            .scans()?
            .iter()
            .any(|s| s.is_reading() && s.finished.is_some()),
    })
}

fn rendered(report: &Report, asked: &Asked) -> Answer {
    Ok(match asked.format.as_str() {
        "" => Html(report::page(report, &asked.query())?).into_response(),
        "html" => file(
            "html",
            "text/html; charset=utf-8",
            report::html(report)?.into_bytes(),
        ),
        "csv" => file(
            "csv",
            "text/csv; charset=utf-8",
            report::csv(report)?.into_bytes(),
        ),
        "json" => file(
            "json",
            "application/json",
            report::json(report)?.into_bytes(),
        ),
        _ => {
            return Err(Problem::Unclear(
                "通报可以取 html、csv、json 三种格式。".to_owned(),
            ));
        }
    })
}

fn file(ending: &str, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"duwang-report.{ending}\"");
    (
        [
            (CONTENT_TYPE, content_type.to_owned()),
            (CONTENT_DISPOSITION, name),
        ],
        bytes,
    )
        .into_response()
}
