//! `database_rows` and `database_insert` over servers, as a page runs them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::playground::{Page, Playground};
use crate::servers::{Admin, KINDS, Kind, Server};

/// A playground whose operator offers the database of a server.
async fn playground(server: &Server, user: &str) -> (Playground, Page) {
    let url = server.url(user).parse().unwrap();
    let playground = Playground::start_with(|config| config.databases = vec![url]).await;
    let page = Page::open(&playground).await;
    (playground, page)
}

/// What a query gives, as `collect` keeps it.
async fn collected(server: &Server, mut rows: Value) -> String {
    let (playground, mut page) = playground(server, "ada").await;
    rows["id"] = json!("rows");
    rows["kind"] = json!("database_rows");
    rows["database"] = json!("school");
    let run = page
        .start(json!([rows, {"id": "all", "kind": "collect", "max_bytes": 1_000_000}]))
        .await;
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed", "{view}");
    let (status, body) = playground
        .get(&format!("/api/runs/{run}/collected/all"))
        .await;
    assert_eq!(status, 200);
    String::from_utf8(body).unwrap()
}

/// Waits until a server says what is wanted; it must within a second, counted from now.
async fn within_a_second(admin: &mut Admin, sql: &str, wanted: &str) {
    let begun = Instant::now();
    loop {
        let answer = admin.ask(sql).await;
        if answer.as_deref() == Some(wanted) {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{sql}: {answer:?}, not {wanted}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn no_sessions_within_a_second(admin: &mut Admin, user: &str) {
    let begun = Instant::now();
    while admin.sessions(user).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(1), "sessions stay");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn values_of_every_type_come_as_text() {
    for kind in KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        let (yes, no) = match kind {
            Kind::MariaDb => ("1", "0"),
            Kind::Postgres => ("true", "false"),
        };
        let bytes = match kind {
            Kind::MariaDb => "00FF",
            Kind::Postgres => "00ff",
        };
        let csv = collected(&server, json!({"table": "towns"})).await;
        assert_eq!(
            csv,
            format!(
                "id,name,people,area,warm,coastal,flag,founded,note\n\
                 1,Oslo,700000,454.00,-0.5,{yes},{bytes},1040-01-01,\"a \"\"quoted\"\", note\"\n\
                 2,Öre bro,3000000000,,,,,,\n3,oslo,5,0.10,1.5,{no},,2000-02-29,\n"
            ),
            "{kind:?}"
        );
        let rows = json!({"table": "towns", "format": "json", "columns": ["coastal", "area", "name", "note"]});
        let lines = collected(&server, rows).await;
        assert_eq!(
            lines,
            format!(
                "{{\"coastal\":{yes},\"area\":454.00,\"name\":\"Oslo\",\"note\":\"a \\\"quoted\\\", note\"}}\n\
                 {{\"coastal\":null,\"area\":null,\"name\":\"Öre bro\",\"note\":null}}\n\
                 {{\"coastal\":{no},\"area\":0.10,\"name\":\"oslo\",\"note\":\"\"}}\n"
            ),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_filter_compares_as_the_csv_filter_does() {
    for kind in KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        for (filter, ids) in [
            ("name=oslo", "3"),
            ("name!=Oslo", "2 3"),
            ("people>=700000", "1 2"),
            ("area<0.2 || warm=-0.5", "1 3"),
            ("founded=2000-02-29 && id>1.5", "3"),
            ("name=x' OR '1", ""),
            ("name=\\", ""),
        ] {
            let rows = json!({"table": "towns", "where": filter, "columns": ["id"]});
            let csv = collected(&server, rows).await;
            let found: Vec<&str> = csv.lines().skip(1).collect();
            assert_eq!(found.join(" "), ids, "{kind:?} {filter}");
        }
    }
}

#[tokio::test]
async fn a_slow_reader_holds_the_cursor_and_leaving_frees_it() {
    for kind in KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        let mut admin = server.admin().await;
        let (playground, mut page) = playground(&server, "bob").await;
        let rows = json!({"id": "rows", "kind": "database_rows", "database": "school",
            "table": "many", "bytes_per_s": 10_000});
        let run = page
            .start(json!([rows, {"id": "sink", "kind": "null"}]))
            .await;
        page.until(&run, |view| {
            view["stages"][1]["writable"]["bytes"].as_u64() > Some(0)
        })
        .await;
        match kind {
            Kind::Postgres => {
                let state = "SELECT state FROM pg_stat_activity WHERE usename = 'bob'";
                within_a_second(&mut admin, state, "idle in transaction").await;
            }
            Kind::MariaDb => {
                let rows = rows_when_it_stands(&mut admin).await;
                assert!(
                    rows < 25_000,
                    "{rows} of 50000 rows were read for a slow reader"
                );
            }
        }
        assert_eq!(admin.sessions("bob").await, 1);
        let status = playground
            .delete(&format!("/api/sessions/{}", page.session))
            .await;
        assert_eq!(status, 204);
        no_sessions_within_a_second(&mut admin, "bob").await;
    }
}

/// Rows that MariaDB has read for the run, once it reads no more.
async fn rows_when_it_stands(admin: &mut Admin) -> u64 {
    let sql = "SELECT CAST(examined_rows AS CHAR) FROM information_schema.processlist \
               WHERE user = 'bob' AND info LIKE '%many%'";
    let mut known = None;
    let mut since = Instant::now();
    loop {
        let rows = admin.ask(sql).await;
        if rows != known {
            (known, since) = (rows, Instant::now());
        } else if let Some(rows) = &known
            && since.elapsed() > Duration::from_millis(300)
        {
            return rows.parse().unwrap();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_search_that_finds_nothing_ends_with_its_run() {
    for kind in KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        let mut admin = server.admin().await;
        let (playground, mut page) = playground(&server, "cleo").await;
        let rows = json!({"id": "rows", "kind": "database_rows", "database": "school",
            "table": "slow", "where": "nap=5"});
        page.start(json!([rows, {"id": "sink", "kind": "null"}]))
            .await;
        let searching = match kind {
            Kind::MariaDb => {
                "SELECT CAST(count(*) AS CHAR) FROM information_schema.processlist \
                 WHERE user = 'cleo' AND info LIKE '%slow%'"
            }
            Kind::Postgres => {
                "SELECT count(*)::text FROM pg_stat_activity \
                 WHERE usename = 'cleo' AND state = 'active' AND query LIKE 'FETCH%'"
            }
        };
        let begun = Instant::now();
        while admin.ask(searching).await.as_deref() != Some("1") {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "the search does not begin"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        playground
            .delete(&format!("/api/sessions/{}", page.session))
            .await;
        no_sessions_within_a_second(&mut admin, "cleo").await;
    }
}

#[tokio::test]
async fn a_database_that_is_killed_fails_its_stage_and_leaves_nothing() {
    for kind in KINDS {
        let Some(server) = kind.start().await else {
            continue;
        };
        let (playground, mut page) = playground(&server, "ada").await;
        let rows = json!({"id": "rows", "kind": "database_rows", "database": "school",
            "table": "many", "bytes_per_s": 50_000});
        let sink = json!({"id": "sink", "kind": "file_sink", "file": "out.csv"});
        let run = page.start(json!([rows, sink])).await;
        page.until(&run, |view| {
            view["stages"][1]["writable"]["bytes"].as_u64() > Some(0)
        })
        .await;
        server.kill();
        // What is in the sockets comes first; at full speed that is over soon.
        page.ok(json!({"type": "throttle", "run": run, "stage": "rows", "bytes_per_s": null}))
            .await;
        let view = page.until(&run, |view| !view["outcome"].is_null()).await;
        assert_eq!(view["outcome"]["how"], "failed", "{view}");
        let message = view["outcome"]["message"].as_str().unwrap();
        assert!(
            message.contains("the database 'school' went away while reading many, after ")
                && !message.contains("s3cret"),
            "{message}"
        );
        let error = view["stages"][0]["error"].as_str().unwrap_or_default();
        assert!(
            error.contains("went away"),
            "the stage is not named: {view}"
        );
        playground
            .delete(&format!("/api/sessions/{}", page.session))
            .await;
        let begun = Instant::now();
        while playground.run_folders() > 0 {
            assert!(
                begun.elapsed() < Duration::from_secs(1),
                "the run's folder stays"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn rows_go_from_a_server_into_a_run_s_own_table_or_not_at_all() {
    for kind in KINDS {
        let Some(server) = kind.shared().await else {
            continue;
        };
        let server: Arc<Server> = server;
        let (_playground, mut page) = playground(&server, "ada").await;
        for (limit, outcome) in [(3_000, "completed"), (3_001, "failed")] {
            let rows = json!({"id": "rows", "kind": "database_rows", "database": "school",
                "table": "twice", "limit": limit});
            let insert = json!({"id": "insert", "kind": "database_insert", "database": "school",
                "types": {"id": "integer"}, "key": "id"});
            let run = page.start(json!([rows, insert])).await;
            let view = page.until(&run, |view| !view["outcome"].is_null()).await;
            assert_eq!(view["outcome"]["how"], outcome, "{kind:?}: {view}");
            if outcome == "failed" {
                let message = view["outcome"]["message"].as_str().unwrap();
                assert!(
                    message.contains("nothing was inserted")
                        && message.to_lowercase().contains("duplicate"),
                    "{message}"
                );
            }
            let ended = page.ask(json!({"type": "end", "run": run})).await;
            assert_ne!(ended["type"], "error", "{ended}");
        }
    }
}
