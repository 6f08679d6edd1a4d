//! `GET /api/programs/{file}?p=LINK`: a pipeline as a program for Node.js or in Rust.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use spillway_recipe::{from_link, node, rust};

/// The file of the program of the pipeline that a link holds.
pub(super) async fn program(Path(file): Path<String>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let Some(link) = query.strip_prefix("p=") else {
        return refused(
            StatusCode::BAD_REQUEST,
            "the query is ?p=LINK, the link of a pipeline",
        );
    };
    let recipe = match from_link(link) {
        Ok(recipe) => recipe,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let text = match file.as_str() {
        "pipeline.mjs" => node(&recipe),
        "main.rs" => rust(&recipe).map(|program| program.main),
        "Cargo.toml" => rust(&recipe).map(|program| program.cargo_toml),
        _ => {
            let known = "there are pipeline.mjs, main.rs and Cargo.toml";
            return refused(StatusCode::NOT_FOUND, known);
        }
    };
    match text {
        Ok(text) => answer(None, text),
        Err(reason) => answer(Some("none"), reason.to_string()),
    }
}

/// The text of a program, or the reason why there is none, which is no error of the request.
fn answer(program: Option<&'static str>, text: String) -> Response {
    let headers = [
        // Shown or saved, never run by a browser.
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (PROGRAM, program.unwrap_or("whole")),
    ];
    (headers, text).into_response()
}

/// Says whether the answer is a program (`whole`) or the reason why there is none (`none`).
const PROGRAM: HeaderName = HeaderName::from_static("spillway-program");

fn refused(status: StatusCode, reason: &str) -> Response {
    (status, reason.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use spillway_recipe::{link, parse};

    use super::*;

    async fn check(file: &str, query: Option<&str>, status: u16, says: &str) {
        let query = query.map(str::to_owned);
        let answer = program(Path(file.to_owned()), RawQuery(query)).await;
        assert_eq!(answer.status(), status, "{file}");
        let body = to_bytes(answer.into_body(), 1_000_000).await.unwrap();
        let body = str::from_utf8(&body).unwrap();
        assert!(body.contains(says), "{body}");
    }

    fn query(text: &str) -> String {
        format!("p={}", link(&parse(text).unwrap()).unwrap())
    }

    #[tokio::test]
    async fn a_link_is_answered_with_the_files_of_its_program() {
        let query = query("csv_sample rows=9 | gzip | file_sink file=\"a.gz\"");
        check("pipeline.mjs", Some(&query), 200, "createGzip").await;
        check("main.rs", Some(&query), 200, "fn main()").await;
        check("Cargo.toml", Some(&query), 200, "[dependencies]").await;
    }

    #[tokio::test]
    async fn what_has_no_program_says_why() {
        let live = query("csv_sample | websocket");
        check("pipeline.mjs", Some(&live), 200, "websocket: ").await;
        let answer = program(Path("main.rs".to_owned()), RawQuery(Some(live.clone()))).await;
        assert_eq!(answer.headers()["spillway-program"], "none");
        check("main.py", Some(&live), 404, "pipeline.mjs").await;
        check("main.rs", Some("p=1.damaged.AAAA"), 400, "damaged").await;
        check("main.rs", Some("q=1"), 400, "?p=LINK").await;
        check("main.rs", None, 400, "?p=LINK").await;
    }
}
