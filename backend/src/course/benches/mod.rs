//! Plays the lessons that the page plays with its own controls, as a browser would: over real connections to the
//! checker's own server, judged by the same judge.

mod chat;
mod client;
mod page;
mod pressure;
mod trial;

use std::sync::Arc;
use std::time::Duration;

use spillway_lessons::{ControlStep, Lesson, LessonError, Thing};
use spillway_websocket::{CloseCode, ClosePayload, Opcode};
use tokio::time::timeout;

use self::chat::Chats;
use self::client::{Client, Heard};
use self::page::Page;
use self::pressure::Chains;
use super::rehearse::about;
use crate::app::App;

/// A goal is reached within this; who watches the solution waits for it. The slowest way to end takes 3 s.
const WITHIN: Duration = Duration::from_secs(15);

/// Plays a lesson; says what is wrong with it. Opened alone, its thing connects to nothing and reaches no goal.
pub(super) async fn check(app: &Arc<App>, address: &str, lesson: &Lesson) -> Option<LessonError> {
    let played = match Page::open(app, address) {
        Ok(page) => Bench::new(page, lesson).play(lesson).await,
        Err(problem) => Err((None, problem)),
    };
    let (line, message) = played.err()?;
    Some(about(lesson, line, message))
}

/// What is wrong, and the line of the step.
type Wrong = (Option<u32>, String);

/// The page's controls, and what they have opened.
struct Bench {
    page: Page,
    client: Option<Client>,
    chats: Chats,
    chains: Chains,
    /// What is in the workbench's editor.
    editor: String,
}

impl Bench {
    fn new(page: Page, lesson: &Lesson) -> Self {
        let editor = match &lesson.thing {
            Thing::Workbench { frames } => frames.clone(),
            _ => String::new(),
        };
        Self {
            page,
            client: None,
            chats: Chats::default(),
            chains: Chains::default(),
            editor,
        }
    }

    /// Plays the solution, which has to reach all goals.
    async fn play(&mut self, lesson: &Lesson) -> Result<(), Wrong> {
        for (done, step) in lesson.controls.iter().enumerate() {
            if let Some(goal) = step.goal
                && !self.page.until_goal(goal, WITHIN).await
            {
                return Err((Some(step.line), self.unreached(goal, done, lesson)));
            }
            let text = &step.call.text;
            self.press(step, &lesson.thing)
                .await
                .map_err(|problem| (Some(step.line), format!("`{text}` fails: {problem}")))?;
        }
        let goals = lesson.goals.len();
        self.page.until_reached(goals, WITHIN).await;
        let reached = self.page.reached();
        let missing = (0..goals).find(|at| reached.get(*at) != Some(&true));
        match missing {
            None => Ok(()),
            Some(at) => {
                let line = lesson.controls.last().map(|step| step.line);
                Err((line, self.unreached(at + 1, lesson.controls.len(), lesson)))
            }
        }
    }

    fn unreached(&self, goal: usize, done: usize, lesson: &Lesson) -> String {
        let first = self.page.reached().iter().position(|reached| !*reached);
        // An earlier one stands in its way.
        let goal = first.map_or(goal, |at| goal.min(at + 1));
        format!(
            "the solution does not reach goal {goal}; it did {done} of its {} steps. Correct the \
             solution, or a goal that cannot be reached",
            lesson.controls.len()
        )
    }

    async fn press(&mut self, step: &ControlStep, thing: &Thing) -> Result<(), String> {
        let arguments: Vec<&str> = step.call.arguments.iter().map(String::as_str).collect();
        let pressing = async {
            match (thing, step.call.name, &arguments[..]) {
                (Thing::Workbench { .. }, _, _) => self.send(step.frames.as_deref()).await,
                (Thing::Transports, _, _) => trial::measure(&self.page).await,
                (Thing::Closing, _, [way]) => self.end(way).await,
                (Thing::Echo { deflate }, "open", _) => self.open_echo(*deflate).await,
                (Thing::Echo { .. }, "send", [text]) => {
                    self.say(Opcode::Text, text.as_bytes()).await
                }
                (Thing::Echo { .. }, "sendBytes", [count]) => {
                    let count = count.parse().unwrap_or_default();
                    self.say(Opcode::Binary, &vec![b'a'; count]).await
                }
                (Thing::Echo { .. }, "close", said) => self.close(said).await,
                (Thing::Chat { room }, name, given) => {
                    self.chats.press(&self.page, room, name, given).await
                }
                (Thing::Pressure, name, given) => self.chains.press(&self.page, name, given).await,
                (_, name, _) => Err(format!("the checker knows no `{name}()` here")),
            }
        };
        match timeout(WITHIN * 2, pressing).await {
            Ok(pressed) => pressed,
            Err(_) => Err(format!(
                "nothing came of it within {} s",
                (WITHIN * 2).as_secs()
            )),
        }
    }

