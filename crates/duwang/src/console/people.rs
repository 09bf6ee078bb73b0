//! Accounts: who may come in, as what. One-time passwords are shown once.

use super::frame::{Frame, Here};
use super::problem::{Answer, html};
use super::{ConsoleState, Desk};
use crate::people::{AUDIT, Account, Accounts, Role, Visitor, one_time};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use clap::ValueEnum as _;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    frame: Frame,
    accounts: Vec<Account>,
    units: Vec<(String, String)>,
    /// Name and one-time password that was just made.
    made: Option<(String, String)>,
    /// Whose account was just locked.
    disabled: Option<String>,
    wrong: Option<String>,
    /// What was filled in, when something is wrong with it.
    form: PeopleForm,
}

impl Page {
    fn new(desk: &Desk) -> anyhow::Result<Self> {
        let units = desk.region.units.iter();
        Ok(Self {
            frame: Frame::new(desk, Here::People, "账号"),
            accounts: Accounts(desk.store.as_ref()).all()?,
            units: units.map(|u| (u.id.clone(), u.name.clone())).collect(),
            made: None,
            disabled: None,
            wrong: None,
            form: PeopleForm::default(),
        })
    }

    /// Word and name of each role.
    fn roles(&self) -> Vec<(String, &'static str)> {
        let word = |role: &Role| role.to_possible_value().map(|v| v.get_name().to_owned());
        let roles = Role::ALL.iter();
        roles
            .filter_map(|role| Some((word(role)?, role.chinese())))
            .collect()
    }

    /// The name of an editor's unit; the id of one that is not in the units file any more.
    fn unit_of(&self, account: &Account) -> String {
        let id = account.unit.clone().unwrap_or_default();
        let known = self.units.iter().find(|(unit, _)| *unit == id);
        known.map_or(id, |(_, name)| name.clone())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PeopleForm {
    /// add, reset or disable
    act: String,
    name: String,
    role: String,
    unit: String,
}

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    state
        .answer(visitor, |desk| Ok(html(&Page::new(desk)?)))
        .await
}

pub(super) async fn change(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<PeopleForm>,
) -> Answer {
    state
        .answer(visitor, move |desk| match changed(desk, &form) {
            Ok((what, made)) => {
                let line = desk.line(what, &form.name, &form.role);
                desk.store.append(AUDIT, &line)?;
                let page = Page {
                    made,
                    disabled: (form.act == "disable").then_some(form.name),
                    ..Page::new(desk)?
                };
                Ok(html(&page))
            }
            Err(error) => {
                let page = Page {
                    wrong: Some(format!("{error}。")),
                    form: if form.act == "add" {
                        form
                    } else {
                        PeopleForm::default()
                    },
                    ..Page::new(desk)?
                };
                Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
            }
        })
        .await
}

/// What was done, with the password that was made.
type Changed = (&'static str, Option<(String, String)>);

fn changed(desk: &Desk, form: &PeopleForm) -> anyhow::Result<Changed> {
    let accounts = Accounts(desk.store.as_ref());
    match form.act.as_str() {
        "add" => {
            let role =
                Role::from_str(&form.role, false).map_err(|_| anyhow::anyhow!("请选一种角色"))?;
            let unit = Some(form.unit.clone()).filter(|u| role == Role::Editor && !u.is_empty());
            anyhow::ensure!(
                role != Role::Editor || unit.is_some(),
                "单位编辑要选一个单位"
            );
            let secret = one_time()?;
            accounts.add(&form.name, role, unit, &secret, true)?;
            Ok(("新建账号", Some((super::tidy_name(&form.name), secret))))
        }
        "reset" => {
            let secret = accounts.reset(&form.name)?;
            Ok(("重置口令", Some((form.name.clone(), secret))))
        }
        "disable" => {
            anyhow::ensure!(form.name != desk.visitor.name, "不能停用自己的账号");
            accounts.disable(&form.name)?;
            Ok(("停用账号", None))
        }
        _ => anyhow::bail!("没有看懂要做什么"),
    }
}
