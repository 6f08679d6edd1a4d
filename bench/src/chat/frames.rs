//! Frames as a server sends them, cut out of what was read; no more than counting needs.

/// Cuts frames out of the bytes of one connection.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The beginning of a frame whose rest has not come.
    begun: Vec<u8>,
}

/// What a frame is, as far as a client of a chat cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// A whole message of text.
    Text(&'a [u8]),
    Ping,
    Close,
    /// Anything else.
    Other,
}

impl Frames {
    /// Hands on each frame that is whole now.
    pub(super) fn read(&mut self, bytes: &[u8], mut each: impl FnMut(Frame<'_>)) {
        if self.begun.is_empty() {
            let used = cut(bytes, &mut each);
            self.begun.extend_from_slice(&bytes[used..]);
        } else {
            self.begun.extend_from_slice(bytes);
            let used = cut(&self.begun, &mut each);
            self.begun.drain(..used);
        }
        // Thousands of connections do not each keep room for the longest burst they had.
        if self.begun.is_empty() && self.begun.capacity() > 0 {
            self.begun = Vec::new();
        }
    }
}

/// Hands on the whole frames at the beginning; how many bytes they have.
fn cut(bytes: &[u8], each: &mut impl FnMut(Frame<'_>)) -> usize {
    let mut at = 0;
    while let Some((frame, length)) = first(&bytes[at..]) {
        each(frame);
        at += length;
    }
    at
}

fn first(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let head = *bytes.first()?;
    let (length, payload) = match *bytes.get(1)? {
        126 => (
            u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?).into(),
            4,
        ),
        127 => {
            let length = u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?);
            (usize::try_from(length).ok()?, 10)
        }
        // A server does not mask, so that this is the length alone.
        length => (usize::from(length), 2),
    };
    let end = payload + length;
    let content = bytes.get(payload..end)?;
    let frame = match head {
        0x81 => Frame::Text(content),
        0x89 => Frame::Ping,
        0x88 => Frame::Close,
        _ => Frame::Other,
    };
    Some((frame, end))
}

/// Appends a frame as a client sends it. The mask is zero: the payload stays as it is, and the
/// server's work of undoing a mask is the same.
pub(super) fn write(opcode: u8, payload: &[u8], to: &mut Vec<u8>) {
    to.push(0x80 | opcode);
    match u16::try_from(payload.len()) {
        Ok(length @ ..=125) => to.push(0x80 | length.to_le_bytes()[0]),
        Ok(length) => {
            to.push(0x80 | 126);
            to.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            to.push(0x80 | 127);
            to.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    to.extend_from_slice(&[0; 4]);
    to.extend_from_slice(payload);
}

/// Of a message of text.
pub(super) const TEXT: u8 = 1;

/// Of the answer to a ping.
pub(super) const PONG: u8 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(length: usize) -> Vec<u8> {
        let mut frame = vec![0x81];
        match length {
            ..=125 => frame.push(length as u8),
            126..=0xffff => {
                frame.push(126);
                frame.extend_from_slice(&(length as u16).to_be_bytes());
            }
            _ => {
                frame.push(127);
                frame.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        frame.resize(frame.len() + length, b'x');
        frame
    }

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let lengths = [0, 1, 125, 126, 300, 70_000];
        let mut all: Vec<u8> = lengths.iter().flat_map(|length| sent(*length)).collect();
        all.extend_from_slice(&[0x89, 0, 0x88, 0]);
        for chunk in [1, 2, 7, 1000, all.len()] {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for bytes in all.chunks(chunk) {
                frames.read(bytes, |frame| {
                    found.push(match frame {
                        Frame::Text(text) => text.len(),
                        Frame::Ping => 1_000_000,
                        Frame::Close => 2_000_000,
                        Frame::Other => 3_000_000,
                    });
                });
            }
            let expected = lengths.iter().copied().chain([1_000_000, 2_000_000]);
            assert_eq!(found, expected.collect::<Vec<_>>(), "chunks of {chunk}");
            assert_eq!(frames.begun.capacity(), 0);
        }
    }

    #[test]
    fn what_a_client_sends_is_masked() {
        let mut frame = Vec::new();
        write(TEXT, b"hi", &mut frame);
        assert_eq!(frame, b"\x81\x82\0\0\0\0hi");
        frame.clear();
        write(TEXT, &[b'x'; 200], &mut frame);
        assert_eq!(frame[..8], [0x81, 0xfe, 0, 200, 0, 0, 0, 0]);
    }
}
