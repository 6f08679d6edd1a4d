//! Streams of one seed after another: of the first seed always, and for as long as somebody has
//! time, from any seed, with `SPILLWAY_FUZZ_SECONDS` and `SPILLWAY_FUZZ_SEED`.

use std::env;
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::stream::stream;
use crate::{dissector, protocol};

#[test]
fn the_streams_of_a_seed_break_nothing() {
    let number = |name: &str| {
        env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let time = Duration::from_secs(number("SPILLWAY_FUZZ_SECONDS").unwrap_or_default());
    let first = number("SPILLWAY_FUZZ_SEED").unwrap_or_default();
    let start = Instant::now();
    let mut seed = first;
    loop {
        run(seed);
        seed += 1;
        if start.elapsed() >= time {
            break;
        }
    }
    println!(
        "{} streams of the seeds {first} to {} in {:?}",
        (seed - first) * u64::from(CASES),
        seed - 1,
        start.elapsed()
    );
}

/// Some streams of one seed.
fn run(seed: u64) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let result = TestRunner::new_with_rng(config, random).run(&stream(), |stream| {
        dissector::check_items(&stream);
        dissector::check_memory(&stream);
        protocol::check_served(&stream);
        protocol::check_agreement(&stream);
        protocol::check_memory(&stream);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("SPILLWAY_FUZZ_SEED={seed}: {failure}");
    }
}

/// Streams of one seed.
const CASES: u32 = 200;
