//! A call of one of the page's own controls, as a solution writes it: `close(1000, 'done')`.

use std::fmt::Write as _;

use crate::course::Thing;
use crate::nearest::{did_you_mean, list};

/// A control of the page, and what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlCall {
    /// As it was written.
    pub text: String,
    /// What is called, such as `close` or `someone.say`.
    pub name: &'static str,
    /// What is between the brackets, without quotes.
    pub arguments: Vec<String>,
}

/// Something that can be called.
struct Control {
    /// The things that have it, by their key in `lesson.toml`.
    of: &'static str,
    name: &'static str,
    takes: &'static [Takes],
    /// As it is written, for messages and the author's guide.
    example: &'static str,
    /// For the author's guide.
    about: &'static str,
}

/// What an argument may be.
#[derive(Clone, Copy)]
enum Takes {
    /// A text in single quotes.
    Text,
    /// A text in single quotes, which may be left out.
    MaybeText,
    /// A number of bytes, or of bytes a second, up to this.
    Count(u64),
    /// A code to close with, which may be left out.
    MaybeCode,
    /// One of these, in single quotes.
    OneOf(&'static [&'static str]),
}

/// Largest text of a message, bytes.
const MAX_TEXT: usize = 16_384;

/// Most bytes that are sent at once.
const MAX_BYTES: u64 = 1 << 20;

/// The ways to end of `/closing`.
pub(crate) const WAYS: [&str; 11] = [
    "client", "server", "both", "stop", "cut", "deaf", "hello", "policy", "big", "refuse",
    "buffered",
];

/// The chains of `/pressure`.
const CHAINS: [&str; 3] = ["subject", "plain", "ignored"];

const CONTROLS: [Control; 16] = [
    control("echo", "open", &[], "open()", "opens a connection"),
    control(
        "echo",
        "send",
        &[Takes::Text],
        "send('Hello')",
        "sends a text",
    ),
    control(
        "echo",
        "sendBytes",
        &[Takes::Count(MAX_BYTES)],
        "sendBytes(1000)",
        "sends a binary message of so many bytes",
    ),
    control(
        "echo",
        "close",
        &[Takes::MaybeCode, Takes::MaybeText],
        "close(1000, 'done')",
        "closes; `close()` and `close(1000)` say less",
    ),
    control(
        "workbench",
        "send",
        &[],
        "send()",
        "puts the step's `frames` into the editor, if it has any, and sends what is there",
    ),
    control(
        "closing",
        "end",
        &[Takes::OneOf(&WAYS)],
        "end('client')",
        "ends a connection in this way",
    ),
    control(
        "chat",
        "join",
        &[Takes::Text],
        "join('Ada')",
        "joins the room under this name",
    ),
    control("chat", "say", &[Takes::Text], "say('Hello')", "says this"),
    control(
        "chat",
        "someone.join",
        &[Takes::Text],
        "someone.join('Grace')",
        "a second connection of the page joins under this name",
    ),
    control(
        "chat",
        "someone.say",
        &[Takes::Text],
        "someone.say('Hi')",
        "it says this",
    ),
    control(
        "chat",
        "lose",
        &[],
        "lose()",
        "cuts the learner's connection, which comes back by itself",
    ),
    control("transports", "measure", &[], "measure()", "begins a trial"),
    control(
        "pressure",
        "run",
        &[Takes::OneOf(&CHAINS)],
        "run('plain')",
        "starts this chain; beside a lesson none runs before",
    ),
    control(
        "pressure",
        "stop",
        &[Takes::OneOf(&CHAINS)],
        "stop('plain')",
        "stops it",
    ),
    control(
        "pressure",
        "read",
        &[Takes::Count(u64::MAX)],
        "read(0)",
        "sets the slider to the position nearest to so many bytes a second; 0 is nothing",
    ),
    control(
        "pressure",
        "read",
        &[],
        "read()",
        "sets it to as fast as the page can",
    ),
];

