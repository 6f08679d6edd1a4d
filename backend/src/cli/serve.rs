//! `spillway serve`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::usage;
use crate::app::{App, Config};
use crate::server;

/// Serves until SIGTERM or SIGINT.
pub(super) fn serve(config: Config) -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    match Runtime::new() {
        Ok(runtime) => runtime.block_on(serve_until_signal(config)),
        Err(error) => {
            eprintln!("spillway: cannot start threads: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve_until_signal(config: Config) -> ExitCode {
    let addr = config.addr;
    let (listener, bound) = match bind(addr).await {
        Ok(listening) => listening,
        Err(error) => return usage(&format!("cannot listen on {addr}: {error}")),
    };
    let app = match App::new(config) {
        Ok(app) => app,
        Err(error) => return usage(&error.to_string()),
    };
    if let Err(error) = app.check_databases().await {
        return usage(&format!("--database: {error}"));
    }
    if let Err(error) = app.rooms.check().await {
        return usage(&format!("the chat: {error}"));
    }
    let (Ok(terminate), Ok(interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        eprintln!("spillway: cannot listen for signals");
        return ExitCode::FAILURE;
    };
    let mut stdout = io::stdout();
    // A closed stdout is no reason not to serve.
    writeln!(stdout, "listening on http://{bound}")
        .and_then(|()| stdout.flush())
        .ok();
    server::run(listener, app, either(terminate, interrupt)).await;
    ExitCode::SUCCESS
}

async fn bind(addr: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(addr).await?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

async fn either(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => tracing::info!("stopping: SIGTERM"),
        _ = interrupt.recv() => tracing::info!("stopping: SIGINT"),
    }
}
