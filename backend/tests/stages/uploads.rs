//! Files that a page sends for its runs to read, and what is refused.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::playground::{Page, Playground};
use crate::raw::Fetch;

fn headers(session: &str, length: usize) -> String {
    format!("Spillway-Session: {session}\r\nContent-Length: {length}\r\n")
}

/// Sends a file; the answer's status and its text.
async fn send(playground: &Playground, session: &str, name: &str, file: &[u8]) -> (u16, String) {
    let request = format!("POST /api/uploads?name={name}");
    let headers = headers(session, file.len());
    let answer = Fetch::send(playground.addr, &request, &headers, file).await;
    (answer.status(), answer.text().await)
}

async fn uploaded(playground: &Playground, page: &Page, file: &[u8]) -> Value {
    let (status, text) = send(playground, &page.session, "mine.csv", file).await;
    assert_eq!(status, 201, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn reading(upload: &Value) -> Value {
    json!([
        {"id": "source", "kind": "upload", "upload": upload, "high_water_mark": 20},
        {"id": "big", "kind": "csv_filter", "expr": "size>1"},
        {"id": "all", "kind": "collect"},
    ])
}

#[tokio::test]
async fn a_run_reads_what_its_page_has_sent() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let file = b"name,size\nant,1\nbee,2\ncat,30\n";
    let upload = uploaded(&playground, &page, file).await;
    assert_eq!(
        (&upload["name"], &upload["bytes"]),
        (&json!("mine.csv"), &json!(29))
    );
    let run = page.start(reading(&upload["upload"])).await;
    page.until(&run, |view| !view["outcome"].is_null()).await;
    let path = format!("/api/runs/{run}/collected/all");
    let (_, rows) = playground.get(&path).await;
    assert_eq!(rows, b"name,size\nbee,2\ncat,30\n");
}

#[tokio::test]
async fn only_the_session_that_sent_it_can_use_it() {
    let playground = Playground::start().await;
    let page = Page::open(&playground).await;
    let mut other = Page::open(&playground).await;
    let upload = uploaded(&playground, &page, b"a,size\n").await["upload"].clone();
    for id in [&upload, &json!("../uploads"), &json!("")] {
        let start = json!({"type": "start", "stages": reading(id)});
        let refused = other.ask(start).await;
        assert_eq!(refused["code"], "bad_stage", "{refused}");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("your session has no upload"), "{message}");
    }
    let path = format!("DELETE /api/uploads/{}", upload.as_str().unwrap());
    let delete = |session: &str| {
        let headers = headers(session, 0);
        let (addr, path) = (playground.addr, path.clone());
        async move { Fetch::send(addr, &path, &headers, b"").await.status() }
    };
    assert_eq!(delete(&other.session).await, 404);
    assert_eq!(delete(&page.session).await, 204);
    assert_eq!(playground.upload_files(), 0);
}

#[tokio::test]
async fn uploads_are_listed_and_go_with_their_session() {
    let playground = Playground::start().await;
    let page = Page::open(&playground).await;
    for file in [b"one", b"two"] {
        uploaded(&playground, &page, file).await;
    }
    assert_eq!(playground.upload_files(), 2);
    let headers = headers(&page.session, 0);
    let list = Fetch::send(playground.addr, "GET /api/uploads", &headers, b"").await;
    assert!(list.head.contains("spillway-upload-limit: 268435456\r\n"));
    let list: Vec<Value> = serde_json::from_str(&list.text().await).unwrap();
    assert_eq!(list.len(), 2);
    let path = format!("/api/sessions/{}", page.session);
    assert_eq!(playground.delete(&path).await, 204);
    assert_eq!(playground.upload_files(), 0);
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_and_says_why() {
    let playground = Playground::start().await;
    let page = Page::open(&playground).await;
    let session = &page.session;
    for (session, name, status, words) in [
        ("none", "a.csv", 404, "no such session"),
        (session.as_str(), "..%2Fa.csv", 400, "neither '/'"),
        (session.as_str(), "..", 400, "neither '/'"),
    ] {
        let (got, text) = send(&playground, session, name, b"x").await;
        assert_eq!(got, status, "{text}");
        assert!(text.contains(words), "{text}");
    }
    let nobody = Fetch::send(playground.addr, "POST /api/uploads", "", b"").await;
    assert_eq!(nobody.status(), 400);
    let foreign = format!("Origin: http://evil.example\r\n{}", headers(session, 1));
    let foreign = Fetch::send(playground.addr, "POST /api/uploads", &foreign, b"x").await;
    assert_eq!(foreign.status(), 403);
    // Nothing of it is sent: the length alone is too much.
    let huge = headers(session, (256 << 20) + 1);
    let huge = Fetch::send(playground.addr, "POST /api/uploads", &huge, b"").await;
    assert_eq!(huge.status(), 413);
    let text = huge.text().await;
    assert!(text.contains("268435456 bytes"), "{text}");
    for _ in 0..4 {
        uploaded(&playground, &page, b"x").await;
    }
    let (status, text) = send(&playground, session, "fifth", b"x").await;
    assert_eq!(status, 409, "{text}");
    assert_eq!(playground.upload_files(), 4);
}

#[tokio::test]
async fn an_upload_that_is_cut_off_leaves_nothing_and_is_answered() {
    let playground = Playground::start().await;
    let page = Page::open(&playground).await;
    let headers = headers(&page.session, 1000);
    let request = "POST /api/uploads";
    let mut cut = Fetch::begin(playground.addr, request, &headers, b"half of it").await;
    // The sender has no more, and still listens.
    cut.shutdown().await.unwrap();
    let answer = Fetch::answer_on(cut).await;
    assert_eq!(answer.status(), 400);
    let text = answer.text().await;
    assert_eq!(text, "the upload was cut off after 10 bytes");
    assert_eq!(playground.upload_files(), 0);
    let broken = format!(
        "Spillway-Session: {}\r\nTransfer-Encoding: chunked\r\n",
        page.session
    );
    let answer = Fetch::send(
        playground.addr,
        request,
        &broken,
        b"3\r\nabc\r\nno size\r\n",
    )
    .await;
    assert_eq!(answer.status(), 400);
    assert_eq!(playground.upload_files(), 0);
}
