//! What the stages of a run hand to whoever comes for it.

use spillway_streams::{RunView, WriteState};

/// How a stage hands out what it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `http_response`: a download while it is made.
    Download,
    /// `websocket`: a message for each chunk.
    Socket,
    /// `collect`: all of it, when it has finished.
    Collected,
}

/// A stage that hands something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its name.
    pub stage: String,
    /// How.
    pub way: Way,
}

impl Delivery {
    /// Where it is to be had, on the page's own server.
    #[must_use]
    pub fn path(&self, run: &str) -> String {
        let (before, after) = match self.way {
            Way::Download => ("/api/runs/", "/stream/"),
            Way::Socket => ("/ws/runs/", "/"),
            Way::Collected => ("/api/runs/", "/collected/"),
        };
        [before, run, after, &self.stage].concat()
    }
}

/// What can be had of a run at this moment.
#[must_use]
pub fn deliveries(view: &RunView) -> Vec<Delivery> {
    let stages = view.stages.iter().filter_map(|stage| {
        let state = stage.writable.as_ref()?.state;
        let waits = !stage.closed && view.outcome.is_none();
        let (way, is_there) = match stage.kind.as_str() {
            "http_response" => (Way::Download, waits),
            "websocket" => (Way::Socket, waits),
            "collect" => (Way::Collected, state == WriteState::Finished),
            _ => return None,
        };
        is_there.then(|| Delivery {
            stage: stage.name.clone(),
            way,
        })
    });
    stages.collect()
}

#[cfg(test)]
mod tests {
    use spillway_streams::Outcome;

    use super::*;
    use crate::model::sample;

    fn with_sink(kind: &str) -> RunView {
        let mut view = sample::pipeline();
        view.stages[3].kind = kind.to_owned();
        view
    }

    #[test]
    fn what_is_delivered_is_to_be_had_while_its_stage_lives() {
        let mut view = with_sink("http_response");
        let name = view.stages[3].name.clone();
        let found = deliveries(&view);
        assert_eq!(found[0].path("r"), ["/api/runs/r/stream/", &name].concat());
        view.outcome = Some(Outcome::Completed);
        assert!(deliveries(&view).is_empty());
        assert_eq!(deliveries(&with_sink("websocket"))[0].way, Way::Socket);
        assert!(deliveries(&sample::pipeline()).is_empty());
    }

    #[test]
    fn what_was_collected_is_to_be_had_when_it_is_all_there() {
        let mut view = with_sink("collect");
        assert!(deliveries(&view).is_empty());
        let side = view.stages[3].writable.as_mut().expect("a Writable");
        side.state = WriteState::Finished;
        view.outcome = Some(Outcome::Completed);
        assert_eq!(deliveries(&view)[0].way, Way::Collected);
    }
}
