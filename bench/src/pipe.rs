//! Read, transform, write, in one loop on one thread, without a stream in sight.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::Instant;

use aes::Aes256;
use anyhow::{Context as _, Result, bail};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::csv_filter::CsvFilter;

/// What a run took. The time is from the opening of the input to the closing of the output.
#[derive(Debug)]
pub(crate) struct Ran {
    bytes_in: u64,
    bytes_out: u64,
    seconds: f64,
}

impl Ran {
    /// With the names that `spillway pipe --json` uses.
    pub(crate) fn to_json(&self) -> String {
        let Self {
            bytes_in,
            bytes_out,
            seconds,
        } = self;
        format!(r#"{{"bytes_in":{bytes_in},"bytes_out":{bytes_out},"seconds":{seconds}}}"#)
    }
}

/// Pipes a file through stages, written as for `spillway pipe`, into another.
///
/// The bytes really pass through this program: `io::copy` would leave a copy to the kernel.
///
/// # Errors
/// If a stage is unknown, or a file cannot be read or written.
pub(crate) fn run(from: &Path, stages: &[&str], to: &Path, chunk: usize) -> Result<Ran> {
    let begun = Instant::now();
    let mut input = File::open(from).with_context(|| from.display().to_string())?;
    let output = File::create(to).with_context(|| to.display().to_string())?;
    let mut first: Box<dyn Sink> = Box::new(output);
    for stage in stages.iter().rev() {
        first = before(first, stage)?;
    }
    let mut buffer = vec![0; chunk];
    let mut bytes_in = 0;
    loop {
        let count = input.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        bytes_in += count as u64;
        first.take(&mut buffer[..count])?;
    }
    first.finish()?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok(Ran {
        bytes_in,
        bytes_out: to.metadata()?.len(),
        seconds,
    })
}

/// Something that takes the bytes of a loop. It may change them where they are.
pub(crate) trait Sink {
    fn take(&mut self, chunk: &mut [u8]) -> io::Result<()>;
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Sink for File {
    fn take(&mut self, chunk: &mut [u8]) -> io::Result<()> {
        self.write_all(chunk)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

fn before(next: Box<dyn Sink>, stage: &str) -> Result<Box<dyn Sink>> {
    let (kind, options) = stage.split_once(':').unwrap_or((stage, ""));
    Ok(match kind {
        "csv" => Box::new(CsvFilter::new(options, next)?),
        "gzip" => {
            let level = Compression::new(options.parse().context("gzip takes a level")?);
            Box::new(Gzip(GzEncoder::new(Writer(next), level)))
        }
        "aes-ctr" => Box::new(AesCtr::new(options, next)?),
        _ => bail!("no stage `{kind}` here"),
    })
}

struct Gzip(GzEncoder<Writer>);

impl Sink for Gzip {
    fn take(&mut self, chunk: &mut [u8]) -> io::Result<()> {
        self.0.write_all(chunk)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.finish()?.0.finish()
    }
}

/// A sink as what encoders write to.
struct Writer(Box<dyn Sink>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The encoder is the last stage in every job, so this copy is of what it made small.
        self.0.take(&mut bytes.to_vec())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct AesCtr {
    cipher: Ctr128BE<Aes256>,
    next: Box<dyn Sink>,
}

impl AesCtr {
    fn new(options: &str, next: Box<dyn Sink>) -> Result<Self> {
        let (key, iv) = options.split_once(':').context("aes-ctr:KEYHEX:IVHEX")?;
        let cipher = Ctr128BE::<Aes256>::new_from_slices(&hex(key)?, &hex(iv)?)
            .context("a key is 32 bytes, an IV 16")?;
        Ok(Self { cipher, next })
    }
}

impl Sink for AesCtr {
    fn take(&mut self, chunk: &mut [u8]) -> io::Result<()> {
        self.cipher.apply_keystream(chunk);
        self.next.take(chunk)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.next.finish()
    }
}

fn hex(digits: &str) -> Result<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use flate2::read::GzDecoder;

    use super::*;

    fn piped(text: &[u8], stages: &[&str]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["in", "out"].map(|name| folder.path().join(name));
        fs::write(&from, text).unwrap();
        let ran = run(&from, stages, &to, 7).unwrap();
        let output = fs::read(to).unwrap();
        assert_eq!(ran.bytes_in, text.len() as u64);
        assert_eq!(ran.bytes_out, output.len() as u64);
        output
    }

    #[test]
    fn without_a_stage_a_file_is_copied() {
        assert_eq!(piped(b"some bytes of a file", &[]), b"some bytes of a file");
    }

    #[test]
    fn stages_follow_each_other() {
        let packed = piped(b"n,m\n1,2\n3,4\n", &["csv:m>3", "gzip:6"]);
        let mut text = String::new();
        GzDecoder::new(packed.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "n,m\n3,4\n");
    }

    #[test]
    fn the_cipher_is_that_of_sp_800_38a() {
        // F.5.5, CTR-AES256.Encrypt, block 1.
        let stage = "aes-ctr:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4\
                     :f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
        let plain = hex("6bc1bee22e409f96e93d7e117393172a").unwrap();
        let cipher = hex("601ec313775789a5b7a7f504bbf3d228").unwrap();
        assert_eq!(piped(&plain, &[stage]), cipher);
    }

    #[test]
    fn an_unknown_stage_is_refused() {
        let error = run(
            Path::new("/dev/null"),
            &["upper"],
            Path::new("/dev/null"),
            1,
        );
        assert!(error.unwrap_err().to_string().contains("`upper`"));
    }
}
