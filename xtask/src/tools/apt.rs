//! Debian's packages.

use std::io::{IsTerminal as _, stdin};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{note, on_path, output_of, run, step};

/// Installs packages, as root or through sudo.
///
/// # Errors
/// If this is no Debian, nobody may install here, or apt-get fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if on_path("apt-get").is_none() {
        bail!("no apt-get here to install {} with", packages.join(" "));
    }
    let Some(prefix) = as_root() else {
        bail!("not root and no sudo; by hand, as root: {by_hand}");
    };
    step(&by_hand);
    if let Err(error) = run(apt_get(prefix).args(["-qq", "update"])) {
        note(&format!("{error:#}; going on with the old lists"));
    }
    let mut install = apt_get(prefix);
    install
        .args(["-qq", "install", "-y", "--no-install-recommends"])
        .args(packages);
    run(&mut install)
}

/// The words before a command that needs root.
fn as_root() -> Option<&'static [&'static str]> {
    if output_of(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Some(&[]);
    }
    on_path("sudo")?;
    // Without a terminal nobody could type a password.
    Some(if stdin().is_terminal() {
        &["sudo"]
    } else {
        &["sudo", "-n"]
    })
}

fn apt_get(prefix: &[&str]) -> Command {
    let mut words =
        prefix
            .iter()
            .copied()
            .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    let mut command = Command::new(words.next().unwrap_or("env"));
    command.args(words);
    command
}
