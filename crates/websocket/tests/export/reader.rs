//! A small reader of pcapng, of no use but for what is written here.

/// A packet, its headers read and their checksums checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) unix_us: u64,
    pub(crate) ports: (u16, u16),
    pub(crate) sequence: u32,
    pub(crate) acknowledged: u32,
    pub(crate) flags: u8,
    pub(crate) payload: Vec<u8>,
    /// Payload bytes that crossed but are not in the file.
    pub(crate) absent: usize,
    pub(crate) comment: Option<String>,
}

/// The comment of the file, and its packets.
pub(crate) fn read(mut file: &[u8]) -> (String, Vec<Packet>) {
    let mut comment = String::new();
    let mut packets = Vec::new();
    while !file.is_empty() {
        let (kind, len) = (word(file, 0), word(file, 4) as usize);
        assert_eq!(len % 4, 0);
        let (block, rest) = file.split_at(len);
        assert_eq!(
            word(block, len - 4) as usize,
            len,
            "the length stands at both ends"
        );
        let body = &block[8..len - 4];
        match kind {
            0x0A0D_0D0A => {
                assert_eq!(word(body, 0), 0x1A2B_3C4D);
                comment = option(&body[16..], 1).expect("a comment");
            }
            1 => assert_eq!(body[..2], 228_u16.to_le_bytes()),
            6 => packets.push(packet(body)),
            other => panic!("a block of type {other}"),
        }
        file = rest;
    }
    (comment, packets)
}

fn packet(body: &[u8]) -> Packet {
    let (kept, len) = (word(body, 12) as usize, word(body, 16) as usize);
    let raw = &body[20..20 + kept];
    assert_eq!(raw[0], 0x45);
    assert_eq!(sum(&raw[..20]), 0xFFFF, "the checksum of the IP header");
    assert_eq!(usize::from(half(raw, 2)), len);
    let tcp = &raw[20..];
    if kept == len {
        let pseudo = [&raw[12..20], &[0, 6], &(tcp.len() as u16).to_be_bytes()].concat();
        assert_eq!(sum(&[&pseudo, tcp].concat()), 0xFFFF, "the checksum of TCP");
    }
    Packet {
        unix_us: u64::from(word(body, 4)) << 32 | u64::from(word(body, 8)),
        ports: (half(tcp, 0), half(tcp, 2)),
        sequence: u32::from_be_bytes(tcp[4..8].try_into().expect("four bytes")),
        acknowledged: u32::from_be_bytes(tcp[8..12].try_into().expect("four bytes")),
        flags: tcp[13],
        payload: tcp[20..].to_vec(),
        absent: len - kept,
        comment: option(&body[20 + kept.next_multiple_of(4)..], 1),
    }
}

/// The first option of that code.
fn option(mut options: &[u8], code: u16) -> Option<String> {
    while options.len() >= 4 {
        let here = u16::from_le_bytes([options[0], options[1]]);
        let len = usize::from(u16::from_le_bytes([options[2], options[3]]));
        if here == code {
            return String::from_utf8(options[4..4 + len].to_vec()).ok();
        }
        options = &options[4 + len.next_multiple_of(4)..];
    }
    None
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// What a correct checksum makes of what it covers, itself included.
fn sum(bytes: &[u8]) -> u32 {
    let mut sum: u32 = bytes
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low)))
        .sum();
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    sum
}
