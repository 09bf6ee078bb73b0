//! `duwang`: reads what local governments publish and tells, with evidence, what is wrong.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::process::ExitCode;

/// Many threads make and drop many small pieces of pages: a sixth less work than with the system's allocator, and less memory.
#[cfg(all(unix, target_pointer_width = "64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == duwang::extract::WORD)
    {
        return duwang::extract::child::main();
    }
    raise_handles();
    // One for all that speaks TLS and brings none of its own (the object store). A second one could not be there already.
    let installed = rustls::crypto::ring::default_provider().install_default();
    debug_assert!(installed.is_ok());
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

/// Many hosts are asked at once: as many file handles as the system lets this process have. What is refused stays as it was.
fn raise_handles() {
    let given = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: given.maximum,
        maximum: given.maximum,
    };
    let _ = setrlimit(Resource::Nofile, raised);
}
