//! From a stage to one client, piece by piece: a write is done when the client's connection has
//! taken it, so a client that reads slowly is backpressure.

use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The stage's end.
#[derive(Debug)]
pub(crate) struct Outflow {
    pieces: mpsc::Sender<Piece>,
    /// Until a client has come.
    coming: Option<oneshot::Receiver<()>>,
    over: oneshot::Receiver<Result<(), String>>,
    within: Duration,
}

/// The client's end. Dropped before [`Delivery::done`], it fails the stage.
#[derive(Debug)]
pub(crate) struct Delivery {
    pieces: mpsc::Receiver<Piece>,
    /// Until the client has come.
    came: Option<oneshot::Sender<()>>,
    over: oneshot::Sender<Result<(), String>>,
}

/// What the client's end gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A chunk.
    Chunk(Bytes),
    /// Everything was sent.
    End,
}

/// Why a stage cannot deliver.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum DeliveryError {
    /// No client in time.
    #[error("nobody came to fetch it within {} s", .0.as_secs())]
    NobodyCame(Duration),
    /// The client went before the end.
    #[error("{0}")]
    ClientLeft(String),
}

impl Outflow {
    pub(super) fn new(within: Duration) -> (Self, Delivery) {
        // One place: a second piece is sent only when the first was taken.
        let (pieces, received) = mpsc::channel(1);
        let (came, coming) = oneshot::channel();
        let (over, ended) = oneshot::channel();
        let outflow = Self {
            pieces,
            coming: Some(coming),
            over: ended,
            within,
        };
        let delivery = Delivery {
            pieces: received,
            came: Some(came),
            over,
        };
        (outflow, delivery)
    }

    /// Sends a chunk and waits until it is taken.
    pub(crate) async fn write(&mut self, chunk: Bytes) -> Result<(), DeliveryError> {
        self.client().await?;
        let taken = async {
            self.pieces.send(Piece::Chunk(chunk)).await.ok()?;
            // The one place is free again.
            self.pieces.reserve().await.ok().map(drop)
        };
        match taken.await {
            Some(()) => Ok(()),
            None => Err(self.left().await),
        }
    }

    /// Sends the end and waits until the client has everything.
    pub(crate) async fn finish(&mut self) -> Result<(), DeliveryError> {
        self.client().await?;
        if self.pieces.send(Piece::End).await.is_err() {
            return Err(self.left().await);
        }
        match (&mut self.over).await {
            Ok(result) => result.map_err(DeliveryError::ClientLeft),
            Err(_) => Err(DeliveryError::ClientLeft(WENT_AWAY.to_owned())),
        }
    }

    /// Waits until a client has come.
    async fn client(&mut self) -> Result<(), DeliveryError> {
        if let Some(coming) = &mut self.coming {
            let came = timeout(self.within, coming).await;
            came.map_err(|_| DeliveryError::NobodyCame(self.within))?
                .ok();
            self.coming = None;
        }
        Ok(())
    }

    /// Why the client left.
    async fn left(&mut self) -> DeliveryError {
        let reason = match (&mut self.over).await {
            Ok(Err(reason)) => reason,
            Ok(Ok(())) | Err(_) => WENT_AWAY.to_owned(),
        };
        DeliveryError::ClientLeft(reason)
    }
}

const WENT_AWAY: &str = "the client went away before it had everything";

impl Delivery {
    /// The client has come. Answers whether the stage is still there.
    pub(super) fn begin(&mut self) -> bool {
        let there = !self.pieces.is_closed();
        if there && let Some(came) = self.came.take() {
            return came.send(()).is_ok();
        }
        there
    }

    /// The next piece; `None` when the stage ended before its data did.
    pub(crate) async fn next(&mut self) -> Option<Piece> {
        self.pieces.recv().await
    }

    /// The client has got [`Piece::End`], or this is why it will not.
    pub(crate) fn done(self, result: Result<(), String>) {
        // A stage that is gone needs no answer.
        self.over.send(result).ok();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn begun() -> (Outflow, Delivery) {
        let (outflow, mut delivery) = Outflow::new(Duration::from_secs(30));
        assert!(delivery.begin());
        (outflow, delivery)
    }

    #[tokio::test]
    async fn a_write_is_done_when_the_client_has_taken_it() {
        let (mut outflow, mut delivery) = begun();
        let mut write = Box::pin(outflow.write(Bytes::from_static(b"one")));
        assert!(write.as_mut().now_or_never().is_none(), "nobody took it");
        let piece = delivery.next().await.unwrap();
        assert_eq!(piece, Piece::Chunk(Bytes::from_static(b"one")));
        write.await.unwrap();
    }

    #[tokio::test]
    async fn the_end_is_there_when_the_client_has_everything() {
        let (mut outflow, mut delivery) = begun();
        let mut finish = Box::pin(outflow.finish());
        assert!(finish.as_mut().now_or_never().is_none());
        assert_eq!(delivery.next().await, Some(Piece::End));
        assert!(finish.as_mut().now_or_never().is_none(), "not yet sent");
        delivery.done(Ok(()));
        finish.await.unwrap();

        let (mut outflow, mut delivery) = begun();
        let at_once = async {
            assert_eq!(delivery.next().await, Some(Piece::End));
            delivery.done(Ok(()));
        };
        let (finished, ()) = tokio::join!(outflow.finish(), at_once);
        finished.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_goes_away_fails_the_stage_with_its_reason() {
        let (mut outflow, delivery) = begun();
        drop(delivery);
        let error = outflow.write(Bytes::from_static(b"x")).await.unwrap_err();
        assert_eq!(error.to_string(), WENT_AWAY);

        let (mut outflow, delivery) = begun();
        delivery.done(Err("closed with 1001".to_owned()));
        let error = outflow.finish().await.unwrap_err();
        assert_eq!(error.to_string(), "closed with 1001");
    }

    #[tokio::test]
    async fn a_stage_that_is_dropped_ends_the_delivery_without_an_end() {
        let (outflow, mut delivery) = begun();
        drop(outflow);
        assert_eq!(delivery.next().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_coming_in_time_fails_the_stage() {
        let (mut outflow, _delivery) = Outflow::new(Duration::from_secs(30));
        let error = outflow.write(Bytes::from_static(b"x")).await.unwrap_err();
        assert_eq!(error.to_string(), "nobody came to fetch it within 30 s");
    }
}
