//! The mask: every payload byte XORed with one of the key's four.

/// Masks or unmasks `data` in place (RFC 6455 §5.3): the two are the same operation.
///
/// `offset` is how many payload bytes came before `data`, so that a payload may arrive cut anywhere.
pub fn apply_mask(data: &mut [u8], key: [u8; 4], offset: usize) {
    let mut turned = [0; 8];
    for (at, byte) in turned.iter_mut().enumerate() {
        *byte = key[offset.wrapping_add(at) & 3];
    }
    let word = u64::from_ne_bytes(turned);
    let (words, rest) = data.as_chunks_mut::<8>();
    for eight in words {
        *eight = (u64::from_ne_bytes(*eight) ^ word).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(turned) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::apply_mask;

    fn check(key: [u8; 4], plain: &[u8], masked: &[u8]) {
        let mut data = plain.to_vec();
        apply_mask(&mut data, key, 0);
        assert_eq!(data, masked);
        apply_mask(&mut data, key, 0);
        assert_eq!(data, plain);
    }

    #[test]
    fn hello_is_masked_as_the_rfc_shows() {
        check(
            [0x37, 0xfa, 0x21, 0x3d],
            b"Hello",
            &[0x7f, 0x9f, 0x4d, 0x51, 0x58],
        );
    }

    #[test]
    fn hello_is_masked_with_another_key() {
        check(
            [0xa1, 0xb2, 0xc3, 0xd4],
            b"Hello",
            &[0xe9, 0xd7, 0xaf, 0xb8, 0xce],
        );
    }

    #[test]
    fn a_payload_cut_anywhere_is_masked_the_same() {
        let key = [1, 20, 33, 200];
        let plain: Vec<u8> = (0..61).collect();
        let mut whole = plain.clone();
        apply_mask(&mut whole, key, 0);
        for cut in 0..=plain.len() {
            let mut parts = plain.clone();
            let (left, right) = parts.split_at_mut(cut);
            apply_mask(left, key, 0);
            apply_mask(right, key, cut);
            assert_eq!(parts, whole, "cut at {cut}");
        }
    }
}
