//! Messages of the control channel.

use spillway_protocol::control::{
    Answered, Clock, ClockMode, Direction, Download, ErrorCode, Message, QueuedChunk, ScenarioEnd,
    ScenarioOver, WirePiece, WirePlace,
};

use super::event::event;
use super::fields::Fields;
use super::parse::{Json, parse};
use super::view::run_view;

/// Reads a message of the server; `None` when it is none, or of a kind this page does not know.
#[must_use]
pub fn message(text: &str) -> Option<Message> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    match fields.str("type")? {
        "snapshot" | "events" | "clock" | "ready" | "goals" | "shown" | "answered" => {
            about_run(fields)
        }
        "wire_open" | "wire" | "wire_closed" => about_wire(fields),
        "scenario_over" => scenario_over(fields),
        _ => answer(fields),
    }
}

fn answer(fields: Fields<'_>) -> Option<Message> {
    let id = || fields.u64("id");
    Some(match fields.str("type")? {
        "welcome" => Message::Welcome {
            id: id()?,
            version: fields.u64("version")?.try_into().ok()?,
            session: fields.string("session")?,
            runs: fields.strings("runs")?,
        },
        "ok" => Message::Ok {
            id: id()?,
            note: fields.maybe_string("note")?,
        },
        "error" => Message::Error {
            id: fields.maybe("id", Json::as_u64)?,
            code: error_code(fields.str("code")?)?,
            message: fields.string("message")?,
        },
        "started" => Message::Started {
            id: id()?,
            run: fields.string("run")?,
            memory: fields.u64("memory")?,
        },
        "gave" => Message::Gave {
            id: id()?,
            bytes: fields.maybe("bytes", Json::as_u64)?,
            base64: fields.string("base64")?,
            buffered: fields.u64("buffered")?,
            mark: fields.u64("mark")?,
            note: fields.maybe_string("note")?,
        },
        "written" => Message::Written {
            id: id()?,
            bytes: fields.u64("bytes")?,
            answer: fields.bool("answer")?,
            buffered: fields.u64("buffered")?,
            mark: fields.u64("mark")?,
            note: fields.maybe_string("note")?,
        },
        "buffer" => Message::Buffer {
            id: id()?,
            in_hand: fields.maybe("in_hand", Json::as_u64)?,
            chunks: fields.objects("chunks", queued)?,
            more: fields.u64("more")?,
        },
        "chunk" => Message::Chunk {
            id: id()?,
            at: fields.u64("at")?,
            bytes: fields.u64("bytes")?,
            base64: fields.string("base64")?,
        },
        "watch_token" => Message::WatchToken {
            id: id()?,
            token: fields.string("token")?,
        },
        "sending" => Message::Sending {
            id: id()?,
            capture: fields.u64("capture")?,
        },
        _ => return None,
    })
}

fn scenario_over(fields: Fields<'_>) -> Option<Message> {
    Some(Message::ScenarioOver(ScenarioOver {
        capture: fields.u64("capture")?,
        sent: fields.u64("sent")?,
        unsent: fields.u64("unsent")?,
        received: fields.u64("received")?,
        base64: fields.string("base64")?,
        end: match fields.str("end")? {
            "closed" => ScenarioEnd::Closed,
            "reset" => ScenarioEnd::Reset,
            "open" => ScenarioEnd::Open,
            "cut" => ScenarioEnd::Cut,
            "limit" => ScenarioEnd::Limit,
            _ => return None,
        },
        took_us: fields.u64("took_us")?,
    }))
}

