//! What the lessons' pipelines must give, worked out without streams.

use std::io::Read;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;

/// The header and the rows with more than half a million people, byte for byte: what the filter
/// `population>500000` keeps.
///
/// # Errors
/// When the sample is not what this function knows.
pub fn big_cities(sample: &str) -> Result<String> {
    let mut lines = sample.split_inclusive('\n');
    let header = lines.next().context("the sample is empty")?;
    ensure!(
        header.trim_end().ends_with(",population"),
        "the last column of `{header}` is not the population"
    );
    let mut kept = header.to_owned();
    for line in lines {
        let (_, people) = line.rsplit_once(',').context("a row without a comma")?;
        if people.trim_end().parse::<u64>()? > 500_000 {
            kept.push_str(line);
        }
    }
    Ok(kept)
}

/// What is in a gzip file.
///
/// # Errors
/// When it is not a whole one.
pub fn gunzip(compressed: &[u8]) -> Result<String> {
    let mut text = String::new();
    GzDecoder::new(compressed).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_big_cities_are_kept_as_they_are() {
        let sample = "name,population\r\nTours,136463\r\nLyon,522250\r\n";
        let kept = big_cities(sample).unwrap();
        assert_eq!(kept, "name,population\r\nLyon,522250\r\n");
    }
}
