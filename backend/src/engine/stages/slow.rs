//! `slow`: a Writable that takes its time, like a `_write` that calls back after a while.

use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::HURRIED;
use super::null::Null;
use super::{Kind, Options, Plan, StageError, Worker};

pub(super) const KIND: Kind = Kind {
    name: "slow",
    about: "Writable that takes so many bytes a second and keeps nothing. `bytes_per_s` (20000), \
            `high_water_mark` (16384), `label`",
    side: Side::Writable,
    options: &[HURRIED],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlowOptions {
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

pub(crate) const SLOW_BYTES_PER_S: u64 = 20_000;

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: SlowOptions = options.parse()?;
    let speed = parsed.bytes_per_s.unwrap_or(SLOW_BYTES_PER_S);
    Ok(Plan {
        speed: Some(options.speed(Some(speed))?),
        ..Plan::writable(
            parsed.label.unwrap_or_else(|| "slow sink".to_owned()),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(|_| Ok(Worker::Sink(Box::new(Null)))),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::stages::tests_support::{planned, refusal};

    #[test]
    fn it_is_slow_even_when_no_speed_is_given() {
        let speed = planned(r#"{"id":"s","kind":"slow"}"#).speed;
        assert_eq!(speed, Some(Some(20_000)));
        let error = refusal(r#"{"id":"s","kind":"slow","bytes_per_s":0}"#);
        assert!(error.contains("at least 1"), "{error}");
    }
}
