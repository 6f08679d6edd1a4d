//! The command line.

mod pipe;
mod serve;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::app::Config;
use crate::course;
use crate::data::SAMPLE_BYTES;
use crate::database::DatabaseUrlError;
use crate::session::LINGER;

/// A playground where people learn streams and WebSockets by operating real ones.
#[derive(Debug, Parser)]
#[command(name = "spillway", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the page, the course and the sockets.
    Serve(Serve),
    /// Pipes a file through stages into another file, and says what each stage did.
    Pipe(Pipe),
    /// Works with lessons.
    Lessons {
        #[command(subcommand)]
        command: Lessons,
    },
}

#[derive(Debug, Subcommand)]
enum Lessons {
    /// Checks a course folder.
    Check {
        /// The folder, such as `lessons`.
        dir: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(
    override_usage = "spillway pipe IN [STAGE]... OUT [--json]",
    after_help = crate::pipe::help()
)]
struct Pipe {
    /// IN, then any number of stages, then OUT. IN and OUT are paths, or - for standard input and
    /// output.
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Say at the end how it went, as one JSON object: on standard output, or on standard error
    /// when OUT is -.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Serve {
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, value_name = "IP:PORT", default_value_t = DEFAULT_ADDR)]
    addr: SocketAddr,
    /// Folder for sample data and the files that runs write; made when missing.
    #[arg(long, value_name = "DIR", default_value = "spillway-data")]
    data: PathBuf,
    /// Course folder to serve instead of the embedded one; read again at each reload of the page.
    #[arg(long, value_name = "DIR")]
    lessons: Option<PathBuf>,
    /// Name this server is reached by, besides loopback and its own address; may be repeated.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Chat messages a second per connection, with a burst of three seconds' worth; 0: no limit.
    #[arg(long, value_name = "N", default_value_t = 20)]
    chat_rate: u32,
    /// Connections open at the same time.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: u32,
    /// Database that lessons may read, besides the sample; may be repeated. `sqlite:FILE`,
    /// `mysql://USER:PASSWORD@HOST/DATABASE` or `postgres://…`; NAME is what lessons call it.
    // Read by us: an error of clap's repeats the value, and with it a password.
    #[arg(long = "database", value_name = "[NAME=]URL")]
    databases: Vec<String>,
}

const DEFAULT_ADDR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(Cli {
            command: Command::Serve(options),
        }) => match options.try_into() {
            Ok(config) => serve::serve(config),
            Err(error) => usage(&format!("--database: {error}")),
        },
        Ok(Cli {
            command: Command::Pipe(Pipe { words, json }),
        }) => pipe::pipe(&words, json),
        Ok(Cli {
            command:
                Command::Lessons {
                    command: Lessons::Check { dir },
                },
        }) => course::check_command(&dir),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            // Whoever closed the pipe does not want to read it.
            error.print().ok();
            ExitCode::SUCCESS
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            usage("a command is needed (`spillway --help` shows what there is)")
        }
        Err(error) => usage(&in_one_line(&error.to_string())),
    }
}

/// Says what is wrong in one line; exit code 2.
fn usage(problem: &str) -> ExitCode {
    eprintln!("spillway: {problem}");
    ExitCode::from(2)
}

/// The first paragraph of clap's error, which is what is wrong; the rest is advice.
fn in_one_line(error: &str) -> String {
    let what: Vec<&str> = error
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let what = what.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    format!("{what} (`spillway --help` shows what there is)")
}

impl TryFrom<Serve> for Config {
    type Error = DatabaseUrlError;

    fn try_from(options: Serve) -> Result<Self, Self::Error> {
        let databases = options.databases.iter().map(|url| url.parse());
        Ok(Self {
            addr: options.addr,
            data: options.data,
            lessons: options.lessons,
            hosts: options.hosts,
            chat_rate: options.chat_rate,
            max_connections: options.max_connections as usize,
            linger: LINGER,
            sample_bytes: SAMPLE_BYTES,
            databases: databases.collect::<Result<_, _>>()?,
        })
    }
}
