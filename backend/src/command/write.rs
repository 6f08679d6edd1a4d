//! `write`: a chunk written by hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use spillway_protocol::control::{MAX_WRITE, Message, Write};

use super::{Refusal, ask_for};
use crate::engine::{self, RunCommand};
use crate::session::Session;

pub(super) async fn write(session: &Session, id: u64, write: Write) -> Result<Message, Refusal> {
    let chunk = chunk(write.text, write.base64)?;
    let bytes = chunk.len() as u64;
    let stage = write.stage;
    let write_chunk = engine::Write { stage, chunk };
    let written = ask_for(session, &write.run, |reply| {
        RunCommand::Write(write_chunk, reply)
    })
    .await?;
    Ok(Message::Written {
        id,
        bytes,
        answer: written.answer,
        buffered: written.buffered,
        mark: written.mark,
        note: written.note,
    })
}

fn chunk(text: Option<String>, base64: Option<String>) -> Result<Bytes, Refusal> {
    let chunk = match (text, base64) {
        (Some(text), None) => Bytes::from(text),
        (None, Some(base64)) => STANDARD
            .decode(base64)
            .map(Bytes::from)
            .map_err(|error| Refusal::malformed(format!("base64: {error}")))?,
        (None, None) | (Some(_), Some(_)) => {
            return Err(Refusal::malformed(
                "write takes either text or base64, exactly one of them",
            ));
        }
    };
    if chunk.is_empty() || chunk.len() > MAX_WRITE {
        return Err(Refusal::malformed(format!(
            "a chunk written by hand has 1 to {MAX_WRITE} bytes, this one {}",
            chunk.len()
        )));
    }
    Ok(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: Option<&str>, base64: Option<&str>, expect: Result<&str, &str>) {
        let made = chunk(text.map(str::to_owned), base64.map(str::to_owned));
        match (made, expect) {
            (Ok(made), Ok(expect)) => assert_eq!(made, expect),
            (Err(refusal), Err(expect)) => {
                assert!(refusal.message.contains(expect), "{}", refusal.message);
            }
            (made, expect) => panic!("{made:?} is not {expect:?}"),
        }
    }

    #[test]
    fn a_chunk_is_text_or_base64() {
        check(Some("naïve"), None, Ok("naïve"));
        check(None, Some("aGk="), Ok("hi"));
    }

    #[test]
    fn what_is_no_chunk_says_what_is_allowed() {
        check(None, None, Err("exactly one"));
        check(Some("a"), Some("aGk="), Err("exactly one"));
        check(None, Some("a"), Err("base64"));
        check(Some(""), None, Err("1 to 32768 bytes, this one 0"));
        let large = "x".repeat(MAX_WRITE + 1);
        check(Some(&large), None, Err("1 to 32768 bytes, this one 32769"));
    }
}
