//! Puts a bundle of the page into the browser: the workbench of frames, and the ways a connection ends. Natively it is
//! empty.

fn main() {
    #[cfg(target_arch = "wasm32")]
    spillway_frontend::app::mount(spillway_frontend::bundles::WORKBENCH);
}
