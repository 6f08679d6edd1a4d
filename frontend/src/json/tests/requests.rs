//! A request of every kind there is.

use super::*;

fn spelled_out() -> Start {
    let options = serde_json::json!({
        "file": name(), "level": 6, "least": -1, "one_by_one": true, "label": null,
        "columns": [name(), 7], "types": {"population": "integer"},
    });
    let spec = StageSpec {
        id: name(),
        kind: name(),
        options: options.as_object().cloned().expect("an object"),
    };
    Start {
        lesson: None,
        stages: Some(vec![spec.clone(), spec]),
        pipes: Some(vec![(name(), name()), (name(), name())]),
        join: Some(Join::Pipeline),
        heard: true,
        show: true,
        question: Some(Prediction {
            number: 1,
            seed: 7,
            prediction: name(),
        }),
        clock: Some(slow()),
        marks: BTreeMap::from([(name(), marks(1)), ("sink".to_owned(), Marks::default())]),
    }
}

const fn marks(read: u64) -> Marks {
    Marks {
        read: Some(read),
        write: Some(0),
    }
}

fn place(side: Side) -> BufferPlace {
    BufferPlace {
        run: name(),
        stage: name(),
        side,
    }
}

/// What a learner does by hand.
fn by_hand() -> Vec<Command> {
    let (run, stage) = (name(), name());
    vec![
        Command::Read(Read {
            run: run.clone(),
            stage: stage.clone(),
            n: Some(5),
        }),
        Command::Read(Read::default()),
        Command::Write(Write {
            text: Some(name()),
            ..Write::default()
        }),
        Command::Write(Write {
            base64: Some(name()),
            ..Write::default()
        }),
        Command::Cork {
            run: run.clone(),
            stage: stage.clone(),
        },
        Command::Uncork {
            run: run.clone(),
            stage: stage.clone(),
        },
        Command::EndStage { run, stage },
        Command::Buffer(place(Side::Read)),
        Command::Chunk {
            place: place(Side::Write),
            at: 65_536,
        },
    ]
}

/// What is asked about connections that are watched.
fn watched() -> Vec<Command> {
    vec![
        Command::Watch { lesson: None },
        Command::Watch {
            lesson: Some(name()),
        },
        Command::SendScenario {
            scenario: name(),
            lesson: None,
            question: None,
        },
        Command::SendScenario {
            scenario: String::new(),
            lesson: Some(name()),
            question: Some(Prediction {
                number: 2,
                seed: 7,
                prediction: name(),
            }),
        },
    ]
}

#[test]
fn every_request_is_written_as_serde_reads_it() {
    let (run, stage) = (name(), name());
    let commands = [
        Command::Hello {
            version: 1,
            session: None,
        },
        Command::Hello {
            version: 1,
            session: Some(name()),
        },
        Command::Start(Start {
            lesson: Some(name()),
            ..Start::default()
        }),
        Command::Start(spelled_out()),
        Command::Check(Start {
            join: None,
            ..spelled_out()
        }),
        Command::Pipe {
            run: run.clone(),
            from: name(),
            to: name(),
        },
        Command::Unpipe {
            run: run.clone(),
            from: name(),
            to: Some(name()),
        },
        Command::Unpipe {
            run: run.clone(),
            from: name(),
            to: None,
        },
        Command::Pause {
            run: run.clone(),
            stage: stage.clone(),
        },
        Command::Resume {
            run: run.clone(),
            stage: stage.clone(),
        },
        Command::Destroy {
            run: run.clone(),
            stage: stage.clone(),
            error: Some(name()),
        },
        Command::Throttle {
            run: run.clone(),
            stage: stage.clone(),
            bytes_per_s: Some(8),
        },
        Command::Throttle {
            run: run.clone(),
            stage,
            bytes_per_s: None,
        },
        Command::Clock {
            run: run.clone(),
            clock: slow(),
        },
        Command::Clock {
            run: run.clone(),
            clock: Clock::default(),
        },
        Command::End { run },
    ];
    for command in commands.into_iter().chain(by_hand()).chain(watched()) {
        let expect = Request { id: 5, command };
        let text = request(&expect);
        let read: Request = serde_json::from_str(&text).expect(&text);
        assert_eq!(read, expect);
    }
}
