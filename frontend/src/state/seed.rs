//! The learner's seed, which picks the numbers of the questions.

use std::sync::OnceLock;

use super::storage;

const KEY: &str = "spillway.seed";

static SEED: OnceLock<u64> = OnceLock::new();

/// The same at each visit of this browser; where nothing is kept, for as long as the page is there.
pub fn seed() -> u64 {
    *SEED.get_or_init(|| {
        let kept = storage::read(KEY).and_then(|kept| kept.parse().ok());
        kept.unwrap_or_else(|| {
            let seed = (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
            storage::write(KEY, &seed.to_string());
            seed
        })
    })
}
