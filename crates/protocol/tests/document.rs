//! `docs/protocol.md` and the code say the same: every example is a message, every message has an
//! example, and every error code and figure is in its table.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use spillway_protocol::chat::{FromClient, FromServer};
use spillway_protocol::control::{
    ClockMode, Command, Direction, ErrorCode, Join, Message, Request, ScenarioEnd,
};
use spillway_protocol::course::{Course, Thing};
use spillway_protocol::delivery::SocketQueues;
use spillway_protocol::stages::{Catalogue, Side, Takes};
use spillway_protocol::transports::{Note, ServerClock, Trial, TrialMeasured};
use spillway_protocol::upload::Uploaded;
use spillway_protocol::{MAX_CHAT_TEXT_BYTES, VERSION};
use spillway_streams::{
    Callback, Event, EventKind, FlowCause, Outcome, PauseCause, ReadState, UnpipeCause, Verb,
    WriteState,
};

/// Names of an enum's variants as they cross the wire. The match is exhaustive, so a new variant
/// does not compile until it has a line here, and then has to be in the document.
macro_rules! names {
    ($list:ident, $name:ident: $of:ty { $($pattern:pat => $text:literal),+ $(,)? }) => {
        const $list: &[&str] = &[$($text),+];
        fn $name(value: &$of) -> &'static str {
            match value { $($pattern => $text),+ }
        }
    };
}

