//! Against servers that answer, refuse and break off.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use tokio_util::task::AbortOnDropHandle;

use super::*;
use crate::engine::stages::Reach;
use crate::engine::stages::tests_support::{live_source, made, reach, refusal};

const STAGE: &str = r#"{"id":"h","kind":"http_source","rows":7,"seed":2}"#;

/// A server that gets one request and answers it with this, and the source that asks it.
async fn answered_with(answer: &'static str) -> (Box<dyn LiveSource>, AbortOnDropHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let reach = Reach {
        server: Some(listener.local_addr().unwrap()),
        ..Reach::default()
    };
    let serves = async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(client.read_buf(&mut request).await.unwrap(), 0);
        }
        client.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    };
    let serves = AbortOnDropHandle::new(tokio::spawn(serves));
    (live_source(STAGE, &reach), serves)
}

#[tokio::test]
async fn it_asks_for_the_sample_and_gives_its_body() {
    let answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let (mut source, serves) = answered_with(answer).await;
    assert_eq!(source.read(1).await.unwrap().unwrap(), "abc");
    assert_eq!(source.read(1).await.unwrap(), None);
    let request = serves.await.unwrap();
    assert!(request.starts_with("GET /api/samples/cities.csv?rows=7&seed=2 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
    let (mut source, _serves) = answered_with(answer).await;
    source.read(1).await.unwrap();
    let error = source.read(1).await.unwrap_err().to_string();
    assert!(error.starts_with("the HTTP answer broke off"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_a_refusal_is_an_error() {
    let answer = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    let (mut source, _serves) = answered_with(answer).await;
    let error = source.read(1).await.unwrap_err().to_string();
    assert_eq!(error, "the server answered 400 Bad Request");
}

#[tokio::test]
async fn its_connection_ends_with_it() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc";
    let (mut source, serves) = answered_with(answer).await;
    source.read(1).await.unwrap();
    serves.await.unwrap();
    let tasks = tokio::runtime::Handle::current().metrics();
    assert_eq!(tasks.num_alive_tasks(), 1);
    drop(source);
    while tasks.num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn more_rows_than_the_server_gives_are_refused() {
    let error = refusal(&STAGE.replace(":7", ":50000001"));
    assert!(error.contains("there are 50000000"), "{error}");
}

#[test]
fn without_a_server_there_is_nobody_to_ask() {
    let error = made(STAGE, &reach()).err().unwrap().to_string();
    assert!(error.contains("listens nowhere"), "{error}");
}

/// A server that answers one request after another with these, and what it was asked.
async fn answers(
    stage: &str,
    answers: Vec<&'static str>,
) -> (Box<dyn LiveSource>, AbortOnDropHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let reach = Reach {
        server: Some(listener.local_addr().unwrap()),
        ..Reach::default()
    };
    let serves = async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                assert_ne!(client.read_buf(&mut request).await.unwrap(), 0);
            }
            client.write_all(answer.as_bytes()).await.unwrap();
            asked.push(String::from_utf8(request).unwrap());
        }
        asked
    };
    let serves = AbortOnDropHandle::new(tokio::spawn(serves));
    (live_source(stage, &reach), serves)
}

/// All that comes, and what is said on the way; the last of it may be an error.
async fn all(source: &mut dyn LiveSource) -> (String, Vec<String>) {
    let (mut bytes, mut said) = (Vec::new(), Vec::new());
    loop {
        match source.read(1).await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(StageError::Again(again)) => said.push(again.to_string()),
            Err(error) => {
                said.push(error.to_string());
                break;
            }
        }
    }
    (String::from_utf8(bytes).unwrap(), said)
}

const RETRIES: &str =
    r#"{"id":"h","kind":"http_source","rows":7,"retries":2,"wait_ms":1,"cut_at_byte":3}"#;

const BROKEN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabc";

#[tokio::test]
async fn a_connection_that_is_lost_is_made_again_from_the_byte_it_came_to() {
    let rest = "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 3-5/6\r\n\
                content-length: 3\r\n\r\ndef";
    let (mut source, serves) = answers(RETRIES, vec![BROKEN, rest]).await;
    let (bytes, said) = all(&mut *source).await;
    assert_eq!(bytes, "abcdef");
    let [said] = &said[..] else {
        panic!("{said:?}")
    };
    let told = "try 1 of 2 begins at byte 3, in 1 ms";
    assert!(
        said.starts_with("the HTTP answer broke off") && said.ends_with(told),
        "{said}"
    );
    let asked = serves.await.unwrap();
    assert!(
        asked[0].contains("&cut=3") && !asked[0].contains("range:"),
        "{}",
        asked[0]
    );
    assert!(asked[1].contains("\r\nrange: bytes=3-\r\n") && !asked[1].contains("cut="));
}

#[tokio::test]
async fn a_try_that_begins_again_gives_bytes_twice() {
    let stage = RETRIES.replace("\"rows\"", "\"resume\":false,\"rows\"");
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabcdef";
    let (mut source, serves) = answers(&stage, vec![BROKEN, whole]).await;
    assert_eq!(all(&mut *source).await.0, "abcabcdef");
    assert!(!serves.await.unwrap()[1].contains("range:"));
}

#[tokio::test]
async fn the_error_comes_when_the_tries_are_used_up() {
    let again = "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 3-5/6\r\n\
                 content-length: 3\r\n\r\n";
    let (mut source, _serves) = answers(RETRIES, vec![BROKEN, again, again]).await;
    let (bytes, said) = all(&mut *source).await;
    assert_eq!((&*bytes, said.len()), ("abc", 3));
    assert!(
        said[1].ends_with("try 2 of 2 begins at byte 3, in 2 ms"),
        "{}",
        said[1]
    );
    assert!(
        said[2].starts_with("the HTTP answer broke off"),
        "{}",
        said[2]
    );
}

#[tokio::test]
async fn what_the_server_refuses_is_not_tried_again() {
    for (answer, why) in [
        (
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            "the server answered 404",
        ),
        (BROKEN, "the server answered 200"),
        (
            "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 4-5/6\r\n\r\n",
            "did not answer from byte 3",
        ),
    ] {
        let (mut source, _serves) = answers(RETRIES, vec![BROKEN, answer]).await;
        let (_, said) = all(&mut *source).await;
        assert!(said.len() == 2 && said[1].contains(why), "{said:?}");
    }
}
