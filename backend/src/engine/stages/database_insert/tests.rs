//! Inserting: into SQLite, and into servers as far as only the connection itself can see it.

#[expect(dead_code, reason = "the tests of whole runs use the rest")]
#[path = "../../../../tests/database/servers.rs"]
mod servers;

use sqlx::Row;

use super::*;
use crate::database::testing::{Place, read_file, within_a_second};

const CSV: &str =
    "id,name,population\n1,Oslo,700000\n2,\"Bergen, the\nrainy\",\n3,'; DROP TABLE x,9\n";

/// The stage, with a place that keeps what it writes to.
fn sink(place: &Place, options: &str) -> DatabaseInsert {
    let options: DatabaseInsertOptions = serde_json::from_str(options).unwrap();
    DatabaseInsert {
        databases: place.databases.clone(),
        database: SAMPLE.to_owned(),
        file: place.folder.path().join(".rows.sqlite"),
        shape: Shape {
            types: options.types,
            key: options.key,
            batch: options.batch.unwrap_or(BATCH),
        },
        records: Records::new(options.format),
        waiting: Vec::new(),
        waiting_bytes: 0,
        open: None,
        batches: 0,
        finished: false,
    }
}

async fn write(sink: &mut DatabaseInsert, text: &str, size: usize) -> Result<(), StageError> {
    for chunk in text.as_bytes().chunks(size) {
        sink.write(Bytes::copy_from_slice(chunk)).await?;
    }
    sink.finish().await
}

/// The rows another connection sees in the run's file.
async fn rows(place: &Place) -> Vec<Vec<Option<String>>> {
    let file = place.folder.path().join(".rows.sqlite");
    let rows = read_file(&file, "SELECT * FROM spillway_rows").await;
    let cells = |row: &sqlx::sqlite::SqliteRow| {
        (0..row.len())
            .map(|at| row.try_get_unchecked::<Option<String>, usize>(at).unwrap())
            .collect()
    };
    rows.iter().map(cells).collect()
}

const TYPED: &str = r#"{"types":{"id":"integer","population":"integer"},"key":"id","batch":2}"#;

#[tokio::test]
async fn rows_are_inserted_as_they_are_however_the_chunks_fall() {
    for size in [1, 7, 1_000] {
        let place = Place::new();
        let mut sink = sink(&place, TYPED);
        write(&mut sink, CSV, size).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows(&place).await,
            [
                vec![text("1"), text("Oslo"), text("700000")],
                vec![text("2"), text("Bergen, the\nrainy"), None],
                vec![text("3"), text("'; DROP TABLE x"), text("9")],
            ]
        );
        assert_eq!(
            sink.finding().unwrap(),
            "3 rows in 2 batches, committed together"
        );
    }
}

#[tokio::test]
async fn json_lines_are_inserted_with_their_nulls() {
    let place = Place::new();
    let mut sink = sink(&place, r#"{"format":"json"}"#);
    let text = "{\"a\":1,\"b\":\"x\"}\n\n{\"b\":null,\"a\":[true]}\n{\"a\":\"z\"}";
    write(&mut sink, text, 5).await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows(&place).await,
        [
            vec![text("1"), text("x")],
            vec![text("[true]"), None],
            vec![text("z"), None],
        ]
    );
}

#[tokio::test]
async fn a_bad_row_at_the_end_leaves_the_table_empty() {
    let cities: String = (0..3_000).map(|id| format!("{id},city{id},5\n")).collect();
    for (bad, reason) in [
        ("7,twice,5\n", "UNIQUE constraint failed"),
        ("x,y,5\n", "'x' in the column 'id' is no whole number"),
        ("1,2\n", "this row has 2 fields and the header 3"),
    ] {
        let place = Place::new();
        let mut sink = sink(&place, TYPED);
        let text = format!("id,name,population\n{cities}");
        let offset = text.len();
        let error = write(&mut sink, &(text + bad), 4_096).await.unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with(&format!("at byte {offset}: ")), "{error}");
        assert!(error.contains(reason), "{error}");
        assert_eq!(sink.open.as_mut().unwrap().table.count().await, 0);
        assert_eq!(rows(&place).await.len(), 0);
        assert_eq!(sink.finding(), None);
    }
}

