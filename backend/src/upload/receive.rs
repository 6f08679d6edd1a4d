//! An upload on its way in: counted as it comes, complete or gone.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::{Upload, UploadError, Uploads};
use crate::engine::{Env, Quotas};
use crate::security::random_token;

/// How long a sender may take to send anything.
const STALL: Duration = Duration::from_secs(30);

/// An upload that is not complete. Dropped, nothing of it stays.
pub(super) struct Arriving {
    // Dropped in this order: closed, removed, its place free.
    file: File,
    upload: Upload,
    place: Place,
    quotas: Quotas,
}

/// One of the places of a session.
struct Place(Arc<Uploads>);

impl Place {
    fn take(uploads: &Arc<Uploads>, places: usize) -> Result<Self, UploadError> {
        let mut inner = uploads.lock();
        if inner.closed {
            return Err(UploadError::SessionEnded);
        }
        if inner.files.len() + inner.arriving >= places {
            return Err(UploadError::TooMany(places));
        }
        inner.arriving += 1;
        Ok(Self(Arc::clone(uploads)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.lock().arriving -= 1;
    }
}

impl Arriving {
    /// Makes the file. `length` is what the sender says it has.
    pub(super) async fn begin(
        uploads: &Arc<Uploads>,
        env: &Env,
        name: &str,
        length: Option<u64>,
    ) -> Result<Self, UploadError> {
        check_name(name)?;
        let quotas = env.quotas;
        if length.is_some_and(|length| length > quotas.upload) {
            return Err(UploadError::TooLarge(quotas.upload));
        }
        let place = Place::take(uploads, quotas.uploads_per_session)?;
        let id = random_token();
        let path = env.data.upload(&id);
        let file = File::create_new(&path).await?;
        env.metrics.uploads.fetch_add(1, Relaxed);
        let upload = Upload {
            id,
            name: name.to_owned(),
            bytes: 0,
            path,
            disk: Arc::clone(&env.disk),
            metrics: Arc::clone(&env.metrics),
        };
        Ok(Self {
            file,
            upload,
            place,
            quotas,
        })
    }

    /// Takes all that comes.
    pub(super) async fn receive<E: Display>(
        mut self,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Arc<Upload>, UploadError> {
        loop {
            match timeout(STALL, body.next()).await {
                Ok(Some(Ok(chunk))) => self.write(&chunk).await?,
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "an upload was cut off");
                    return Err(UploadError::CutOff(self.upload.bytes));
                }
                Ok(None) => return self.complete().await,
                Err(_) => return Err(UploadError::Stalled(STALL.as_secs())),
            }
        }
    }

    async fn write(&mut self, chunk: &[u8]) -> Result<(), UploadError> {
        let bytes = chunk.len() as u64;
        if self.upload.bytes + bytes > self.quotas.upload {
            return Err(UploadError::TooLarge(self.quotas.upload));
        }
        let disk = &self.upload.disk;
        self.upload.bytes += bytes;
        if disk.fetch_add(bytes, Relaxed) + bytes > self.quotas.disk {
            return Err(UploadError::Quota(self.quotas.disk));
        }
        Ok(self.file.write_all(chunk).await?)
    }

    async fn complete(mut self) -> Result<Arc<Upload>, UploadError> {
        self.file.flush().await?;
        let upload = Arc::new(self.upload);
        let mut inner = self.place.0.lock();
        if inner.closed {
            return Err(UploadError::SessionEnded);
        }
        inner.files.insert(upload.id.clone(), Arc::clone(&upload));
        drop(inner);
        Ok(upload)
    }
}

fn check_name(name: &str) -> Result<(), UploadError> {
    let fits = (1..=100).contains(&name.chars().count());
    let bad = |letter: char| letter.is_control() || matches!(letter, '/' | '\\');
    if !fits || name.contains(bad) || name == "." || name == ".." {
        return Err(UploadError::Name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream::{iter, pending, repeat_with};
    use tempfile::TempDir;

    use super::*;
    use crate::engine::testing::env;

    fn small() -> (Env, TempDir) {
        env(Quotas {
            upload: 1000,
            uploads_per_session: 2,
            disk: 1500,
            ..Quotas::default()
        })
    }

    fn files(folder: &TempDir) -> usize {
        std::fs::read_dir(folder.path().join("uploads"))
            .unwrap()
            .count()
    }

    fn chunks(count: usize, size: usize) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
        repeat_with(move || Ok(Bytes::from(vec![7; size]))).take(count)
    }

    async fn send(
        uploads: &Arc<Uploads>,
        env: &Env,
        body: impl Stream<Item = Result<Bytes, Infallible>> + Unpin,
    ) -> Result<Arc<Upload>, UploadError> {
        let arriving = Arriving::begin(uploads, env, "some.csv", None).await?;
        arriving.receive(body).await
    }

    #[tokio::test]
    async fn what_was_sent_is_kept_until_it_is_let_go() {
        let (env, folder) = small();
        let uploads = Arc::<Uploads>::default();
        let upload = send(&uploads, &env, chunks(3, 100)).await.unwrap();
        assert_eq!(std::fs::read(upload.path()).unwrap(), [7; 300]);
        assert_eq!(uploads.list()[0].id, upload.id);
        assert!(uploads.remove(&upload.id) && !uploads.remove(&upload.id));
        assert_eq!(
            (files(&folder), env.disk.load(Relaxed)),
            (1, 300),
            "still used"
        );
        drop(upload);
        assert_eq!((files(&folder), env.disk.load(Relaxed)), (0, 0));
        assert_eq!(env.metrics.uploads.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn nothing_stays_of_an_upload_that_is_refused_or_cut_off() {
        let (env, folder) = small();
        let uploads = Arc::<Uploads>::default();
        let error = send(&uploads, &env, chunks(11, 100)).await.unwrap_err();
        assert!(matches!(error, UploadError::TooLarge(1000)), "{error}");
        let cut = iter([Ok(Bytes::from_static(b"half")), Err("gone")]);
        let arriving = Arriving::begin(&uploads, &env, "a", None).await.unwrap();
        let error = arriving.receive(cut).await.unwrap_err();
        assert_eq!(error.to_string(), "the upload was cut off after 4 bytes");
        assert_eq!((files(&folder), env.disk.load(Relaxed)), (0, 0));
        let first = send(&uploads, &env, chunks(1, 900)).await.unwrap();
        let error = send(&uploads, &env, chunks(9, 100)).await.unwrap_err();
        assert!(matches!(error, UploadError::Quota(1500)), "{error}");
        assert_eq!((files(&folder), env.disk.load(Relaxed)), (1, first.bytes));
    }

    #[tokio::test]
    async fn a_session_has_so_many_places_and_those_on_the_way_count() {
        let (env, _folder) = small();
        let uploads = Arc::<Uploads>::default();
        let _kept = send(&uploads, &env, chunks(1, 1)).await.unwrap();
        let arriving = Arriving::begin(&uploads, &env, "b", None).await.unwrap();
        let error = send(&uploads, &env, chunks(1, 1)).await.unwrap_err();
        assert!(matches!(error, UploadError::TooMany(2)), "{error}");
        drop(arriving);
        send(&uploads, &env, chunks(1, 1)).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_sender_that_sends_nothing_is_given_up() {
        let (env, folder) = small();
        let uploads = Arc::<Uploads>::default();
        let error = send(&uploads, &env, pending()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing came for 30 s; the upload was given up"
        );
        assert_eq!(files(&folder), 0);
    }

    #[tokio::test]
    async fn an_upload_that_is_complete_after_its_session_is_gone() {
        let (env, folder) = small();
        let uploads = Arc::<Uploads>::default();
        let _first = send(&uploads, &env, chunks(1, 1)).await.unwrap();
        let late = Arriving::begin(&uploads, &env, "late", None).await.unwrap();
        uploads.close();
        let error = late.receive(chunks(1, 10)).await.unwrap_err();
        assert!(matches!(error, UploadError::SessionEnded), "{error}");
        assert!(uploads.list().is_empty());
        drop(_first);
        assert_eq!(files(&folder), 0);
    }

    #[test]
    fn a_name_is_shown_and_never_a_path() {
        for name in ["", "..", "../x", "a/b", "a\\b", "a\nb", &"a".repeat(101)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["cities.csv", "Städte 2026 (Kopie).csv", "..."] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }
}
