//! What plain HTTP requests are answered with.

use crate::support::{RawSocket, SOON, Server, upgrade_request};
use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use spillway_protocol::stages::{Catalogue, Side, Takes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::timeout;

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or(answer)
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let head = answer.split("\r\n\r\n").next().unwrap();
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value)
}

#[tokio::test]
async fn health_and_metrics_are_served() {
    let server = Server::start().await;
    let health = server.get("/healthz").await;
    assert_eq!(status(&health), "200");
    assert!(health.ends_with("\r\n\r\nok"), "{health}");
    assert_eq!(server.metric("spillway_connections").await, 1);
    assert!(server.metric("spillway_connections_total").await >= 3);
    assert!(
        server
            .metric("spillway_bytes_total{direction=\"to_server\"}")
            .await
            > 100
    );
    server.stop().await;
}

#[tokio::test]
async fn the_kinds_of_stages_are_listed_with_their_options() {
    let server = Server::start().await;
    let answer = server.get("/api/stages").await;
    assert_eq!(status(&answer), "200");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let catalogue: Catalogue = serde_json::from_str(body).unwrap();
    let mut kinds = catalogue.kinds.iter();
    let gzip = kinds.find(|kind| kind.kind == "gzip").unwrap();
    assert_eq!(gzip.about, "Transform that compresses.");
    assert_eq!(gzip.side, Side::Transform);
    let level = &gzip.options[0];
    assert_eq!(
        (level.name.as_str(), &level.default),
        ("level", &Some(6.into()))
    );
    let (min, max) = (0, Some(9));
    assert_eq!(level.takes, Takes::Number { min, max });
    server.stop().await;
}

#[tokio::test]
async fn requests_for_another_host_are_misdirected() {
    let server = Server::start_with(|config| config.hosts.push("class.example".into())).await;
    for (host, expected) in [
        ("localhost", "200"),
        ("127.0.0.1:1", "200"),
        ("class.example:3000", "200"),
        ("evil.example", "421"),
        ("evil.example:3000", "421"),
    ] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(status(&server.http(&request).await), expected, "{host}");
    }
    let two = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\
               Connection: close\r\n\r\n";
    assert_eq!(status(&server.http(two).await), "421");
    server.stop().await;
}

#[tokio::test]
async fn sockets_are_for_pages_of_this_server_only() {
    let server = Server::start().await;
    let addr = server.addr;
    for path in ["/ws/echo", "/ws/chat/room?name=Ada"] {
        let foreign = upgrade_request(addr, path).replace(
            "Upgrade: websocket",
            "Origin: http://evil.example\r\nUpgrade: websocket",
        );
        let foreign = foreign.replace("Connection: Upgrade", "Connection: Upgrade, close");
        assert_eq!(status(&server.http(&foreign).await), "403", "{path}");

        let mut own = TcpStream::connect(addr).await.unwrap();
        let request = upgrade_request(addr, path).replace(
            "Upgrade: websocket",
            &format!("Origin: http://{addr}\r\nUpgrade: websocket"),
        );
        own.write_all(request.as_bytes()).await.unwrap();
        let mut line = [0; 12];
        own.read_exact(&mut line).await.unwrap();
        assert_eq!(&line, b"HTTP/1.1 101");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let server = Server::start().await;
    for path in ["/", "/healthz", "/nothing.js", "/api/nothing"] {
        let answer = server.get(path).await;
        let policy = header(&answer, "content-security-policy");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval'"),
            "{path}: {answer}"
        );
        let scripts = policy
            .split(';')
            .find(|part| part.trim().starts_with("script-src"))
            .unwrap();
        assert!(!scripts.contains("unsafe-inline"), "{scripts}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
        assert_eq!(header(&answer, "cross-origin-opener-policy"), "same-origin");
        let embedder = header(&answer, "cross-origin-embedder-policy");
        assert_eq!(embedder, "require-corp");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_policy_allows_exactly_the_inline_scripts_of_the_pages() {
    let server = Server::start().await;
    let mut inline = BTreeSet::new();
    let mut allowed = 0;
    for path in [
        "/",
        "/chat/den",
        "/playground",
        "/compare/pipeline",
        "/transports",
        "/workbench",
        "/closing",
    ] {
        let answer = server.get(path).await;
        let policy = header(&answer, "content-security-policy");
        let page = answer.split_once("\r\n\r\n").unwrap().1;
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            if !attributes.contains("src=") {
                let text = rest.split_once("</script>").unwrap().0;
                let hash = STANDARD.encode(Sha256::digest(text));
                assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
                inline.insert(hash);
            }
        }
        allowed = policy.matches("'sha256-").count();
    }
    assert_eq!(allowed, inline.len());
    server.stop().await;
}

#[tokio::test]
async fn page_addresses_deep_link_and_unknown_files_are_not_found() {
    let server = Server::start().await;
    for path in ["/", "/lesson/streams/pipe", "/chat"] {
        let answer = server.get(path).await;
        assert_eq!(status(&answer), "200", "{path}");
        assert!(
            header(&answer, "content-type").starts_with("text/html"),
            "{path}"
        );
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}");
    }
    assert_eq!(status(&server.get("/missing.wasm").await), "404");
    assert_eq!(status(&server.get("/ws/missing").await), "404");
    let post = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.addr
    );
    assert_eq!(status(&server.http(&post).await), "405");
    server.stop().await;
}

#[tokio::test]
async fn connections_above_the_limit_are_refused_and_counted() {
    let server = Server::start_with(|config| config.max_connections = 2).await;
    let first = RawSocket::connect(&server, "/ws/echo").await;
    let _second = RawSocket::connect(&server, "/ws/echo").await;
    let refused = server.get("/healthz").await;
    assert_eq!(status(&refused), "503");
    assert!(
        refused.ends_with("too many connections are open\n"),
        "{refused}"
    );
    drop(first);
    let freed = async {
        while status(&server.get("/healthz").await) != "200" {
            yield_now().await;
        }
    };
    timeout(SOON, freed).await.expect("a place becomes free");
    assert!(
        server
            .metric("spillway_errors_total{kind=\"refused\"}")
            .await
            >= 1
    );
    server.stop().await;
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_end() {
    let server = Server::start().await;
    let mut used = TcpStream::connect(server.addr).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.addr);
    used.write_all(request.as_bytes()).await.unwrap();
    used.read_exact(&mut [0; 15]).await.unwrap();
    let _unused = TcpStream::connect(server.addr).await.unwrap();
    let mut begun = TcpStream::connect(server.addr).await.unwrap();
    begun.write_all(b"GET /healthz HTT").await.unwrap();
    let accepted = async {
        while server.metric("spillway_connections").await < 4 {
            yield_now().await;
        }
    };
    timeout(SOON, accepted).await.expect("all are accepted");
    timeout(Duration::from_secs(5), server.stop())
        .await
        .expect("it ends at once");
}
