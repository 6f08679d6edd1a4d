//! `/api/uploads`: the uploads of the session that the header `Spillway-Session` names.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use axum::{Json, Router};
use serde::Deserialize;
use spillway_protocol::upload::Uploaded;

use super::receive::Arriving;
use super::{Upload, UploadError, Uploads};
use crate::app::App;

/// `POST` and `GET /api/uploads`, `DELETE /api/uploads/{upload}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/uploads", post(receive).get(list))
        .route("/api/uploads/{upload}", delete(remove))
}

/// The uploads of the session that asks. A page of another site cannot send this header unasked.
struct Own(Arc<Uploads>);

const SESSION: &str = "spillway-session";
/// The most bytes that an upload may have.
const LIMIT: &str = "spillway-upload-limit";

impl FromRequestParts<Arc<App>> for Own {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(SESSION).and_then(|it| it.to_str().ok());
        let Some(id) = header else {
            let text = "the header Spillway-Session has to name your session";
            return Err((StatusCode::BAD_REQUEST, text));
        };
        match app.sessions.uploads(id) {
            Some(uploads) => Ok(Self(uploads)),
            None => Err((StatusCode::NOT_FOUND, "there is no such session")),
        }
    }
}

#[derive(Deserialize)]
struct Named {
    #[serde(default = "unnamed")]
    name: String,
}

fn unnamed() -> String {
    "upload".to_owned()
}

/// The body is read piece by piece as it comes, and never more of it than fits.
async fn receive(
    State(app): State<Arc<App>>,
    Own(uploads): Own,
    Query(Named { name }): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let received = match Arriving::begin(&uploads, app.sessions.env(), &name, length).await {
        Ok(arriving) => arriving.receive(body.into_data_stream()).await,
        Err(error) => Err(error),
    };
    match received {
        Ok(upload) => (StatusCode::CREATED, Json(shown(&upload))).into_response(),
        Err(error) => {
            tracing::info!(%error, "an upload was not taken");
            (status_of(&error), error.to_string()).into_response()
        }
    }
}

/// The list, and how large an upload may be: a sender that asks first hears a refusal in words.
async fn list(State(app): State<Arc<App>>, Own(uploads): Own) -> Response {
    let limit = app.sessions.env().quotas.upload.to_string();
    let list: Vec<_> = uploads.list().iter().map(|upload| shown(upload)).collect();
    ([(LIMIT, limit)], Json(list)).into_response()
}

async fn remove(Own(uploads): Own, Path(id): Path<String>) -> Response {
    if uploads.remove(&id) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        (StatusCode::NOT_FOUND, "this session has no such upload").into_response()
    }
}

fn shown(upload: &Upload) -> Uploaded {
    Uploaded {
        upload: upload.id.clone(),
        name: upload.name.clone(),
        bytes: upload.bytes,
    }
}

fn status_of(error: &UploadError) -> StatusCode {
    match error {
        UploadError::Name | UploadError::CutOff(_) => StatusCode::BAD_REQUEST,
        UploadError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        UploadError::TooMany(_) => StatusCode::CONFLICT,
        UploadError::Quota(_) => StatusCode::INSUFFICIENT_STORAGE,
        UploadError::Stalled(_) => StatusCode::REQUEST_TIMEOUT,
        UploadError::SessionEnded => StatusCode::GONE,
        UploadError::Disk(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            StatusCode::INSUFFICIENT_STORAGE
        }
        UploadError::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
