//! What Wireshark's own reader makes of a capture that the browser downloaded.

use std::process::Command;
use std::{env, fs};

use anyhow::{Result, ensure};
use spillway_e2e::Recording;

/// Sees that tshark finds no fault in a downloaded capture of `/ws/echo`, reads its handshake and its
/// frames, and has both directions as they crossed, byte for byte.
pub(crate) fn read_back(file: &[u8], crossed: &Recording) -> Result<()> {
    if Command::new("tshark").arg("--version").output().is_err() {
        let must = env::var("CI").as_deref() == Ok("true");
        ensure!(
            !must,
            "tshark is not installed, and with CI=true it must be"
        );
        eprintln!("skipped: tshark is not installed");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("capture.pcapng");
    fs::write(&path, file)?;
    let tshark = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("tshark")
            .arg("-r")
            .arg(&path)
            .args(CHECKSUMS)
            .args(arguments)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "tshark: {said}");
        Ok(String::from_utf8(output.stdout)?)
    };
    let faults = tshark(&["-Y", FAULTS])?;
    ensure!(faults.is_empty(), "tshark finds fault with\n{faults}");
    let heads = tshark(&["-Y", "http", "-T", "fields", "-e", "http.response.code"])?;
    ensure!(heads == "\n101\n", "tshark reads the heads as `{heads}`");
    let frames = tshark(&["-Y", "websocket", "-T", "fields", "-e", "websocket.opcode"])?;
    ensure!(frames == FRAMES, "tshark reads the frames as\n{frames}");
    let bytes = tshark(&["-q", "-z", "follow,tcp,raw,0"])?;
    same(&bytes, crossed)
}

/// Bytes as hex, line by line; those of the server have a tab before them.
fn same(followed: &str, crossed: &Recording) -> Result<()> {
    let is_hex = |line: &&str| {
        let digits = line.trim_start();
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    for (of_server, crossed) in [(false, &crossed.to_server), (true, &crossed.to_client)] {
        let lines = followed.lines().filter(is_hex);
        let read: String = lines
            .filter(|line| line.starts_with('\t') == of_server)
            .map(str::trim_start)
            .collect();
        let wanted: String = crossed.iter().map(|byte| format!("{byte:02x}")).collect();
        ensure!(
            read == wanted,
            "tshark reads {} bytes of one direction (the server's: {of_server}), {} crossed",
            read.len() / 2,
            crossed.len()
        );
    }
    Ok(())
}

const CHECKSUMS: [&str; 4] = [
    "-o",
    "tcp.check_checksum:TRUE",
    "-o",
    "ip.check_checksum:TRUE",
];

/// Bad checksums, lost or repeated segments, malformed packets.
const FAULTS: &str =
    "tcp.analysis.flags || tcp.checksum.status != 1 || ip.checksum.status != 1 || _ws.malformed";

/// A text, 70,000 bytes, and a Close frame, each there and back.
const FRAMES: &str = "1\n1\n2\n2\n8\n8\n";
