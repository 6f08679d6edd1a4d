//! Puts a bundle of the page into the browser: runs side by side. Natively it is empty.

fn main() {
    #[cfg(target_arch = "wasm32")]
    spillway_frontend::app::mount(spillway_frontend::bundles::COMPARE);
}
