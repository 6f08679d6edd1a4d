//! Numbers as people read them.

/// Keeps the digits of one number on one line.
pub(crate) const NARROW: char = '\u{a0}';

/// `65 536`: groups of three, held together by no-break spaces.
#[must_use]
pub fn exact(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(NARROW);
        }
        grouped.push(digit);
    }
    grouped
}

/// `18.4 MB`: powers of a thousand, three figures at most.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes}{NARROW}B");
    }
    let mut unit = 0;
    let mut whole = 1_000;
    while bytes >= whole * 1_000 - whole / 2 && unit + 1 < UNITS.len() {
        whole *= 1_000;
        unit += 1;
    }
    let unit = UNITS[unit];
    let tenths = (bytes + whole / 20) / (whole / 10);
    if tenths >= 1_000 || tenths.is_multiple_of(10) {
        format!("{}{NARROW}{unit}", (bytes + whole / 2) / whole)
    } else {
        format!("{}.{}{NARROW}{unit}", tenths / 10, tenths % 10)
    }
}

/// `2.5 MB/s`.
#[must_use]
pub fn rate(bytes_per_s: u64) -> String {
    format!("{}/s", size(bytes_per_s))
}

/// A speed limit: `64 KB/s`, or `full speed`.
#[must_use]
pub fn limit(bytes_per_s: Option<u64>) -> String {
    bytes_per_s.map_or_else(|| "full speed".to_owned(), rate)
}

/// `64/16 KiB`: what a tank holds against its mark, in the unit of the mark.
#[must_use]
pub fn against_mark(buffered: u64, mark: u64) -> String {
    if mark < 1_024 {
        return format!("{buffered}/{mark}{NARROW}B");
    }
    format!("{}/{}{NARROW}KiB", kibi(buffered), kibi(mark))
}

/// `3.411`: seconds since the run began, to the millisecond.
#[must_use]
pub fn seconds(at_us: u64) -> String {
    format!("{}.{:03}", at_us / 1_000_000, at_us / 1_000 % 1_000)
}

/// `250 ms`, `1.2 s` or `80 µs`.
#[must_use]
pub fn duration(us: u64) -> String {
    match us {
        0..1_000 => format!("{us}{NARROW}µs"),
        1_000..1_000_000 => format!("{}{NARROW}ms", us / 1_000),
        _ => format!("{}.{}{NARROW}s", us / 1_000_000, us / 100_000 % 10),
    }
}

/// `1 chunk`, `281 chunks`.
#[must_use]
pub fn chunks(count: u64) -> String {
    let noun = if count == 1 { "chunk" } else { "chunks" };
    format!("{}{NARROW}{noun}", exact(count))
}

fn kibi(bytes: u64) -> String {
    match bytes {
        0 => "0".to_owned(),
        1..1_024 => "<1".to_owned(),
        _ => ((bytes + 512) / 1_024).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &str, expect: &str) {
        assert_eq!(said.replace(NARROW, " "), expect);
    }

    #[test]
    fn thousands_are_set_apart() {
        check(&exact(0), "0");
        check(&exact(999), "999");
        check(&exact(65_536), "65 536");
        check(&exact(1_234_567), "1 234 567");
    }

    #[test]
    fn sizes_have_three_figures_at_most() {
        check(&size(999), "999 B");
        check(&size(64_000), "64 KB");
        check(&size(18_432_100), "18.4 MB");
        check(&size(999_900), "1 MB");
        check(&size(281_000_000), "281 MB");
        check(&limit(None), "full speed");
    }

    #[test]
    fn a_tank_is_told_in_the_unit_of_its_mark() {
        check(&against_mark(65_536, 16_384), "64/16 KiB");
        check(&against_mark(7, 16_384), "<1/16 KiB");
        check(&against_mark(3, 16), "3/16 B");
    }

    #[test]
    fn times_are_short() {
        check(&seconds(3_411_980), "3.411");
        check(&duration(80), "80 µs");
        check(&duration(250_400), "250 ms");
        check(&duration(1_250_000), "1.2 s");
    }
}
