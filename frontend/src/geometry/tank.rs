//! How full a tank is drawn. The mark is always at half height, so a full tank is twice the mark
//! or more; the figure below it says how much.

/// How far the water's upper edge stands below the rim of a tank of this height; the mark is at
/// half of it.
#[must_use]
pub fn empty_above(buffered: u64, mark: u64, height: i32) -> i32 {
    let full = i64::from(height);
    let water = match (buffered, mark) {
        (0, _) => 0,
        (_, 0) => full,
        (buffered, mark) => {
            // Twice the mark or more is full, so the share never passes a whole.
            let share = (u128::from(buffered) * 1_000 / u128::from(mark) / 2).min(1_000);
            i64::try_from(share).map_or(full, |share| full * share / 1_000)
        }
    };
    height - i32::try_from(water).unwrap_or(height)
}

/// Whether the tank is at or over its mark, where `write()` and `push()` answer false.
#[must_use]
pub const fn at_mark(buffered: u64, mark: u64) -> bool {
    buffered > 0 && buffered >= mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_at_half_height() {
        assert_eq!(empty_above(16_384, 16_384, 92), 46);
        assert_eq!(empty_above(8_192, 16_384, 92), 69);
    }

    #[test]
    fn a_full_tank_is_twice_the_mark_or_more() {
        assert_eq!(empty_above(32_768, 16_384, 92), 0);
        assert_eq!(empty_above(u64::MAX, 16_384, 92), 0);
    }

    #[test]
    fn an_empty_tank_is_empty_whatever_the_mark() {
        assert_eq!(empty_above(0, 0, 92), 92);
        assert_eq!(empty_above(1, 0, 92), 0);
        assert!(!at_mark(0, 0));
    }

    #[test]
    fn at_the_mark_counts_as_over_it() {
        assert!(at_mark(16_384, 16_384));
        assert!(!at_mark(16_383, 16_384));
    }
}
