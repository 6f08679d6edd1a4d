//! `csv_sample`: a Readable of CSV rows made from a seed while they are read, like
//! `Readable.from(generator)`. It never touches the disk.

use spillway_protocol::stages::Side;

use super::documented::{END, SAMPLE};
use super::sample::{self, SampleSource};
use super::{Kind, Options, Plan, StageError};
use crate::data::Form;

pub(super) const KIND: Kind = Kind {
    name: "csv_sample",
    about: "Readable of CSV rows made from a seed, with the columns of cities.csv. `rows` (10000) \
            or `bytes`, `seed` (that of cities.csv), `bytes_per_s` (full speed when left out), \
            `high_water_mark` (16384), `label`",
    side: Side::Readable,
    options: &[SAMPLE, END],
    word: None,
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    sample::plan(options, &[], Form::Csv, "CSV sample", SampleSource::worker)
}

#[cfg(test)]
mod tests {
    use crate::engine::stages::tests_support::{read_all, refusal, source};

    #[test]
    fn one_seed_gives_the_same_bytes_however_large_the_chunks_are() {
        let stage = r#"{"id":"s","kind":"csv_sample","rows":2000,"seed":5}"#;
        let whole = read_all(&mut *source(stage), 1 << 20);
        assert_eq!(read_all(&mut *source(stage), 777), whole);
        assert!(whole.starts_with(b"id,name,country,lat,lon,population\n1,"));
        let other = read_all(&mut *source(&stage.replace(":5", ":6")), 777);
        assert_ne!(other, whole);
    }

    #[test]
    fn a_chunk_has_what_was_asked_for_and_the_rest_of_its_row_is_in_work() {
        let mut source = source(r#"{"id":"s","kind":"csv_sample","bytes":100000}"#);
        let chunk = source.read(1000).unwrap().unwrap();
        assert_eq!(chunk.len(), 1000);
        assert!((0..100).contains(&source.inside().in_work));
        let rest = read_all(&mut *source, 1000);
        assert!((99_000..99_100).contains(&rest.len()), "{}", rest.len());
    }

    #[test]
    fn two_sizes_are_one_too_many() {
        let error = refusal(r#"{"id":"s","kind":"csv_sample","rows":1,"bytes":1}"#);
        assert!(
            error.contains("stage 's'") && error.contains("not both"),
            "{error}"
        );
    }
}
