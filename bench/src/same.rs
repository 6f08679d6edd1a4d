//! Whether two outputs are the same, compressed ones by what is in them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use flate2::bufread::MultiGzDecoder;

/// Compares two files.
///
/// # Errors
/// If they differ, or cannot be read or unpacked.
pub(crate) fn compare(one: &Path, other: &Path) -> Result<()> {
    let mut files = [opened(one)?, opened(other)?];
    let mut same = 0_u64;
    loop {
        let [ours, theirs] = &mut files;
        let ours = ours.fill_buf().with_context(|| one.display().to_string())?;
        let theirs = theirs
            .fill_buf()
            .with_context(|| other.display().to_string())?;
        let common = ours.len().min(theirs.len());
        if ours[..common] != theirs[..common] || (common == 0 && ours.len() != theirs.len()) {
            bail!(
                "{} and {} differ within the 256 KiB after byte {same}",
                one.display(),
                other.display()
            );
        }
        if common == 0 {
            return Ok(());
        }
        same += common as u64;
        for file in &mut files {
            file.consume(common);
        }
    }
}

fn opened(path: &Path) -> Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let file = BufReader::with_capacity(BUFFER, file);
    Ok(if path.extension().is_some_and(|ending| ending == "gz") {
        // A second member would be legal gzip, too.
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    })
}

const BUFFER: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn check(ours: &[u8], theirs: &[u8], same: bool) {
        let folder = tempfile::tempdir().unwrap();
        let [plain, other, packed] = ["a", "b", "c.gz"].map(|name| folder.path().join(name));
        fs::write(&plain, ours).unwrap();
        fs::write(&other, theirs).unwrap();
        let mut encoder = GzEncoder::new(File::create(&packed).unwrap(), Compression::fast());
        encoder.write_all(theirs).unwrap();
        encoder.finish().unwrap();
        assert_eq!(compare(&plain, &other).is_ok(), same);
        assert_eq!(compare(&plain, &packed).is_ok(), same);
    }

    #[test]
    fn files_are_the_same_byte_for_byte_or_differ() {
        check(b"", b"", true);
        check(b"one", b"one", true);
        check(b"one", b"two", false);
        check(b"one", b"one and more", false);
        check(b"", b"more", false);
    }
}
