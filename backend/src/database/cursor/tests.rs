//! Reading SQLite. The servers are in `tests/database`.

use super::*;
use crate::database::SAMPLE;
use crate::database::testing::{Place, all_cities, sqlite_file, times_open, within_a_second};
use crate::engine::stages::Expression;

fn cursor(place: &Place, database: &str, select: Select, format: Format) -> Cursor {
    Cursor::new(place.databases.clone(), database.to_owned(), select, format)
}

async fn all(mut cursor: Cursor) -> String {
    let mut text = Vec::new();
    while let Some(chunk) = cursor.next(4_000).await.unwrap() {
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn rows_are_those_of_the_file_that_the_same_filter_keeps() {
    let place = Place::new();
    let select = Select {
        columns: ["id", "name", "country", "population"]
            .map(str::to_owned)
            .into(),
        filter: Some(Expression::parse("population>=500000 && country!=BR || id=7").unwrap()),
        ..all_cities().1
    };
    let text = all(cursor(&place, SAMPLE, select, Format::Csv)).await;
    let mut expected = String::from("id,name,country,population\n");
    for row in &place.cities().await[1..] {
        let cell: Vec<&str> = row.split(',').collect();
        let population: u64 = cell[5].parse().unwrap();
        if population >= 500_000 && cell[2] != "BR" || cell[0] == "7" {
            expected += &format!("{},{},{},{}\n", cell[0], cell[1], cell[2], cell[5]);
        }
    }
    assert!(expected.lines().count() > 100);
    assert!(text == expected, "the rows differ");
}

#[tokio::test]
async fn json_lines_have_the_values_in_their_types() {
    let place = Place::new();
    let (database, select) = all_cities();
    let select = Select {
        limit: Some(2),
        ..select
    };
    let text = all(cursor(&place, &database, select, Format::Json)).await;
    let rows: Vec<serde_json::Value> = text
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["id"], 2);
    assert!(rows[0]["name"].is_string() && rows[0]["lat"].is_f64());
}

#[tokio::test]
async fn the_cursor_stands_still_until_the_next_chunk_is_asked_for() {
    let place = Place::new();
    let (database, select) = all_cities();
    let mut cursor = cursor(&place, &database, select, Format::Csv);
    let first = cursor.next(1_000).await.unwrap().unwrap();
    let rows = cursor.rows();
    assert_eq!(
        rows as usize,
        first.iter().filter(|byte| **byte == b'\n').count() - 1
    );
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(cursor.rows(), rows, "nobody asked for more");
    assert!(
        rows < 60,
        "a chunk of 1000 bytes has few rows, and not {rows}"
    );
    cursor.next(1_000).await.unwrap();
    assert!(cursor.rows() > rows);
}

#[tokio::test]
async fn a_question_given_up_loses_no_rows() {
    let place = Place::new();
    let (database, select) = all_cities();
    let whole = all(cursor(&place, &database, select.clone(), Format::Csv)).await;
    let mut cursor = cursor(&place, &database, select, Format::Csv);
    let mut text = Vec::new();
    loop {
        // Polled once and dropped: the chunk is asked for and not waited for.
        let given_up = cursor.next(4_000);
        futures_util::future::select(Box::pin(given_up), std::future::ready(())).await;
        match cursor.next(4_000).await.unwrap() {
            Some(chunk) => text.extend_from_slice(&chunk),
            None => break,
        }
    }
    assert!(whole.as_bytes() == text, "rows are lost or come twice");
}

#[tokio::test]
async fn dropped_in_the_middle_it_closes_its_connection_within_a_second() {
    let place = Place::new();
    let (database, select) = all_cities();
    let mut cursor = cursor(&place, &database, select, Format::Csv);
    cursor.next(1_000).await.unwrap();
    let file = place.data.cities().await.unwrap().with_extension("sqlite");
    assert_eq!(place.databases.open_connections(SAMPLE), 1);
    assert_eq!(times_open(&file), 1);
    drop(cursor);
    within_a_second("the connection is given back", || {
        place.databases.open_connections(SAMPLE) == 0
    })
    .await;
    within_a_second("the file is closed", || times_open(&file) == 0).await;
}

#[tokio::test]
async fn a_search_that_finds_nothing_stops_when_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("endless.db");
    let sql = "CREATE VIEW numbers AS WITH RECURSIVE n(i) AS \
               (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT i FROM n";
    sqlite_file(&path, sql).await;
    let place = Place::with(&[&format!("sqlite:{}", path.display())]);
    let select = Select {
        table: "numbers".to_owned(),
        filter: Some(Expression::parse("i=-1").unwrap()),
        ..all_cities().1
    };
    let mut cursor = cursor(&place, "endless", select, Format::Csv);
    // The header waits for rows to fill the chunk, and none comes.
    let waited = tokio::time::timeout(std::time::Duration::from_millis(200), cursor.next(1_000));
    assert!(waited.await.is_err());
    assert_eq!(times_open(&path), 1);
    drop(cursor);
    within_a_second("SQLite has let go", || times_open(&path) == 0).await;
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("towns.db");
    sqlite_file(
        &path,
        "CREATE TABLE towns (name TEXT); INSERT INTO towns VALUES ('Oslo')",
    )
    .await;
    let place = Place::with(&[&format!("sqlite:{}", path.display())]);
    let mut connection = place.databases.open("towns").await.unwrap();
    let error = connection.run("DELETE FROM towns").await.unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
    let error = connection
        .run("PRAGMA query_only = OFF; DELETE FROM towns")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
}

#[tokio::test]
async fn what_is_not_there_is_named_with_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("towns.db");
    sqlite_file(
        &path,
        "CREATE TABLE towns (name TEXT); CREATE TABLE roads (km REAL)",
    )
    .await;
    let place = Place::with(&[&format!("sqlite:{}", path.display())]);
    let select = |table: &str, column: &str| Select {
        table: table.to_owned(),
        columns: vec![column.to_owned()],
        ..all_cities().1
    };
    for (database, select, expected) in [
        (
            "villages",
            select("towns", "name"),
            "there are sample, towns",
        ),
        (
            "towns",
            select("Towns", "name"),
            "its tables are roads, towns",
        ),
        ("towns", select("towns", "size"), "the columns are name"),
    ] {
        let error = cursor(&place, database, select, Format::Csv)
            .next(1)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn more_connections_than_allowed_are_refused_with_their_number() {
    let place = Place::new();
    let mut open = Vec::new();
    for _ in 0..crate::database::MAX_CONNECTIONS {
        open.push(place.databases.open(SAMPLE).await.unwrap());
    }
    let error = place.databases.open(SAMPLE).await.err().unwrap();
    assert!(error.to_string().contains("all 40 connections"), "{error}");
}
