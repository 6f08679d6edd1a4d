//! What `/api/transports` and `/api/runs/{run}/queues/{stage}` answer.

use spillway_protocol::delivery::SocketQueues;
use spillway_protocol::transports::{Note, ServerClock, TransportMeasured, Trial, TrialMeasured};

use super::fields::Fields;
use super::parse::{Json, parse};

/// Reads a trial that was made.
#[must_use]
pub fn trial(text: &str) -> Option<Trial> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    Some(Trial {
        trial: fields.string("trial")?,
        messages: fields.u64("messages")?,
        every_ms: fields.u64("every_ms")?,
        delay_ms: fields.u64("delay_ms")?,
    })
}

/// Reads one message.
#[must_use]
pub fn note(text: &str) -> Option<Note> {
    read_note(&parse(text.as_bytes())?)
}

/// Reads a list of messages.
#[must_use]
pub fn notes(text: &str) -> Option<Vec<Note>> {
    match parse(text.as_bytes())? {
        Json::List(values) => values.iter().map(read_note).collect(),
        _ => None,
    }
}

fn read_note(value: &Json) -> Option<Note> {
    let fields = Fields::of(value)?;
    Some(Note {
        seq: fields.u64("seq")?,
        at_us: fields.u64("at_us")?,
        text: fields.string("text")?,
    })
}

/// Reads the server's clock.
#[must_use]
pub fn server_clock(text: &str) -> Option<ServerClock> {
    let value = parse(text.as_bytes())?;
    let at_us = Fields::of(&value)?.u64("at_us")?;
    Some(ServerClock { at_us })
}

/// Reads where the bytes of a socket wait.
#[must_use]
pub fn queues(text: &str) -> Option<SocketQueues> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    Some(SocketQueues {
        handed: fields.u64("handed")?,
        written: fields.u64("written")?,
        kernel_send: fields.maybe("kernel_send", Json::as_u64)?,
        kernel_receive: fields.maybe("kernel_receive", Json::as_u64)?,
    })
}

/// Reads what was measured.
#[must_use]
pub fn trial_measured(text: &str) -> Option<TrialMeasured> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    let way = |name| {
        let way = fields.object(name)?;
        Some(TransportMeasured {
            requests: way.u64("requests")?,
            bytes_to_server: way.u64("bytes_to_server")?,
            bytes_to_client: way.u64("bytes_to_client")?,
            cpu_us: way.maybe("cpu_us", Json::as_u64)?,
        })
    };
    Some(TrialMeasured {
        made: fields.u64("made")?,
        payload_bytes: fields.u64("payload_bytes")?,
        poll: way("poll")?,
        long_poll: way("long_poll")?,
        sse: way("sse")?,
        websocket: way("websocket")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_writes_is_read() {
        let made = Trial {
            trial: "a".to_owned(),
            messages: 100,
            every_ms: 50,
            delay_ms: 7,
        };
        let text = serde_json::to_string(&made).unwrap();
        assert_eq!(trial(&text), Some(made));
        let one = Note {
            seq: 3,
            at_us: 9,
            text: "b".to_owned(),
        };
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(note(&text), Some(one.clone()));
        let text = serde_json::to_string(&[&one, &one]).unwrap();
        assert_eq!(notes(&text), Some(vec![one.clone(), one]));
        let now = ServerClock { at_us: 8 };
        let text = serde_json::to_string(&now).unwrap();
        assert_eq!(server_clock(&text), Some(now));
        let waits = SocketQueues {
            handed: 4,
            written: 3,
            kernel_send: Some(2),
            kernel_receive: None,
        };
        let text = serde_json::to_string(&waits).unwrap();
        assert_eq!(queues(&text), Some(waits));
        let way = |cpu_us| TransportMeasured {
            requests: 1,
            bytes_to_server: 2,
            bytes_to_client: 3,
            cpu_us,
        };
        let measured = TrialMeasured {
            made: 100,
            payload_bytes: 5,
            poll: way(Some(4)),
            long_poll: way(None),
            sse: way(Some(5)),
            websocket: way(Some(6)),
        };
        let text = serde_json::to_string(&measured).unwrap();
        assert_eq!(trial_measured(&text), Some(measured));
    }

    #[test]
    fn what_is_something_else_is_not() {
        assert_eq!(trial("{}"), None);
        assert_eq!(notes("{\"seq\":1}"), None);
        assert_eq!(trial_measured("no such trial"), None);
    }
}
