//! The database servers that the tests start for themselves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command::{note, on_path};
use crate::tools::apt;

/// Sees that MariaDB and PostgreSQL are there, or installs Debian's.
///
/// # Errors
/// If they are not there and cannot be installed.
pub(super) fn ready() -> Result<()> {
    let mut missing = Vec::new();
    for server in SERVERS {
        match (server.find)() {
            Some(program) => note(&format!("{}: there", program.display())),
            None => missing.extend(server.packages),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    apt::install(&missing)?;
    for server in SERVERS {
        if (server.find)().is_none() {
            bail!("no {}; install it by hand", server.name);
        }
    }
    Ok(())
}

struct Server {
    name: &'static str,
    /// The server and what makes its first data folder.
    packages: &'static [&'static str],
    find: fn() -> Option<PathBuf>,
}

/// MariaDB's `-core` packages are the bare programs: no service is set up or started.
const SERVERS: [Server; 2] = [
    Server {
        name: "mariadbd",
        packages: &["mariadb-server-core", "mariadb-client-core"],
        find: mariadbd,
    },
    Server {
        name: "postgres",
        packages: &["postgresql"],
        find: postgres,
    },
];

/// Debian keeps it in a folder that is not on everybody's PATH.
fn mariadbd() -> Option<PathBuf> {
    on_path("my_print_defaults")?;
    on_path("mariadbd")
        .or_else(|| Some(PathBuf::from("/usr/sbin/mariadbd")).filter(|it| it.is_file()))
}

fn postgres() -> Option<PathBuf> {
    newest_postgres(Path::new("/usr/lib/postgresql")).or_else(|| on_path("postgres"))
}

/// Debian keeps each version in a folder of its own, off PATH.
fn newest_postgres(versions: &Path) -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut folders: Vec<_> = fs::read_dir(versions)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| folder.join("bin/postgres").is_file())
        .collect();
    folders.sort_by_key(version);
    Some(folders.pop()?.join("bin/postgres"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_postgres_is_taken_by_number() {
        let versions = tempfile::tempdir().unwrap();
        assert_eq!(newest_postgres(versions.path()), None);
        for version in ["9", "15"] {
            let bin = versions.path().join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            fs::write(bin.join("postgres"), "").unwrap();
        }
        fs::create_dir_all(versions.path().join("16")).unwrap();
        assert_eq!(
            newest_postgres(versions.path()),
            Some(versions.path().join("15/bin/postgres"))
        );
    }
}
