//! What the tests of several stages need.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use spillway_protocol::control::StageSpec;
use spillway_streams::Profile;

use crate::engine::Ledger;
use crate::engine::buffers::Buffers;

use super::{
    Defaults, LiveSink, LiveSource, Places, Plan, Reach, Source, StageError, Transform, Worker,
    plan,
};

fn try_plan(json: &str) -> Result<Plan, StageError> {
    let spec: StageSpec = serde_json::from_str(json).unwrap();
    plan(&spec, Defaults::of(Profile::Node20))
}

/// The plan of a stage.
pub(super) fn planned(json: &str) -> Plan {
    try_plan(json).unwrap()
}

/// Why a stage cannot be planned.
pub(super) fn refusal(json: &str) -> String {
    try_plan(json).err().unwrap().to_string()
}

/// A run's reach with nothing in it.
pub(super) fn reach() -> Reach {
    Reach::default()
}

/// Makes a stage that has this reach.
pub(super) fn made(json: &str, reach: &Reach) -> Result<Worker, StageError> {
    planned(json).make(&Places {
        cities: Path::new("none"),
        output: &|_| PathBuf::new(),
        buffers: Buffers::default(),
        ledger: Ledger::default(),
        reach: Some(reach),
    })
}

/// Makes a Transform from its specification.
pub(super) fn transform(json: &str) -> Box<dyn Transform> {
    match made(json, &reach()).unwrap() {
        Worker::Transform(transform) => transform,
        _ => panic!("not a Transform"),
    }
}

/// All that a Transform gives for these chunks, as the driver would ask for it; or why it fails,
/// with what it gave before.
pub(super) fn drive<'a>(
    transform: &mut dyn Transform,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<Bytes>, (Vec<Bytes>, String)> {
    let mut out = Vec::new();
    for chunk in chunks {
        if let Err(error) = take(transform, &Bytes::copy_from_slice(chunk), &mut out) {
            return Err((out, error.to_string()));
        }
    }
    match transform.flush() {
        Ok(rest) => out.extend(rest),
        Err(error) => return Err((out, error.to_string())),
    }
    Ok(out)
}

fn take(
    transform: &mut dyn Transform,
    chunk: &Bytes,
    out: &mut Vec<Bytes>,
) -> Result<(), StageError> {
    out.extend(transform.transform(chunk)?);
    while transform.has_more() {
        out.extend(transform.more()?);
    }
    Ok(())
}

/// What the stage of a specification gives for `input` cut into chunks of `size`.
pub(super) fn run(json: &str, input: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut transform = transform(json);
    drive(&mut *transform, input.chunks(size))
        .map(|out| out.concat())
        .map_err(|(_, error)| error)
}

/// Makes a Readable that waits for nobody.
pub(super) fn source(json: &str) -> Box<dyn Source> {
    match made(json, &reach()).unwrap() {
        Worker::Source(source) => source,
        _ => panic!("not a Source"),
    }
}

/// Makes a Readable that waits for others.
pub(super) fn live_source(json: &str, reach: &Reach) -> Box<dyn LiveSource> {
    match made(json, reach).unwrap() {
        Worker::LiveSource(source) => source,
        _ => panic!("not a LiveSource"),
    }
}

/// Makes a Writable that waits for others.
pub(super) fn live_sink(json: &str, reach: &Reach) -> Box<dyn LiveSink> {
    match made(json, reach).unwrap() {
        Worker::LiveSink(sink) => sink,
        _ => panic!("not a LiveSink"),
    }
}

/// All that a Readable gives, asked for `n` bytes at a time.
pub(super) fn read_all(source: &mut dyn Source, n: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(chunk) = source.read(n).unwrap() {
        assert!((1..=n).contains(&chunk.len()));
        all.extend_from_slice(&chunk);
    }
    all
}

/// All that a Readable gives that waits for others.
pub(super) async fn read_all_live(source: &mut dyn LiveSource, n: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(chunk) = source.read(n).await.unwrap() {
        all.extend_from_slice(&chunk);
    }
    all
}
