//! What a chain across a socket comes to, in words. Every figure was measured.

use spillway_streams::Outcome;

use super::number::{exact, size};
use super::phrase::{Phrase, Tone};
use crate::model::pressure::{Chain, Gauges, MOST_WAITING};

/// Milliseconds without a byte before a source is said to stand still.
pub const STANDS_MS: u64 = 1_000;

/// What a Worker cannot do where the page may not share memory with it.
pub const WAKES: &str = "At this address the Worker takes at least one message a second, even at “nothing”: while it \
    blocks nobody can wake it. At an https address, or on the server's own machine, the page can, and it takes nothing.";

/// What a chain is worth, before it is begun.
#[must_use]
pub const fn not_begun(chain: Chain) -> &'static str {
    match chain {
        Chain::Subject => "Not begun.",
        Chain::Plain => {
            "Not begun. Run it while the page reads slowly: its messages come in all the same."
        }
        Chain::Ignored => {
            "Not begun. Run it while the page reads slowly: the server's memory fills up to its quota."
        }
    }
}

/// `3 s`: for how long something has stood.
#[must_use]
pub fn seconds(ms: u64) -> String {
    format!("{}{}s", exact(ms / 1_000), super::number::NARROW)
}

/// The sentence of a chain.
#[must_use]
pub fn sentence(chain: Chain, gauges: &Gauges, still_ms: u64) -> (Tone, Phrase) {
    let said = Phrase::new();
    if let Some(reason) = &gauges.given_up {
        return (Tone::Fault, said.text(reason.clone()));
    }
    match &gauges.outcome {
        Some(Outcome::Completed) => {
            let said = said
                .text("Everything was delivered: ")
                .name(size(gauges.source));
            return (Tone::Done, said.text("."));
        }
        Some(Outcome::Failed { message, .. }) => {
            return (
                Tone::Fault,
                said.text("The run failed: ").text(message.clone()),
            );
        }
        Some(Outcome::Stopped { message }) => {
            let said = said
                .text("The page has read ")
                .name(size(gauges.read))
                .text(" while the send queue grew. The server stopped the run: ")
                .text(message.clone());
            return (Tone::Fault, said);
        }
        None => {}
    }
    match chain {
        Chain::Subject if still_ms >= STANDS_MS => (
            Tone::Brim,
            said.text("The file has stood still for ")
                .name(seconds(still_ms))
                .text(
                    ": the page does not read, so the browser does not, so the kernels are full, \
                       so write() waits. ",
                )
                .name(size(gauges.on_the_way()))
                .text(" wait on the way, and no more will."),
        ),
        Chain::Subject => (
            Tone::Water,
            said.text(
                "The file is read until the way is full, and then as fast as the page reads. ",
            )
            .name(size(gauges.on_the_way()))
            .text(" are on the way. Let the page read nothing, and see where they wait."),
        ),
        Chain::Plain => (
            Tone::Brim,
            said.text("onmessage has done ")
                .name(size(gauges.read))
                .text("; ")
                .name(size(gauges.waiting))
                .text(
                    " more were received meanwhile and wait in the page's memory. Nobody told the \
                       server to wait. At ",
                )
                .name(size(MOST_WAITING))
                .text(" the page gives up."),
        ),
        Chain::Ignored => (
            Tone::Brim,
            said.text("The page has read ")
                .name(size(gauges.read))
                .text("; ")
                .name(size(gauges.writable.0))
                .text(" wait in the server's memory, because nobody looks at what ")
                .code("write()")
                .text(" answers."),
        ),
    }
}

/// Why a plain WebSocket was closed by its page.
#[must_use]
pub fn gave_up(read: u64) -> String {
    format!(
        "Closed by this page: {} were received and wait, which is all it allows; onmessage had done \
         {}. The browser would have gone on.",
        size(MOST_WAITING),
        size(read)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::number::NARROW;

    fn plain(chain: Chain, gauges: &Gauges, still_ms: u64) -> (Tone, String) {
        let (tone, said) = sentence(chain, gauges, still_ms);
        (tone, said.plain().replace(NARROW, " "))
    }

    #[test]
    fn a_source_that_stands_says_for_how_long_and_what_waits() {
        let gauges = Gauges {
            source: 5_000_000,
            read: 1_000_000,
            ..Gauges::default()
        };
        let (tone, said) = plain(Chain::Subject, &gauges, 3_200);
        assert_eq!(tone, Tone::Brim);
        assert!(said.contains("stood still for 3 s") && said.contains("4 MB wait"));
        let (tone, said) = plain(Chain::Subject, &gauges, 200);
        assert!(tone == Tone::Water && said.contains("then as fast as the page reads"));
    }

    #[test]
    fn the_end_is_said_before_anything_else() {
        let stopped = Gauges {
            outcome: Some(Outcome::Stopped {
                message: "the queue is full".to_owned(),
            }),
            ..Gauges::default()
        };
        let (tone, said) = plain(Chain::Ignored, &stopped, 0);
        assert!(tone == Tone::Fault && said.ends_with("the queue is full"));
        let closed = Gauges {
            given_up: Some(gave_up(1_000_000)),
            ..stopped
        };
        let (_, said) = plain(Chain::Plain, &closed, 0);
        assert!(said.contains("64 MB were received") && said.contains("done 1 MB"));
    }
}
