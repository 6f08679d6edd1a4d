//! What the page sends. Written here instead of by serde_json, whose number printing brings
//! tables along that the page has no other use for.

use serde_json::Value;
use spillway_protocol::chat::FromClient;
use spillway_protocol::control::{
    BufferPlace, Clock, ClockMode, Command, Join, Prediction, Request, Side, StageSpec, Start,
};

/// Writes a request of the control channel.
#[must_use]
pub fn request(request: &Request) -> String {
    let mut text = Text::new();
    command(&mut text, &request.command);
    text.number("id", Some(request.id));
    text.end()
}

/// Writes a message of a chat client.
#[must_use]
pub fn say(message: &FromClient) -> String {
    let mut text = Text::new();
    match message {
        FromClient::Say { id, text: said } => {
            text.strings([("type", "say"), ("id", id), ("text", said)]);
        }
        FromClient::Edit { id, seq, text: new } => {
            text.strings([("type", "edit"), ("id", id), ("text", new)]);
            text.number("seq", Some(*seq));
        }
        FromClient::Delete { id, seq } => {
            text.strings([("type", "delete"), ("id", id)]);
            text.number("seq", Some(*seq));
        }
        FromClient::Typing => text.string("type", "typing"),
        FromClient::History { before, limit } => {
            text.string("type", "history");
            if before.is_some() {
                text.number("before", *before);
            }
            text.number("limit", Some(*limit));
        }
        FromClient::Pin { id, seq, on } => {
            text.strings([("type", "pin"), ("id", id)]);
            text.number("seq", Some(*seq));
            text.raw("on", bool_text(*on));
        }
        FromClient::Mute { id, name, on } => {
            text.strings([("type", "mute"), ("id", id), ("name", name)]);
            text.raw("on", bool_text(*on));
        }
        FromClient::Remove { id, name } => {
            text.strings([("type", "remove"), ("id", id), ("name", name)]);
        }
    }
    text.end()
}

/// Writes a list of lists of flags by name: what a learner has reached.
#[must_use]
pub fn flags(flags: &[(String, Vec<bool>)]) -> String {
    let mut text = Text::new();
    for (name, flags) in flags {
        let flags: Vec<&str> = flags.iter().map(|flag| bool_text(*flag)).collect();
        text.raw(name, &format!("[{}]", flags.join(",")));
    }
    text.end()
}

fn command(text: &mut Text, command: &Command) {
    match command {
        Command::Hello { version, session } => {
            text.string("type", "hello");
            text.number("version", Some(u64::from(*version)));
            text.maybe("session", session.as_deref());
        }
        Command::Start(start) => self::start(text, "start", start),
        Command::Check(start) => self::start(text, "check", start),
        Command::Pipe { run, from, to } => {
            text.strings([("type", "pipe"), ("run", run), ("from", from), ("to", to)]);
        }
        Command::Unpipe { run, from, to } => {
            text.strings([("type", "unpipe"), ("run", run), ("from", from)]);
            text.maybe("to", to.as_deref());
        }
        Command::Pause { run, stage } => {
            text.strings([("type", "pause"), ("run", run), ("stage", stage)]);
        }
        Command::Resume { run, stage } => {
            text.strings([("type", "resume"), ("run", run), ("stage", stage)]);
        }
        Command::Destroy { run, stage, error } => {
            text.strings([("type", "destroy"), ("run", run), ("stage", stage)]);
            text.maybe("error", error.as_deref());
        }
        Command::Read(read) => {
            text.strings([("type", "read"), ("run", &read.run), ("stage", &read.stage)]);
            text.number("n", read.n);
        }
        Command::Write(write) => {
            text.strings([
                ("type", "write"),
                ("run", &write.run),
                ("stage", &write.stage),
            ]);
            text.maybe("text", write.text.as_deref());
            text.maybe("base64", write.base64.as_deref());
        }
        Command::Cork { run, stage } => {
            text.strings([("type", "cork"), ("run", run), ("stage", stage)]);
        }
        Command::Uncork { run, stage } => {
            text.strings([("type", "uncork"), ("run", run), ("stage", stage)]);
        }
        Command::EndStage { run, stage } => {
            text.strings([("type", "end_stage"), ("run", run), ("stage", stage)]);
        }
        Command::Buffer(place) => {
            text.string("type", "buffer");
            buffer_place(text, place);
        }
        Command::Chunk { place, at } => {
            text.string("type", "chunk");
            buffer_place(text, place);
            text.number("at", Some(*at));
        }
        Command::Throttle {
            run,
            stage,
            bytes_per_s,
        } => {
            text.strings([("type", "throttle"), ("run", run), ("stage", stage)]);
            text.number("bytes_per_s", *bytes_per_s);
        }
        Command::Clock { run, clock: set } => {
            text.strings([("type", "clock"), ("run", run)]);
            clock(text, *set);
        }
        Command::End { run } => text.strings([("type", "end"), ("run", run)]),
        Command::Watch { lesson } => {
            text.string("type", "watch");
            text.maybe("lesson", lesson.as_deref());
        }
        Command::SendScenario {
            scenario,
            lesson,
            question,
        } => send_scenario(text, (scenario, lesson.as_deref()), question.as_ref()),
    }
}

