//! The file: what it outlives, and how it is refused.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

use super::*;
use crate::chat::store::contract::{append, said, seqs};
use crate::chat::store::{Appended, Entry, MAX_KEPT};

fn chat(folder: &TempDir) -> PathBuf {
    folder.path().join("chat.sqlite")
}

/// A file with so many messages, written through and closed.
async fn filled(path: &Path, count: u64) {
    let store = SqliteStore::new(path.to_owned());
    for number in 1..=count {
        append(
            &store,
            "room",
            said("ada", &number.to_string(), &"text ".repeat(100)),
        )
        .await;
    }
    drop(store);
    let mut link = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut link)
        .await
        .unwrap();
    link.close().await.unwrap();
}

/// Opens the file; why that is refused. It is as it was, byte for byte.
async fn refused(path: &Path) -> StoreError {
    let before = fs::read(path).unwrap();
    let error = SqliteStore::new(path.to_owned()).ready().await.unwrap_err();
    assert!(before == fs::read(path).unwrap(), "the file was changed");
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "{error}"
    );
    error
}

#[tokio::test]
async fn what_was_kept_is_there_for_the_next_server() {
    let folder = tempfile::tempdir().unwrap();
    let first = SqliteStore::new(chat(&folder));
    first
        .keep_seat("room".into(), Key::of("ada"), "Ada".to_owned())
        .await;
    append(&first, "room", said("ada", "1", "hello")).await;
    // Nothing is closed: the file is as a killed server leaves it.
    let next = SqliteStore::new(chat(&folder));
    assert!(next.knows("room", &Key::of("ada")).await.unwrap());
    let again = append(&next, "room", said("ada", "1", "hello")).await;
    assert!(
        matches!(again, Appended::Before(Entry { seq: 1, .. })),
        "{again:?}"
    );
    let new = append(&next, "room", said("ada", "2", "hello")).await;
    assert!(
        matches!(new, Appended::Now(Entry { seq: 2, .. })),
        "{new:?}"
    );
}

#[tokio::test]
async fn the_oldest_of_a_room_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::new(chat(&folder));
    let mut tickets = Vec::new();
    for number in 1..=MAX_KEPT + 1000 {
        tickets.push(
            store
                .append("room".into(), said("ada", &number.to_string(), "x"))
                .await,
        );
    }
    for ticket in tickets {
        ticket.await.unwrap().unwrap();
    }
    let oldest = store
        .page("room", Page::After { seq: 0, limit: 2 })
        .await
        .unwrap();
    assert_eq!(seqs(&oldest), [1001, 1002]);
}

#[tokio::test]
async fn a_clock_that_jumps_changes_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::new(chat(&folder));
    for at in [9, 1, 5] {
        let fact = Fact {
            at,
            ..said("ada", &at.to_string(), "x")
        };
        append(&store, "room", fact).await;
    }
    let page = store
        .page("room", Page::After { seq: 0, limit: 9 })
        .await
        .unwrap();
    assert_eq!(
        page.iter().map(|entry| entry.fact.at).collect::<Vec<_>>(),
        [9, 1, 5]
    );
}

