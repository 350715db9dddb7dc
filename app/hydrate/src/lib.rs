//! Starts the interface in the browser, on the page the server has written.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(fieldfare_app::App);
}
