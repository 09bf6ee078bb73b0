//! What clap says by itself, in Chinese.

use clap::CommandFactory as _;
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
    let command = called(&super::Cli::command(), std::env::args().skip(1));
    drop(writeln!(to, "错误：{told}\n用法见 {command} --help")); // nobody may be reading
    std::process::exit(2)
}

/// The command that was meant, as far as it was understood: `duwang units check`.
fn called(program: &clap::Command, args: impl Iterator<Item = String>) -> String {
    let mut path = program.get_name().to_owned();
    let mut command = program;
    for arg in args {
        if let Some(sub) = command.find_subcommand(&arg) {
            path = format!("{path} {}", sub.get_name());
            command = sub;
        }
    }
    path
}

/// Why a value cannot be read, where the standard library says it in English.
fn why(source: &(dyn std::error::Error + 'static)) -> String {
    if source.is::<std::num::ParseIntError>() {
        return "要写整数".to_owned();
    }
    if source.is::<std::num::ParseFloatError>() {
        return "要写数字".to_owned();
    }
    if source.is::<std::net::AddrParseError>() {
        return "写成 127.0.0.1:8710 的样子".to_owned();
    }
    source.to_string()
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
            let why = std::error::Error::source(error)
                .map_or(String::new(), |source| format!("：{}", why(source)));
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
        .subcommand_value_name("命令")
        .mut_args(|arg| match (arg.get_help_heading(), arg.is_positional()) {
            (Some(_), _) => with_values(arg),
            (None, true) => with_values(arg.help_heading("参数")),
            (None, false) => with_values(arg.help_heading("选项")),
        })
        .mut_subcommands(with_headings)
}

/// The line that shows how a command is written, in Chinese throughout.
pub(super) fn with_usage(mut command: clap::Command) -> clap::Command {
    // Only now does each command know the ones above it, which its line begins with.
    command.build();
    usage_in_chinese(command)
}

fn usage_in_chinese(mut command: clap::Command) -> clap::Command {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let usage = usage.replace("[OPTIONS]", "[选项]");
    command
        .override_usage(usage)
        .mut_subcommands(usage_in_chinese)
}

/// What may be written, what holds otherwise, and where else it may stand: clap would say so in English.
fn with_values(arg: clap::Arg) -> clap::Arg {
    let mut help = arg.get_help().map_or(String::new(), |h| h.to_string());
    let takes_values = arg.get_action().takes_values();
    if takes_values {
        let words = arg.get_possible_values();
        let words: Vec<&str> = words.iter().map(|word| word.get_name()).collect();
        if !words.is_empty() {
            help.push_str(&format!(" [可用：{}]", words.join("、")));
        }
        let otherwise = arg.get_default_values().iter();
        let otherwise: Vec<_> = otherwise.map(|value| value.to_string_lossy()).collect();
        if !otherwise.is_empty() {
            help.push_str(&format!(" [缺省：{}]", otherwise.join("、")));
        }
    }
    if let Some(variable) = arg.get_env() {
        help.push_str(&format!(" [环境变量：{}]", variable.to_string_lossy()));
    }
    arg.help(help)
        .hide_possible_values(takes_values)
        .hide_default_value(takes_values)
        .hide_env(true)
}
