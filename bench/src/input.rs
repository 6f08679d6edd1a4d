//! The input: CSV from a seed, the same on every machine. Cities that do not exist, every eighth
//! with a quoted name, some of which hold commas, quotes and line ends.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use flate2::Crc;

/// Makes the file, unless it is there and whole; says which in a word.
///
/// Its checksum lies beside it, in a file with the ending `crc`.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn make_once(path: &Path, bytes: u64) -> Result<&'static str> {
    let noted = path.with_extension("crc");
    let expected = fs::read_to_string(&noted).ok();
    if expected.is_some_and(|expected| checksum(path).is_ok_and(|found| found == expected)) {
        return Ok("there");
    }
    let half = path.with_extension("half");
    let mut file = File::create(&half).with_context(|| half.display().to_string())?;
    generate(bytes, |block| file.write_all(block))?;
    drop(file);
    fs::write(&noted, checksum(&half)?)?;
    fs::rename(&half, path)?;
    Ok("made")
}

/// Writes it to stdout, until the reader has enough.
///
/// # Errors
/// If it cannot be written for another reason.
pub(crate) fn to_stdout(bytes: u64) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match generate(bytes, |block| stdout.write_all(block)) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Gives whole rows in blocks, at least so many bytes in all.
fn generate(bytes: u64, mut write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut chance = Chance(SEED);
    let mut block = Vec::with_capacity(BLOCK + 256);
    block.extend_from_slice(b"id,name,country,lat,lon,population\n");
    let (mut written, mut id) = (0, 0);
    while written + (block.len() as u64) < bytes {
        id += 1;
        row(&mut block, id, &mut chance);
        if block.len() >= BLOCK {
            write(&block)?;
            written += block.len() as u64;
            block.clear();
        }
    }
    write(&block)
}

const BLOCK: usize = 1 << 18;

fn row(out: &mut Vec<u8>, id: u64, chance: &mut Chance) {
    number(out, id);
    out.push(b',');
    name(out, chance);
    out.push(b',');
    out.extend_from_slice(chance.pick(&COUNTRIES));
    out.push(b',');
    degrees(out, chance.below(140_001), 70_000);
    out.push(b',');
    degrees(out, chance.below(360_001), 180_000);
    out.push(b',');
    // As many digits as chance gives: most places are small, about three in ten above 500,000.
    let size = 10_u64.pow(2 + chance.below(5) as u32);
    number(out, size * (1 + chance.below(9)) + chance.below(100));
    out.push(b'\n');
}

fn name(out: &mut Vec<u8>, chance: &mut Chance) {
    let [start, end] = [chance.pick(&STARTS), chance.pick(&ENDS)];
    let (before, after): (&[u8], &[u8]) = match chance.below(64) {
        0..=4 => (b"\"", b", Upper\""),
        5 | 6 => (b"\"The \"\"Old\"\" ", b"\""),
        7 => (b"\"", b"\nby the Sea\""),
        _ => (b"", b""),
    };
    for part in [before, start, end, after] {
        out.extend_from_slice(part);
    }
}

/// Thousandths of a degree, so that no float is ever printed.
fn degrees(out: &mut Vec<u8>, thousandths: u64, zero: u64) {
    if thousandths < zero {
        out.push(b'-');
    }
    let size = thousandths.abs_diff(zero);
    number(out, size / 1000);
    out.push(b'.');
    for power in [100, 10, 1] {
        out.push(b'0' + (size / power % 10) as u8);
    }
}

/// Formatting through `write!` would take most of the time of a row.
fn number(out: &mut Vec<u8>, mut rest: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            return out.extend_from_slice(&digits[at..]);
        }
    }
}

fn checksum(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut crc = Crc::new();
    let mut buffer = vec![0; BLOCK];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(format!("{:08x}", crc.sum())),
            count => crc.update(&buffer[..count]),
        }
    }
}

/// SplitMix64: small, well known, the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static [u8] {
        from[self.below(from.len() as u64) as usize].as_bytes()
    }
}

const SEED: u64 = 0x0005_9111_0a11;
const STARTS: [&str; 16] = [
    "Ashen", "Bram", "Cold", "Drift", "East", "Frost", "Grims", "Hollow", "Iron", "King", "Long",
    "Mill", "North", "Oak", "Ráven", "Stone",
];
const ENDS: [&str; 12] = [
    "bay", "bridge", "brook", "cliff", "fell", "gate", "hill", "hölm", "mere", "moor", "reach",
    "well",
];
const COUNTRIES: [&str; 10] = ["AT", "BE", "CL", "DK", "ES", "FI", "GR", "HU", "IE", "JP"];

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(bytes: u64) -> Vec<u8> {
        let mut all = Vec::new();
        generate(bytes, |block| {
            all.extend_from_slice(block);
            Ok(())
        })
        .unwrap();
        all
    }

    #[test]
    fn the_input_has_the_size_asked_for_and_is_the_same_each_time() {
        let input = generated(1_000_000);
        assert!((1_000_000..1_000_200).contains(&input.len()));
        assert_eq!(input, generated(1_000_000));
        assert!(input.ends_with(b"\n"));
    }

    #[test]
    fn the_input_has_every_kind_of_quoted_field() {
        let text = String::from_utf8(generated(100_000)).unwrap();
        for piece in [", Upper\",", "\"The \"\"Old\"\" ", "\nby the Sea\","] {
            assert!(text.contains(piece), "{piece}");
        }
    }

    #[test]
    fn a_file_that_is_not_whole_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cities.csv");
        assert_eq!(make_once(&path, 50_000).unwrap(), "made");
        assert_eq!(make_once(&path, 50_000).unwrap(), "there");
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..40_000]).unwrap();
        assert_eq!(make_once(&path, 50_000).unwrap(), "made");
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}
