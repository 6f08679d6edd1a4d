//! Two runs of the same work: what each comparison starts, and what both sides have in common.

use serde_json::{Map, Value};
use spillway_protocol::control::{Join, StageSpec, Start};

/// A comparison. Its two sides do the same work in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// With and without respect for backpressure.
    Backpressure,
    /// `.pipe()` and `pipeline()` under the same fault.
    Pipeline,
    /// Streaming, and collecting everything first.
    Buffering,
}

/// What the two runs of [`Which::Pipeline`] read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// A file, which stays open when nobody destroys its stream.
    #[default]
    File,
    /// A sound that is made by a timer, which goes on when nobody destroys its stream.
    Timer,
}

/// One of the two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// What it is called.
    pub title: &'static str,
    /// How it is written with Node's streams.
    pub code: &'static str,
    /// What else its program does.
    pub note: Option<&'static str>,
    /// What it starts.
    pub start: Start,
}

/// The speed that one control sets for both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// The stage it is of.
    pub stage: &'static str,
    /// What the control is called.
    pub label: &'static str,
    /// Bytes a second at first.
    pub first: u64,
}

/// The stage that "Fail both" makes fail.
pub const FAILING: &str = "gzip";

/// All of them, in the order in which they are offered.
pub const ALL: [Which; 3] = [Which::Backpressure, Which::Pipeline, Which::Buffering];

impl Which {
    /// The comparison that an address names.
    #[must_use]
    pub fn of(slug: &str) -> Option<Self> {
        ALL.into_iter().find(|which| which.slug() == slug)
    }

    /// Its name in an address.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Backpressure => "backpressure",
            Self::Pipeline => "pipeline",
            Self::Buffering => "buffering",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Backpressure => "With and without backpressure",
            Self::Pipeline => ".pipe() and pipeline()",
            Self::Buffering => "Streaming and buffering",
        }
    }

    /// The speed that both sides share.
    #[must_use]
    pub const fn speed(self) -> Speed {
        match self {
            Self::Backpressure => Speed {
                stage: "sink",
                label: "both sinks take",
                first: 1_000_000,
            },
            Self::Pipeline => Speed {
                stage: "sink",
                label: "both sinks take",
                first: 256_000,
            },
            Self::Buffering => Speed {
                stage: "source",
                label: "both sources give",
                first: 2_000_000,
            },
        }
    }

    /// The two sides at this speed.
    #[must_use]
    pub fn sides(self, source: Source, bytes_per_s: Option<u64>) -> [Side; 2] {
        match self {
            Self::Backpressure => backpressure(bytes_per_s),
            Self::Pipeline => pipeline(source, bytes_per_s),
            Self::Buffering => buffering(bytes_per_s),
        }
    }

    /// How much the meters of both sides show at most: up to the quota where a queue grows to it,
    /// else a round figure above what was held.
    #[must_use]
    pub fn scale(self, most: u64, memory: u64) -> u64 {
        if self == Self::Backpressure && memory > 0 {
            // The line of the quota stands a little before the end.
            return memory + memory / 20;
        }
        let mut round = 100_000;
        while round < most {
            round *= 2;
        }
        round
    }
}

fn backpressure(sink: Option<u64>) -> [Side; 2] {
    let stages = || {
        vec![
            stage(
                "source",
                "csv_sample",
                &[
                    ("bytes", 400_000_000.into()),
                    ("bytes_per_s", 8_000_000.into()),
                ],
            ),
            stage(
                "sink",
                "null",
                &speed(sink, &[("label", "slow sink".into())]),
            ),
        ]
    };
    [
        Side {
            title: "with backpressure",
            code: "source.pipe(sink)",
            note: None,
            start: joined(stages(), Join::Pipe),
        },
        Side {
            title: "without",
            code: "source.on('data', (chunk) => sink.write(chunk))",
            note: None,
            start: joined(stages(), Join::Write),
        },
    ]
}