const fn control(
    of: &'static str,
    name: &'static str,
    takes: &'static [Takes],
    example: &'static str,
    about: &'static str,
) -> Control {
    Control {
        of,
        name,
        takes,
        example,
        about,
    }
}

impl ControlCall {
    /// Reads a call of a control that stands beside this thing.
    ///
    /// # Errors
    /// With what is wrong with it and what there is.
    pub(crate) fn parse(text: &str, thing: &Thing) -> Result<Self, String> {
        let of = thing.key();
        let known = || CONTROLS.iter().filter(move |control| control.of == of);
        let parts = text
            .split_once('(')
            .and_then(|(name, rest)| Some((name.trim(), rest.strip_suffix(')')?)));
        let Some((name, inside)) = parts else {
            let example = known().next().map_or("open()", |control| control.example);
            return Err(format!(
                "`{text}` is no call; write it as in code, such as `{example}`"
            ));
        };
        let forms: Vec<&Control> = known().filter(|control| control.name == name).collect();
        if forms.is_empty() {
            let names = || known().map(|control| control.name);
            let hint = did_you_mean(name, names());
            let hint = if hint.is_empty() { "." } else { &hint };
            let calls = list(known().map(|control| control.example));
            return Err(format!(
                "`[{of}]` knows no `{name}()`{hint} Calls: {calls}."
            ));
        }
        let given = split(inside)?;
        let mut problem = String::new();
        for form in forms {
            match form.arguments(&given) {
                Ok(arguments) => {
                    return Ok(Self {
                        text: String::from(text),
                        name: form.name,
                        arguments,
                    });
                }
                Err(wrong) => problem = wrong,
            }
        }
        Err(problem)
    }
}

impl Control {
    fn arguments(&self, given: &[&str]) -> Result<Vec<String>, String> {
        if given.len() > self.takes.len() {
            return Err(format!(
                "`{}()` takes {} between its brackets; write it as `{}`",
                self.name,
                match self.takes.len() {
                    0 => String::from("nothing"),
                    1 => String::from("one thing"),
                    most => format!("at most {most} things"),
                },
                self.example
            ));
        }
        let mut arguments = Vec::new();
        for (at, takes) in self.takes.iter().enumerate() {
            match (given.get(at), takes) {
                (None, Takes::MaybeText | Takes::MaybeCode) => break,
                (None, Takes::Text | Takes::Count(_) | Takes::OneOf(_)) => {
                    return Err(format!(
                        "`{}()` needs something between its brackets, as in `{}`",
                        self.name, self.example
                    ));
                }
                (Some(argument), takes) => arguments.push(takes.read(argument, self)?),
            }
        }
        Ok(arguments)
    }
}

impl Takes {
    fn read(self, argument: &str, control: &Control) -> Result<String, String> {
        let (name, example) = (control.name, control.example);
        let text = || {
            quoted(argument).ok_or_else(|| {
                format!("a text of `{name}()` stands in single quotes, as in `{example}`")
            })
        };
        match self {
            Self::Text | Self::MaybeText => {
                let text = text()?;
                if text.len() > MAX_TEXT {
                    return Err(format!("a text has at most {MAX_TEXT} bytes"));
                }
                Ok(String::from(text))
            }
            Self::Count(most) => match number(argument) {
                Some(count) if count <= most => Ok(count.to_string()),
                Some(_) => Err(format!("`{name}()` takes at most {most}")),
                None => Err(format!(
                    "`{argument}` is no number; write it as in `{example}`"
                )),
            },
            Self::MaybeCode => match number(argument) {
                Some(code @ (1_000 | 3_000..=4_999)) => Ok(code.to_string()),
                _ => Err(format!(
                    "`{argument}` is no code that a browser lets a page close with: 1000 and 3000 \
                     to 4999"
                )),
            },
            Self::OneOf(words) => {
                let word = text()?;
                if words.contains(&word) {
                    return Ok(String::from(word));
                }
                let hint = did_you_mean(word, words.iter().copied());
                let hint = if hint.is_empty() { "." } else { &hint };
                let words = list(words.iter().copied());
                Err(format!(
                    "`{name}()` knows no `{word}`{hint} There are {words}."
                ))
            }
        }
    }
}

