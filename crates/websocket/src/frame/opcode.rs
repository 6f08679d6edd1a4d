//! The four bits that say what a frame is.

/// What a frame is (RFC 6455 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opcode {
    /// Goes on with the message that an earlier frame began.
    Continuation,
    /// Begins a message of UTF-8 text.
    Text,
    /// Begins a message of bytes.
    Binary,
    /// Begins the end of the connection.
    Close,
    /// Asks for a pong.
    Ping,
    /// Answers a ping, or beats unasked.
    Pong,
    /// 3-7 and 11-15, which RFC 6455 keeps for later. Only the low four bits count.
    Reserved(u8),
}

impl Opcode {
    /// The opcode in the low four bits; the others are ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 0x0F {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            other => Self::Reserved(other),
        }
    }

    /// The four bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
            Self::Reserved(bits) => bits & 0x0F,
        }
    }

    /// Whether this is a control frame, the reserved ones (11-15) included.
    #[must_use]
    pub const fn is_control(self) -> bool {
        self.bits() & 0x8 != 0
    }

    /// Whether this frame carries a part of a message.
    #[must_use]
    pub const fn is_data(self) -> bool {
        matches!(self, Self::Continuation | Self::Text | Self::Binary)
    }

    /// Its name, one word, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Reserved(_) => "reserved",
        }
    }

    /// What it means, in plain words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Continuation => {
                "continuation: goes on with the message that an earlier frame began"
            }
            Self::Text => "text: begins a message of UTF-8 text",
            Self::Binary => "binary: begins a message of bytes",
            Self::Close => "close: says goodbye; the other side answers with a close of its own",
            Self::Ping => "ping: asks the other side for a pong with the same payload",
            Self::Pong => "pong: answers a ping with its payload",
            Self::Reserved(_) => "reserved: no meaning yet; the receiver must fail the connection",
        }
    }

    /// Where the RFC describes this kind of frame.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::Continuation => "RFC 6455 §5.4",
            Self::Text | Self::Binary => "RFC 6455 §5.6",
            Self::Close => "RFC 6455 §5.5.1",
            Self::Ping => "RFC 6455 §5.5.2",
            Self::Pong => "RFC 6455 §5.5.3",
            Self::Reserved(_) => "RFC 6455 §5.2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Opcode;

    #[test]
    fn every_four_bits_survive_the_round_trip() {
        for bits in 0..16 {
            assert_eq!(Opcode::from_bits(bits).bits(), bits);
        }
    }

    #[test]
    fn the_top_bit_of_the_opcode_makes_a_control_frame() {
        for bits in 0..16 {
            assert_eq!(Opcode::from_bits(bits).is_control(), bits >= 8);
        }
    }
}
