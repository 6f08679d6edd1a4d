//! Numbers as decimal digits, without the cost of `write!`: a sample is made while it is read, and
//! must not be what slows a pipeline down.

use bytes::BytesMut;

/// Appends a number.
pub(super) fn push_number(out: &mut BytesMut, number: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a number of thousandths with its three decimals: 1500 is `1.500`.
pub(super) fn push_thousandths(out: &mut BytesMut, thousandths: i64) {
    if thousandths < 0 {
        out.extend_from_slice(b"-");
    }
    let size = thousandths.unsigned_abs();
    push_number(out, size / 1000);
    let rest = (size % 1000) as u16;
    let digit = |tens: u16| b'0' + (rest / tens % 10) as u8;
    out.extend_from_slice(&[b'.', digit(100), digit(10), digit(1)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_rust_writes_them() {
        for number in [0, 9, 10, 4_294_967_296, u64::MAX] {
            let mut out = BytesMut::new();
            push_number(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }

    #[test]
    fn thousandths_keep_their_three_decimals_and_their_sign() {
        for (thousandths, text) in [
            (0, "0.000"),
            (-5, "-0.005"),
            (180_000, "180.000"),
            (-12_340, "-12.340"),
        ] {
            let mut out = BytesMut::new();
            push_thousandths(&mut out, thousandths);
            assert_eq!(out, text.as_bytes());
        }
    }
}
