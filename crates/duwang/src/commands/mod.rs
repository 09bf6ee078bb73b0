//! One function a verb.

mod audit;
mod demo;
mod doctor;
mod findings;
mod people;
mod report;
mod review;
mod rules;
mod scan;
mod schedule;
mod serve;
mod store;
mod tokens;
mod typo;
mod units;
mod watch;
mod wechat;

use crate::ask::{self, Asked};
use crate::cli::{Cli, Command};
use crate::clock::Clock;
use crate::config::Config;
use crate::out::Out;
use crate::people::{AUDIT, audit_line};
use crate::strays::strays;
use crate::trouble;
use duwang_model::Region;
use duwang_store::{OpenOptions, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

pub(crate) use scan::{scan_by, scan_region};
pub(crate) use units::units_for;

/// What commands on a data directory share.
pub struct App {
    /// Settings.
    pub config: Config,
    /// The memory.
    pub store: Arc<dyn Store>,
    /// Set when the process is asked to stop.
    pub stop: Arc<AtomicBool>,
}

impl App {
    /// The same at another moment.
    pub(crate) fn at(&self, moment: chrono::DateTime<chrono::Utc>) -> Self {
        let mut config = self.config.clone();
        config.clock = Clock::fixed(moment);
        Self {
            config,
            store: Arc::clone(&self.store),
            stop: Arc::clone(&self.stop),
        }
    }

    /// Writes down what was done at the command line, by whom.
    fn note(&self, what: &str, about: &str, words: &str) -> anyhow::Result<()> {
        let now = self.config.clock.now();
        let line = audit_line(now, &self.config.by, what, about, words);
        self.store.append(AUDIT, &line)?;
        Ok(())
    }

    /// The same for a task of its own.
    pub(crate) fn share(&self) -> Arc<Self> {
        Arc::new(Self {
            config: self.config.clone(),
            store: Arc::clone(&self.store),
            stop: Arc::clone(&self.stop),
        })
    }

    /// The same store under the settings of a process that asked.
    pub fn for_asker(&self, asked: &Asked) -> Self {
        let mut config = self.config.clone();
        config.allow_private |= asked.allow_private;
        config.rate = asked.rate.or(config.rate);
        if asked.rate == Some(0.0) {
            config.concurrency = config.concurrency.max(32);
        }
        config.recheck_after = asked.recheck_after.unwrap_or(config.recheck_after);
        config.rules = asked.rules.clone().or(config.rules);
        config.units = asked.units.clone().or(config.units);
        config.clock = asked.now.map_or(config.clock, Clock::fixed);
        config.talk = asked.talk;
        config.by.clone_from(&asked.by);
        Self {
            config,
            store: Arc::clone(&self.store),
            stop: Arc::clone(&self.stop),
        }
    }

    /// What paths in the units file are relative to.
    pub(crate) fn base(&self) -> PathBuf {
        let file = self.config.units.as_deref();
        file.and_then(Path::parent)
            .unwrap_or(Path::new("."))
            .to_path_buf()
    }

    /// The city of the latest scan, as it was then.
    pub fn region(&self) -> Region {
        let saved = std::fs::read_to_string(region_file(&self.config.data_dir)).ok();
        saved
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }
}

/// Where the city of the latest scan is remembered, for names in lists and reports.
pub(crate) fn region_file(data_dir: &Path) -> PathBuf {
    data_dir.join("region.json")
}

/// Runs the command line; the exit code.
pub async fn main(cli: Cli) -> u8 {
    let out = Out::process(
        i8::try_from(cli.global.verbose).unwrap_or(0) - i8::try_from(cli.global.quiet).unwrap_or(0),
    );
    match dispatch(cli, &out).await {
        Ok(code) => code,
        Err(error) => {
            out.warn(trouble::tell(&error));
            trouble::USAGE
        }
    }
}

async fn dispatch(cli: Cli, out: &Out) -> anyhow::Result<u8> {
    let mut config = Config::load(&cli.global)?;
    warn_of_strays(&config, &cli.command, out);
    match cli.command {
        Command::Check(args) => {
            if args.unmask {
                audit::note_unmasked(&config, &args.inputs, out).await?;
            }
            crate::check::run(&config, args, out).await
        }
        Command::Card(args) => crate::check::verify(&config, args, out).await,
        Command::Tokens { action } => tokens::run(&config, action, out),
        Command::Wechat { action } => wechat::run(&config, action, out).await,
        Command::Rules { action } if !(rules::asks_memory(&action) && config.data_dir.exists()) => {
            rules::run(&config, action, None, out)
        }
        Command::Units { action } => units::run(&config, action, out).await,
        Command::Typo { action } if !typo::asks_store(&action) => typo::run(&config, action, out),
        Command::Doctor => doctor::run(&config, out).await,
        Command::Demo(args) => demo::run(config, args, out).await,
        command => {
            config.data_dir = std::path::absolute(&config.data_dir)?;
            on_store(config, absolute(command)?, out).await
        }
    }
}

/// Files in the rules folder that nothing reads, told by every command that judges by the rules.
fn warn_of_strays(config: &Config, command: &Command, out: &Out) {
    let judges = matches!(
        command,
        Command::Check(_)
            | Command::Rules { .. }
            | Command::Scan(_)
            | Command::Serve(_)
            | Command::Worker(_)
            | Command::Units { .. }
            | Command::Doctor
    );
    for line in config
        .rules
        .iter()
        .filter(|_| judges)
        .flat_map(|dir| strays(dir))
    {
        out.warn(line);
    }
}

/// How long to wait for a data directory whose owner does not answer: it may just be starting or ending.
const PATIENCE: Duration = Duration::from_secs(5);
/// The same for a console, which cannot ask anybody else to be it.
const CONSOLE_PATIENCE: Duration = Duration::from_secs(1);

/// Opens the store and runs, or asks the process that has it open.
async fn on_store(config: Config, command: Command, out: &Out) -> anyhow::Result<u8> {
    let started = Instant::now();
    loop {
        match open(&config) {
            Ok(store) => return as_owner(config, store, command, out).await,
            Err(StoreError::Busy { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let is_console = matches!(command, Command::Serve(_));
        if !is_console {
            let asked = asked(&config, command.clone())?;
            if let Some(code) = ask::ask(&config.data_dir, &asked, out).await? {
                return Ok(code);
            }
        }
        anyhow::ensure!(
            started.elapsed()
                < if is_console {
                    CONSOLE_PATIENCE
                } else {
                    PATIENCE
                },
            "数据目录 {} 正被另一个 duwang 使用。{}",
            config.data_dir.display(),
            if is_console {
                "控制台不能开两个；若是扫描在用，请等它结束"
            } else {
                "它没有应答：请等它结束，或用 --data-dir 换一个目录"
            }
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn as_owner(
    config: Config,
    store: Arc<dyn Store>,
    command: Command,
    out: &Out,
) -> anyhow::Result<u8> {
    let app = Arc::new(App {
        config,
        store,
        stop: stop_on_signal(),
    });
    // A shared store has no owner to be asked: every process opens it itself.
    if duwang_store::is_shared(&app.config.store) {
        return run(&app, command, out).await;
    }
    let listening = ask::listen(&app)?;
    let code = run(&app, command, out).await;
    listening.finish().await;
    code
}

fn asked(config: &Config, command: Command) -> anyhow::Result<Asked> {
    let absolute = |path: &Option<PathBuf>| path.as_ref().map(std::path::absolute).transpose();
    Ok(Asked {
        command,
        allow_private: config.allow_private,
        rate: config.rate,
        recheck_after: Some(config.recheck_after),
        rules: absolute(&config.rules)?,
        units: absolute(&config.units)?,
        now: config.clock.given(),
        talk: config.talk,
        by: config.by.clone(),
    })
}

pub(crate) fn open(config: &Config) -> Result<Arc<dyn Store>, StoreError> {
    let options = OpenOptions {
        bodies: config.bodies.clone(),
        ..OpenOptions::default()
    };
    duwang_store::open_with(&config.store, &config.data_dir, &options).map(Arc::from)
}

/// Runs a command; an error is told to the one who asked.
pub async fn run_or_tell(app: &App, command: Command, out: &Out) -> u8 {
    match run(app, command, out).await {
        Ok(code) => code,
        Err(error) => {
            out.warn(trouble::tell(&error));
            trouble::USAGE
        }
    }
}

async fn run(app: &App, command: Command, out: &Out) -> anyhow::Result<u8> {
    match command {
        Command::Scan(args) => scan::run(app, args, out).await,
        Command::Findings(args) => findings::run(app, args, out),
        Command::Review(args) => review::run(app, args, out),
        Command::Report(args) => report::run(app, args, out),
        Command::Store { action } => store::run(app, action, out),
        Command::Rules { action } => rules::run(&app.config, action, Some(app.store.as_ref()), out),
        Command::Typo { action } => typo::run_on_store(app, action, out),
        Command::People { action } => people::run(app, action, out),
        Command::Audit { action } => audit::run(app, action, out),
        Command::Serve(args) => serve::run(app, args, out).await,
        Command::Watch { action } => watch::run(app, action, out).await,
        Command::Schedule { action } => schedule::run(app, action, out).await,
        Command::Worker(args) => {
            anyhow::ensure!(
                args.lease >= Duration::from_secs(2),
                "--lease 至少 2s：忙的机器偶尔也会慢"
            );
            crate::work::run(app, &args, out).await.map(|()| 0)
        }
        _ => anyhow::bail!("这个命令不能由另一个进程代办"),
    }
}

/// Set on Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once.
pub(crate) fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        flag.store(true, std::sync::atomic::Ordering::Relaxed);
        drop(tokio::signal::ctrl_c().await);
        std::process::exit(130);
    });
    stop
}

/// Paths as the asking process sees them, so that the answering one finds the same files.
fn absolute(mut command: Command) -> anyhow::Result<Command> {
    use crate::cli::FindingsAction;
    let path = match &mut command {
        Command::Scan(args) => args.units.as_mut(),
        Command::Report(args) => args.output.as_mut(),
        Command::Store {
            action: crate::cli::StoreAction::Export { output, .. },
        } => Some(output),
        Command::Store {
            action: crate::cli::StoreAction::Import { input },
        } => Some(input),
        Command::Findings(args) => match &mut args.action {
            Some(FindingsAction::Show { evidence, .. }) => evidence.as_mut(),
            None => None,
        },
        _ => None,
    };
    if let Some(path) = path {
        *path = std::path::absolute(&*path)?;
    }
    Ok(command)
}
