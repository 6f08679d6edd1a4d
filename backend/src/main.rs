//! The command `spillway`.

use std::process::ExitCode;

fn main() -> ExitCode {
    spillway::cli::main()
}
