//! The sound of a run, for whoever switches it on: a tick for chunks, a low tone for a write that
//! is answered with false, a higher one for a drain, a long one for an error.
//!
//! Test ids: `sound`.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{AudioContext, OscillatorType};

use crate::model::sound::{Chime, Ear};
use crate::state::{Runner, Settings};

/// How often the log is listened to.
const LISTEN: Duration = Duration::from_millis(60);

/// The loudness of a tone as it begins.
const LOUDNESS: f32 = 0.08;

/// The switch. Nothing sounds before it was used: a browser asks for a gesture, and so does
/// whoever sits in the next row.
#[component]
pub fn Sound(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let on = expect_context::<Settings>().sound;
    let audio = StoredValue::new_local(None::<AudioContext>);
    let ear = StoredValue::new(Ear::default());
    let listen = move || {
        if !on.try_get_untracked().unwrap_or(false) {
            return;
        }
        let hear = |now, run: &crate::model::run::Run| {
            ear.try_update_value(|ear| ear.listen(now, &run.log, run.view().seq))
        };
        let chimes = runner.peek(hear).flatten().unwrap_or_default();
        audio.with_value(|audio| {
            for (audio, chime) in audio
                .iter()
                .flat_map(|audio| chimes.iter().map(move |c| (audio, *c)))
            {
                // A tone that the browser cannot give is only not heard.
                let _ = play(audio, chime);
            }
        });
    };
    if let Ok(listening) = set_interval_with_handle(listen, LISTEN) {
        on_cleanup(move || listening.clear());
    }
    let flip = move |_| {
        if audio.with_value(Option::is_none) {
            audio.set_value(AudioContext::new().ok());
        }
        ear.set_value(Ear::default());
        on.update(|on| *on = !*on);
    };
    view! {
        <button
            class="chip"
            class:on=on
            data-testid="sound"
            aria-pressed=move || on.get().to_string()
            title="Tones for chunks, for false, for drain and for errors"
            on:click=flip
        >
            <span class="box" aria-hidden="true">{move || if on.get() { "✓" } else { "" }}</span>
            "Sound"
        </button>
    }
}

fn play(audio: &AudioContext, chime: Chime) -> Result<(), JsValue> {
    let (begin, end) = (audio.current_time(), audio.current_time() + chime.seconds());
    let (tone, loudness) = (audio.create_oscillator()?, audio.create_gain()?);
    tone.set_type(match chime {
        Chime::Error => OscillatorType::Sawtooth,
        _ => OscillatorType::Triangle,
    });
    tone.frequency().set_value(chime.pitch());
    loudness.gain().set_value_at_time(LOUDNESS, begin)?;
    loudness.gain().linear_ramp_to_value_at_time(0.0, end)?;
    tone.connect_with_audio_node(&loudness)?;
    loudness.connect_with_audio_node(&audio.destination())?;
    tone.start()?;
    tone.stop_with_when(end)
}
