//! Sending a file of one's own, with its progress.

use gloo_net::http::Request;
use leptos::prelude::*;
use spillway_protocol::upload::Uploaded;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use crate::connection::{Connection, Link};
use crate::json;
use crate::words::number::size;

const SESSION: &str = "Spillway-Session";
/// How large an upload may be, as the list of uploads says.
const LIMIT: &str = "Spillway-Upload-Limit";

/// A file on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    /// Bytes that have left.
    pub sent: u64,
    /// All of them.
    pub bytes: u64,
    request: XmlHttpRequest,
}

impl Sending {
    /// How much of it has left.
    #[must_use]
    pub const fn percent(&self) -> u64 {
        match self.bytes {
            0 => 0,
            bytes => self.sent * 100 / bytes,
        }
    }

    /// Gives it up.
    pub fn cancel(&self) {
        // A request that has ended already has nothing to give up.
        let _ = self.request.abort();
    }
}

/// Keeps the list of what this page has sent: it begins with nothing, and again with nothing when
/// the server has begun another session, as after it was restarted.
pub fn list_uploads(connection: Connection, uploads: RwSignal<Option<Vec<Uploaded>>>) {
    Effect::new(move |before: Option<Option<String>>| {
        let before = before.flatten();
        if connection.link.get() != Link::Live {
            return before;
        }
        let session = connection.session();
        if session != before {
            uploads.set(Some(Vec::new()));
        }
        session
    });
}

/// Lets an upload go.
pub fn delete_upload(connection: Connection, uploads: RwSignal<Option<Vec<Uploaded>>>, id: String) {
    let Some(session) = connection.session() else {
        return;
    };
    leptos::task::spawn_local(async move {
        let path = ["/api/uploads/", &id].concat();
        let request = Request::delete(&path).header(SESSION, &session);
        // One that the server no longer has is gone as well.
        if request.send().await.is_ok() {
            let _ = uploads.try_update(|list| {
                let list = list.iter_mut();
                list.for_each(|list| list.retain(|upload| upload.upload != id));
            });
        }
    });
}

/// Sends a file; `sending` follows it, `done` is told what came of it. The server is asked first
/// how much it takes: one that refuses while the file is on its way would end the connection, and
/// a browser does not say why.
pub fn send(
    connection: Connection,
    file: &File,
    sending: RwSignal<Option<Sending>>,
    done: impl Fn(Result<Uploaded, String>) + 'static,
) {
    let file = file.clone();
    leptos::task::spawn_local(async move {
        let begun = match connection.session() {
            Some(session) => match check_size(&session, &file).await {
                Ok(()) => Ok(session),
                Err(reason) => Err(reason),
            },
            None => Err("There is no connection to the server yet.".to_owned()),
        };
        match begun {
            Ok(session) => transfer(&session, &file, sending, done),
            Err(reason) => done(Err(reason)),
        }
    });
}

async fn check_size(session: &str, file: &File) -> Result<(), String> {
    let request = Request::get("/api/uploads").header(SESSION, session);
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let limit = answer.headers().get(LIMIT);
    let limit: Option<u64> = limit.and_then(|limit| limit.parse().ok());
    let bytes = file.size() as u64;
    match limit {
        Some(limit) if bytes > limit => Err([
            &file.name(),
            " has ",
            &size(bytes),
            "; an upload may have ",
            &size(limit),
            ". Nothing was sent.",
        ]
        .concat()),
        _ => Ok(()),
    }
}

fn transfer(
    session: &str,
    file: &File,
    sending: RwSignal<Option<Sending>>,
    done: impl Fn(Result<Uploaded, String>) + 'static,
) {
    let Some(request) = begin(session, file) else {
        done(Err("This browser cannot send files.".to_owned()));
        return;
    };
    let begun = Sending {
        sent: 0,
        bytes: file.size() as u64,
        request: request.clone(),
    };
    let _ = sending.try_set(Some(begun.clone()));
    let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        let sent = event.loaded() as u64;
        let _ = sending.try_set(Some(Sending {
            sent,
            ..begun.clone()
        }));
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    }
    let (answered, name) = (request.clone(), file.name());
    let ended = Closure::once_into_js(move || {
        drop(progress);
        let sent = sending.try_get_untracked().flatten().map(|it| it.sent);
        let _ = sending.try_set(None);
        done(outcome(&answered, &name, sent));
    });
    request.set_onloadend(Some(ended.unchecked_ref()));
    // What goes wrong here is told by `loadend` as well.
    let _ = request.send_with_opt_blob(Some(file));
}

fn begin(session: &str, file: &File) -> Option<XmlHttpRequest> {
    let request = XmlHttpRequest::new().ok()?;
    let name = js_sys::encode_uri_component(&file.name());
    let path = ["/api/uploads?name=", &String::from(name)].concat();
    request.open("POST", &path).ok()?;
    request.set_request_header(SESSION, session).ok()?;
    Some(request)
}

/// What came of it; `sent` is how much had left, unless it was given up.
fn outcome(request: &XmlHttpRequest, name: &str, sent: Option<u64>) -> Result<Uploaded, String> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(201) => {
            json::uploaded(&text).ok_or_else(|| "The server sent something else.".to_owned())
        }
        Ok(0) | Err(_) => Err(match sent {
            Some(sent) => {
                let end = ". Nothing of it was kept; send it again.";
                [name, " was cut off after ", &size(sent), end].concat()
            }
            None => [name, " was not sent to its end. Nothing of it was kept."].concat(),
        }),
        Ok(_) => Err([name, " was not taken: ", &text].concat()),
    }
}