names!(COMMANDS, command_name: Command {
    Command::Hello { .. } => "hello",
    Command::Start(_) => "start",
    Command::Check(_) => "check",
    Command::Pipe { .. } => "pipe",
    Command::Unpipe { .. } => "unpipe",
    Command::Pause { .. } => "pause",
    Command::Resume { .. } => "resume",
    Command::Destroy { .. } => "destroy",
    Command::Read(_) => "read",
    Command::Write(_) => "write",
    Command::Cork { .. } => "cork",
    Command::Uncork { .. } => "uncork",
    Command::EndStage { .. } => "end_stage",
    Command::Buffer(_) => "buffer",
    Command::Chunk { .. } => "chunk",
    Command::Throttle { .. } => "throttle",
    Command::Clock { .. } => "clock",
    Command::End { .. } => "end",
    Command::Watch { .. } => "watch",
    Command::SendScenario { .. } => "send_scenario",
});
names!(MESSAGES, message_name: Message {
    Message::Welcome { .. } => "welcome",
    Message::Ok { .. } => "ok",
    Message::Error { .. } => "error",
    Message::Started { .. } => "started",
    Message::Gave { .. } => "gave",
    Message::Written { .. } => "written",
    Message::Buffer { .. } => "buffer",
    Message::Chunk { .. } => "chunk",
    Message::Snapshot { .. } => "snapshot",
    Message::Events { .. } => "events",
    Message::Clock { .. } => "clock",
    Message::Ready { .. } => "ready",
    Message::Goals { .. } => "goals",
    Message::Shown { .. } => "shown",
    Message::Answered(_) => "answered",
    Message::WatchToken { .. } => "watch_token",
    Message::WireOpen { .. } => "wire_open",
    Message::Wire { .. } => "wire",
    Message::WireClosed { .. } => "wire_closed",
    Message::Sending { .. } => "sending",
    Message::ScenarioOver(_) => "scenario_over",
});
names!(ERROR_CODES, error_code_name: ErrorCode {
    ErrorCode::Malformed => "malformed",
    ErrorCode::HelloFirst => "hello_first",
    ErrorCode::Version => "version",
    ErrorCode::UnknownRun => "unknown_run",
    ErrorCode::UnknownStage => "unknown_stage",
    ErrorCode::BadStage => "bad_stage",
    ErrorCode::UnknownLesson => "unknown_lesson",
    ErrorCode::BadScenario => "bad_scenario",
    ErrorCode::NotAllowed => "not_allowed",
    ErrorCode::Gone => "gone",
    ErrorCode::Quota => "quota",
    ErrorCode::Internal => "internal",
});
names!(SCENARIO_ENDS, scenario_end_name: ScenarioEnd {
    ScenarioEnd::Closed => "closed",
    ScenarioEnd::Reset => "reset",
    ScenarioEnd::Open => "open",
    ScenarioEnd::Cut => "cut",
    ScenarioEnd::Limit => "limit",
});
names!(JOINS, join_name: Join {
    Join::Pipe => "pipe",
    Join::Pipeline => "pipeline",
    Join::Write => "write",
    Join::Iterate => "iterate",
});
names!(CLOCK_MODES, clock_mode_name: ClockMode {
    ClockMode::Full => "full",
    ClockMode::Slow => "slow",
    ClockMode::Paused => "paused",
    ClockMode::Step => "step",
});
names!(DIRECTIONS, direction_name: Direction {
    Direction::ToServer => "to_server",
    Direction::ToClient => "to_client",
});
names!(CHAT_CLIENT, chat_client_name: FromClient {
    FromClient::Say { .. } => "say",
    FromClient::Edit { .. } => "edit",
    FromClient::Delete { .. } => "delete",
    FromClient::Typing => "typing",
    FromClient::History { .. } => "history",
    FromClient::Pin { .. } => "pin",
    FromClient::Mute { .. } => "mute",
    FromClient::Remove { .. } => "remove",
});
names!(CHAT_SERVER, chat_server_name: FromServer {
    FromServer::Welcome { .. } => "welcome",
    FromServer::Joined { .. } => "joined",
    FromServer::Left { .. } => "left",
    FromServer::Said(_) => "said",
    FromServer::Edited { .. } => "edited",
    FromServer::Deleted { .. } => "deleted",
    FromServer::Pinned { .. } => "pinned",
    FromServer::Muted { .. } => "muted",
    FromServer::Removed { .. } => "removed",
    FromServer::Typing { .. } => "typing",
    FromServer::History { .. } => "history",
    FromServer::Gap { .. } => "gap",
    FromServer::Error { .. } => "error",
});
names!(THINGS, thing_name: Thing {
    Thing::Pipeline { .. } => "pipeline",
    Thing::Chat { .. } => "chat",
    Thing::Echo { .. } => "echo",
    Thing::Workbench { .. } => "workbench",
    Thing::Closing => "closing",
    Thing::Transports => "transports",
    Thing::Pressure => "pressure",
    Thing::Nothing => "nothing",
});
names!(EVENTS, event_name: EventKind {
    EventKind::Verb { .. } => "verb",
    EventKind::Pushed { .. } => "pushed",
    EventKind::Data { .. } => "data",
    EventKind::Discarded { .. } => "discarded",
    EventKind::Flowing { .. } => "flowing",
    EventKind::Paused { .. } => "paused",
    EventKind::Ended => "ended",
    EventKind::Wrote { .. } => "wrote",
    EventKind::Taken { .. } => "taken",
    EventKind::Drain => "drain",
    EventKind::Ending => "ending",
    EventKind::Finished => "finished",
    EventKind::Piped { .. } => "piped",
    EventKind::Unpiped { .. } => "unpiped",
    EventKind::Errored { .. } => "errored",
    EventKind::Closed => "closed",
    EventKind::CalledBack { .. } => "called_back",
    EventKind::Next { .. } => "next",
    EventKind::InWork { .. } => "in_work",
    EventKind::Resources { .. } => "resources",
    EventKind::Missed { .. } => "missed",
    EventKind::Told { .. } => "told",
    EventKind::Readable => "readable",
    EventKind::Listeners { .. } => "listeners",
    EventKind::Hearing { .. } => "hearing",
    EventKind::Marked { .. } => "marked",
    EventKind::Corked { .. } => "corked",
    EventKind::Throttled { .. } => "throttled",
    EventKind::Times { .. } => "times",
    EventKind::Over { .. } => "over",
});
names!(CALLBACKS, callback_name: Callback {
    Callback::Finished => "finished",
    Callback::Pipeline => "pipeline",
    Callback::Loop => "loop",
});
names!(VERBS, verb_name: Verb {
    Verb::Pipe { .. } => "pipe",
    Verb::Unpipe { .. } => "unpipe",
    Verb::Pause => "pause",
    Verb::Resume => "resume",
    Verb::Destroy { .. } => "destroy",
    Verb::Read { .. } => "read",
    Verb::Write { .. } => "write",
    Verb::Cork => "cork",
    Verb::Uncork => "uncork",
    Verb::End => "end",
});
names!(FLOW_CAUSES, flow_cause_name: FlowCause {
    FlowCause::Resume => "resume",
    FlowCause::Pipe { .. } => "pipe",
    FlowCause::Drain { .. } => "drain",
});
names!(PAUSE_CAUSES, pause_cause_name: PauseCause {
    PauseCause::Pause => "pause",
    PauseCause::Backpressure { .. } => "backpressure",
    PauseCause::Unpipe => "unpipe",
});
names!(OUTCOMES, outcome_name: Outcome {
    Outcome::Completed => "completed",
    Outcome::Failed { .. } => "failed",
    Outcome::Stopped { .. } => "stopped",
});
names!(UNPIPE_CAUSES, unpipe_cause_name: UnpipeCause {
    UnpipeCause::Unpipe => "unpipe",
    UnpipeCause::Finish => "finish",
    UnpipeCause::Error => "error",
    UnpipeCause::Close => "close",
    UnpipeCause::End => "end",
});
names!(READ_STATES, read_state_name: ReadState {
    ReadState::Initial => "initial",
    ReadState::Flowing => "flowing",
    ReadState::Paused => "paused",
    ReadState::Ended => "ended",
});
names!(WRITE_STATES, write_state_name: WriteState {
    WriteState::Open => "open",
    WriteState::Ending => "ending",
    WriteState::Finished => "finished",
});

