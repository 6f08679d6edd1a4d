//! Cities that do not exist, made from a seed: the same on every machine.

use bytes::BytesMut;

use super::decimal::{push_number, push_thousandths};

/// The columns of the sample.
pub(crate) const COLUMNS: [&str; 6] = ["id", "name", "country", "lat", "lon", "population"];

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

/// One city after another, without end.
#[derive(Debug)]
pub(super) struct Cities {
    chance: Chance,
    last_id: u64,
}

/// One of them.
#[derive(Debug)]
pub(super) struct City {
    id: u64,
    name: [&'static str; 3],
    country: &'static str,
    /// Thousandths of a degree, so that no float is ever printed.
    lat: i64,
    lon: i64,
    population: u64,
}

impl Cities {
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            chance: Chance(seed),
            last_id: 0,
        }
    }

    pub(super) fn next(&mut self) -> City {
        self.last_id += 1;
        let chance = &mut self.chance;
        let name = [
            chance.pick(&STARTS),
            chance.pick(&MIDDLES),
            chance.pick(&ENDS),
        ];
        let country = chance.pick(&COUNTRIES);
        let lat = chance.below(140_001) as i64 - 70_000;
        let lon = chance.below(360_001) as i64 - 180_000;
        // Most places are small, a few are huge: as many digits as chance gives.
        let digits = 3 + chance.below(5);
        let population = 10_u64.pow(digits as u32) / 10 * (1 + chance.below(9)) + chance.below(100);
        City {
            id: self.last_id,
            name,
            country,
            lat,
            lon,
            population,
        }
    }
}

impl City {
    /// The city as a row of CSV.
    pub(super) fn csv(&self, out: &mut BytesMut) {
        push_number(out, self.id);
        out.extend_from_slice(b",");
        self.push_name(out);
        out.extend_from_slice(b",");
        out.extend_from_slice(self.country.as_bytes());
        out.extend_from_slice(b",");
        push_thousandths(out, self.lat);
        out.extend_from_slice(b",");
        push_thousandths(out, self.lon);
        out.extend_from_slice(b",");
        push_number(out, self.population);
        out.extend_from_slice(b"\n");
    }

    /// The city as a JSON object, without the end of a line. No name needs escaping.
    pub(super) fn json(&self, out: &mut BytesMut) {
        out.extend_from_slice(b"{\"id\":");
        push_number(out, self.id);
        out.extend_from_slice(b",\"name\":\"");
        self.push_name(out);
        out.extend_from_slice(b"\",\"country\":\"");
        out.extend_from_slice(self.country.as_bytes());
        out.extend_from_slice(b"\",\"lat\":");
        push_thousandths(out, self.lat);
        out.extend_from_slice(b",\"lon\":");
        push_thousandths(out, self.lon);
        out.extend_from_slice(b",\"population\":");
        push_number(out, self.population);
        out.extend_from_slice(b"}");
    }

    fn push_name(&self, out: &mut BytesMut) {
        for part in self.name {
            out.extend_from_slice(part.as_bytes());
        }
    }
}

/// SplitMix64: small, well known, the same everywhere.
#[derive(Debug)]
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
