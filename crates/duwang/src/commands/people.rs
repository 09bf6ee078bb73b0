//! `duwang people`: accounts of the console, by whoever owns the data directory.

use super::App;
use crate::cli::PeopleAction;
use crate::out::Out;
use crate::people::{AUDIT, Accounts, audit_line, one_time};

pub(super) fn run(app: &App, action: PeopleAction, out: &Out) -> anyhow::Result<u8> {
    let accounts = Accounts(app.store.as_ref());
    let log = |what: &str, name: &str| {
        let line = audit_line(app.config.clock.now(), "命令行", what, name, "");
        app.store.append(AUDIT, &line)
    };
    match action {
        PeopleAction::Add {
            name,
            role,
            unit,
            password,
        } => {
            let (secret, is_own) = match password {
                Some(secret) => (secret, true),
                None => (one_time()?, false),
            };
            accounts.add(&name, role, unit, &secret, !is_own)?;
            log("新建账号", &name)?;
            if !is_own {
                out.print(format!("{secret}\n"));
                out.say("这是一次性口令，只显示这一次；首次登录时须改掉");
            }
        }
        PeopleAction::List => {
            for account in accounts.all()? {
                out.print(format!(
                    "{}  {}  {}{}\n",
                    account.name,
                    account.role.chinese(),
                    account.unit.as_deref().unwrap_or("-"),
                    if account.disabled { "  已停用" } else { "" }
                ));
            }
        }
        PeopleAction::Reset { name } => {
            let secret = accounts.reset(&name)?;
            log("重置口令", &name)?;
            out.print(format!("{secret}\n"));
            out.say("这是一次性口令，只显示这一次；首次登录时须改掉");
        }
        PeopleAction::Disable { name } => {
            accounts.disable(&name)?;
            log("停用账号", &name)?;
            out.print(format!("已停用 {name}\n"));
        }
    }
    Ok(0)
}
