//! The workbench: a scenario of any bytes, sent over a real TCP connection from this server to its
//! own listener, never to another address, and shown below HTTP like any other connection.
//!
//! Of everything the server serves, such a connection reaches `/ws/echo` alone.

mod allowance;
mod expected;
mod sender;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use spillway_websocket::{Scenario, ScenarioError, WireStep};
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;

use crate::app::App;
use crate::echo;
use crate::wire::WatchEvent;

pub(crate) use self::allowance::Allowance;
use self::allowance::{NotNow, Permit};
use self::expected::Expected;
pub(crate) use self::sender::Sending;

/// What all scenarios of the server share.
#[derive(Debug)]
pub struct Workbench {
    expected: Arc<Expected>,
    /// Scenarios that may be under way at the same time.
    slots: Arc<Semaphore>,
}

/// Scenarios of all sessions that may be under way: two classes that press the button together.
const MAX_AT_ONCE: usize = 64;

/// Longest sum of a scenario's waits: longer than the server waits for the end of a handshake.
const MAX_WAITS: Duration = Duration::from_secs(12);

/// Why a scenario is not sent.
#[derive(Debug, Error)]
pub(crate) enum CannotSend {
    /// The text is no scenario.
    #[error(transparent)]
    Text(#[from] ScenarioError),
    /// It takes too long.
    #[error("the waits add up to {sum_ms} ms; {} are allowed", MAX_WAITS.as_millis())]
    WaitsTooLong {
        /// All of them together.
        sum_ms: u64,
    },
    /// This session has to wait.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// All sessions together send too much.
    #[error("{MAX_AT_ONCE} scenarios are under way on this server; try again in a moment")]
    TooMany,
    /// The server could not reach itself.
    #[error("the server could not connect to itself: {0}")]
    Connect(#[from] std::io::Error),
}

impl Default for Workbench {
    fn default() -> Self {
        Self {
            expected: Arc::default(),
            slots: Arc::new(Semaphore::new(MAX_AT_ONCE)),
        }
    }
}

impl Workbench {
    /// Who watches the connection from this address, if it is one of the workbench's.
    pub(crate) fn arrived(&self, peer: SocketAddr) -> Option<Sender<WatchEvent>> {
        self.expected.take(peer)
    }

    /// Connects to the server itself for a scenario; its bytes go to `watcher`.
    pub(crate) async fn connect(
        &self,
        server: SocketAddr,
        text: &str,
        allowance: &Allowance,
        watcher: Sender<WatchEvent>,
    ) -> Result<Sending, CannotSend> {
        let scenario: Scenario = text.parse()?;
        let sum_ms = scenario.steps.iter().map(waits).sum();
        if Duration::from_millis(sum_ms) > MAX_WAITS {
            return Err(CannotSend::WaitsTooLong { sum_ms });
        }
        let permit = allowance.begin()?;
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        let held = Held {
            _permit: permit,
            _slot: slot.map_err(|_| CannotSend::TooMany)?,
        };
        Ok(Sending::connect(server, &self.expected, watcher, scenario, held).await?)
    }
}

fn waits(step: &WireStep) -> u64 {
    match step {
        WireStep::Wait { milliseconds } => u64::from(*milliseconds),
        WireStep::Frame(_) | WireStep::Bytes(_) | WireStep::Cut => 0,
    }
}

/// What a scenario occupies until it is over.
#[derive(Debug)]
pub(crate) struct Held {
    _permit: Permit,
    _slot: tokio::sync::OwnedSemaphorePermit,
}

/// What a connection of the workbench reaches.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().merge(echo::routes()).fallback(|| async {
        (
            StatusCode::NOT_FOUND,
            "the workbench reaches /ws/echo alone\n",
        )
    })
}
