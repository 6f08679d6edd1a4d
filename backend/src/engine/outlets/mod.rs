//! What a run hands to clients at addresses of their own, stage by stage, besides its finished
//! file: what is delivered while it is made, and what was collected.

mod collected;
mod delivery;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;

use crate::delivery::Leaving;

pub(crate) use self::collected::Collected;
pub(crate) use self::delivery::{Delivery, DeliveryError, Outflow, Piece};

/// The outlets of one run, by the names of their stages.
#[derive(Debug, Default)]
pub(crate) struct Outlets {
    stages: Mutex<HashMap<String, Outlet>>,
    /// The WebSockets that came, by their stages.
    leaving: Mutex<HashMap<String, Arc<Leaving>>>,
}

#[derive(Debug)]
enum Outlet {
    /// Waits for its one client; `None` once it has come.
    Delivery(Way, Option<Delivery>),
    Collected(Arc<Collected>),
}

/// How a delivery leaves the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// As an HTTP response to be saved under this name.
    Response(String),
    /// As messages of a WebSocket.
    Socket,
}

/// Why a client gets nothing at an outlet.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum ClaimError {
    /// No stage of that name delivers this way.
    #[error("the run has no stage of that name that delivers here")]
    Unknown,
    /// One client gets it.
    #[error("another client has it already; it is delivered once")]
    Taken,
    /// The stage is closed.
    #[error("the stage is closed and delivers nothing more")]
    Over,
}

impl Outlets {
    /// Opens the outlet of a stage. A client has to come within this time of the first write.
    pub(crate) fn deliver(&self, stage: &str, way: Way, within: Duration) -> Outflow {
        let (outflow, delivery) = Outflow::new(within);
        let outlet = Outlet::Delivery(way, Some(delivery));
        self.lock().insert(stage.to_owned(), outlet);
        outflow
    }

    /// Takes what the stage sends as an HTTP response, and the name to save it under.
    pub(crate) fn claim_response(&self, stage: &str) -> Result<(Delivery, String), ClaimError> {
        match self.lock().get_mut(stage) {
            Some(Outlet::Delivery(Way::Response(name), delivery)) => {
                Ok((claim(delivery)?, name.clone()))
            }
            _ => Err(ClaimError::Unknown),
        }
    }

    /// Takes what the stage sends to a WebSocket.
    pub(crate) fn claim_socket(&self, stage: &str) -> Result<Delivery, ClaimError> {
        match self.lock().get_mut(stage) {
            Some(Outlet::Delivery(Way::Socket, delivery)) => claim(delivery),
            _ => Err(ClaimError::Unknown),
        }
    }

    /// Remembers what is counted of a stage's WebSocket.
    pub(crate) fn keep_leaving(&self, stage: &str, leaving: Arc<Leaving>) {
        let mut kept = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(stage.to_owned(), leaving);
    }

    /// What is counted of a stage's WebSocket, once one has come.
    pub(crate) fn leaving(&self, stage: &str) -> Option<Arc<Leaving>> {
        let kept = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(stage).cloned()
    }

    /// A place for what the stage collects, which lives as long as the run is kept.
    pub(crate) fn collect(&self, stage: &str, bound: usize) -> Arc<Collected> {
        let collected = Arc::new(Collected::new(bound));
        let outlet = Outlet::Collected(Arc::clone(&collected));
        self.lock().insert(stage.to_owned(), outlet);
        collected
    }

    /// What the stage has collected.
    pub(crate) fn collected(&self, stage: &str) -> Option<Arc<Collected>> {
        match self.lock().get(stage)? {
            Outlet::Collected(collected) => Some(Arc::clone(collected)),
            Outlet::Delivery(..) => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Outlet>> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn claim(waiting: &mut Option<Delivery>) -> Result<Delivery, ClaimError> {
    let mut delivery = waiting.take().ok_or(ClaimError::Taken)?;
    if delivery.begin() {
        Ok(delivery)
    } else {
        *waiting = Some(delivery);
        Err(ClaimError::Over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[test]
    fn an_outlet_has_one_client() {
        let outlets = Outlets::default();
        let _outflow = outlets.deliver("sink", Way::Socket, SOON);
        let _delivery = outlets.claim_socket("sink").unwrap();
        assert_eq!(outlets.claim_socket("sink").unwrap_err(), ClaimError::Taken);
    }

    #[test]
    fn an_outlet_is_found_by_its_stage_and_its_way_alone() {
        let outlets = Outlets::default();
        let way = Way::Response("out.csv".to_owned());
        let _outflow = outlets.deliver("sink", way, SOON);
        for error in [
            outlets.claim_socket("sink").unwrap_err(),
            outlets.claim_response("other").unwrap_err(),
        ] {
            assert_eq!(error, ClaimError::Unknown);
        }
        assert_eq!(outlets.claim_response("sink").unwrap().1, "out.csv");
        assert!(outlets.collected("sink").is_none());
    }

    #[test]
    fn nothing_is_had_of_a_stage_that_is_closed() {
        let outlets = Outlets::default();
        drop(outlets.deliver("sink", Way::Socket, SOON));
        for _ in 0..2 {
            assert_eq!(outlets.claim_socket("sink").unwrap_err(), ClaimError::Over);
        }
    }
}
