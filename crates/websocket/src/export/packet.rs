//! IPv4 and TCP headers (RFC 791, RFC 9293) for bytes that were captured above them.

use std::net::SocketAddrV4;

/// What a TCP header says besides the addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct TcpHeader {
    pub(super) from: SocketAddrV4,
    pub(super) to: SocketAddrV4,
    pub(super) sequence: u32,
    pub(super) acknowledged: u32,
    pub(super) flags: u8,
}

pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const PUSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;

/// Both headers, without options.
pub(super) const HEADERS: usize = 40;

/// Most payload of one packet: an IPv4 packet tells its length in 16 bits.
pub(super) const MOST: usize = 0xFFFF - HEADERS;

impl TcpHeader {
    /// The packet. Of its payload of `len` bytes, at most [`MOST`], as many are there as `payload` has; where some are
    /// missing, the TCP checksum cannot be known and stays 0.
    pub(super) fn packet(&self, payload: &[u8], len: usize) -> Vec<u8> {
        let mut packet = self.ip_header(len);
        let tcp = packet.len();
        packet.extend_from_slice(&self.from.port().to_be_bytes());
        packet.extend_from_slice(&self.to.port().to_be_bytes());
        packet.extend_from_slice(&self.sequence.to_be_bytes());
        packet.extend_from_slice(&self.acknowledged.to_be_bytes());
        // A header of five words, the flags, the largest window, a checksum to come, nothing urgent.
        packet.extend_from_slice(&[0x50, self.flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        packet.extend_from_slice(payload);
        if payload.len() == len {
            let mut pseudo = Vec::with_capacity(12);
            pseudo.extend_from_slice(&self.from.ip().octets());
            pseudo.extend_from_slice(&self.to.ip().octets());
            pseudo.extend_from_slice(&[0, TCP]);
            pseudo.extend_from_slice(&((len + 20) as u16).to_be_bytes());
            let sum = checksum(&[&pseudo, &packet[tcp..]]);
            packet[tcp + 16..tcp + 18].copy_from_slice(&sum.to_be_bytes());
        }
        packet
    }

    fn ip_header(&self, len: usize) -> Vec<u8> {
        let total = (HEADERS + len) as u16;
        // Version 4 and five words; no identification, not to be fragmented; 64 hops; a checksum to come.
        let mut header = vec![0x45, 0];
        header.extend_from_slice(&total.to_be_bytes());
        header.extend_from_slice(&[0, 0, 0x40, 0, 64, TCP, 0, 0]);
        header.extend_from_slice(&self.from.ip().octets());
        header.extend_from_slice(&self.to.ip().octets());
        let sum = checksum(&[&header]);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        header
    }
}

/// The Internet checksum (RFC 1071) of parts that follow each other, all but the last of an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for part in parts {
        let (words, rest) = part.as_chunks::<2>();
        for &word in words {
            sum += u32::from(u16::from_be_bytes(word));
        }
        if let [last] = rest {
            sum += u32::from(*last) << 8;
        }
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !(sum as u16)
}

/// The number of TCP in an IP header.
const TCP: u8 = 6;

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn the_checksum_is_the_one_of_the_rfc() {
        // RFC 1071 §3: the sum is ddf2.
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(checksum(&[&bytes]), !0xddf2);
        assert_eq!(checksum(&[&bytes[..4], &bytes[4..]]), !0xddf2);
        assert_eq!(checksum(&[&[0xAB]]), !0xAB00);
    }
}
