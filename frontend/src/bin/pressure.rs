//! Puts a bundle of the page into the browser: what is measured of connections. Natively it is empty.

fn main() {
    #[cfg(target_arch = "wasm32")]
    spillway_frontend::app::mount(spillway_frontend::bundles::PRESSURE);
}