fn pipeline(source: Source, sink: Option<u64>) -> [Side; 2] {
    let stages = || {
        let first = match source {
            Source::File => stage("source", "file_source", &[("file", "cities.csv".into())]),
            Source::Timer => stage(
                "source",
                "live_samples",
                &[
                    ("samples_per_s", 48_000.into()),
                    ("label", "live sound".into()),
                ],
            ),
        };
        vec![
            first,
            stage(FAILING, "gzip", &[]),
            stage(
                "sink",
                "file_sink",
                &speed(sink, &[("file", "out.gz".into())]),
            ),
        ]
    };
    [
        Side {
            title: ".pipe()",
            code: "source.pipe(gzip).pipe(sink)",
            note: Some("each listens for 'error'"),
            start: Start {
                heard: true,
                ..joined(stages(), Join::Pipe)
            },
        },
        Side {
            title: "pipeline()",
            code: "pipeline(source, gzip, sink, callback)",
            note: None,
            start: joined(stages(), Join::Pipeline),
        },
    ]
}

fn buffering(source: Option<u64>) -> [Side; 2] {
    let stages = |middle: &str, kind| {
        vec![
            stage(
                "source",
                "csv_sample",
                &speed(source, &[("bytes", 8_000_000.into())]),
            ),
            stage(middle, kind, &[]),
            stage("sink", "null", &[("label", "the reader".into())]),
        ]
    };
    [
        Side {
            title: "streaming",
            code: "source.pipe(through).pipe(reader)",
            note: None,
            start: joined(stages("through", "passthrough"), Join::Pipe),
        },
        Side {
            title: "buffer all",
            code: "const all = await buffer(source); reader.end(all)",
            note: None,
            start: joined(stages("all", "buffer_all"), Join::Pipe),
        },
    ]
}

fn joined(stages: Vec<StageSpec>, join: Join) -> Start {
    Start {
        stages: Some(stages),
        join: Some(join),
        ..Start::default()
    }
}

fn stage(id: &str, kind: &str, options: &[(&str, Value)]) -> StageSpec {
    let options = options.iter();
    let options: Map<String, Value> = options
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    StageSpec {
        id: id.to_owned(),
        kind: kind.to_owned(),
        options,
    }
}

/// The options with a speed limit, when there is one.
fn speed<'a>(bytes_per_s: Option<u64>, options: &[(&'a str, Value)]) -> Vec<(&'a str, Value)> {
    let mut options = options.to_vec();
    options.extend(bytes_per_s.map(|speed| ("bytes_per_s", speed.into())));
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(side: &Side) -> Vec<&str> {
        let stages = side.start.stages.as_ref().expect("its stages");
        stages.iter().map(|stage| stage.id.as_str()).collect()
    }

    #[test]
    fn every_comparison_has_an_address_and_nothing_else_has() {
        for which in ALL {
            assert_eq!(Which::of(which.slug()), Some(which));
        }
        assert_eq!(Which::of("speed"), None);
    }

    #[test]
    fn both_sides_have_the_stage_of_the_common_control_at_its_speed() {
        for which in ALL {
            for side in which.sides(Source::File, Some(7)) {
                let stages = side.start.stages.expect("its stages");
                let control = stages.iter().find(|stage| stage.id == which.speed().stage);
                let control = control.expect("the stage of the control");
                assert_eq!(control.options["bytes_per_s"], 7);
            }
        }
        let [free, _] = Which::Backpressure.sides(Source::File, None);
        let sink = &free.start.stages.expect("its stages")[1];
        assert!(!sink.options.contains_key("bytes_per_s"), "full speed");
    }

    #[test]
    fn the_sides_differ_in_how_they_are_joined_or_in_the_middle() {
        let [pipe, write] = Which::Backpressure.sides(Source::File, None);
        assert_eq!(pipe.start.stages, write.start.stages);
        assert_eq!(write.start.join, Some(Join::Write));
        let [pipe, pipeline] = Which::Pipeline.sides(Source::Timer, None);
        assert_eq!(pipe.start.stages, pipeline.start.stages);
        assert!(pipe.start.heard && !pipeline.start.heard);
        assert!(ids(&pipe).contains(&FAILING));
        let [streaming, all] = Which::Buffering.sides(Source::File, None);
        assert_eq!((ids(&streaming)[1], ids(&all)[1]), ("through", "all"));
    }

    #[test]
    fn meters_reach_to_the_quota_or_to_what_was_held() {
        assert_eq!(Which::Backpressure.scale(1, 64 << 20), (64 << 20) * 21 / 20);
        assert_eq!(Which::Buffering.scale(0, 64 << 20), 100_000);
        assert_eq!(Which::Buffering.scale(8_000_000, 64 << 20), 12_800_000);
    }
}
