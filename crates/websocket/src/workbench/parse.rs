//! From a text to a scenario.

use std::str::FromStr;

use super::frame::MOST_STORED;
use super::words::{Word, hex, words};
use super::{FrameDraft, HeadEdit, Payload, Scenario, ScenarioError, ScenarioProblem, WireStep};
use crate::frame::{LengthForm, Opcode};

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        let mut scenario = Self::default();
        let mut bytes = 0;
        for (at, line) in text.lines().enumerate() {
            let wrong = |problem| ScenarioError {
                line: at + 1,
                problem,
            };
            let words = words(line).map_err(wrong)?;
            scenario.take(&words).map_err(wrong)?;
            if scenario.steps.len() > Self::MAX_STEPS {
                return Err(wrong(ScenarioProblem::TooManySteps));
            }
            if !words.is_empty() {
                bytes += scenario.steps.last().map_or(0, WireStep::len);
            }
            if bytes > Self::MAX_BYTES {
                return Err(wrong(ScenarioProblem::TooManyBytes));
            }
        }
        Ok(scenario)
    }
}

impl Scenario {
    /// Takes a line.
    fn take(&mut self, words: &[Word<'_>]) -> Result<(), ScenarioProblem> {
        let (first, rest) = match words {
            [] => return Ok(()),
            [Word::Plain(first), rest @ ..] => (*first, rest),
            [Word::Quoted(bytes), ..] => {
                return Err(ScenarioProblem::Step {
                    word: String::from_utf8_lossy(bytes).into_owned(),
                });
            }
        };
        let step = match first {
            "handshake" if self.steps.is_empty() => return self.take_handshake(rest),
            "handshake" => return Err(ScenarioProblem::HandshakeLate),
            "bytes" => WireStep::Bytes(hex(rest)?),
            "wait" => {
                let milliseconds = number(first, rest, "a number of milliseconds, at most 5000")?;
                if milliseconds > Self::MAX_WAIT_MS {
                    return Err(ScenarioProblem::Number {
                        word: milliseconds.to_string(),
                        wanted: "a number of milliseconds, at most 5000",
                    });
                }
                WireStep::Wait { milliseconds }
            }
            "cut" => {
                nothing_after(rest)?;
                WireStep::Cut
            }
            kind => WireStep::Frame(frame(kind, rest)?),
        };
        self.steps.push(step);
        Ok(())
    }

    fn take_handshake(&mut self, words: &[Word<'_>]) -> Result<(), ScenarioProblem> {
        const ALLOWED: &str =
            "deflate, first \"LINE\", with \"NAME\" \"VALUE\", without \"NAME\", cut BYTES";
        let edit = match words {
            [Word::Plain("deflate")] => HeadEdit::Deflate,
            [Word::Plain("first"), Word::Quoted(line)] => HeadEdit::First(text(line)),
            [Word::Plain("with"), Word::Quoted(name), Word::Quoted(value)] => {
                HeadEdit::With(text(name), text(value))
            }
            [Word::Plain("without"), Word::Quoted(name)] => HeadEdit::Without(text(name)),
            [Word::Plain("cut"), rest @ ..] => {
                self.handshake.cut = Some(number("cut", rest, "a number of bytes")?);
                return Ok(());
            }
            [] => {
                return Err(ScenarioProblem::Missing {
                    word: "handshake".to_owned(),
                    wanted: ALLOWED,
                });
            }
            [word, ..] => {
                return Err(ScenarioProblem::Word {
                    word: shown(word),
                    allowed: ALLOWED,
                });
            }
        };
        self.handshake.edits.push(edit);
        Ok(())
    }
}

fn frame(kind: &str, words: &[Word<'_>]) -> Result<FrameDraft, ScenarioProblem> {
    let mut frame = FrameDraft::new(opcode(kind)?, Payload::Bytes(Vec::new()));
    let mut rest = words;
    while let [Word::Plain(word), after @ ..] = rest {
        match word.split_once('=').unwrap_or((word, "")) {
            ("more", "") => frame.fin = false,
            ("rsv1", "") => frame.reserved[0] = true,
            ("rsv2", "") => frame.reserved[1] = true,
            ("rsv3", "") => frame.reserved[2] = true,
            ("unmasked", "") => frame.key = None,
            ("key", key) => frame.key = Some(masking_key(key)?),
            ("length", length) => frame.length = Some(parsed(length, "a length in bytes")?),
            ("bits", bits) => frame.form = Some(form(bits)?),
            _ => break,
        }
        rest = after;
    }
    frame.payload = payload(frame.opcode, rest)?;
    Ok(frame)
}

fn opcode(kind: &str) -> Result<Opcode, ScenarioProblem> {
    Ok(match kind {
        "text" => Opcode::Text,
        "binary" => Opcode::Binary,
        "continuation" => Opcode::Continuation,
        "close" => Opcode::Close,
        "ping" => Opcode::Ping,
        "pong" => Opcode::Pong,
        other => {
            let digit = other.strip_prefix("opcode=");
            let Some(digit) = digit else {
                return Err(ScenarioProblem::Step {
                    word: other.to_owned(),
                });
            };
            let wanted = "one hex digit";
            let mut digits = digit.chars().map(|digit| digit.to_digit(16));
            match (digits.next(), digits.next()) {
                (Some(Some(bits)), None) => Opcode::from_bits(bits as u8),
                _ => return Err(not(digit, wanted)),
            }
        }
    })
}

fn payload(opcode: Opcode, words: &[Word<'_>]) -> Result<Payload, ScenarioProblem> {
    const ALLOWED: &str = "more, rsv1, rsv2, rsv3, unmasked, key=, length=, bits=, then \"TEXT\", hex BYTES, \
        fill BYTE COUNT, deflate \"TEXT\", or for a close a code and \"TEXT\"";
    Ok(match words {
        [] => Payload::Bytes(Vec::new()),
        [Word::Quoted(bytes)] => Payload::Bytes(bytes.clone()),
        [Word::Plain("hex"), rest @ ..] => Payload::Bytes(hex(rest)?),
        [Word::Plain("fill"), byte @ Word::Plain(_), rest @ ..] => {
            let [byte] = hex(std::slice::from_ref(byte))?[..] else {
                return Err(not(&shown(byte), "one byte of two hex digits"));
            };
            let count = number("fill", rest, "a number of bytes")?;
            if count as usize > Scenario::MAX_BYTES {
                return Err(ScenarioProblem::TooManyBytes);
            }
            Payload::Fill { byte, count }
        }
        [Word::Plain("deflate"), Word::Quoted(bytes)] if bytes.len() > MOST_STORED => {
            return Err(ScenarioProblem::DeflateTooLong);
        }
        [Word::Plain("deflate"), Word::Quoted(bytes)] => Payload::Deflate(bytes.clone()),
        [Word::Plain(code), rest @ ..] if opcode == Opcode::Close && code.starts_with(DIGITS) => {
            let code = parsed(code, "a close code from 0 to 65535")?;
            let reason = match rest {
                [] => Vec::new(),
                [Word::Quoted(reason)] => reason.clone(),
                [word, ..] => {
                    return Err(ScenarioProblem::Word {
                        word: shown(word),
                        allowed: "a reason in quotes",
                    });
                }
            };
            Payload::Close { code, reason }
        }
        [Word::Plain(word @ ("fill" | "deflate"))] => {
            return Err(ScenarioProblem::Missing {
                word: (*word).to_owned(),
                wanted: ALLOWED,
            });
        }
        [Word::Quoted(_), word, ..] | [word, ..] => {
            return Err(ScenarioProblem::Word {
                word: shown(word),
                allowed: ALLOWED,
            });
        }
    })
}

fn masking_key(digits: &str) -> Result<[u8; 4], ScenarioProblem> {
    let bytes = hex(&[Word::Plain(digits)])?;
    <[u8; 4]>::try_from(bytes).map_err(|_| not(digits, "a key of eight hex digits"))
}

fn form(bits: &str) -> Result<LengthForm, ScenarioProblem> {
    match bits {
        "16" => Ok(LengthForm::Sixteen),
        "64" => Ok(LengthForm::SixtyFour),
        other => Err(not(other, "16 or 64")),
    }
}

/// The one number that follows a word.
fn number(word: &str, words: &[Word<'_>], wanted: &'static str) -> Result<u32, ScenarioProblem> {
    match words {
        [Word::Plain(number), rest @ ..] => {
            nothing_after(rest)?;
            parsed(number, wanted)
        }
        _ => Err(ScenarioProblem::Missing {
            word: word.to_owned(),
            wanted,
        }),
    }
}

fn nothing_after(words: &[Word<'_>]) -> Result<(), ScenarioProblem> {
    match words {
        [] => Ok(()),
        [word, ..] => Err(ScenarioProblem::Word {
            word: shown(word),
            allowed: "nothing more",
        }),
    }
}

fn parsed<T: FromStr>(word: &str, wanted: &'static str) -> Result<T, ScenarioProblem> {
    // `parse` takes a sign, which nobody means here.
    let digits = word.starts_with(DIGITS);
    word.parse()
        .ok()
        .filter(|_| digits)
        .ok_or_else(|| not(word, wanted))
}

fn not(word: &str, wanted: &'static str) -> ScenarioProblem {
    ScenarioProblem::Number {
        word: word.to_owned(),
        wanted,
    }
}

fn shown(word: &Word<'_>) -> String {
    match word {
        Word::Plain(word) => (*word).to_owned(),
        Word::Quoted(bytes) => format!("\"{}\"", String::from_utf8_lossy(bytes)),
    }
}

/// A head is text; what is not UTF-8 becomes U+FFFD.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
