mod chat;
mod events;
mod requests;
mod stages;

use std::collections::BTreeMap;

use spillway_protocol::control::{
    Answered, BufferPlace, Clock, ClockMode, Command, Direction, Download, ErrorCode, Join, Marks,
    Message, Prediction, QueuedChunk, Read, Request, ScenarioEnd, ScenarioOver, Side, StageSpec,
    Start, WirePiece, WirePlace, Write,
};
use spillway_protocol::course::{
    Chapter, Code, Course, Lesson, LessonText, Problem, Question, ShowStep, Thing,
};
use spillway_streams::{Outcome, PauseCause};

use self::events::events;
use super::*;
use crate::model::sample;

fn name() -> String {
    "a".to_owned()
}

const fn slow() -> Clock {
    Clock {
        mode: ClockMode::Slow,
        events_per_s: Some(200),
    }
}

/// The message after this one; one that is missing here does not compile.
fn next_message(message: Option<&Message>) -> Option<Message> {
    use Message as M;
    let (id, capture, run) = (9, 3, name());
    let download = || Download {
        path: name(),
        name: name(),
        bytes: 1,
    };
    let Some(message) = message else {
        return Some(M::Welcome {
            id,
            version: 1,
            session: name(),
            runs: vec![name()],
        });
    };
    Some(match message {
        M::Welcome { .. } => M::Ok {
            id,
            note: Some(name()),
        },
        M::Ok { .. } => M::Error {
            id: Some(id),
            code: ErrorCode::Quota,
            message: name(),
        },
        M::Error { .. } => M::Started {
            id,
            run,
            memory: 64,
        },
        M::Started { .. } => M::Snapshot {
            run,
            lesson: Some(name()),
            view: sample::pipeline(),
            clock: Clock::default(),
            recent: events(),
            thinned: 3,
            downloads: vec![download(), download()],
        },
        M::Snapshot { .. } => M::Events {
            run,
            events: events(),
            thinned: 4,
            view: Some(sample::pipeline()),
        },
        M::Events { .. } => M::Clock { run, clock: slow() },
        M::Clock { .. } => M::Ready {
            run,
            download: download(),
        },
        M::Ready { .. } => M::Goals {
            lesson: name(),
            reached: vec![true, false],
        },
        M::Goals { .. } => M::Shown {
            run,
            done: 1,
            of: 3,
            html: name(),
        },
        M::Shown { .. } => M::Answered(answered(Some(name()))),
        M::Answered(_) => M::WatchToken { id, token: name() },
        M::WatchToken { .. } => M::WireOpen { capture },
        M::WireOpen { .. } => M::Wire {
            capture,
            pieces: [Direction::ToServer, Direction::ToClient]
                .map(|direction| WirePiece {
                    direction,
                    at_us: 1,
                    base64: name(),
                })
                .to_vec(),
        },
        M::Wire { .. } => M::WireClosed { capture, lost: 2 },
        message => return next_look(message),
    })
}

/// The messages that answer what a learner does by hand.
fn next_look(message: &Message) -> Option<Message> {
    use Message as M;
    let id = 9;
    Some(match message {
        M::WireClosed { .. } => M::Written {
            id,
            bytes: 5,
            answer: false,
            buffered: 20,
            mark: 16,
            note: Some(name()),
        },
        M::Written { .. } => M::Gave {
            id,
            bytes: Some(5),
            base64: name(),
            buffered: 20,
            mark: 16,
            note: Some(name()),
        },
        M::Gave { .. } => M::Buffer {
            id,
            in_hand: Some(7),
            chunks: vec![QueuedChunk { at: 7, bytes: 5 }],
            more: 0,
        },
        M::Buffer { .. } => M::Chunk {
            id,
            at: 7,
            bytes: 5,
            base64: name(),
        },
        M::Chunk { .. } => M::Sending { id, capture: 2 },
        M::Sending { .. } => M::ScenarioOver(over(ScenarioEnd::Closed)),
        _ => return None,
    })
}

fn over(end: ScenarioEnd) -> ScenarioOver {
    ScenarioOver {
        capture: 2,
        sent: 11,
        unsent: 1,
        received: 4,
        base64: name(),
        end,
        took_us: 3,
    }
}

#[test]
fn every_end_of_a_scenario_is_read() {
    let ends = [
        ScenarioEnd::Closed,
        ScenarioEnd::Reset,
        ScenarioEnd::Open,
        ScenarioEnd::Cut,
        ScenarioEnd::Limit,
    ];
    for end in ends {
        check(&Message::ScenarioOver(over(end)));
    }
}

