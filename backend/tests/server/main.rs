//! The server from outside: real sockets, a free port, every byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod chat;
mod chat_acts;
mod control;
mod echo;
mod hostile;
mod http;
mod killed;
mod lessons;
mod process;
mod subject;
mod support;
mod transports;
mod watched;
mod wire;
mod workbench;
