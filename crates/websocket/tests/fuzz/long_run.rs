//! The same, for as long as somebody has time.

use std::env;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::stream::stream;
use crate::{dissector, protocol};

#[test]
#[ignore = "goes on for a minute or for SPILLWAY_FUZZ_SECONDS"]
fn any_stream_for_as_long_as_there_is_time() {
    let number = |name: &str| {
        env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let time = Duration::from_secs(number("SPILLWAY_FUZZ_SECONDS").unwrap_or(60));
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let first = number("SPILLWAY_FUZZ_SEED").unwrap_or(now.map_or(0, |now| now.as_secs()));
    println!("from SPILLWAY_FUZZ_SEED={first}");
    let start = Instant::now();
    let mut seed = first;
    while start.elapsed() < time {
        run(seed);
        seed += 1;
    }
    println!(
        "{} streams in {:?}",
        (seed - first) * u64::from(CASES),
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
