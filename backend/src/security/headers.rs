//! What every answer tells the browser about its safety.

use std::sync::LazyLock;

use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::assets;

/// Adds the headers, but not to a `101`: it has no content, and its bytes are shown to learners.
pub async fn add_headers(mut response: Response) -> Response {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(EMBEDDER_POLICY, HeaderValue::from_static("require-corp"));
    response
}

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// With the one above it keeps the page apart from all others, so that its browser lets it share
/// memory with the Worker that reads nothing for as long as it is told to.
const EMBEDDER_POLICY: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::from_str(&policy(assets::documents()))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The Content-Security-Policy for these documents. `'self'` covers WebSockets to the same host
/// too.
fn policy<'a>(documents: impl Iterator<Item = &'a str>) -> String {
    let hashes: String = documents
        .flat_map(inline_scripts)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The text of every script that is written in the page itself.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_hash_alone() {
        let html = "<head><script type=\"module\">\nlet a = 1 > 0;\n</script>\
                    <script src=\"/x.js\"></script></head>";
        let policy = policy([html].into_iter());
        let hash = STANDARD.encode(Sha256::digest("\nlet a = 1 > 0;\n"));
        let scripts = policy
            .split("; ")
            .find(|part| part.starts_with("script-src"))
            .unwrap();
        assert_eq!(
            scripts,
            format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}'")
        );
    }

    #[test]
    fn the_policy_of_the_embedded_page_is_a_header() {
        assert!(POLICY.to_str().unwrap().contains("frame-ancestors 'none'"));
    }
}