fn about_run(fields: Fields<'_>) -> Option<Message> {
    let run = || fields.string("run");
    Some(match fields.str("type")? {
        "snapshot" => Message::Snapshot {
            run: run()?,
            lesson: fields.maybe_string("lesson")?,
            view: run_view(fields.object("view")?)?,
            clock: clock(fields.object("clock")?)?,
            recent: fields.objects("recent", event)?,
            thinned: fields.u64("thinned")?,
            downloads: match fields.value("downloads") {
                Some(_) => fields.objects("downloads", download)?,
                None => Vec::new(),
            },
        },
        "events" => Message::Events {
            run: run()?,
            events: fields.objects("events", event)?,
            thinned: fields.u64("thinned")?,
            view: fields.maybe("view", |value| run_view(Fields::of(value)?))?,
        },
        "clock" => Message::Clock {
            run: run()?,
            clock: clock(fields)?,
        },
        "ready" => Message::Ready {
            run: run()?,
            download: download(fields.object("download")?)?,
        },
        "shown" => Message::Shown {
            run: run()?,
            done: fields.u64("done")?,
            of: fields.u64("of")?,
            html: fields.string("html")?,
        },
        "answered" => Message::Answered(Answered {
            run: fields.maybe_string("run")?.unwrap_or_default(),
            question: fields.u64("question")?,
            predicted: fields.string("predicted")?,
            was: fields.maybe_string("was")?,
            right: fields.bool("right")?,
            at: fields.u64("at")?,
            parts_at: fields.maybe("parts_at", Json::as_u64)?,
            parts_on_wire: match fields.object("parts_on_wire") {
                Some(place) => Some(WirePlace {
                    capture: place.u64("capture")?,
                    direction: direction(place)?,
                    offset: place.u64("offset")?,
                }),
                None => None,
            },
            html: fields.string("html")?,
        }),
        "goals" => Message::Goals {
            lesson: fields.string("lesson")?,
            reached: fields.list("reached", Json::as_bool)?,
        },
        _ => return None,
    })
}

fn about_wire(fields: Fields<'_>) -> Option<Message> {
    let capture = fields.u64("capture")?;
    Some(match fields.str("type")? {
        "wire_open" => Message::WireOpen { capture },
        "wire" => Message::Wire {
            capture,
            pieces: fields.objects("pieces", piece)?,
        },
        "wire_closed" => Message::WireClosed {
            capture,
            lost: fields.u64("lost")?,
        },
        _ => return None,
    })
}

fn queued(fields: Fields<'_>) -> Option<QueuedChunk> {
    Some(QueuedChunk {
        at: fields.u64("at")?,
        bytes: fields.u64("bytes")?,
    })
}

fn piece(fields: Fields<'_>) -> Option<WirePiece> {
    Some(WirePiece {
        direction: direction(fields)?,
        at_us: fields.u64("at_us")?,
        base64: fields.string("base64")?,
    })
}

fn direction(fields: Fields<'_>) -> Option<Direction> {
    Some(match fields.str("direction")? {
        "to_server" => Direction::ToServer,
        "to_client" => Direction::ToClient,
        _ => return None,
    })
}

fn clock(fields: Fields<'_>) -> Option<Clock> {
    Some(Clock {
        mode: match fields.str("mode")? {
            "full" => ClockMode::Full,
            "slow" => ClockMode::Slow,
            "paused" => ClockMode::Paused,
            "step" => ClockMode::Step,
            _ => return None,
        },
        events_per_s: fields.maybe("events_per_s", Json::as_u64)?,
    })
}

fn download(fields: Fields<'_>) -> Option<Download> {
    Some(Download {
        path: fields.string("path")?,
        name: fields.string("name")?,
        bytes: fields.u64("bytes")?,
    })
}

fn error_code(name: &str) -> Option<ErrorCode> {
    Some(match name {
        "malformed" => ErrorCode::Malformed,
        "hello_first" => ErrorCode::HelloFirst,
        "version" => ErrorCode::Version,
        "unknown_run" => ErrorCode::UnknownRun,
        "unknown_stage" => ErrorCode::UnknownStage,
        "bad_stage" => ErrorCode::BadStage,
        "unknown_lesson" => ErrorCode::UnknownLesson,
        "bad_scenario" => ErrorCode::BadScenario,
        "not_allowed" => ErrorCode::NotAllowed,
        "gone" => ErrorCode::Gone,
        "quota" => ErrorCode::Quota,
        "internal" => ErrorCode::Internal,
        _ => return None,
    })
}