fn buffer_place(text: &mut Text, place: &BufferPlace) {
    let side = match place.side {
        Side::Read => "read",
        Side::Write => "write",
    };
    text.strings([("run", &place.run), ("stage", &place.stage), ("side", side)]);
}

fn send_scenario(
    text: &mut Text,
    (scenario, lesson): (&str, Option<&str>),
    question: Option<&Prediction>,
) {
    text.string("type", "send_scenario");
    text.maybe("scenario", (!scenario.is_empty()).then_some(scenario));
    text.maybe("lesson", lesson);
    prediction(text, question);
}

fn prediction(text: &mut Text, asked: Option<&Prediction>) {
    if let Some(asked) = asked {
        let mut question = Text::new();
        question.number("number", Some(asked.number));
        question.number("seed", Some(asked.seed));
        question.string("prediction", &asked.prediction);
        text.raw("question", &question.end());
    }
}

fn start(text: &mut Text, kind: &str, start: &Start) {
    text.string("type", kind);
    text.maybe("lesson", start.lesson.as_deref());
    if let Some(stages) = &start.stages {
        text.raw("stages", &list(stages.iter().map(stage)));
    }
    if let Some(pipes) = &start.pipes {
        let pipes = pipes
            .iter()
            .map(|(from, to)| list([from, to].map(|name| quoted(name))));
        text.raw("pipes", &list(pipes));
    }
    if let Some(join) = start.join {
        text.string("join", join_name(join));
    }
    if start.heard {
        text.raw("heard", bool_text(true));
    }
    if start.show {
        text.raw("show", bool_text(true));
    }
    prediction(text, start.question.as_ref());
    if !start.marks.is_empty() {
        let mut all = Text::new();
        for (stage, marks) in &start.marks {
            let mut sides = Text::new();
            for (side, mark) in [("read", marks.read), ("write", marks.write)] {
                if mark.is_some() {
                    sides.number(side, mark);
                }
            }
            all.raw(stage, &sides.end());
        }
        text.raw("marks", &all.end());
    }
    if let Some(set) = start.clock {
        let mut object = Text::new();
        clock(&mut object, set);
        text.raw("clock", &object.end());
    }
}

fn clock(text: &mut Text, clock: Clock) {
    let mode = match clock.mode {
        ClockMode::Full => "full",
        ClockMode::Slow => "slow",
        ClockMode::Paused => "paused",
        ClockMode::Step => "step",
    };
    text.string("mode", mode);
    if clock.events_per_s.is_some() {
        text.number("events_per_s", clock.events_per_s);
    }
}

fn stage(spec: &StageSpec) -> String {
    let mut text = Text::new();
    text.strings([("id", &spec.id), ("kind", &spec.kind)]);
    for (name, option) in &spec.options {
        text.raw(name, &value(option));
    }
    text.end()
}

/// The value of an option. A number that is not whole is none that a stage takes.
fn value(option: &Value) -> String {
    match option {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => bool_text(*flag).to_owned(),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => number.to_string(),
            (None, None) => "null".to_owned(),
        },
        Value::String(text) => quoted(text),
        Value::Array(values) => list(values.iter().map(value)),
        Value::Object(fields) => {
            let mut text = Text::new();
            for (name, field) in fields {
                text.raw(name, &value(field));
            }
            text.end()
        }
    }
}

/// How stages are joined, as it crosses the wire.
const fn join_name(join: Join) -> &'static str {
    match join {
        Join::Pipe => "pipe",
        Join::Pipeline => "pipeline",
        Join::Write => "write",
        Join::Iterate => "iterate",
    }
}

fn list(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    format!("[{}]", values.join(","))
}

fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    quote(&mut text, value);
    text
}

const fn bool_text(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

/// An object that is being written.
struct Text(String);

impl Text {
    const fn new() -> Self {
        Self(String::new())
    }

    fn raw(&mut self, key: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quote(&mut self.0, key);
        self.0.push(':');
        self.0.push_str(value);
    }

    fn string(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    fn strings<const N: usize>(&mut self, fields: [(&str, &str); N]) {
        for (key, value) in fields {
            self.string(key, value);
        }
    }

    /// A field that is left out when there is no value.
    fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(key, value);
        }
    }

    /// A number; `None` is null.
    fn number(&mut self, key: &str, value: Option<u64>) {
        let value = value.map_or_else(|| "null".to_owned(), |value| value.to_string());
        self.raw(key, &value);
    }

    fn end(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}

fn quote(text: &mut String, value: &str) {
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            letter if letter < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => text.push(letter),
        }
    }
    text.push('"');
}
