//! `upload`: a Readable over a file that the page has sent before, like `fs.createReadStream()`.
//! Only the session that sent it can read it.

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{FILE, text};
use super::file_source::FileSource;
use super::{Kind, Options, Plan, Source, StageError, Worker};
use crate::engine::Resource;
use crate::upload::Upload;

pub(super) const KIND: Kind = Kind {
    name: "upload",
    about: "Readable over a file that the page has sent before. `upload` (its id), `bytes_per_s` \
            (full speed when left out), `high_water_mark` (65536), `label`",
    side: Side::Readable,
    options: &[
        &[text("upload", "the id of the file that was sent")
            .required()
            .such_as_text("0123456789abcdef")],
        FILE,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UploadOptions {
    upload: String,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: UploadOptions = options.parse()?;
    let id: String = parsed.upload.chars().take(60).collect();
    let missing = options.wrong(format!(
        "your session has no upload '{id}'; POST /api/uploads makes one"
    ));
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::readable(
            parsed.label.unwrap_or_else(|| "upload".to_owned()),
            options.mark(parsed.high_water_mark, options.defaults.file_read_mark)?,
            Box::new(move |places| {
                // Looked up among the session's own, so no text that a client sent becomes a path.
                let upload = places.reach()?.uploads.get(&parsed.upload).ok_or(missing)?;
                let file = File::open(upload.path())
                    .map_err(|source| StageError::io("cannot open the upload", source))?;
                let file = places.ledger.count(Resource::File, file);
                Ok(Worker::Source(Box::new(UploadSource {
                    file: FileSource::new(file, "the upload"),
                    _upload: upload,
                })))
            }),
        )
    })
}

struct UploadSource {
    file: FileSource,
    /// Kept while it is read.
    _upload: Arc<Upload>,
}

impl Source for UploadSource {
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError> {
        self.file.read(n)
    }
}
