//! The steps of a speed slider: doubling from 8 KB/s, and at its end no limit at all.

/// Bytes a second at each step but the last, which is full speed.
const STEPS: [u64; 14] = [
    8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 1_000_000, 2_000_000, 4_000_000,
    8_000_000, 16_000_000, 32_000_000, 64_000_000,
];

/// The slider's last position: full speed.
pub const FULL_SPEED: usize = STEPS.len();

/// The limit at a slider position; `None` is full speed.
#[must_use]
pub fn limit_at(step: usize) -> Option<u64> {
    STEPS.get(step).copied()
}

/// The slider position nearest to a limit, judged by ratio as the ear and the eye do.
#[must_use]
pub fn step_of(limit: Option<u64>) -> usize {
    let Some(limit) = limit else {
        return FULL_SPEED;
    };
    STEPS
        .iter()
        .position(|step| limit.saturating_mul(limit) < step * step * 2)
        .unwrap_or(FULL_SPEED - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_finds_its_way_back() {
        for step in 0..=FULL_SPEED {
            assert_eq!(step_of(limit_at(step)), step);
        }
    }

    #[test]
    fn a_limit_between_two_steps_goes_to_the_nearer() {
        assert_eq!(limit_at(step_of(Some(65_536))), Some(64_000));
        assert_eq!(limit_at(step_of(Some(1))), Some(8_000));
        assert_eq!(limit_at(step_of(Some(900_000_000))), Some(64_000_000));
    }
}