type Names = BTreeSet<&'static str>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document() -> String {
    fs::read_to_string(root().join("docs/protocol.md")).unwrap()
}

/// The fenced JSON blocks with their types.
fn blocks(document: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    for rest in document.split("\n```json").skip(1) {
        let (kind, rest) = rest.split_once('\n').unwrap();
        let (text, _) = rest.split_once("\n```").expect("a block that is closed");
        blocks.push((kind.trim(), text));
    }
    blocks
}

/// The blocks of one type, each of which must be exactly what the code would send.
fn examples<T>(kind: &str) -> Vec<T>
where
    T: Serialize + DeserializeOwned + Debug,
{
    let document = document();
    let of_kind = blocks(&document).into_iter().filter(|(of, _)| *of == kind);
    of_kind
        .map(|(_, text)| {
            let written: Value =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
            let parsed: T =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
            let sent = serde_json::to_value(&parsed).unwrap();
            assert_eq!(sent, written, "the code writes it in another way");
            parsed
        })
        .collect()
}

#[track_caller]
fn all_shown(expected: &[&'static str], shown: &Names) {
    let expected: Names = expected.iter().copied().collect();
    assert_eq!(
        *shown, expected,
        "docs/protocol.md shows the left; there are the right"
    );
}

#[test]
fn every_block_has_a_type_that_a_test_parses() {
    let known = [
        "control.request",
        "control.message",
        "chat.client",
        "chat.server",
        "event",
        "course",
        "uploaded",
        "catalogue",
        "trial",
        "trial_note",
        "trial_clock",
        "trial_measured",
        "queues",
    ];
    let document = document();
    for (kind, text) in blocks(&document) {
        assert!(known.contains(&kind), "`{kind}` is no type:\n{text}");
    }
}

#[test]
fn every_request_has_an_example() {
    let requests = examples::<Request>("control.request");
    let shown = requests.iter().map(|it| command_name(&it.command));
    all_shown(COMMANDS, &shown.collect());
    for request in &requests {
        if let Command::Hello { version, .. } = &request.command {
            assert_eq!(*version, VERSION);
        }
    }
}

#[test]
fn every_control_message_has_an_example() {
    let messages = examples::<Message>("control.message");
    all_shown(MESSAGES, &messages.iter().map(message_name).collect());
    let mut directions = Names::new();
    for message in &messages {
        if let Message::Wire { pieces, .. } = message {
            directions.extend(pieces.iter().map(|piece| direction_name(&piece.direction)));
        }
    }
    all_shown(DIRECTIONS, &directions);
}

#[test]
fn every_chat_message_has_an_example() {
    let from_client = examples::<FromClient>("chat.client");
    all_shown(
        CHAT_CLIENT,
        &from_client.iter().map(chat_client_name).collect(),
    );
    let from_server = examples::<FromServer>("chat.server");
    all_shown(
        CHAT_SERVER,
        &from_server.iter().map(chat_server_name).collect(),
    );
}

#[test]
fn every_event_has_an_example_with_each_of_its_causes() {
    let events = examples::<Event>("event");
    let kinds = || events.iter().map(|event| &event.kind);
    all_shown(EVENTS, &kinds().map(event_name).collect());
    let (mut verbs, mut flows) = (Names::new(), Names::new());
    let (mut pauses, mut outcomes) = (Names::new(), Names::new());
    let mut callbacks = Names::new();
    for kind in kinds() {
        match kind {
            EventKind::Verb { verb } => verbs.insert(verb_name(verb)),
            EventKind::Flowing { by, .. } => flows.insert(flow_cause_name(by)),
            EventKind::Paused { by } => pauses.insert(pause_cause_name(by)),
            EventKind::CalledBack { of, .. } => callbacks.insert(callback_name(of)),
            EventKind::Over { outcome } => outcomes.insert(outcome_name(outcome)),
            _ => false,
        };
    }
    all_shown(VERBS, &verbs);
    all_shown(FLOW_CAUSES, &flows);
    all_shown(PAUSE_CAUSES, &pauses);
    all_shown(CALLBACKS, &callbacks);
    all_shown(OUTCOMES, &outcomes);
}

#[test]
fn an_upload_is_shown() {
    assert_eq!(examples::<Uploaded>("uploaded").len(), 1);
}

#[test]
fn the_queues_of_a_socket_are_shown() {
    assert_eq!(examples::<SocketQueues>("queues").len(), 1);
}

#[test]
fn what_is_said_of_transports_is_shown() {
    assert_eq!(examples::<Trial>("trial").len(), 1);
    assert_eq!(examples::<Note>("trial_note").len(), 1);
    assert_eq!(examples::<ServerClock>("trial_clock").len(), 1);
    assert_eq!(examples::<TrialMeasured>("trial_measured").len(), 1);
}

#[test]
fn kinds_of_stages_are_shown() {
    assert_eq!(examples::<Catalogue>("catalogue").len(), 1);
    let sides = ["readable", "writable", "transform", "duplex"];
    named(&sides, |side: &Side| match side {
        Side::Readable => "readable",
        Side::Writable => "writable",
        Side::Transform => "transform",
        Side::Duplex => "duplex",
    });
    let document = document();
    let takes = |takes: &Takes| match takes {
        Takes::Number { .. } => "number",
        Takes::Size { .. } => "size",
        Takes::Text => "text",
        Takes::Choice { .. } => "choice",
        Takes::Bool => "bool",
        Takes::List => "list",
        Takes::Map => "map",
    };
    for name in ["number", "size", "text", "choice", "bool", "list", "map"] {
        let json = json!({"type": name, "min": 0, "choices": []});
        assert_eq!(takes(&serde_json::from_value(json).unwrap()), name);
        assert!(document.contains(&format!("`{name}`")), "`{name}`");
    }
}

#[test]
fn the_course_is_shown_with_each_kind_of_lesson() {
    let mut things = Names::new();
    for course in examples::<Course>("course") {
        let lessons = course.chapters.iter().flat_map(|it| &it.lessons);
        things.extend(lessons.filter_map(|lesson| Some(thing_name(&lesson.text.as_ref()?.thing))));
    }
    all_shown(THINGS, &things);
}

/// Each name is what the code writes for one value of the enum, and stands in the document.
fn named<T: DeserializeOwned>(names: &[&str], name_of: fn(&T) -> &'static str) {
    let document = document();
    for name in names {
        let value: T = serde_json::from_value(Value::from(*name)).unwrap();
        assert_eq!(name_of(&value), *name);
        assert!(document.contains(&format!("`{name}`")), "`{name}`");
    }
}

#[test]
fn states_and_causes_are_named() {
    named(JOINS, join_name);
    named(SCENARIO_ENDS, scenario_end_name);
    named(CLOCK_MODES, clock_mode_name);
    named(UNPIPE_CAUSES, unpipe_cause_name);
    named(READ_STATES, read_state_name);
    named(WRITE_STATES, write_state_name);
}

/// The first column of the table between two marks.
fn codes_in_table(document: &str, table: &str) -> BTreeSet<String> {
    let (_, rest) = document.split_once(&format!("<!-- {table} -->\n")).unwrap();
    let (rows, _) = rest.split_once(&format!("<!-- /{table} -->")).unwrap();
    rows.lines()
        .filter_map(|row| row.strip_prefix("| `")?.split_once('`'))
        .map(|(code, _)| code.to_owned())
        .collect()
}

#[test]
fn the_table_of_control_errors_has_every_code_and_no_other() {
    let listed = codes_in_table(&document(), "control error codes");
    let expected: BTreeSet<String> = ERROR_CODES.iter().map(|&it| it.to_owned()).collect();
    assert_eq!(listed, expected);
    named(ERROR_CODES, error_code_name);
}

/// Every Rust source below a folder of the server, without white space and without its tests.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            let source = fs::read_to_string(&path).unwrap();
            let (code, _) = source.split_once("\nmod tests {").unwrap_or((&source, ""));
            text.extend(code.split_whitespace());
        }
    }
    text
}

#[test]
fn the_table_of_chat_errors_has_every_code_and_no_other() {
    let chat = sources(&root().join("backend/src/chat"));
    let mut used = BTreeSet::new();
    for before in [
        "Err((\"",
        "code:\"",
        "write_error(\"",
        "|error|(\"",
        "notice(\"",
        "refuse(\"",
    ] {
        for rest in chat.split(before).skip(1) {
            let (code, _) = rest.split_once('"').unwrap();
            used.insert(code.to_owned());
        }
    }
    assert_eq!(codes_in_table(&document(), "chat error codes"), used);
}

#[test]
fn every_figure_of_the_metrics_is_listed() {
    let metrics = sources(&root().join("backend/src/metrics"));
    let document = document();
    let mut figures = 0;
    for rest in metrics.split("family(\"").skip(1) {
        let (name, _) = rest.split_once('"').unwrap();
        assert!(document.contains(&format!("| `{name}` |")), "`{name}`");
        figures += 1;
    }
    assert!(figures > 0, "the metrics are not where this test looks");
}

#[test]
fn the_longest_chat_text_is_the_one_that_is_told() {
    assert_eq!(MAX_CHAT_TEXT_BYTES, 16_384);
    assert!(document().contains("1 to 16,384 bytes"));
}
