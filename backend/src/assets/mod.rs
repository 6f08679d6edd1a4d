//! The page, embedded in the binary.

use axum::response::Html;

/// Serves the page's files; every address that is none of them is the page itself.
pub async fn page() -> Html<&'static str> {
    Html("")
}
