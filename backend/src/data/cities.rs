//! The sample file: cities that do not exist, made from a seed, the same on every machine.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The columns of the sample.
pub(crate) const COLUMNS: [&str; 6] = ["id", "name", "country", "lat", "lon", "population"];

const SEED: u64 = 0x5eed_c171_e500_0001;

const STARTS: [&str; 16] = [
    "Al", "Bel", "Cor", "Dun", "El", "Far", "Glen", "Har", "Ir", "Kal", "Lor", "Mar", "Nor", "Os",
    "Per", "San",
];
const MIDDLES: [&str; 12] = [
    "a", "e", "i", "o", "an", "en", "ar", "er", "il", "om", "und", "ett",
];
const ENDS: [&str; 12] = [
    "burg", "dale", "field", "ford", "ham", "haven", "mouth", "port", "stad", "ton", "ville",
    "wick",
];
const COUNTRIES: [&str; 12] = [
    "AR", "BR", "CA", "DE", "EG", "FR", "ID", "IN", "JP", "KE", "NG", "US",
];

/// Makes the file unless it is there. It appears whole or not at all.
pub(super) fn make_once(path: &Path, bytes: u64) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let half = path.with_extension("half");
    let mut file = BufWriter::with_capacity(1 << 16, File::create(&half)?);
    write_rows(&mut file, bytes)?;
    file.into_inner().map_err(|error| error.into_error())?;
    std::fs::rename(half, path)
}

fn write_rows(out: &mut impl Write, bytes: u64) -> io::Result<()> {
    let mut chance = Chance(SEED);
    let mut row = format!("{}\n", COLUMNS.join(","));
    let mut written = 0;
    let mut id = 0_u64;
    loop {
        out.write_all(row.as_bytes())?;
        written += row.len() as u64;
        if written >= bytes {
            return Ok(());
        }
        id += 1;
        row = city(id, &mut chance);
    }
}

fn city(id: u64, chance: &mut Chance) -> String {
    let start = chance.pick(&STARTS);
    let middle = chance.pick(&MIDDLES);
    let end = chance.pick(&ENDS);
    let country = chance.pick(&COUNTRIES);
    // Thousandths of a degree, so that no float is ever printed.
    let lat = degrees(chance.below(140_001), 70_000);
    let lon = degrees(chance.below(360_001), 180_000);
    // Most places are small, a few are huge: as many digits as chance gives.
    let digits = 3 + chance.below(5);
    let population = 10_u64.pow(digits as u32) / 10 * (1 + chance.below(9)) + chance.below(100);
    format!("{id},{start}{middle}{end},{country},{lat},{lon},{population}\n")
}

fn degrees(thousandths: u64, zero: u64) -> String {
    let sign = if thousandths < zero { "-" } else { "" };
    let size = thousandths.abs_diff(zero);
    format!("{sign}{}.{:03}", size / 1000, size % 1000)
}

/// SplitMix64: small, well known, the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}
