//! The server from outside: real sockets, a free port, every byte.

mod chat;
mod echo;
mod http;
mod process;
mod support;
mod wire;
