//! The chats that are measured: how each is had, started and ended.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::options::{Options, Row};
use crate::command::{note, spelled};
use crate::place;
use crate::server;
use crate::tools::node::{self, Node};

/// One of the chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// This checkout's, in release, with its history in a file.
    Spillway,
    /// Another program of Spillway, such as one before a change.
    Other,
    /// npm's `ws`.
    Ws,
    /// npm's `socket.io`, over WebSockets alone.
    SocketIo,
}

impl Who {
    const ALL: [Self; 4] = [Self::Spillway, Self::Other, Self::Ws, Self::SocketIo];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Spillway => "spillway",
            Self::Other => "other",
            Self::Ws => "ws",
            Self::SocketIo => "socket.io",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|who| who.name() == name);
        found.with_context(|| format!("`{name}` is not known"))
    }

    fn dialect(self) -> &'static str {
        match self {
            Self::SocketIo => "socket.io",
            Self::Spillway | Self::Other | Self::Ws => "json",
        }
    }
}

/// The programs behind them, and the client.
#[derive(Debug)]
pub(super) struct Programs {
    spillway: Option<PathBuf>,
    other: Option<PathBuf>,
    node: Option<(Node, PathBuf)>,
    client: PathBuf,
}

impl Programs {
    /// Builds and gets what those that take part need.
    ///
    /// # Errors
    /// In one line: what failed.
    pub(super) fn ready(options: &Options) -> Result<Self> {
        let takes_part = |who| options.who.contains(&who);
        let spillway = match &options.spillway {
            Some(given) => Some(given.clone()),
            None if takes_part(Who::Spillway) => Some(server::build_all()?),
            None => None,
        };
        let node = if takes_part(Who::Ws) || takes_part(Who::SocketIo) {
            let modules = node::modules(&scripts(), "bench-chat-peers")?;
            Some((node::of_release(&options.node)?, modules))
        } else {
            None
        };
        Ok(Self {
            spillway,
            other: options.other.clone(),
            node,
            client: server::build_release("spillway-bench", "peer")?,
        })
    }

    fn command(&self, who: Who, data: &PathBuf) -> Result<Command> {
        let spillway = match who {
            Who::Spillway => &self.spillway,
            Who::Other => &self.other,
            Who::Ws | Who::SocketIo => {
                let (node, modules) = self.node.as_ref().context("Node takes no part")?;
                let mut command = with_files(&node.program);
                command.env("NODE_PATH", modules);
                command.env("NODE_ENV", "production");
                command.arg(scripts().join(match who {
                    Who::Ws => "ws.js",
                    _ => "socketio.js",
                }));
                return Ok(command);
            }
        };
        let spillway = spillway
            .as_ref()
            .with_context(|| format!("`{}` takes no part", who.name()))?;
        let mut command = with_files(spillway);
        command.args(["serve", "--addr", "127.0.0.1:0", "--chat-rate", "0"]);
        command.arg("--data").arg(data);
        command.env("RUST_LOG", "error");
        Ok(command)
    }

    /// Starts a chat that knows nothing yet.
    ///
    /// # Errors
    /// If it does not start.
    pub(super) fn start(&self, who: Who) -> Result<Server> {
        let data = std::env::temp_dir().join(format!("spillway-bench-chat-{}", std::process::id()));
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir(&data)?;
        let mut command = self.command(who, &data)?;
        let line = spelled(&command);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let child = child.with_context(|| format!("`{line}` could not be started"))?;
        let mut server = Server {
            who,
            child,
            addr: String::new(),
            data,
        };
        let stdout = server.child.stdout.take().context("no stdout")?;
        let mut said = String::new();
        BufReader::new(stdout).read_line(&mut said)?;
        let Some((_, addr)) = said.trim().split_once("listening on http://") else {
            bail!("`{line}` does not listen: {said}");
        };
        server.addr = addr.to_owned();
        Ok(server)
    }

    /// Lets the client say so much in one room.
    ///
    /// # Errors
    /// If the client fails.
    pub(super) fn fan_out(&self, server: &Server, row: Row) -> Result<Value> {
        let numbers = [row.receivers, row.outstanding, row.messages()];
        let mut client = self.client(&["chat"], server);
        client.args(numbers.map(|number| number.to_string()));
        report(&mut client)
    }

    /// Lets the client open so many connections.
    ///
    /// # Errors
    /// If the client fails.
    pub(super) fn idle(&self, server: &Server, connections: u64) -> Result<Value> {
        let mut client = self.client(&["chat", "idle"], server);
        client.arg(connections.to_string());
        report(&mut client)
    }

    fn client(&self, args: &[&str], server: &Server) -> Command {
        let mut client = with_files(&self.client);
        client.args(args);
        client.args([&*server.addr, server.who.dialect()]);
        client.arg(server.child.id().to_string());
        client
    }

    /// Says on which versions the figures are.
    pub(super) fn note_versions(&self) {
        let Some((node, modules)) = &self.node else {
            return;
        };
        let version = |module: &str| {
            let text = fs::read_to_string(modules.join(module).join("package.json")).ok()?;
            let about: Value = serde_json::from_str(&text).ok()?;
            Some(about["version"].as_str()?.to_owned())
        };
        let [ws, socket_io] = ["ws", "socket.io"].map(|it| version(it).unwrap_or_default());
        note(&format!(
            "Node {}, ws {ws}, socket.io {socket_io}",
            node.version
        ));
    }
}

/// A chat that runs until it is dropped, and leaves nothing.
#[derive(Debug)]
pub(super) struct Server {
    who: Who,
    child: Child,
    addr: String,
    data: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is over already, or there is nothing to be done about it.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}

/// A program that may have thousands of connections: only a shell can raise that without unsafe
/// code.
fn with_files(program: &PathBuf) -> Command {
    let mut command = Command::new("sh");
    let script = "ulimit -n 20000 || exit 1; exec \"$@\"";
    command.args(["-c", script, "sh"]).arg(program);
    command
}

fn report(client: &mut Command) -> Result<Value> {
    let line = spelled(client);
    let output = client
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("`{line}` reported nothing"))
}

fn scripts() -> PathBuf {
    place::root().join("bench/peers/chat")
}
