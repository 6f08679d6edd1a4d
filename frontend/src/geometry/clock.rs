//! The steps of the clock's slider: 1 to 1,000 events a second, each about twice the one before it,
//! and at its end no limit at all.

/// Events a second at each step but the last, which is full speed.
const PACES: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/// The slider's last position: full speed.
pub const FULL_SPEED: usize = PACES.len();

/// The pace at a slider position; `None` is full speed.
#[must_use]
pub fn pace_at(step: usize) -> Option<u64> {
    PACES.get(step).copied()
}

/// The slider position of a pace: the nearest by ratio, for another page may have set any.
#[must_use]
pub fn step_of(pace: Option<u64>) -> usize {
    let Some(pace) = pace else {
        return FULL_SPEED;
    };
    // Between two steps the border is their geometric mean.
    let nearer = |pair: &[u64]| pace.saturating_mul(pace) < pair[0] * pair[1];
    PACES.windows(2).position(nearer).unwrap_or(FULL_SPEED - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_finds_its_way_back() {
        for step in 0..=FULL_SPEED {
            assert_eq!(step_of(pace_at(step)), step);
        }
    }

    #[test]
    fn a_pace_between_two_steps_goes_to_the_nearer() {
        assert_eq!(pace_at(step_of(Some(3))), Some(2));
        assert_eq!(pace_at(step_of(Some(4))), Some(5));
        assert_eq!(pace_at(step_of(Some(250))), Some(200));
        assert_eq!(pace_at(step_of(Some(900))), Some(1_000));
        assert_eq!(pace_at(step_of(Some(u64::MAX))), Some(1_000));
    }

    #[test]
    fn the_slider_spans_what_the_server_takes() {
        assert_eq!(pace_at(0), Some(1));
        assert_eq!(pace_at(FULL_SPEED - 1), Some(1_000));
        assert_eq!(pace_at(FULL_SPEED), None);
    }
}
