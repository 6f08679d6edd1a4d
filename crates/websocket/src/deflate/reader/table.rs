//! What the symbols of lengths and distances stand for (RFC 1951 §3.2.5).

/// The shortest length that a symbol stands for, and how many bits say how much longer.
pub(super) const fn length_of(symbol: u16) -> (usize, u32) {
    match symbol {
        0..8 => (symbol as usize + 3, 0),
        28 => (258, 0),
        _ => {
            let extra = (symbol as u32 - 4) / 4;
            (((4 + symbol as usize % 4) << extra) + 3, extra)
        }
    }
}

/// The shortest distance that a symbol stands for, and how many bits say how much longer.
pub(super) const fn distance_of(symbol: u16) -> (usize, u32) {
    match symbol {
        0..4 => (symbol as usize + 1, 0),
        _ => {
            let extra = (symbol as u32 - 2) / 2;
            (((2 + symbol as usize % 2) << extra) + 1, extra)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{distance_of, length_of};

    #[test]
    fn lengths_and_distances_are_those_of_the_table() {
        let lengths: Vec<usize> = (0..29).map(|symbol| length_of(symbol).0).collect();
        assert_eq!(
            lengths,
            [
                3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83,
                99, 115, 131, 163, 195, 227, 258
            ]
        );
        let distances: Vec<usize> = (0..30).map(|symbol| distance_of(symbol).0).collect();
        assert_eq!(
            distances,
            [
                1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
                1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577
            ]
        );
    }
}
