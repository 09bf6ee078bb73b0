//! What clap says by itself, in Chinese.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::io::Write as _;

/// Prints the help that was asked for, or says in Chinese what is wrong; ends the process.
pub(super) fn end(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let Some(told) = told(error) else {
        error.exit()
    };
    let mut to = std::io::stderr().lock();
    drop(writeln!(
        to,
        "错误：{told}\n用法见 duwang --help 或 duwang 命令 --help"
    )); // nobody may be reading
    std::process::exit(2)
}

/// The usage errors people make; `None` for what clap says best itself.
fn told(error: &clap::Error) -> Option<String> {
    let part = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join("、")),
        _ => None,
    };
    let perhaps = |kind| part(kind).map_or(String::new(), |it| format!("，是不是 {it}？"));
    let arg = part(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::InvalidValue => {
            let value = part(ContextKind::InvalidValue)?;
            let words = part(ContextKind::ValidValue)
                .filter(|w| !w.is_empty())
                .map_or(String::new(), |w| format!("，可用：{w}"));
            match value.is_empty() {
                true => format!("{} 后面要写值{words}", arg?),
                false => format!("{} 不能是“{value}”{words}", arg?),
            }
        }
        ErrorKind::ValueValidation => {
            let value = part(ContextKind::InvalidValue)?;
            let why =
                std::error::Error::source(error).map_or(String::new(), |why| format!("：{why}"));
            format!("{} 不能是“{value}”{why}", arg?)
        }
        ErrorKind::UnknownArgument => {
            format!(
                "不认识的参数 {}{}",
                arg?,
                perhaps(ContextKind::SuggestedArg)
            )
        }
        ErrorKind::InvalidSubcommand => format!(
            "没有命令 {}{}",
            part(ContextKind::InvalidSubcommand)?,
            perhaps(ContextKind::SuggestedSubcommand)
        ),
        ErrorKind::MissingRequiredArgument => format!("还要写 {}", arg?),
        ErrorKind::ArgumentConflict => {
            format!("{} 不能与 {} 同时用", arg?, part(ContextKind::PriorArg)?)
        }
        _ => return None,
    })
}

pub(super) fn with_headings(command: clap::Command) -> clap::Command {
    command
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}")
        .subcommand_help_heading("命令")
        .mut_args(|arg| match (arg.get_help_heading(), arg.is_positional()) {
            (Some(_), _) => arg,
            (None, true) => arg.help_heading("参数"),
            (None, false) => arg.help_heading("选项"),
        })
        .mut_subcommands(with_headings)
}
