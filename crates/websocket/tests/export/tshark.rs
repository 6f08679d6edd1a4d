//! The file, read by Wireshark's own reader.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::env;
use std::fs;
use std::process::Command;

use crate::capture::file;

/// What tshark says of the exported file; `None`: it is not installed, which is said.
fn tshark(arguments: &[&str]) -> Option<String> {
    let there = Command::new("tshark").arg("--version").output().is_ok();
    if !there {
        assert!(
            env::var("CI").as_deref() != Ok("true"),
            "tshark is not installed, and with CI=true it must be"
        );
        eprintln!("skipped: tshark is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcapng");
    fs::write(&path, file()).unwrap();
    let output = Command::new("tshark")
        .arg("-r")
        .arg(&path)
        .args([
            "-o",
            "tcp.check_checksum:TRUE",
            "-o",
            "ip.check_checksum:TRUE",
        ])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn fields(filter: &str, names: &[&str]) -> Option<Vec<String>> {
    let mut arguments = vec!["-Y", filter, "-T", "fields"];
    for name in names {
        arguments.extend(["-e", name]);
    }
    let lines = tshark(&arguments)?;
    Some(lines.lines().map(str::to_owned).collect())
}

#[test]
fn tshark_finds_no_fault_in_the_headers() {
    // Bad checksums, lost or repeated segments, malformed packets: whatever its experts warn of.
    let Some(warned) = fields(
        "tcp.analysis.flags || tcp.checksum.status != 1 || ip.checksum.status != 1 || _ws.malformed",
        &["frame.number", "_ws.expert.message"],
    ) else {
        return;
    };
    assert_eq!(warned, [""; 0]);
}

#[test]
fn tshark_reads_the_handshake_and_every_frame() {
    let Some(heads) = fields("http", &["http.request.uri", "http.response.code"]) else {
        return;
    };
    assert_eq!(heads, ["/ws/echo\t", "\t101"]);
    let opcodes = fields("websocket", &["tcp.srcport", "websocket.opcode"]).unwrap();
    assert_eq!(
        opcodes,
        [
            "50001\t1",
            "50001\t1,9,0",
            "3000\t10",
            "3000\t2",
            "3000\t1",
            "50001\t8",
            "3000\t8"
        ]
    );
    let closes = fields(
        "websocket.payload.close",
        &[
            "websocket.payload.close.status_code",
            "websocket.payload.close.reason",
        ],
    )
    .unwrap();
    assert_eq!(closes, ["1000\tbye", "1000\t"]);
}

#[test]
fn tshark_reads_the_same_text_and_shows_what_is_synthesised() {
    let Some(all) = tshark(&["-V"]) else {
        return;
    };
    assert!(all.contains("Gr"), "no text");
    let comment = tshark(&[
        "-Y",
        "tcp.flags.syn == 1",
        "-T",
        "fields",
        "-e",
        "frame.comment",
    ]);
    assert!(
        comment
            .unwrap()
            .contains("synthesised: opens the TCP connection")
    );
}
