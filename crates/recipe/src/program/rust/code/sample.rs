use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;

/// Cities that a running Spillway makes from a seed while they are fetched.
fn sample(output: &Output, path: &str) -> Result {
    let address = std::env::args()
        .nth(1)
        .or_else(|| std::env::var("SPILLWAY").ok());
    let address = address.unwrap_or_else(|| "http://127.0.0.1:3000".to_owned());
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut socket = TcpStream::connect(host)
        .map_err(|error| format!("no Spillway answers at {address}; name its address: {error}"))?;
    write!(socket, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
    let mut answer = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && answer.read_line(&mut head)? > 0 {}
    if head.split(' ').nth(1) != Some("200") {
        return Err(format!("{address}{path}: {head}").into());
    }
    give_all(output, answer)
}

/// Gives what is read, in chunks of 16 KiB at most.
fn give_all(output: &Output, mut source: impl Read) -> Result {
    let mut buffer = [0; 16 * 1024];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(()),
            read => output.give(buffer[..read].to_vec()),
        }
    }
}
