//! Puts what the server answered into the page that is open.
//!
//! The document's start (`shell`) wakes the islands in what arrives; [`ARRIVED`] tells it and the islands that stay.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{
    Document, DomParser, Element, Event, EventInit, FormData, HtmlElement, HtmlFormElement, HtmlInputElement,
    HtmlSelectElement, HtmlTextAreaElement, SupportedType, Url,
};

/// The event that says that `<main>` is another one; it bubbles from the new one.
pub(crate) const ARRIVED: &str = "fieldfare:arrived";
/// In the address when a form was refused (Leptos' server functions).
const REFUSED: &str = "__err";

/// A page, from the server.
pub(crate) struct Answer {
    pub(crate) html: String,
    /// After redirects.
    pub(crate) url: String,
    /// Whether there were any.
    pub(crate) redirected: bool,
    /// What was sent, to be put back if it was refused.
    pub(crate) fields: Option<FormData>,
}

/// Calls `react` whenever the page's content was exchanged, for as long as the caller's owner lives.
pub(crate) fn on_arrival(react: impl Fn() + 'static) {
    let listener = window_event_listener_untyped(ARRIVED, move |_| react());
    on_cleanup(move || listener.remove());
}

/// Name and value a pressed button sends.
pub(crate) fn named(button: &HtmlElement) -> Option<(String, String)> {
    let name = button.get_attribute("name").filter(|name| !name.is_empty())?;
    Some((name, button.get_attribute("value").unwrap_or_default()))
}

/// Shows an answer: in place when it is the same page, else by going there.
///
/// # Errors
/// When the answer is no page of ours.
pub(crate) fn arrive(
    answer: &Answer,
    sent: Option<&HtmlFormElement>,
    pressed: Option<&HtmlElement>,
) -> Result<(), JsValue> {
    let url = Url::new(&answer.url)?;
    if url.pathname() != window().location().pathname()? {
        return window().location().assign(&answer.url);
    }
    let place = sent.map(|form| Place::of(form, pressed));
    let refused = url.search_params().has(REFUSED);
    let main = replace_main(&answer.html)?;
    clean_address(&url)?;
    if let Some(place) = place {
        let form = place.find(&main);
        if let (true, Some(form), Some(fields)) = (refused, &form, &answer.fields) {
            put_back(form, fields);
        }
        place.focus(&main, form.as_ref());
    }
    Ok(())
}

/// Exchanges `<main>` and the title.
///
/// # Errors
/// When there is no `<main>` in the answer.
pub(crate) fn replace_main(html: &str) -> Result<Element, JsValue> {
    let parsed = DomParser::new()?.parse_from_string(html, SupportedType::TextHtml)?;
    let missing = || JsValue::from_str("no <main>");
    let (old, new) = (main_of(&document()).ok_or_else(missing)?, main_of(&parsed).ok_or_else(missing)?);
    document().set_title(&parsed.title());
    announce("fieldfare:leaving", &old)?;
    old.replace_with_with_node_1(&new)?;
    announce(ARRIVED, &new)?;
    Ok(new)
}

fn main_of(document: &Document) -> Option<Element> {
    document.query_selector("main").ok().flatten()
}

/// Raises an event that bubbles from an element.
///
/// # Errors
/// When the browser refuses, which it does not for an element of the page.
pub(crate) fn announce(name: &str, at: &Element) -> Result<(), JsValue> {
    let how = EventInit::new();
    how.set_bubbles(true);
    at.dispatch_event(&Event::new_with_event_init_dict(name, &how)?)?;
    Ok(())
}

/// The address as it would be shared: without what was refused.
fn clean_address(url: &Url) -> Result<(), JsValue> {
    for key in [REFUSED, "__path"] {
        url.search_params().delete(key);
    }
    window().history()?.replace_state_with_url(&JsValue::NULL, "", Some(&url.href()))
}

/// Where on the page a form and its button were, so that they are found on the page that comes.
struct Place {
    action: String,
    /// Among the forms of this action.
    index: u32,
    button: Option<(String, String)>,
}

impl Place {
    fn of(form: &HtmlFormElement, pressed: Option<&HtmlElement>) -> Self {
        let action = form.get_attribute("action").unwrap_or_default();
        let forms = main_of(&document()).map(|main| forms(&main, &action)).unwrap_or_default();
        let index = forms.iter().position(|other| other == form).unwrap_or(0);
        Self { action, index: u32::try_from(index).unwrap_or(0), button: pressed.and_then(named) }
    }

    fn find(&self, main: &Element) -> Option<HtmlFormElement> {
        forms(main, &self.action).into_iter().nth(self.index as usize)
    }

    /// The keyboard goes on where it was, or at the start of what changed.
    fn focus(&self, main: &Element, form: Option<&HtmlFormElement>) {
        let wanted = self.button.as_ref().map_or_else(
            || "button[type=submit]".to_owned(),
            |(name, value)| format!("button[name=\"{name}\"][value=\"{}\"]", value.replace('"', "")),
        );
        let found = form.and_then(|form| form.query_selector(&wanted).ok().flatten());
        let target = found.unwrap_or_else(|| {
            // What cannot be focused leaves the focus at the document, where a reload would put it.
            drop(main.set_attribute("tabindex", "-1"));
            main.clone()
        });
        if let Some(target) = target.dyn_ref::<HtmlElement>() {
            let how = leptos::web_sys::FocusOptions::new();
            how.set_prevent_scroll(true);
            drop(target.focus_with_options(&how));
        }
    }
}

fn forms(main: &Element, action: &str) -> Vec<HtmlFormElement> {
    let Ok(found) = main.query_selector_all("form") else { return Vec::new() };
    let forms = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<HtmlFormElement>().ok());
    forms.filter(|form| form.get_attribute("action").as_deref() == Some(action)).collect()
}

/// What was typed, back into the form that refused it. Passwords are typed again.
fn put_back(form: &HtmlFormElement, fields: &FormData) {
    let elements = form.elements();
    for index in 0..elements.length() {
        let Some(element) = elements.item(index) else { continue };
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            put_back_input(input, fields);
        } else if let Some(text) = element.dyn_ref::<HtmlTextAreaElement>() {
            first(fields, &text.name()).into_iter().for_each(|value| text.set_value(&value));
        } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
            first(fields, &select.name()).into_iter().for_each(|value| select.set_value(&value));
        }
    }
}

fn put_back_input(input: &HtmlInputElement, fields: &FormData) {
    match input.type_().as_str() {
        "password" | "hidden" | "file" => {}
        "checkbox" | "radio" => {
            let sent = fields.get_all(&input.name());
            input.set_checked(sent.iter().any(|value| value.as_string().as_deref() == Some(&*input.value())));
        }
        _ => first(fields, &input.name()).into_iter().for_each(|value| input.set_value(&value)),
    }
}

fn first(fields: &FormData, name: &str) -> Option<String> {
    fields.get(name).as_string()
}
