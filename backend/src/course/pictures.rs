use std::fs;
use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use spillway_lessons::{Tree, picture_file};
use tokio::task::spawn_blocking;

use super::{CourseStore, Origin, file, internal};
use crate::app::App;

/// `GET /api/course/pictures/{chapter}/{lesson}/{picture}`.
pub(super) async fn picture(
    State(app): State<Arc<App>>,
    Path((chapter, lesson, picture)): Path<(String, String, String)>,
) -> Response {
    let store = app.course.clone();
    let content_type = mime_guess::from_path(&picture).first_or_octet_stream();
    let address = format!("{chapter}/{lesson}");
    let read = spawn_blocking(move || store.picture(&address, &picture));
    match read.await {
        Ok(Ok(Some(content))) => file(content_type.essence_str(), content),
        Ok(Ok(None)) => (StatusCode::NOT_FOUND, "no lesson has this picture").into_response(),
        Ok(Err(error)) => internal("the picture cannot be read", &error),
        Err(error) => internal("the picture cannot be read", &error),
    }
}

impl CourseStore {
    /// A picture of a lesson. The name is looked up among the files of the course and never
    /// becomes a part of a path by itself.
    fn picture(&self, address: &str, picture: &str) -> io::Result<Option<Bytes>> {
        match &*self.origin {
            Origin::Embedded { tree, .. } => Ok(picture_file(tree, address, picture)
                .and_then(|name| tree.file(&name).map(Bytes::copy_from_slice))),
            Origin::Folder(folder) => {
                let tree = Tree::read(folder)?;
                let Some(name) = picture_file(&tree, address, picture) else {
                    return Ok(None);
                };
                fs::read(folder.join(name)).map(|content| Some(Bytes::from(content)))
            }
        }
    }
}