#[tokio::test]
async fn a_file_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(chat(&folder), "Dear diary, ".repeat(500)).unwrap();
    assert!(matches!(
        refused(&chat(&folder)).await,
        StoreError::Foreign { .. }
    ));
    let options = sqlx::sqlite::SqliteConnectOptions::new().create_if_missing(true);
    let other = folder.path().join("other.sqlite");
    let mut link = options.filename(&other).connect().await.unwrap();
    sqlx::query("CREATE TABLE cats (name)")
        .execute(&mut link)
        .await
        .unwrap();
    link.close().await.unwrap();
    assert!(matches!(refused(&other).await, StoreError::Foreign { .. }));
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    filled(&chat(&folder), 1).await;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(chat(&folder))
        .unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&7_u32.to_be_bytes()).unwrap();
    let error = refused(&chat(&folder)).await;
    assert!(
        matches!(error, StoreError::Newer { found: 7, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    filled(&chat(&folder), 100).await;
    let whole = fs::read(chat(&folder)).unwrap();
    let mut scribbled = whole.clone();
    scribbled[5 * 4096..6 * 4096].fill(0x5a);
    for damaged in [
        &scribbled[..],
        &whole[..whole.len() / 2 / 4096 * 4096],
        &whole[..50],
    ] {
        fs::write(chat(&folder), damaged).unwrap();
        let error = refused(&chat(&folder)).await;
        let expected = matches!(
            error,
            StoreError::Damaged { .. } | StoreError::Foreign { .. }
        );
        assert!(expected, "{error:?}");
    }
    fs::write(chat(&folder), whole).unwrap();
    SqliteStore::new(chat(&folder)).ready().await.unwrap();
}

#[tokio::test]
async fn the_next_server_forgets_the_rooms_that_were_left_longest_ago() {
    let folder = tempfile::tempdir().unwrap();
    let path = chat(&folder);
    filled(&path, 3).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut link = options.connect().await.unwrap();
    for sql in [
        "UPDATE rooms SET used = 1",
        "INSERT INTO seats (room, token, name) VALUES (1, 'k', 'Ada')",
        "WITH RECURSIVE n(x) AS (SELECT 2 UNION ALL SELECT x + 1 FROM n LIMIT 10000) \
         INSERT INTO rooms SELECT x, 'room-' || x, 'k', NULL, x FROM n",
        "INSERT INTO entries SELECT 2, seq, kind, token, id, sender, text, target, whom, at, digest \
         FROM entries WHERE room = 1",
    ] {
        sqlx::query(sql).execute(&mut link).await.unwrap();
    }
    SqliteStore::new(path).ready().await.unwrap();
    for (table, left) in [("rooms", 10_000), ("entries", 3), ("seats", 0)] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut link).await.unwrap();
        assert_eq!(count, left, "{table}");
    }
}

#[tokio::test]
async fn of_a_large_file_rooms_and_people_are_checked_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = chat(&folder);
    filled(&path, 300).await;
    let whole = fs::read(&path).unwrap();
    open::check(&path, 0).await.unwrap();
    let pages = whole.len() / 4096;
    let (mut found_at_once, mut found_later) = (0, 0);
    for page in 1..pages {
        let mut scribbled = whole.clone();
        scribbled[page * 4096..(page + 1) * 4096].fill(0x5a);
        fs::write(&path, scribbled).unwrap();
        if open::check(&path, u64::MAX).await.is_err() {
            match open::check(&path, 0).await {
                Ok(()) => found_later += 1,
                Err(error) => {
                    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
                    found_at_once += 1;
                }
            }
        }
    }
    assert!(found_at_once >= 2, "{found_at_once} of {pages}");
    assert!(found_later > pages / 2, "{found_later} of {pages}");
}

#[tokio::test]
async fn damage_that_is_found_while_running_ends_all_acknowledging() {
    let folder = tempfile::tempdir().unwrap();
    let path = chat(&folder);
    filled(&path, 300).await;
    let store = SqliteStore::new(path.clone());
    let text = "text";
    let new = |id: &str| store.append("room".into(), said("bob", id, text));
    new("before").await.await.unwrap().unwrap();
    // Everything but the head, which says whose file it is.
    let length = fs::metadata(&path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    let rest = usize::try_from(length - 4096).unwrap();
    file.write_all(&vec![0x5a; rest]).unwrap();
    let (seq, limit) = (0, 1000);
    let error = store.page("room", Page::After { seq, limit }).await;
    let error = error.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(path.to_str().unwrap()), "{message}");
    // From now on nobody is told that anything is kept.
    for id in ["1", "2"] {
        assert_eq!(new(id).await.await.unwrap(), Err(error.clone()));
    }
    assert_eq!(store.open("other").await, Err(error.clone()));
    // The next server says so at its start.
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
}

#[tokio::test]
async fn a_file_whose_making_was_cut_off_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(chat(&folder), "").unwrap();
    let store = SqliteStore::new(chat(&folder));
    append(&store, "room", said("ada", "1", "hello")).await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::new(folder.path().join("nowhere/chat.sqlite"));
    let error = store.ready().await.unwrap_err().to_string();
    assert!(error.contains("nowhere"), "{error}");
    let ticket = store.append("room".into(), said("ada", "1", "x")).await;
    assert!(ticket.await.unwrap().is_err());
}
