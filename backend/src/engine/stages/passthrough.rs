//! `passthrough`: a Transform that changes nothing, like Node's `stream.PassThrough`.

use bytes::Bytes;
use spillway_protocol::stages::Side;

use super::documented::BOTH;
use super::{Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "passthrough",
    about: "Transform that passes each chunk on as it is. `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    word: Some(Word {
        name: "passthrough",
        usage: "passthrough",
        help: "passes each chunk on as it is",
        options: Word::alone,
    }),
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    options.plain_transform("PassThrough", |_| Ok(PassThrough))
}

struct PassThrough;

impl Transform for PassThrough {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        Ok(vec![chunk.clone()])
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::transform;

    #[test]
    fn a_chunk_passes_without_being_copied() {
        let mut through = transform(r#"{"id":"p","kind":"passthrough"}"#);
        let chunk = Bytes::from(vec![7; 100_000]);
        let out = through.transform(&chunk).unwrap();
        assert_eq!(out.len(), 1);
        assert_eq!(out[0].as_ptr(), chunk.as_ptr(), "the same memory");
        assert_eq!(out[0], chunk);
        assert!(through.flush().unwrap().is_empty());
    }
}
