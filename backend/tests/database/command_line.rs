//! `spillway serve --database`.

use std::process::{Command, Stdio};

use crate::servers::KINDS;

/// What `serve` says before it ends with 2, in one line.
fn refusal(databases: &[&str]) -> String {
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
    command
        .args(["serve", "--addr", "127.0.0.1:0", "--data"])
        .arg(data.path());
    for url in databases {
        command.args(["--database", url]);
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(output.stdout, b"");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    said
}

#[test]
fn a_wrong_url_is_one_line_without_its_password() {
    let said = refusal(&["mongodb://ada:s3cret@127.0.0.1/school"]);
    assert!(
        said.contains("begins with sqlite:, mysql:// or postgres://"),
        "{said}"
    );
    let said = refusal(&["mysql://ada:s3cret@127.0.0.1"]);
    assert!(said.contains("names no database"), "{said}");
}

#[test]
fn a_database_that_cannot_be_reached_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = free.local_addr().unwrap();
    drop(free);
    for scheme in ["mysql", "postgres"] {
        let said = refusal(&[&format!("{scheme}://ada:s3cret@{addr}/school")]);
        assert!(
            said.contains("cannot open the database 'school': Connection refused"),
            "{said}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(&[&format!("sqlite:{}/none.db", folder.path().display())]);
    assert!(said.contains("cannot open the database 'none'"), "{said}");
    assert!(!folder.path().join("none.db").exists());
}

#[test]
fn two_databases_of_one_name_are_refused() {
    let said = refusal(&["sqlite:/a/towns.db", "sqlite:/b/towns.db"]);
    assert!(said.contains("two databases are called 'towns'"), "{said}");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_repeated() {
    for kind in KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        let url = server.url("ada").replace("s3cret", "s3cret-not");
        let said = refusal(&[&url]);
        assert!(said.contains("cannot open the database 'school'"), "{said}");
        assert!(said.contains("ada"), "{said}");
    }
}
