//! The two people of a lesson on the chat.

use spillway_protocol::chat::{FromClient, FromServer};
use spillway_websocket::Opcode;

use super::client::{Client, Heard};
use super::page::Page;
use super::{connect, lost};
use crate::security::random_token;

/// The learner, and the second connection of the page.
#[derive(Default)]
pub(super) struct Chats {
    learner: Person,
    someone: Person,
    /// The name of a room of the learner's own.
    own: Option<String>,
}

/// One of them.
#[derive(Default)]
struct Person {
    name: String,
    token: Option<String>,
    /// The newest that it has seen.
    seen: u64,
    said: u64,
    client: Option<Client>,
}

impl Chats {
    /// Does what the control of this name does.
    pub(super) async fn press(
        &mut self,
        page: &Page,
        room: &str,
        name: &str,
        given: &[&str],
    ) -> Result<(), String> {
        // A room of the learner's own is a new one.
        let room = if room.is_empty() {
            self.own.get_or_insert_with(random_token).clone()
        } else {
            room.to_owned()
        };
        let room = &*room;
        match (name, given) {
            ("join", [name]) => self.learner.join(page, room, name, true).await,
            ("say", [text]) => self.learner.say(text).await,
            ("someone.join", [name]) => self.someone.join(page, room, name, false).await,
            ("someone.say", [text]) => self.someone.say(text).await,
            ("lose", []) => self.learner.lose(page, room).await,
            (name, _) => Err(format!("the checker knows no `{name}()` here")),
        }
    }
}

impl Person {
    async fn join(
        &mut self,
        page: &Page,
        room: &str,
        name: &str,
        watched: bool,
    ) -> Result<(), String> {
        name.clone_into(&mut self.name);
        let mut target = format!("/ws/chat/{room}?name={}&after={}", encoded(name), self.seen);
        if let Some(token) = &self.token {
            target.push_str(&format!("&token={token}"));
        }
        if watched {
            target.push_str(&format!("&watch={}", page.watch_token().await?));
        }
        self.client = Some(connect(page, &target).await?);
        self.until(|message| matches!(message, FromServer::Welcome { .. }))
            .await
    }

    async fn say(&mut self, text: &str) -> Result<(), String> {
        self.said += 1;
        let id = format!("{}-{}", self.name, self.said);
        let message = FromClient::Say {
            id: id.clone(),
            text: text.to_owned(),
        };
        let json = serde_json::to_string(&message).map_err(|error| error.to_string())?;
        let client = self.client.as_mut().ok_or("nobody has joined yet")?;
        client
            .send(Opcode::Text, json.as_bytes())
            .await
            .map_err(|error| lost(&error))?;
        self.until(|message| matches!(message, FromServer::Said(said) if said.id == id))
            .await
    }

    /// The connection is cut, and comes back.
    async fn lose(&mut self, page: &Page, room: &str) -> Result<(), String> {
        // What has come meanwhile was seen, as a page would have.
        self.client.take().ok_or("nobody has joined yet")?;
        let name = self.name.clone();
        self.join(page, room, &name, true).await
    }

    /// Listens until such a message comes.
    async fn until(&mut self, is: impl Fn(&FromServer) -> bool) -> Result<(), String> {
        loop {
            let client = self.client.as_mut().ok_or("nobody has joined yet")?;
            let text = match client.hear().await {
                Heard::Message(text) => text,
                Heard::Answer(101) => continue,
                Heard::Answer(status) => return Err(format!("the chat answered {status}")),
                Heard::End => return Err("the chat ended the connection".to_owned()),
            };
            let Ok(message) = serde_json::from_slice::<FromServer>(&text) else {
                continue;
            };
            match &message {
                FromServer::Welcome { token, .. } => self.token = Some(token.clone()),
                FromServer::Said(said) => self.seen = self.seen.max(said.seq),
                FromServer::Error { message, .. } => return Err(message.clone()),
                _ => {}
            }
            if is(&message) {
                return Ok(());
            }
        }
    }
}

/// Text as one part of an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
