//! Compressed variants, made once at build time so that the server never spends time on them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::stamp::files_below;

/// Writes `F.br` and `F.gz` beside every compressible file `F` of a folder.
///
/// # Errors
/// If a file cannot be read or written.
pub(super) fn beside_each_file(folder: &Path) -> Result<()> {
    for file in files_below(folder)? {
        if !compressible(&file) {
            continue;
        }
        let plain = fs::read(&file).with_context(|| file.display().to_string())?;
        fs::write(with_ending(&file, "br"), brotli(&plain)?)?;
        fs::write(with_ending(&file, "gz"), gzip(&plain)?)?;
    }
    Ok(())
}

fn compressible(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension))
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: 11,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &params)?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Text and wasm; pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 9] = [
    "css",
    "html",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn each_compressible_file_gets_two_variants_that_unpack_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let text = "flowing and paused, ".repeat(500);
        fs::write(folder.path().join("page.html"), &text).unwrap();
        fs::write(folder.path().join("picture.png"), "png").unwrap();

        beside_each_file(folder.path()).unwrap();

        let mut from_brotli = Vec::new();
        let packed = fs::read(folder.path().join("page.html.br")).unwrap();
        brotli::BrotliDecompress(&mut &*packed, &mut from_brotli).unwrap();
        assert_eq!(from_brotli, text.as_bytes());
        let mut from_gzip = String::new();
        let packed = fs::read(folder.path().join("page.html.gz")).unwrap();
        GzDecoder::new(&*packed)
            .read_to_string(&mut from_gzip)
            .unwrap();
        assert_eq!(from_gzip, text);
        assert!(!folder.path().join("picture.png.br").exists());
    }
}
