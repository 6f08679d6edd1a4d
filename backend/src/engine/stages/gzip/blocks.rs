//! gzip on all cores: the input is cut into blocks, each compressed on its own with the end of
//! the one before as its dictionary, and put together again as one member.
//!
//! A block ends at a byte by a sync flush, so that the next can be appended to it; a decompressor
//! sees one stream, whose matches reach back over the joints.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use bytes::{Bytes, BytesMut};
use flate2::{Compress, CompressError, Compression, Crc, FlushCompress, Status};

use super::super::pieces::pieces;
use super::super::{Inside, StageError, Transform};
use crate::engine::{Buffers, pool};

/// Input of one block, bytes, or more by the chunk that fills it up. Larger ones would cost memory;
/// smaller ones time, as each reads its dictionary first, and compression, as each begins anew.
const BLOCK: usize = 512 * 1024;

/// Most threads that are kept at work. With all of them a member holds some 25 MB.
const MOST_THREADS: usize = 16;

/// How far back deflate can refer, bytes.
const WINDOW: usize = 32 * 1024;

/// A gzip member in the making.
pub(super) struct Blocks {
    /// What was taken in and is not under way yet.
    filling: Vec<Bytes>,
    filled: usize,
    /// The last bytes before `filling`.
    before: Bytes,
    /// Blocks under way, oldest first.
    under_way: VecDeque<UnderWay>,
    /// The checksum of what has come out.
    crc: Crc,
    begun: bool,
    shared: Arc<Shared>,
    /// Largest chunk it gives, bytes.
    chunk: usize,
}

struct UnderWay {
    bytes: usize,
    result: Receiver<Result<Compressed, CompressError>>,
}

struct Compressed {
    deflated: Vec<u8>,
    crc: Crc,
}

/// What the blocks of a member share.
struct Shared {
    level: Compression,
    buffers: Buffers,
}

struct Block {
    dictionary: Bytes,
    input: Vec<Bytes>,
    is_last: bool,
}

impl Blocks {
    pub(super) fn new(level: u32, chunk: usize, buffers: Buffers) -> Self {
        Self {
            filling: Vec::new(),
            filled: 0,
            before: Bytes::new(),
            under_way: VecDeque::new(),
            crc: Crc::new(),
            begun: false,
            shared: Arc::new(Shared {
                level: Compression::new(level),
                buffers,
            }),
            chunk,
        }
    }

    fn hand_in(&mut self, is_last: bool) {
        let input = std::mem::take(&mut self.filling);
        let end = end_of(&self.before, &input);
        let block = Block {
            dictionary: std::mem::replace(&mut self.before, end),
            input,
            is_last,
        };
        let (done, result) = sync_channel(1);
        self.under_way.push_back(UnderWay {
            bytes: std::mem::take(&mut self.filled),
            result,
        });
        let shared = Arc::clone(&self.shared);
        pool::hand_in(move || shared.compress_for(block, &done));
    }

    /// Takes the oldest block; `None` when it is still under way and need not be waited for.
    fn take_oldest(&mut self, wait: bool) -> Result<Option<Vec<u8>>, StageError> {
        let Some(oldest) = self.under_way.front() else {
            return Ok(None);
        };
        let broken = || StageError::Data("gzip: a block broke".to_owned());
        let result = if wait {
            oldest.result.recv().map_err(|_| broken())?
        } else {
            match oldest.result.try_recv() {
                Ok(result) => result,
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => return Err(broken()),
            }
        };
        self.under_way.pop_front();
        let block = result.map_err(|error| StageError::Data(format!("gzip: {error}")))?;
        self.crc.combine(&block.crc);
        Ok(Some(block.deflated))
    }

    fn header(&mut self, out: &mut Vec<Bytes>) {
        if !self.begun {
            self.begun = true;
            out.push(Bytes::from_static(&HEADER));
        }
    }
}

impl Transform for Blocks {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.filled += chunk.len();
        self.filling.push(chunk.clone());
        if self.filled >= BLOCK {
            self.hand_in(false);
        }
        let mut out = Vec::new();
        loop {
            let wait = self.under_way.len() > most_under_way();
            let Some(deflated) = self.take_oldest(wait)? else {
                return Ok(out);
            };
            self.header(&mut out);
            out.extend(pieces(deflated, self.chunk));
        }
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        self.hand_in(true);
        let mut out = Vec::new();
        self.header(&mut out);
        while let Some(deflated) = self.take_oldest(true)? {
            out.extend(pieces(deflated, self.chunk));
        }
        let mut trailer = [0; 8];
        trailer[..4].copy_from_slice(&self.crc.sum().to_le_bytes());
        trailer[4..].copy_from_slice(&self.crc.amount().to_le_bytes());
        out.push(Bytes::copy_from_slice(&trailer));
        Ok(out)
    }

    fn inside(&self) -> Inside {
        let under_way: usize = self.under_way.iter().map(|block| block.bytes).sum();
        Inside::holding((self.filled + under_way) as u64)
    }
}

/// For each thread of the pool a block that is worked on, and one that waits so that the thread
/// does not.
fn most_under_way() -> usize {
    2 * pool::width().min(MOST_THREADS)
}

/// The header of RFC 1952 with no name, no time and an unknown system, as a serial gzip has it here.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

impl Shared {
    fn compress_for(&self, block: Block, done: &SyncSender<Result<Compressed, CompressError>>) {
        let result = compress_block(self.level, &block);
        for chunk in block.input {
            self.buffers.give_back(chunk);
        }
        // Nobody waits when the run has ended.
        let _gone = done.send(result);
    }
}

