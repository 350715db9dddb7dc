//! The keyboard first: every key does what a link, a button or a field on the page does, and the page says which.
//!
//! Markup carries the key: `data-keys="e"` on what it presses or focuses, `data-keys="g i"` for two in a row. Rows that
//! `j` and `k` move through have `data-row`; what `x` ticks is the box in them. A form with `data-bulk` acts on the
//! ticked rows, or on the current one when none is.

use leptos::prelude::*;

/// Where a device keeps that it wants no single-key shortcuts (WCAG 2.1.4).
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers keep it"))]
const OFF: &str = "fieldfare.keys.off";

/// Once on a page.
#[island]
pub fn Keys() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(pressing::start);
    view! { <span hidden></span> }
}

/// The switch in the list of keys.
#[island]
pub fn KeysSwitch() -> impl IntoView {
    let on = RwSignal::new(true);
    #[cfg(feature = "hydrate")]
    Effect::new(move || on.set(pressing::are_on()));
    let change = move |_| {
        on.update(|on| *on = !*on);
        #[cfg(feature = "hydrate")]
        pressing::turn(on.get_untracked());
    };
    view! {
        <label class="tick">
            <input type="checkbox" prop:checked=on checked=true on:change=change/>
            " Single keys work on this device"
        </label>
    }
}

#[cfg(feature = "hydrate")]
mod pressing {
    use std::cell::RefCell;
    use std::rc::Rc;

    use leptos::ev;
    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::js_sys::Date;
    use leptos::web_sys::{
        Element, HtmlDetailsElement, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent,
        ScrollIntoViewOptions, ScrollLogicalPosition,
    };

    use super::OFF;

    /// How long the second key of two may take, milliseconds.
    const PAIR_MS: f64 = 1_500.0;

    /// The first key of a pair and when it was pressed.
    type First = Rc<RefCell<Option<(String, f64)>>>;

    pub(super) fn start() {
        let first = First::default();
        let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| press(&event, &first));
        on_cleanup(move || listener.remove());
    }

    pub(super) fn are_on() -> bool {
        let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(OFF).ok().flatten());
        kept.is_none()
    }

    /// A browser that keeps nothing asks again on the next page.
    pub(super) fn turn(on: bool) {
        if let Ok(Some(kept)) = window().local_storage() {
            drop(if on { kept.remove_item(OFF) } else { kept.set_item(OFF, "1") });
        }
    }

    fn press(event: &KeyboardEvent, first: &First) {
        let is_chord = event.ctrl_key() || event.meta_key() || event.alt_key();
        if is_chord || event.default_prevented() || is_typing(event) || !are_on() || dialog_is_open() {
            return;
        }
        let key = event.key();
        let before = first.borrow_mut().take().filter(|(_, at)| Date::now() - at < PAIR_MS);
        let pair = before.map(|(before, _)| format!("{before} {key}"));
        let done = pair.is_some_and(|pair| activate(&pair)) || step(&key) || activate(&key);
        if done {
            event.prevent_default();
        } else if begins_a_pair(&key) {
            *first.borrow_mut() = Some((key, Date::now()));
        }
    }

    fn is_typing(event: &KeyboardEvent) -> bool {
        let Some(at) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
        let types = at.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_);
        let is_text = types.is_some_and(|kind| !matches!(kind.as_str(), "checkbox" | "radio" | "submit" | "button"));
        is_text || at.is_content_editable() || matches!(at.tag_name().as_str(), "TEXTAREA" | "SELECT")
    }

    fn dialog_is_open() -> bool {
        document().query_selector("dialog[open], [popover]:popover-open").ok().flatten().is_some()
    }

    fn begins_a_pair(key: &str) -> bool {
        find(&format!("[data-keys^=\"{} \"]", plain(key))).is_some()
    }

    /// What cannot be part of a selector is no key of ours.
    fn plain(key: &str) -> String {
        key.chars().filter(|sign| !matches!(sign, '"' | '\\')).collect()
    }

    fn find(selector: &str) -> Option<HtmlElement> {
        let found = document().query_selector_all(selector).ok()?;
        let elements = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<HtmlElement>().ok());
        // What is not laid out cannot be pressed; the offer of another width of the page can.
        elements.into_iter().find(|element| element.offset_parent().is_some() || element.tag_name() == "DIALOG")
    }

    /// Presses, opens or focuses what has the key.
    fn activate(keys: &str) -> bool {
        let Some(element) = find(&format!("[data-keys=\"{}\"]", plain(keys))) else { return false };
        tick_current_for(&element);
        if let Some(dialog) = element.dyn_ref::<HtmlDialogElement>() {
            return dialog.show_modal().is_ok();
        }
        if let Some(details) = element.dyn_ref::<HtmlDetailsElement>() {
            details.set_open(!details.open());
            focus_first_in(details);
            return true;
        }
        match element.tag_name().as_str() {
            "INPUT" | "SELECT" | "TEXTAREA" => drop(element.focus()),
            _ => element.click(),
        }
        true
    }

    fn focus_first_in(details: &HtmlDetailsElement) {
        let first =
            details.query_selector("button, select, textarea, input:not([type=hidden]), a[href]:not(summary *)");
        if let Some(first) = first.ok().flatten().and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            drop(first.focus());
        }
    }

    /// A bulk action with nothing ticked means the current row.
    fn tick_current_for(element: &HtmlElement) {
        let Some(form) = element.closest("form[data-bulk]").ok().flatten() else { return };
        let ticked = form.query_selector("[data-row] input[type=checkbox]:checked").ok().flatten();
        if ticked.is_none() {
            tick_current();
        }
    }

    fn tick_current() -> bool {
        let rows = rows();
        let boxed = current(&rows)
            .and_then(|index| rows[index].query_selector("input[type=checkbox]").ok().flatten())
            .and_then(|tick| tick.dyn_into::<HtmlElement>().ok());
        if let Some(tick) = &boxed {
            tick.click();
        }
        boxed.is_some()
    }

    fn rows() -> Vec<Element> {
        let Ok(found) = document().query_selector_all("[data-row]") else { return Vec::new() };
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
    }

    fn current(rows: &[Element]) -> Option<usize> {
        rows.iter().position(|row| row.class_list().contains("current"))
    }

    /// `j`, `k` and `x`; the key was used when there are rows.
    fn step(key: &str) -> bool {
        let rows = rows();
        if rows.is_empty() {
            return false;
        }
        let last = rows.len() - 1;
        let to = match (key, current(&rows)) {
            ("j", None) | ("k", None) => 0,
            ("j", Some(index)) => (index + 1).min(last),
            ("k", Some(index)) => index.saturating_sub(1),
            ("x", _) => return tick_current(),
            _ => return false,
        };
        move_to(&rows, to);
        true
    }

    /// Enter opens the row that is current, since its link has the focus.
    fn move_to(rows: &[Element], to: usize) {
        for (index, row) in rows.iter().enumerate() {
            // A class that cannot be set is only not seen.
            drop(row.class_list().toggle_with_force("current", index == to));
        }
        let link =
            rows[to].query_selector("a[href]").ok().flatten().and_then(|link| link.dyn_into::<HtmlElement>().ok());
        if let Some(link) = link {
            drop(link.focus());
        }
        let nearest = ScrollIntoViewOptions::new();
        nearest.set_block(ScrollLogicalPosition::Nearest);
        rows[to].scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}
