//! `duwang tokens`: who may call the interface. The file is read at every call, so that a running server knows at once.

use crate::api::tokens;
use crate::cli::TokensAction;
use crate::config::Config;
use crate::out::Out;
use crate::view::rfc3339;

pub(super) fn run(config: &Config, action: TokensAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        TokensAction::Add {
            name,
            unit,
            per_minute,
        } => {
            let made = rfc3339(config.clock.now());
            let secret = tokens::add(&config.data_dir, &name, &unit, per_minute, made)?;
            out.print(format!("{secret}\n"));
            out.say("请现在抄下：口令只显示这一次，读网只存它的摘要");
        }
        TokensAction::List => {
            for token in tokens::all(&config.data_dir)? {
                out.print(format!(
                    "{}  单位 {}  每分钟 {} 次  {} 发放\n",
                    token.name, token.unit, token.per_minute, token.made
                ));
            }
        }
        TokensAction::Revoke { name } => {
            anyhow::ensure!(
                tokens::revoke(&config.data_dir, &name)?,
                "没有名为“{name}”的口令"
            );
            out.print(format!("已作废 {name}\n"));
        }
    }
    Ok(0)
}
