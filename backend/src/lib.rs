//! The server of Spillway: it serves the page and the course, drives real streams and sockets,
//! and shows what happens in them.

pub mod app;
pub mod assets;
pub mod catalogue;
pub mod chat;
pub mod cli;
pub(crate) mod command;
pub mod control;
pub mod course;
pub mod data;
pub mod database;
pub mod delivery;
pub mod echo;
pub(crate) mod engine;
pub mod metrics;
pub mod pipe;
pub mod sample;
pub mod security;
pub mod server;
pub mod session;
pub mod socket;
pub mod subject;
pub mod transports;
pub mod upload;
pub mod wire;
pub mod workbench;
