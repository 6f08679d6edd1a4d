//! What a connection must attend to besides messages.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::gate::Gate;
use super::{End, PATIENCE, PING_EVERY, STOPPING, TOO_SLOW, end_of};
use crate::chat::room::Ending;

/// Why a connection ends, or has to ping; seldom any of it, so that it is behind a [`Gate`].
#[derive(Debug)]
pub(super) struct Reasons {
    gate: Gate,
    ended: oneshot::Receiver<Ending>,
    stopping: Pin<Box<WaitForCancellationFutureOwned>>,
    pings: Interval,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    End(End),
    Ping,
}

impl Reasons {
    pub(super) fn new(ended: oneshot::Receiver<Ending>, shutdown: &CancellationToken) -> Self {
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            gate: Gate::new(),
            ended,
            stopping: Box::pin(shutdown.clone().cancelled_owned()),
            pings,
        }
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Reason> {
        let Self {
            gate,
            ended,
            stopping,
            pings,
        } = self;
        gate.poll(context, |context| {
            if let Poll::Ready(end) = poll_end(ended, stopping, context) {
                return Poll::Ready(Reason::End(end));
            }
            pings.poll_tick(context).map(|_| Reason::Ping)
        })
    }

    /// Waits for the socket, unless there is a reason to end.
    pub(super) async fn hurry(
        &mut self,
        sending: impl Future<Output = Result<(), axum::Error>>,
    ) -> Result<(), End> {
        let mut sending = pin!(sending);
        // Nearly always the socket takes it at once: that needs no clock.
        if let Poll::Ready(sent) =
            poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await
        {
            return sent.map_err(|_| End::Gone);
        }
        let Self {
            ended, stopping, ..
        } = self;
        let end = tokio::select! {
            biased;
            sent = timeout(PATIENCE, sending) => match sent {
                Ok(sent) => sent.map_err(|_| End::Gone),
                Err(_) => Err(TOO_SLOW),
            },
            end = poll_fn(|context| poll_end(ended, stopping, context)) => Err(end),
        };
        // They were polled past the gate.
        self.gate.ring();
        end
    }
}

fn poll_end(
    ended: &mut oneshot::Receiver<Ending>,
    stopping: &mut Pin<Box<WaitForCancellationFutureOwned>>,
    context: &mut Context<'_>,
) -> Poll<End> {
    if stopping.as_mut().poll(context).is_ready() {
        return Poll::Ready(STOPPING);
    }
    Pin::new(ended).poll(context).map(|ending| end_of(&ending))
}
