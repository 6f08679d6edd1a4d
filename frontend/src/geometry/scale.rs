//! The steps of the sliders for speed and pace: each about twice the one before it, and at the end
//! no limit at all.

/// The steps of a slider; the position after the last of them is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Scale(&'static [u64]);

/// Bytes a second that a stage may give or take.
pub const SPEEDS: Scale = Scale(&[
    8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 1_000_000, 2_000_000, 4_000_000,
    8_000_000, 16_000_000, 32_000_000, 64_000_000,
]);

/// Events a second of the clock, as the server takes them.
pub const PACES: Scale = Scale(&[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]);

impl Scale {
    /// The slider's last position: full speed.
    #[must_use]
    pub const fn full_speed(self) -> usize {
        self.0.len()
    }

    /// The limit at a slider position; `None` is full speed.
    #[must_use]
    pub fn at(self, step: usize) -> Option<u64> {
        self.0.get(step).copied()
    }

    /// The slider position nearest to a limit, judged by ratio as the ear and the eye do: another
    /// page, or a lesson, may have set any.
    #[must_use]
    pub fn step_of(self, limit: Option<u64>) -> usize {
        let Some(limit) = limit else {
            return self.full_speed();
        };
        // Between two steps the border is their geometric mean.
        let nearer = |pair: &[u64]| limit.saturating_mul(limit) < pair[0] * pair[1];
        let found = self.0.windows(2).position(nearer);
        found.unwrap_or(self.full_speed() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(scale: Scale, limit: u64) -> Option<u64> {
        scale.at(scale.step_of(Some(limit)))
    }

    #[test]
    fn every_step_finds_its_way_back() {
        for scale in [SPEEDS, PACES] {
            for step in 0..=scale.full_speed() {
                assert_eq!(scale.step_of(scale.at(step)), step);
            }
        }
    }

    #[test]
    fn a_limit_between_two_steps_goes_to_the_nearer() {
        assert_eq!(nearest(SPEEDS, 65_536), Some(64_000));
        assert_eq!(nearest(SPEEDS, 1), Some(8_000));
        assert_eq!(nearest(SPEEDS, 900_000_000), Some(64_000_000));
        assert_eq!(nearest(PACES, 3), Some(2));
        assert_eq!(nearest(PACES, 4), Some(5));
        assert_eq!(nearest(PACES, 250), Some(200));
        assert_eq!(nearest(PACES, 900), Some(1_000));
        assert_eq!(nearest(PACES, u64::MAX), Some(1_000));
    }

    #[test]
    fn the_pace_spans_what_the_server_takes() {
        assert_eq!(PACES.at(0), Some(1));
        assert_eq!(PACES.at(PACES.full_speed() - 1), Some(1_000));
        assert_eq!(PACES.at(PACES.full_speed()), None);
    }
}