#[tokio::test]
async fn a_bad_row_at_the_end_leaves_a_server_s_table_empty() {
    for kind in servers::KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        let place = Place::with(&[&server.url("ada")]);
        for (bad, rows) in [("", 1_200), ("7,twice,5\n", 0)] {
            let mut sink = sink(&place, TYPED);
            sink.database = "school".to_owned();
            sink.shape.batch = 500;
            let cities: String = (0..1_200).map(|id| format!("{id},Öre {id},5\n")).collect();
            let text = format!("id,name,population\n{cities}{bad}");
            let written = write(&mut sink, &text, 4_096).await;
            assert_eq!(written.is_ok(), bad.is_empty(), "{kind:?}: {written:?}");
            let open = sink.open.as_mut().unwrap();
            assert_eq!(open.table.count().await, rows, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_seen_before_everything_is() {
    let place = Place::new();
    let mut sink = sink(&place, TYPED);
    let chunk = Bytes::from_static(b"id,name,population\n1,a,1\n2,b,2\n3,c,3\n");
    sink.write(chunk).await.unwrap();
    assert_eq!(
        sink.open.as_ref().unwrap().table.rows(),
        2,
        "a batch was sent"
    );
    assert_eq!(rows(&place).await.len(), 0);
    assert_eq!(sink.inside().in_work, 6, "the row that waits for its batch");
    sink.finish().await.unwrap();
    assert_eq!(rows(&place).await.len(), 3);
}

#[tokio::test]
async fn dropped_it_leaves_no_file_no_connection_and_no_bytes_on_the_quota() {
    let place = Place::new();
    let mut sink = sink(&place, TYPED);
    sink.write(Bytes::from_static(CSV.as_bytes()))
        .await
        .unwrap();
    let file = place.folder.path().join(".rows.sqlite");
    assert!(file.exists());
    assert_eq!(place.databases.open_connections(SAMPLE), 1);
    assert!(place.databases.kept_bytes() > 0);
    drop(sink);
    within_a_second("all is given back", || {
        !file.exists()
            && place.databases.open_connections(SAMPLE) == 0
            && place.databases.kept_bytes() == 0
            && crate::database::testing::times_open(&file) == 0
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_table_is_refused_with_its_place() {
    for (options, text, reason) in [
        ("{}", "", "at byte 0: there are no rows and no header"),
        ("{}", "a,A\n1,2\n", "two columns are called 'A'"),
        ("{}", "a,\n1,2\n", "\"\" cannot be the name of a column"),
        (
            r#"{"key":"id"}"#,
            "a,b\n1,2\n",
            "there is no column 'id'; the columns are a, b",
        ),
        (
            r#"{"format":"json"}"#,
            "{\"a\":1}\n[2]\n",
            "at byte 8: no JSON object",
        ),
        (
            r#"{"format":"json"}"#,
            "{\"a\":1}\n{\"b\":2}\n",
            "at byte 8: there is no column 'b'",
        ),
        ("{}", "a\n\u{1}\n\"open", "rows"),
    ] {
        let place = Place::new();
        let written = write(&mut sink(&place, options), text, 3).await;
        match written {
            Err(error) => assert!(error.to_string().contains(reason), "{error}"),
            Ok(()) => assert_eq!(reason, "rows", "{text:?} was taken"),
        }
    }
    let place = Place::new();
    let invalid = Bytes::from_static(b"a\nx\n\xff\n");
    let error = sink(&place, "{}").write(invalid).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "at byte 4: a field of this row is not UTF-8"
    );
}

#[tokio::test]
async fn a_row_without_an_end_is_refused_in_time() {
    let place = Place::new();
    let mut sink = sink(&place, "{}");
    sink.write(Bytes::from_static(b"a\n\"")).await.unwrap();
    let chunk = Bytes::from(vec![b'x'; 600_000]);
    sink.write(chunk.clone()).await.unwrap();
    let error = sink.write(chunk).await.unwrap_err().to_string();
    assert!(
        error.contains("at byte 2") && error.contains("a quote left open"),
        "{error}"
    );
}
