//! The page, embedded in the binary with its compressed forms.

mod bundle;
mod encoding;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::task::spawn_blocking;

use crate::app::App;
use bundle::{Bundle, Place};
use encoding::Encoding;

/// A file of the built page.
#[derive(Debug)]
struct File {
    /// Relative to the page's root, with `/` between folders.
    path: &'static str,
    /// Changes when the content does.
    tag: &'static str,
    body: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

/// Sorted by path; empty when the page was not built before the server, which only a debug
/// build allows.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Serves the page's files. An address that could be a page's is answered with the document of
/// the bundle that shows it: the page's own router knows what it means.
pub async fn page(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    let bundle = match Bundle::of(uri.path()) {
        Place::In(bundle) => bundle,
        Place::Lesson(address) => {
            let course = app.course.clone();
            let lesson = spawn_blocking(move || course.lesson(&address)).await;
            Bundle::with(lesson.ok().flatten().map(|lesson| lesson.thing).as_ref())
        }
    };
    answer(FILES, uri.path(), bundle, &headers)
}

/// The documents of all bundles.
pub fn documents() -> impl Iterator<Item = &'static str> {
    let html = FILES.iter().filter(|file| file.path.ends_with(".html"));
    html.filter_map(|file| str::from_utf8(file.body).ok())
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Spillway</title><p>This debug build of the server was made without the page: \
    run <code>cargo xtask build</code>.";

fn answer(files: &[File], path: &str, bundle: Bundle, headers: &HeaderMap) -> Response {
    let path = path.trim_start_matches('/');
    if let Some(file) = find(files, path) {
        return send(file, headers);
    }
    let last = path.rsplit('/').next().unwrap_or(path);
    if last.contains('.') || path.starts_with("api/") || path.starts_with("ws/") {
        return (StatusCode::NOT_FOUND, "there is nothing at this address").into_response();
    }
    match find(files, bundle.document()) {
        Some(document) => send(document, headers),
        None => (
            [(CACHE_CONTROL, "no-cache")],
            axum::response::Html(NOT_BUILT),
        )
            .into_response(),
    }
}

fn find<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    files
        .binary_search_by(|file| file.path.cmp(path))
        .ok()
        .map(|at| &files[at])
}

fn send(file: &File, headers: &HeaderMap) -> Response {
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let encoding = encoding::choose(accepted, file.br.is_some(), file.gz.is_some());
    let body = match encoding {
        Encoding::Brotli => file.br,
        Encoding::Gzip => file.gz,
        Encoding::Identity => None,
    };
    let tag = format!("\"{}-{}\"", file.tag, encoding.name());
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(body.unwrap_or(file.body)).into_response()
    };
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, content_type(file.path));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(cache_control(file.path)),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(ETAG, tag);
    }
    if encoding != Encoding::Identity {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

fn content_type(path: &str) -> HeaderValue {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = guess.type_() == "text" || guess.subtype() == "json";
    let value = if text {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_string()
    };
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// A name with the hash of its content never means something else; all others are asked for anew.
fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// trunk writes `NAME-HASH.EXT` and `NAME-HASH_bg.wasm`, the hash in 16 hex digits.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, hash)) = name.rsplit_once('-') else {
        return false;
    };
    let digits = hash.bytes().take_while(u8::is_ascii_hexdigit).count();
    digits >= 8 && matches!(hash.as_bytes().get(digits), Some(b'.' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    static PAGE: &[File] = &[
        File {
            path: "app-0123456789abcdef_bg.wasm",
            tag: "2",
            body: b"wasm",
            br: Some(b"wasm in brotli"),
            gz: Some(b"wasm in gzip"),
        },
        File {
            path: "index.html",
            tag: "1",
            body: b"<html>",
            br: None,
            gz: Some(b"gz"),
        },
        File {
            path: "wire.html",
            tag: "3",
            body: b"<html>",
            br: None,
            gz: None,
        },
    ];

    fn check(path: &str, sent: &[(&'static str, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.insert(*name, value.parse().unwrap());
        }
        answer(PAGE, path, Bundle::Learn, &headers)
    }

    #[test]
    fn each_bundle_has_its_document() {
        let chat = answer(PAGE, "/chat/den", Bundle::Wire, &HeaderMap::new());
        assert_eq!(header(&chat, "etag"), "\"3-identity\"");
        assert_eq!(header(&check("/", &[]), "etag"), "\"1-identity\"");
    }

    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn a_hashed_name_is_kept_for_a_year_and_sent_compressed() {
        let response = check(
            "/app-0123456789abcdef_bg.wasm",
            &[("accept-encoding", "gzip, deflate, br")],
        );
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "content-type"), "application/wasm");
        assert_eq!(header(&response, "content-encoding"), "br");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(
            header(&response, "cache-control"),
            "public, max-age=31536000, immutable"
        );
    }

    #[test]
    fn page_addresses_are_answered_with_the_page() {
        for path in ["/", "/index.html", "/lesson/pipe/unpipe", "/chat"] {
            let response = check(path, &[]);
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(header(&response, "cache-control"), "no-cache");
            assert_eq!(
                header(&response, "content-type"),
                "text/html; charset=utf-8"
            );
            assert_eq!(header(&response, "content-encoding"), "");
        }
    }

    #[test]
    fn unknown_files_and_unknown_interfaces_are_not_found() {
        for path in [
            "/app-ffffffffffffffff.js",
            "/favicon.ico",
            "/api/nothing",
            "/ws/nothing",
        ] {
            assert_eq!(check(path, &[]).status(), 404, "{path}");
        }
    }

    #[test]
    fn what_the_browser_has_already_is_not_sent_again() {
        let first = check("/", &[("accept-encoding", "gzip")]);
        let tag = header(&first, "etag");
        let again = check("/", &[("accept-encoding", "gzip"), ("if-none-match", tag)]);
        assert_eq!(again.status(), 304);
        let plain = check("/", &[("if-none-match", tag)]);
        assert_eq!(plain.status(), 200);
    }

    #[test]
    fn only_names_with_a_hash_count_as_hashed() {
        assert!(is_hashed("app-0123456789abcdef.js"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("snippets/gloo-net-0123456789abcdef/inline0.js"));
        assert!(!is_hashed("my-added.css"));
    }
}
