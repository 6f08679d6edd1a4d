//! How long to wait before the next attempt.

/// Seconds before attempt `failed + 1`: half a second doubled each time, at most 15, of which a
/// random half is taken off so that a class does not come back in one instant.
pub(crate) fn seconds(failed: u32, random: f64) -> f64 {
    let full = (0.5 * f64::from(2_u32.saturating_pow(failed.min(10)))).min(15.0);
    full * (1.0 - random / 2.0)
}
