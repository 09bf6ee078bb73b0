//! Saved views: a filter under a name, for one person.

use super::filter::Filter;
use super::problem::{Answer, Problem};
use super::{ConsoleState, Desk, tidy_name};
use crate::people::Visitor;
use axum::Extension;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Redirect};
use serde::{Deserialize, Serialize};

const KIND: &str = "views";
/// So many views a person keeps.
const MOST: usize = 30;

/// A filter under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct View {
    pub(super) name: String,
    /// [`Filter::query`].
    pub(super) query: String,
}

/// The views of the visitor, by name.
pub(super) fn of(desk: &Desk) -> Result<Vec<View>, Problem> {
    let note = desk.store.note(KIND, &desk.visitor.name)?;
    Ok(note
        .map(|n| serde_json::from_value(n.value))
        .transpose()?
        .unwrap_or_default())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ViewForm {
    name: String,
    query: String,
}

pub(super) async fn save(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<ViewForm>,
) -> Answer {
    let query = Filter::read(&form.query).map_err(Problem::Unclear)?.query();
    let name = tidy_name(&form.name);
    if name.is_empty() {
        return Err(Problem::Unclear("请给视图起个名字。".to_owned()));
    }
    let to = format!("/findings?{query}");
    change(state, visitor, to, move |views| {
        views.retain(|v| v.name != name);
        if views.len() < MOST {
            views.push(View { name, query });
            views.sort_by(|a, b| a.name.cmp(&b.name));
        }
    })
    .await
}

pub(super) async fn remove(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<ViewForm>,
) -> Answer {
    change(state, visitor, "/findings".to_owned(), move |views| {
        views.retain(|v| v.name != form.name);
    })
    .await
}

async fn change(
    state: ConsoleState,
    visitor: Visitor,
    to: String,
    change: impl FnOnce(&mut Vec<View>) + Send + 'static,
) -> Answer {
    state
        .answer(visitor, move |desk| {
            let note = desk.store.note(KIND, &desk.visitor.name)?;
            let mut views = of(desk)?;
            change(&mut views);
            desk.store.put_note(
                KIND,
                &desk.visitor.name,
                note.map_or(0, |n| n.version),
                &serde_json::to_value(&views)?,
            )?;
            Ok(Redirect::to(&to).into_response())
        })
        .await
}
