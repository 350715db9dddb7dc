//! Sends forms that change something without leaving the page, so that the reader keeps place and focus and a refusal
//! takes nothing of what was typed.
//!
//! The server answers as it would without a script: with the page one is sent back to. Only what is in `<main>` is
//! taken from it.

use leptos::prelude::*;

/// Once on a page, for every form on it.
#[island]
pub fn Forms() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(sending::start);
    view! { <span hidden></span> }
}

#[cfg(feature = "hydrate")]
mod sending {
    use leptos::ev;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use leptos::wasm_bindgen::{JsCast, JsValue};
    use leptos::web_sys::{
        FormData, HtmlElement, HtmlFormElement, RequestInit, Response, SubmitEvent, UrlSearchParams,
    };
    use wasm_bindgen_futures::JsFuture;

    use crate::islands::swap;

    /// Where server functions are; other forms (signing in and out) leave the page anyway.
    const FUNCTIONS: &str = "/fn/";

    #[expect(clippy::disallowed_methods, reason = "what is sent must arrive, even if the island leaves meanwhile")]
    pub(super) fn start() {
        let listener = window_event_listener(ev::submit, |event: SubmitEvent| {
            let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            if let Some(form) = form.filter(|form| is_ours(form) && !event.default_prevented()) {
                event.prevent_default();
                let pressed = event.submitter();
                spawn_local(send(form, pressed));
            }
        });
        on_cleanup(move || listener.remove());
    }

    fn is_ours(form: &HtmlFormElement) -> bool {
        let action = form.get_attribute("action").unwrap_or_default();
        form.method().eq_ignore_ascii_case("post") && action.starts_with(FUNCTIONS)
    }

    /// Sends once: a second press while the first is under way does nothing, and what went wrong on the way is said and
    /// not sent again, since nobody knows how far it came.
    async fn send(form: HtmlFormElement, pressed: Option<HtmlElement>) {
        if form.has_attribute("aria-busy") {
            return;
        }
        // A busy attribute that cannot be set only lets the form be sent twice.
        drop(form.set_attribute("aria-busy", "true"));
        let outcome = exchange(&form, pressed.as_ref()).await;
        drop(form.remove_attribute("aria-busy"));
        match outcome {
            Err(_) => say(&form, "The server could not be reached. What you typed is still here."),
            Ok(answer) => {
                let shown = swap::arrive(&answer, Some(&form), pressed.as_ref()).is_ok();
                // An answer that is no page of ours is where one was sent on to, or a refusal.
                if !shown && answer.redirected {
                    drop(window().location().assign(&answer.url));
                } else if !shown {
                    say(&form, "The server did not take it. What you typed is still here.");
                }
            }
        }
    }

    /// Says it at the end of the form, once.
    fn say(form: &HtmlFormElement, what: &str) {
        let said = form.query_selector("[data-unsent]").ok().flatten();
        let place = said.or_else(|| {
            let place = document().create_element("p").ok()?;
            for (name, value) in [("class", "form-error"), ("role", "alert"), ("data-unsent", "")] {
                place.set_attribute(name, value).ok()?;
            }
            form.append_child(&place).ok()?;
            Some(place)
        });
        if let Some(place) = place {
            place.set_text_content(Some(what));
        }
    }

    async fn exchange(form: &HtmlFormElement, pressed: Option<&HtmlElement>) -> Result<swap::Answer, JsValue> {
        let fields = FormData::new_with_form(form)?;
        if let Some((name, value)) = pressed.and_then(swap::named) {
            fields.append_with_str(&name, &value)?;
        }
        let body = UrlSearchParams::new_with_str_sequence_sequence(&fields)?;
        let wanted = RequestInit::new();
        wanted.set_method("POST");
        wanted.set_body(&body);
        let headers = leptos::web_sys::Headers::new()?;
        headers.set("Accept", "text/html")?;
        wanted.set_headers(&headers);
        let action = form.get_attribute("action").unwrap_or_default();
        let response = JsFuture::from(window().fetch_with_str_and_init(&action, &wanted)).await?;
        let response: Response = response.dyn_into()?;
        let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        Ok(swap::Answer { html, url: response.url(), redirected: response.redirected(), fields: Some(fields) })
    }
}
