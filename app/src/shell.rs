//! The document around the application, and the headers that go with it.

use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::nonce::{Nonce, use_nonce};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::app::App;
use crate::backend::{Assets, Visit};

/// `Visit` gives the addresses of what was built; the options of Leptos are not needed for that.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Visit>().unwrap_or_default().assets;
    let nonce = use_nonce();
    send_no_copies();
    allow_only_ours(nonce.as_ref());
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {assets.css.clone().map(|css| view! { <link rel="stylesheet" href=css/> })}
                {bundle(&assets, nonce)}
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

/// Wakes each island by the name it has in the bundle; those of content that is exchanged (`islands::swap`) as well,
/// and lets those of what leaves go.
const WAKE: &str = "const islands = at => at.querySelectorAll('leptos-island'); \
    const wake = at => islands(at).forEach(it => bundle[it.dataset.component]?.(it)); \
    addEventListener('fieldfare:leaving', event => islands(event.target).forEach(it => it.$$dispose?.())); \
    addEventListener('fieldfare:arrived', event => wake(event.target)); \
    wake(document); performance.mark('hydrated');";

/// Starts the browser bundle, if there is one, and marks when it runs. Pages are whole without it.
fn bundle(assets: &Assets, nonce: Option<Nonce>) -> impl IntoView + use<> {
    assets.bundle.clone().map(|(script, wasm)| {
        let start = format!(
            "import * as bundle from {script:?}; await bundle.default({{ module_or_path: {wasm:?} }}); \
             bundle.start(); {WAKE}"
        );
        view! {
            <link rel="modulepreload" href=script nonce=nonce.clone()/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=nonce>{start}</script>
        }
    })
}

/// What resources load is on the page already; no island needs it a second time as JSON.
fn send_no_copies() {
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
}

/// Nothing runs here that we did not send: no inline styles, no foreign scripts, no frames.
fn allow_only_ours(nonce: Option<&Nonce>) {
    let (Some(nonce), Some(response)) = (nonce, use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
