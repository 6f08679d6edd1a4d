//! Why bytes are no deflate stream.

use thiserror::Error;

/// What is wrong with a compressed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeflateDamage {
    /// A block of the type that is not used.
    #[error("a block of type 3, which deflate does not have")]
    BlockType,
    /// A stored block whose length does not fit its check.
    #[error("a stored block of length 0x{len:04X} whose check is 0x{inverse:04X}")]
    StoredLength {
        /// The length.
        len: u16,
        /// What should be its bits turned over.
        inverse: u16,
    },
    /// More codes than there are symbols.
    #[error("a block with more codes than there are symbols")]
    TooManyCodes,
    /// Lengths that no Huffman code has.
    #[error("the lengths of a block's codes make no Huffman code")]
    CodeLengths,
    /// A length to be repeated before there is one.
    #[error("the first code length asks to repeat the one before it")]
    NothingToRepeat,
    /// No code for the end of the block.
    #[error("a block whose end has no code")]
    NoEndOfBlock,
    /// Bits that are no code, or the code of a symbol that is not used.
    #[error("bits that stand for no symbol")]
    Symbol,
    /// A reference to what came before the first byte, or before the window.
    #[error("a reference {distance} bytes back, where {known} are known")]
    Distance {
        /// How far back.
        distance: usize,
        /// How far back it may go.
        known: usize,
    },
    /// The message ends inside a block.
    #[error("the message ends inside a block")]
    Unfinished,
}

impl DeflateDamage {
    /// Where the rule stands.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::BlockType => "RFC 1951 §3.2.3",
            Self::StoredLength { .. } => "RFC 1951 §3.2.4",
            Self::TooManyCodes | Self::NothingToRepeat | Self::NoEndOfBlock => "RFC 1951 §3.2.7",
            Self::CodeLengths => "RFC 1951 §3.2.2",
            Self::Symbol => "RFC 1951 §3.2.5",
            Self::Distance { .. } => "RFC 7692 §7.1.2",
            Self::Unfinished => "RFC 7692 §7.2.2",
        }
    }
}
