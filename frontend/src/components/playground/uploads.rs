//! Files of one's own, sent to be read by a stage.
//!
//! Test ids: `upload-file`, `upload-progress` (with `data-percent`), `upload-cancel`,
//! `upload-error`, `upload-{name}`, `delete-{name}`.

use leptos::html;
use leptos::prelude::*;
use spillway_protocol::upload::Uploaded;
use web_sys::MouseEvent;

use crate::model::playground::edit::{add, set_option};
use crate::model::playground::upload::{LABEL, UPLOAD, lost_upload};
use crate::model::playground::{Selected, Step};
use crate::state::{Builder, Sending, delete_upload, list_uploads, send};
use crate::words::number::size;

/// The files of the session.
#[component]
pub fn Uploads(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    let sending = RwSignal::new(None::<Sending>);
    let error = RwSignal::new(None::<String>);
    let chooser = NodeRef::<html::Input>::new();
    list_uploads(builder.connection, builder.uploads);
    let choose = move |_| {
        let Some(chooser) = chooser.get_untracked() else {
            return;
        };
        error.set(None);
        let file = chooser.files().and_then(|files| files.get(0));
        if let Some(file) = file {
            send(
                builder.connection,
                &file,
                sending,
                move |answer| match answer {
                    Ok(upload) => arrived(builder, &upload),
                    Err(reason) => error.set(Some(reason)),
                },
            );
        }
        // The same file may be chosen again.
        chooser.set_value("");
    };
    let cancel = move |_| {
        // First, so that it is known to be given up when its end is heard of.
        let given_up = sending.try_update(Option::take).flatten();
        if let Some(given_up) = given_up {
            given_up.cancel();
        }
    };
    let progress = move || {
        sending
            .get()
            .map(|sending| view! { <Progress sending cancel/> })
    };
    let list = move || {
        let row = |upload| view! { <Row builder upload/> };
        builder
            .uploads
            .get()
            .into_iter()
            .flatten()
            .map(row)
            .collect_view()
    };
    view! {
        <div class="uploads">
            <h2>"Your files"</h2>
            <label class="btn small">
                "Send a file…"
                <input
                    type="file"
                    class="unseen"
                    node_ref=chooser
                    data-testid="upload-file"
                    disabled=move || sending.with(Option::is_some)
                    on:change=choose
                />
            </label>
            {progress}
            <p class="note wrong" role="alert" data-testid="upload-error" hidden=move || error.with(Option::is_none)>
                <b aria-hidden="true">"✕"</b>
                <span>{error}</span>
            </p>
            <ul>{list}</ul>
        </div>
    }
}

/// A stage that waited for the file reads it now; else there is a new one.
fn arrived(builder: Builder, upload: &Uploaded) {
    let known = builder.uploads.get_untracked().unwrap_or_default();
    let waiting = builder
        .recipe
        .with_untracked(|recipe| lost_upload(recipe, &known, &upload.name));
    builder
        .uploads
        .update(|uploads| uploads.get_or_insert_default().push(upload.clone()));
    match waiting {
        Some(stage) => {
            use_in(builder, &stage, upload);
            builder.selected.set(Selected::Stage(stage));
        }
        None => add_source(builder, upload),
    }
}

fn use_in(builder: Builder, stage: &str, upload: &Uploaded) {
    builder.edit_as(Step::Board, |recipe| {
        set_option(recipe, stage, UPLOAD, Some(upload.upload.as_str().into()));
        set_option(recipe, stage, LABEL, Some(upload.name.as_str().into()));
    });
}

fn add_source(builder: Builder, upload: &Uploaded) {
    let kinds = builder.kinds.get_untracked();
    let selected = builder.selected.get_untracked();
    let name = builder.edit(|recipe| {
        let name = add(recipe, &kinds, UPLOAD, &selected);
        set_option(recipe, &name, UPLOAD, Some(upload.upload.as_str().into()));
        set_option(recipe, &name, LABEL, Some(upload.name.as_str().into()));
        name
    });
    builder.selected.set(Selected::Stage(name));
}

#[component]
fn Progress(sending: Sending, cancel: impl Fn(MouseEvent) + 'static) -> impl IntoView {
    let percent = sending.percent();
    let words = [&size(sending.sent), " of ", &size(sending.bytes)].concat();
    view! {
        <div class="sending" role="status" data-testid="upload-progress" data-percent=percent>
            <progress max="100" value=percent aria-label="Sent"></progress>
            <span>{words}</span>
            <button class="btn small" data-testid="upload-cancel" on:click=cancel>
                "Cancel"
            </button>
        </div>
    }
}

#[component]
fn Row(builder: Builder, upload: Uploaded) -> impl IntoView {
    let (of, gone) = (upload.clone(), upload.upload.clone());
    let ids = [
        ["upload-", &upload.name].concat(),
        ["delete-", &upload.name].concat(),
    ];
    let [id, delete_id] = ids;
    let label = ["Delete ", &upload.name].concat();
    view! {
        <li>
            <button class="kind" data-testid=id on:click=move |_| add_source(builder, &of)>
                <b>{upload.name.clone()}</b>
                <small>{size(upload.bytes)}</small>
            </button>
            <button
                class="ghost"
                data-testid=delete_id
                aria-label=label
                on:click=move |_| delete_upload(builder.connection, builder.uploads, gone.clone())
            >
                "✕"
            </button>
        </li>
    }
}