fn answered(was: Option<String>) -> Answered {
    Answered {
        run: name(),
        question: 2,
        predicted: name(),
        right: true,
        at: 9,
        parts_at: was.is_some().then_some(7),
        parts_on_wire: was.is_some().then_some(WirePlace {
            capture: 3,
            direction: Direction::ToClient,
            offset: 129,
        }),
        was,
        html: name(),
    }
}

fn check(expect: &Message) {
    let text = serde_json::to_string(expect).expect("a message is JSON");
    assert_eq!(message(&text).as_ref(), Some(expect), "{text}");
}

#[test]
fn every_message_is_read_as_serde_reads_it() {
    let mut last = None;
    while let Some(message) = next_message(last.as_ref()) {
        check(&message);
        last = Some(message);
    }
    check(&Message::Ok { id: 1, note: None });
    check(&Message::Answered(answered(None)));
    for mode in [ClockMode::Full, ClockMode::Paused, ClockMode::Step] {
        let clock = Clock {
            mode,
            events_per_s: None,
        };
        check(&Message::Clock { run: name(), clock });
    }
    check(&Message::Events {
        run: name(),
        events: Vec::new(),
        thinned: 0,
        view: None,
    });
}

#[test]
fn every_error_code_is_read() {
    use ErrorCode as E;
    let codes = [
        E::Malformed,
        E::HelloFirst,
        E::Version,
        E::UnknownRun,
        E::UnknownStage,
        E::BadStage,
        E::UnknownLesson,
        E::NotAllowed,
        E::Gone,
        E::Quota,
        E::Internal,
    ];
    for code in codes {
        check(&Message::Error {
            id: None,
            code,
            message: name(),
        });
    }
}

#[test]
fn a_view_keeps_what_is_rare() {
    let mut view = sample::pipeline();
    view.outcome = Some(Outcome::Completed);
    let stage = &mut view.stages[1];
    stage.error = Some(name());
    stage.bytes_per_s = Some(64_000);
    stage.closed = true;
    let readable = stage.readable.as_mut().expect("a Transform");
    readable.paused_by = Some(PauseCause::Unpipe);
    readable.discarded_bytes = 12;
    check(&Message::Events {
        run: name(),
        events: Vec::new(),
        thinned: 0,
        view: Some(view),
    });
}

#[test]
fn what_is_no_message_is_passed_over() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"type":"later"}"#,
        r#"{"type":"ok","id":"one"}"#,
    ] {
        assert_eq!(message(text), None, "{text}");
    }
}

/// A solution that the page plays.
fn steps() -> Vec<ShowStep> {
    vec![
        ShowStep {
            goal: Some(2),
            text: name(),
            call: name(),
            arguments: vec![name()],
            frames: Some(name()),
            say: name(),
        },
        ShowStep {
            goal: None,
            text: name(),
            call: name(),
            arguments: Vec::new(),
            frames: None,
            say: String::new(),
        },
    ]
}

#[test]
fn a_course_is_read_as_serde_reads_it() {
    let spec = StageSpec {
        id: name(),
        kind: name(),
        options: serde_json::Map::new(),
    };
    let text = |thing| LessonText {
        html: name(),
        code: vec![Code {
            language: name(),
            text: name(),
        }],
        thing,
        goals: vec![name()],
        hints: vec![name()],
        questions: vec![
            Question {
                ask: name(),
                unit: name(),
                choices: vec![name()],
            },
            Question {
                ask: name(),
                unit: String::new(),
                choices: Vec::new(),
            },
        ],
        show: steps(),
    };
    let lesson = |summary, text| Lesson {
        slug: name(),
        title: name(),
        summary,
        goal_count: 3,
        text,
    };
    let expect = Course {
        title: name(),
        welcome: name(),
        chapters: vec![Chapter {
            slug: name(),
            title: name(),
            summary: Some(name()),
            lessons: vec![
                lesson(
                    Some(name()),
                    Some(text(Thing::Pipeline {
                        stages: vec![spec],
                        pipes: None,
                    })),
                ),
                lesson(None, Some(text(Thing::Chat { room: name() }))),
                lesson(None, Some(text(Thing::Echo { deflate: true }))),
                lesson(None, Some(text(Thing::Workbench { frames: name() }))),
                lesson(None, Some(text(Thing::Closing))),
                lesson(None, Some(text(Thing::Transports))),
                lesson(None, Some(text(Thing::Pressure))),
                lesson(None, Some(text(Thing::Nothing))),
                lesson(None, None),
            ],
        }],
        problems: [Some(3), None]
            .map(|line| Problem {
                file: name(),
                line,
                message: name(),
            })
            .to_vec(),
    };
    let text = serde_json::to_string(&expect).expect("a course is JSON");
    assert_eq!(course(&text), Some(expect));
}
