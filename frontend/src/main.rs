//! Puts the page into the browser. It runs nowhere else, so natively it is empty.

fn main() {
    #[cfg(target_arch = "wasm32")]
    leptos::mount::mount_to_body(spillway_frontend::app::App);
}