/// The arguments: what the commas outside of quotes part.
fn split(inside: &str) -> Result<Vec<&str>, String> {
    let mut given = Vec::new();
    let (mut quoted, mut begin) = (false, 0);
    for (at, letter) in inside.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            ',' if !quoted => {
                given.push(inside[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    if quoted {
        return Err(String::from("a single quote has no second one"));
    }
    let last = inside[begin..].trim();
    if !last.is_empty() || !given.is_empty() {
        given.push(last);
    }
    Ok(given)
}

fn number(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!text.contains('\'')).then_some(text)
}

/// The table of controls for the author's guide, in Markdown.
#[must_use]
pub fn control_table() -> String {
    let mut table = String::from("| beside | call | what it does |\n|---|---|---|\n");
    for control in &CONTROLS {
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "| `[{}]` | `{}` | {} |",
            control.of, control.example, control.about
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECHO: Thing = Thing::Echo { deflate: true };

    fn check(text: &str, thing: &Thing, name: &str, arguments: &[&str]) {
        let call = ControlCall::parse(text, thing).unwrap();
        assert_eq!((call.name, &*call.text), (name, text));
        assert_eq!(call.arguments, arguments);
    }

    fn refused(text: &str, thing: &Thing, wanted: &str) {
        let problem = ControlCall::parse(text, thing).unwrap_err();
        assert!(problem.contains(wanted), "{problem}");
    }

    #[test]
    fn calls_are_written_as_in_code() {
        check("open()", &ECHO, "open", &[]);
        check("send('Hello, you')", &ECHO, "send", &["Hello, you"]);
        check("sendBytes(1_000)", &ECHO, "sendBytes", &["1000"]);
        check("close()", &ECHO, "close", &[]);
        check("close(1000)", &ECHO, "close", &["1000"]);
        check("close(1000, 'done')", &ECHO, "close", &["1000", "done"]);
        check("end('deaf')", &Thing::Closing, "end", &["deaf"]);
        check("measure()", &Thing::Transports, "measure", &[]);
        check("read(0)", &Thing::Pressure, "read", &["0"]);
        check("read()", &Thing::Pressure, "read", &[]);
        let room = Thing::Chat {
            room: String::from("den"),
        };
        check("someone.say('Hi')", &room, "someone.say", &["Hi"]);
    }

    #[test]
    fn what_is_no_call_says_what_would_be() {
        refused("send Hello", &ECHO, "write it as in code, such as `open()`");
        refused("pause()", &ECHO, "`[echo]` knows no `pause()`");
        refused("sendByte(1)", &ECHO, "did you mean `sendBytes`?");
        refused("send(Hello)", &ECHO, "stands in single quotes");
        refused("send('a)", &ECHO, "a single quote has no second one");
        refused("send()", &ECHO, "needs something between its brackets");
        refused("open(1)", &ECHO, "takes nothing between its brackets");
        refused("sendBytes(2000000)", &ECHO, "at most 1048576");
        refused("close(1001)", &ECHO, "1000 and 3000 to 4999");
        refused("end('deff')", &Thing::Closing, "did you mean `deaf`?");
        refused("end('x')", &Thing::Closing, "There are `client`, `server`");
    }

    #[test]
    fn every_call_of_the_guide_can_be_made() {
        let things = [
            ECHO,
            Thing::Workbench {
                frames: String::new(),
            },
            Thing::Closing,
            Thing::Chat {
                room: String::from("den"),
            },
            Thing::Transports,
            Thing::Pressure,
        ];
        for control in &CONTROLS {
            let thing = things.iter().find(|thing| thing.key() == control.of);
            ControlCall::parse(control.example, thing.unwrap()).unwrap();
        }
    }
}
