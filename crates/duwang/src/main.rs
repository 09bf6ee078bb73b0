//! `duwang`: reads what local governments publish and tells, with evidence, what is wrong.

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = duwang::cli::Cli::of_process();
    duwang::start_logging();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(64)
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(duwang::commands::main(cli));
            runtime.shutdown_timeout(std::time::Duration::from_secs(2));
            ExitCode::from(code)
        }
        Err(error) => {
            tracing::error!(%error, "cannot start the runtime");
            ExitCode::from(2)
        }
    }
}