fn compress_block(level: Compression, block: &Block) -> Result<Compressed, CompressError> {
    // A new one for each block: one that was reset finds other matches than a new one, and the same
    // input would not always give the same bytes.
    let mut compress = Compress::new(level, false);
    if !block.dictionary.is_empty() {
        compress.set_dictionary(&block.dictionary)?;
    }
    let bytes: usize = block.input.iter().map(Bytes::len).sum();
    let mut crc = Crc::new();
    let mut deflated = Vec::with_capacity(bytes / 3 + 1024);
    for chunk in &block.input {
        crc.update(chunk);
        deflate(&mut compress, chunk, FlushCompress::None, &mut deflated)?;
    }
    let end = if block.is_last {
        FlushCompress::Finish
    } else {
        FlushCompress::Sync
    };
    deflate(&mut compress, &[], end, &mut deflated)?;
    Ok(Compressed { deflated, crc })
}

/// Compresses all of `input`, and what the flush asks for.
fn deflate(
    compress: &mut Compress,
    mut input: &[u8],
    flush: FlushCompress,
    out: &mut Vec<u8>,
) -> Result<(), CompressError> {
    loop {
        if out.len() == out.capacity() {
            out.reserve(out.len().max(1024));
        }
        let before = compress.total_in();
        let status = compress.compress_vec(input, out, flush)?;
        input = &input[(compress.total_in() - before) as usize..];
        // With room left it has nothing more to say.
        if status == Status::StreamEnd || out.len() < out.capacity() {
            return Ok(());
        }
    }
}

/// The last bytes that the next block may refer to.
fn end_of(before: &Bytes, input: &[Bytes]) -> Bytes {
    let mut wanted = WINDOW;
    let mut parts: Vec<&[u8]> = Vec::new();
    for chunk in input.iter().rev().chain([before]) {
        let part = &chunk[chunk.len().saturating_sub(wanted)..];
        wanted -= part.len();
        parts.push(part);
    }
    // A copy: a slice would keep the whole chunk from being used again.
    let mut end = BytesMut::with_capacity(WINDOW - wanted);
    for part in parts.into_iter().rev() {
        end.extend_from_slice(part);
    }
    end.freeze()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::bufread::GzDecoder;

    use super::*;

    fn gzip(level: u32, chunks: &[Bytes]) -> Vec<u8> {
        let mut gzip = Blocks::new(level, 16 * 1024, Buffers::default());
        let mut out = Vec::new();
        for chunk in chunks {
            out.extend(gzip.transform(chunk).unwrap());
            let most = (most_under_way() + 1) * (BLOCK + chunk.len());
            assert!(gzip.inside().in_work <= most as u64);
        }
        out.extend(gzip.flush().unwrap());
        assert_eq!(gzip.inside().in_work, 0);
        assert!(
            out.iter()
                .all(|piece| (1..=16 * 1024).contains(&piece.len()))
        );
        out.concat()
    }

    fn gunzip(gzip: &[u8]) -> Vec<u8> {
        let mut decoder = GzDecoder::new(gzip);
        let mut content = Vec::new();
        decoder.read_to_end(&mut content).unwrap();
        assert!(decoder.into_inner().is_empty(), "one member and no more");
        content
    }

    /// Lines that are like each other, with numbers that a seed gives.
    fn text(bytes: usize) -> Vec<u8> {
        let mut text = Vec::with_capacity(bytes + 80);
        let mut seed = 1_u64;
        while text.len() < bytes {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.extend(format!("{},a line of a file,{}\n", seed >> 40, seed >> 59).bytes());
        }
        text.truncate(bytes);
        text
    }

    #[test]
    fn blocks_of_any_chunks_are_one_member_of_what_went_in() {
        for bytes in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 7] {
            let text = text(bytes);
            for size in [1_000, 100_000, 1_000_000] {
                let chunks: Vec<Bytes> = text.chunks(size).map(Bytes::copy_from_slice).collect();
                for level in [0, 1, 6, 9] {
                    let zipped = gzip(level, &chunks);
                    assert!(gunzip(&zipped) == text, "{bytes} in {size} at {level}");
                }
            }
        }
    }

    #[test]
    fn the_same_chunks_give_the_same_bytes_whoever_compresses_them() {
        let chunks = text(20 * BLOCK);
        let chunks: Vec<Bytes> = chunks.chunks(100_000).map(Bytes::copy_from_slice).collect();
        let once = gzip(6, &chunks);
        for _ in 0..5 {
            assert!(gzip(6, &chunks) == once);
        }
    }

    #[test]
    fn cutting_costs_less_than_one_part_in_a_hundred() {
        use std::io::Write;

        let text = text(8 * BLOCK);
        let mut serial = flate2::write::GzEncoder::new(Vec::new(), Compression::new(6));
        serial.write_all(&text).unwrap();
        let serial = serial.finish().unwrap().len();
        let blocks = gzip(6, &[Bytes::from(text)]).len();
        let chunks: Vec<Bytes> = self::text(8 * BLOCK)
            .chunks(64 * 1024)
            .map(Bytes::copy_from_slice)
            .collect();
        let cut = gzip(6, &chunks).len();
        assert!(
            blocks.max(cut) * 100 < serial * 101,
            "{blocks}, {cut}, {serial}"
        );
    }

    #[test]
    fn the_dictionary_is_the_end_of_all_that_came_before() {
        let before = Bytes::from(text(WINDOW));
        let input = [Bytes::from_static(b"ab"), Bytes::from_static(b"c")];
        let end = end_of(&before, &input);
        assert_eq!(end.len(), WINDOW);
        assert_eq!(end[WINDOW - 3..], *b"abc");
        assert_eq!(end[..WINDOW - 3], before[3..]);
        assert_eq!(end_of(&Bytes::new(), &input), "abc");
    }
}
