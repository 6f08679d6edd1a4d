//! How full a tank is drawn. The mark is always at half height, so a full tank is twice the mark
//! or more; the figure below it says how much.

/// Height of the water as a share of the tank, from 0 to 1; the mark is at 0.5.
#[must_use]
pub fn level(buffered: u64, mark: u64) -> f64 {
    if buffered == 0 {
        return 0.0;
    }
    if mark == 0 {
        return 1.0;
    }
    (as_float(buffered) / as_float(mark) / 2.0).min(1.0)
}

/// Whether the tank is at or over its mark, where `write()` and `push()` answer false.
#[must_use]
pub const fn at_mark(buffered: u64, mark: u64) -> bool {
    buffered > 0 && buffered >= mark
}

/// A byte count as a float. Exact up to 2^53, far beyond the quota of any run.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "byte counts stay far below 2^53"
)]
pub const fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_at_half_height() {
        assert_eq!(level(16_384, 16_384), 0.5);
        assert_eq!(level(8_192, 16_384), 0.25);
    }

    #[test]
    fn a_full_tank_is_twice_the_mark_or_more() {
        assert_eq!(level(32_768, 16_384), 1.0);
        assert_eq!(level(65_536, 16_384), 1.0);
    }

    #[test]
    fn an_empty_tank_is_empty_whatever_the_mark() {
        assert_eq!(level(0, 0), 0.0);
        assert_eq!(level(1, 0), 1.0);
        assert!(!at_mark(0, 0));
    }

    #[test]
    fn at_the_mark_counts_as_over_it() {
        assert!(at_mark(16_384, 16_384));
        assert!(!at_mark(16_383, 16_384));
    }
}
