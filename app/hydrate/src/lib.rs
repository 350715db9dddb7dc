//! Makes ready for the islands of a page the server has written; the document (`shell`) wakes each by its name.

// Each island exports itself; naming the crate is what links it.
use fieldfare_app as _;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn start() {
    leptos::mount::hydrate_islands();
}
