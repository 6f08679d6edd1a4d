//! The blocks of a pcapng file (draft-ietf-opsawg-pcapng).

/// A file under construction, little-endian.
#[derive(Debug)]
pub(super) struct Blocks(pub(super) Vec<u8>);

impl Blocks {
    /// A file's first block, which says who wrote it and what a reader should know.
    pub(super) fn section(comment: &str) -> Self {
        let mut body = Vec::new();
        body.extend_from_slice(&BYTE_ORDER.to_le_bytes());
        // Version 1.0, a section whose length is not told.
        body.extend_from_slice(&[1, 0, 0, 0]);
        body.extend_from_slice(&u64::MAX.to_le_bytes());
        option(&mut body, COMMENT, comment);
        option(&mut body, APPLICATION, "Spillway");
        end_of_options(&mut body);
        let mut blocks = Self(Vec::new());
        blocks.block(SECTION, &body);
        blocks
    }

    /// An interface that packets are said to come from: bare IPv4, times in microseconds.
    pub(super) fn interface(&mut self, name: &str, comment: &str) {
        let mut body = Vec::new();
        body.extend_from_slice(&LINK_IPV4.to_le_bytes());
        // Two reserved bytes, and no limit on a packet's length.
        body.extend_from_slice(&[0; 6]);
        option(&mut body, COMMENT, comment);
        option(&mut body, NAME, name);
        end_of_options(&mut body);
        self.block(INTERFACE, &body);
    }

    /// A packet of the first interface, of `len` bytes, of which not all need be there.
    pub(super) fn packet(&mut self, unix_us: u64, packet: &[u8], len: usize, comment: &str) {
        let mut body = Vec::with_capacity(packet.len() + 64);
        body.extend_from_slice(&0_u32.to_le_bytes());
        body.extend_from_slice(&((unix_us >> 32) as u32).to_le_bytes());
        body.extend_from_slice(&(unix_us as u32).to_le_bytes());
        body.extend_from_slice(&(packet.len() as u32).to_le_bytes());
        body.extend_from_slice(&(len as u32).to_le_bytes());
        body.extend_from_slice(packet);
        pad(&mut body);
        if !comment.is_empty() {
            option(&mut body, COMMENT, comment);
            end_of_options(&mut body);
        }
        self.block(PACKET, &body);
    }

    fn block(&mut self, kind: u32, body: &[u8]) {
        // Type, the length twice, and a body of whole words.
        let len = (body.len() + 12) as u32;
        self.0.extend_from_slice(&kind.to_le_bytes());
        self.0.extend_from_slice(&len.to_le_bytes());
        self.0.extend_from_slice(body);
        self.0.extend_from_slice(&len.to_le_bytes());
    }
}

/// An option of text, at most 65,535 bytes of it.
fn option(body: &mut Vec<u8>, code: u16, text: &str) {
    let text = &text.as_bytes()[..text.floor_char_boundary(0xFFFF)];
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&(text.len() as u16).to_le_bytes());
    body.extend_from_slice(text);
    pad(body);
}

fn end_of_options(body: &mut Vec<u8>) {
    body.extend_from_slice(&[0; 4]);
}

/// Everything in a block begins at a multiple of four.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1A2B_3C4D;
/// `LINKTYPE_IPV4`.
const LINK_IPV4: u16 = 228;
const COMMENT: u16 = 1;
/// `if_name` in the block of an interface.
const NAME: u16 = 2;
/// `shb_userappl` in the block of a section.
const APPLICATION: u16 = 4;