    async fn send(&mut self, frames: Option<&str>) -> Result<(), String> {
        if let Some(frames) = frames {
            frames.clone_into(&mut self.editor);
        }
        self.page.send_scenario(&self.editor, WITHIN * 2).await
    }

    async fn open_echo(&mut self, deflate: bool) -> Result<(), String> {
        let off = if deflate { "" } else { "deflate=off&" };
        self.connect(&format!("/ws/echo?{off}")).await
    }

    /// Opens a watched connection in the place of the one before. A refusal is an answer as well.
    async fn connect(&mut self, address: &str) -> Result<(), String> {
        self.client = None;
        let token = self.page.watch_token().await?;
        let target = format!("{address}watch={token}");
        let mut client = connect(&self.page, &target).await?;
        if let Heard::Answer(101) = client.hear().await {
            self.client = Some(client);
        }
        Ok(())
    }

    fn client(&mut self) -> Result<&mut Client, String> {
        let client = self.client.as_mut();
        client.ok_or_else(|| "there is no connection; `open()` one first".to_owned())
    }

    /// Sends a message and waits until it is back, or until the connection is over.
    async fn say(&mut self, opcode: Opcode, payload: &[u8]) -> Result<(), String> {
        let client = self.client()?;
        client
            .send(opcode, payload)
            .await
            .map_err(|error| lost(&error))?;
        client.hear().await;
        Ok(())
    }

    async fn close(&mut self, said: &[&str]) -> Result<(), String> {
        let (code, reason) = (said.first(), said.get(1).copied().unwrap_or_default());
        let payload = ClosePayload {
            code: code.and_then(|code| code.parse().ok()).map(CloseCode),
            reason: reason.to_owned(),
        };
        let client = self.client()?;
        client.close(&payload).await.map_err(|error| lost(&error))?;
        while client.hear().await != Heard::End {}
        Ok(())
    }

    /// Ends a connection in one of the ways of `/closing`, as its page does.
    async fn end(&mut self, way: &str) -> Result<(), String> {
        if way == "refuse" {
            return self.connect("/ws/subject?refuse&").await;
        }
        if self.client.is_none() {
            self.connect("/ws/subject?").await?;
        }
        let client = self.client()?;
        let (texts, times, bytes, close): (&[&str], _, _, _) = match way {
            "client" => (&[], 0, 0, Some((1000, "bye"))),
            "server" => (&["close 1000 bye"], 1, 0, None),
            "both" => (
                &["wait 200", "close 4001 the server"],
                1,
                0,
                Some((4000, "the browser")),
            ),
            "policy" => (&["hello"], 21, 0, None),
            "big" => (&[], 0, 1, None),
            "buffered" => (&["wait 2000"], 1, 6, None),
            way => (&[way], 1, 0, None),
        };
        for _ in 0..times {
            for text in texts {
                client
                    .send(Opcode::Text, text.as_bytes())
                    .await
                    .map_err(|error| lost(&error))?;
            }
        }
        let size = MIB + usize::from(way == "big");
        for _ in 0..bytes {
            // The server may have said that it is too large before all of it is sent.
            client.send(Opcode::Binary, &vec![b'a'; size]).await.ok();
        }
        if let Some((code, reason)) = close {
            let payload = ClosePayload {
                code: Some(CloseCode(code)),
                reason: reason.to_owned(),
            };
            client.close(&payload).await.map_err(|error| lost(&error))?;
        }
        let answers = match way {
            "hello" => 1,
            "buffered" => bytes,
            _ => u32::MAX,
        };
        for _ in 0..answers {
            if client.hear().await == Heard::End {
                self.client = None;
                break;
            }
        }
        Ok(())
    }
}

const MIB: usize = 1 << 20;

async fn connect(page: &Page, target: &str) -> Result<Client, String> {
    let connecting = Client::connect(page.server, target).await;
    connecting.map_err(|error| format!("the server cannot be reached: {error}"))
}

fn lost(error: &std::io::Error) -> String {
    format!("the connection is over: {error}")
}
