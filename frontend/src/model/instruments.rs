//! What there is besides lessons. The course map and the header show this list; a new instrument is
//! a line here.

use crate::model::compare::Which;

/// A page that is operated without a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instrument {
    /// Its address.
    pub path: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What one does there, in a sentence.
    pub says: &'static str,
}

/// All of them, in the order in which they are offered.
pub const INSTRUMENTS: &[Instrument] = &[
    Instrument {
        path: "/playground",
        title: "Playground",
        says: "Build a pipeline of your own, run it, and take it home as a Node.js or Rust program.",
    },
    Instrument {
        path: "/compare/backpressure",
        title: Which::Backpressure.title(),
        says: "Two runs side by side: one waits for drain, the other fills the memory.",
    },
    Instrument {
        path: "/compare/pipeline",
        title: Which::Pipeline.title(),
        says: "Two runs side by side: the same fault, and what is left open after it.",
    },
    Instrument {
        path: "/compare/buffering",
        title: Which::Buffering.title(),
        says: "Two runs side by side: time to the first byte, and memory.",
    },
    Instrument {
        path: "/pressure",
        title: "Pressure across the socket",
        says: "Read slowly and watch each queue fill, from this page back to the file; then the two wrong ways.",
    },
    Instrument {
        path: "/transports",
        title: "HTTP against WebSocket",
        says: "The same 100 messages by polling, long polling, server-sent events and a WebSocket, measured.",
    },
    Instrument {
        path: "/closing",
        title: "How a connection ends",
        says: "Every way a WebSocket closes, done for real, and what both ends are told.",
    },
    Instrument {
        path: "/workbench",
        title: "Workbench",
        says: "Make any WebSocket frame, lawful or not, send it, and see what the server answers.",
    },
    Instrument {
        path: "/echo",
        title: "Echo",
        says: "Open a WebSocket, send and close as you like, and see every bit that crossed.",
    },
    Instrument {
        path: "/chat/lobby",
        title: "Chat",
        says: "Talk over a real WebSocket and see every byte of it.",
    },
];

impl Instrument {
    /// Its name, as test ids have it: `instrument-compare-pipeline`.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.replace('/', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Address;
    use crate::model::compare;

    #[test]
    fn every_instrument_has_an_address_of_its_own_that_shows_something() {
        for (at, instrument) in INSTRUMENTS.iter().enumerate() {
            let path = instrument.path;
            assert_ne!(Address::of(path), Address::Unknown, "{path}");
            let twice = INSTRUMENTS[..at].iter().any(|other| other.path == path);
            assert!(!twice, "{path} is there twice");
        }
    }

    #[test]
    fn every_comparison_is_an_instrument() {
        for which in compare::ALL {
            let path = format!("/compare/{}", which.slug());
            assert!(INSTRUMENTS.iter().any(|one| one.path == path), "{path}");
        }
    }
}
