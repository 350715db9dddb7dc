//! The box in the head of a list that ticks every row of the page, and the count of those that are ticked. With Shift, a
//! click ticks everything from the last one on.

use leptos::prelude::*;

/// Belongs into a form with `data-bulk`; the count appears in its `[data-selected]`.
#[island]
pub fn SelectPage() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(ticking::start);
    view! {
        <label class="scripted">
            <input type="checkbox" data-select-page aria-label="Select all on this page"/>
        </label>
    }
}

#[cfg(feature = "hydrate")]
mod ticking {
    use std::cell::Cell;
    use std::rc::Rc;

    use leptos::ev;
    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{HtmlInputElement, MouseEvent};

    use crate::islands::swap;

    pub(super) fn start() {
        let last = Rc::new(Cell::new(None));
        let click = window_event_listener(ev::click, move |event: MouseEvent| {
            let at = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(at) = at.filter(|at| at.closest("form[data-bulk]").ok().flatten().is_some()) else { return };
            let boxes = boxes();
            if at.has_attribute("data-select-page") {
                boxes.iter().for_each(|tick| tick.set_checked(at.checked()));
            } else if let Some(index) = boxes.iter().position(|tick| tick == &at) {
                if let (true, Some(from)) = (event.shift_key(), last.get()) {
                    let (low, high) = if from < index { (from, index) } else { (index, from) };
                    boxes.iter().skip(low).take(high - low + 1).for_each(|tick| tick.set_checked(at.checked()));
                }
                last.set(Some(index));
            }
            tell(&boxes);
        });
        swap::on_arrival(|| tell(&boxes()));
        on_cleanup(move || click.remove());
        tell(&boxes());
    }

    fn boxes() -> Vec<HtmlInputElement> {
        let Ok(found) = document().query_selector_all("form[data-bulk] [data-row] input[type=checkbox]") else {
            return Vec::new();
        };
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
    }

    fn tell(boxes: &[HtmlInputElement]) {
        let count = boxes.iter().filter(|tick| tick.checked()).count();
        let words = if count == 0 { String::new() } else { format!("{count} selected") };
        if let Ok(Some(place)) = document().query_selector("[data-selected]") {
            place.set_text_content(Some(&words));
        }
        let all = document().query_selector("[data-select-page]").ok().flatten();
        if let Some(all) = all.and_then(|all| all.dyn_into::<HtmlInputElement>().ok()) {
            all.set_checked(count > 0 && count == boxes.len());
            all.set_indeterminate(count > 0 && count < boxes.len());
        }
    }
}
