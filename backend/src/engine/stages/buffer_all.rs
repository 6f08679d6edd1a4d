//! `buffer_all`: a Transform that collects everything and gives it when the input has ended, as a
//! program does that reads a whole file before it begins.
//!
//! What it has collected is in work, so it counts towards the memory that a run may use: a larger
//! input stops the run.

use bytes::Bytes;
use spillway_protocol::stages::Side;

use super::documented::BOTH;
use super::{Inside, Kind, Options, Plan, StageError, Transform};

pub(super) const KIND: Kind = Kind {
    name: "buffer_all",
    about: "Transform that collects everything in memory and gives it when its input has ended, \
            the opposite of streaming; more than the run's quota of memory stops the run. \
            `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    // Between two files nothing would bound it.
    word: None,
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    options.plain_transform("buffer all", |_| Ok(BufferAll::default()))
}

#[derive(Default)]
struct BufferAll {
    chunks: Vec<Bytes>,
    bytes: u64,
}

impl Transform for BufferAll {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.bytes += chunk.len() as u64;
        self.chunks.push(chunk.clone());
        Ok(Vec::new())
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        self.bytes = 0;
        Ok(std::mem::take(&mut self.chunks))
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{refusal, transform};

    const STAGE: &str = r#"{"id":"b","kind":"buffer_all"}"#;

    #[test]
    fn nothing_comes_out_before_the_input_has_ended_and_then_everything() {
        let mut all = transform(STAGE);
        for (chunk, held) in [(b"one ".as_slice(), 4), (b"two", 7)] {
            assert!(all.transform(&Bytes::from(chunk)).unwrap().is_empty());
            assert_eq!(all.inside(), Inside::holding(held));
        }
        assert_eq!(all.flush().unwrap().concat(), b"one two");
        assert_eq!(all.inside(), Inside::default());
    }

    #[test]
    fn it_has_no_options_of_its_own() {
        let error = refusal(&STAGE.replace("}", r#","max_bytes":1}"#));
        assert!(error.contains("buffer_all is a Transform"), "{error}");
    }
}
