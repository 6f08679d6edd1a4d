//! What the tests of several stages need.

use std::path::PathBuf;

use bytes::Bytes;
use spillway_streams::Profile;

use super::*;

/// Makes a Transform from its specification.
pub(super) fn transform(json: &str) -> Box<dyn Transform> {
    let spec: StageSpec = serde_json::from_str(json).unwrap();
    let places = Places {
        cities: Path::new("none"),
        output: &|_| PathBuf::new(),
        buffers: Buffers::default(),
    };
    match plan(&spec, Defaults::of(Profile::Node20))
        .unwrap()
        .make(&places)
        .unwrap()
    {
        Worker::Transform(transform) => transform,
        _ => panic!("not a Transform"),
    }
}

/// Why a stage of this specification cannot be made.
pub(super) fn refusal(json: &str) -> String {
    let spec: StageSpec = serde_json::from_str(json).unwrap();
    let planned = plan(&spec, Defaults::of(Profile::Node20));
    planned.err().expect("it is refused").to_string()
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
