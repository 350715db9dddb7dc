//! Completes a query as one types: keys with what they mean, values from the project's own data.

use leptos::html::Ul;
use leptos::prelude::*;

use crate::api::{Completion, complete_query};

/// Belongs beside the field of the query, which has `data-completes` and the id `query`.
#[island]
pub fn Complete() -> impl IntoView {
    let list = NodeRef::<Ul>::new();
    let chosen = RwSignal::new(None::<usize>);
    let is_open = RwSignal::new(false);
    let find = Action::new(|asked: &(String, u32, Option<String>)| {
        let (query, at, project) = asked.clone();
        async move { complete_query(query, at, project).await.unwrap_or_default() }
    });
    let offers = Memo::new(move |_| find.value().get().unwrap_or_default());
    let ask = move || {
        if let Some(asked) = field::asked() {
            chosen.set(None);
            is_open.set(true);
            find.dispatch(asked);
        }
    };
    let take = move |index: usize| {
        let found = offers.get_untracked();
        if let Some(offer) = found.suggestions.get(index) {
            field::put(&offer.text, (found.from, found.to));
            ask();
        }
    };
    let press = move |key: &str| {
        let count = offers.with_untracked(|found| found.suggestions.len());
        if !is_open.get_untracked() || count == 0 {
            return false;
        }
        match (key, chosen.get_untracked()) {
            ("ArrowDown", at) => chosen.set(Some(at.map_or(0, |at| (at + 1) % count))),
            ("ArrowUp", at) => chosen.set(Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
            ("Enter" | "Tab", Some(at)) => take(at),
            ("Escape", _) => is_open.set(false),
            _ => return false,
        }
        true
    };
    field::watch(ask, press, move || is_open.set(false));
    Effect::new(move || {
        let offered = offers.with(|found| !found.suggestions.is_empty());
        field::tell(is_open.get() && offered, chosen.get());
    });
    let lines = move || {
        let lines = offers.get().suggestions.into_iter().enumerate();
        lines.map(|(index, offer)| line(index, offer, chosen, take)).collect_view()
    };
    view! {
        <ul class="completions" id="query-completions" role="listbox" aria-label="How the query could go on" node_ref=list
            hidden=move || !is_open.get() || offers.with(|found| found.suggestions.is_empty())>
            {lines}
        </ul>
    }
}

fn line(
    index: usize,
    offer: Completion,
    chosen: RwSignal<Option<usize>>,
    take: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    // Pressing must not take the focus out of the field.
    let press = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        take(index);
    };
    view! {
        <li id=format!("query-completion-{index}") role="option" on:mousedown=press
            aria-selected=move || (chosen.get() == Some(index)).to_string()>
            <code>{offer.text}</code>
            <span class="meaning">{offer.meaning}</span>
        </li>
    }
}

#[cfg(not(feature = "hydrate"))]
mod field {
    pub(super) fn asked() -> Option<(String, u32, Option<String>)> {
        None
    }

    pub(super) fn put(_: &str, _: (u32, u32)) {}

    pub(super) fn watch(_: impl Fn() + 'static, _: impl Fn(&str) -> bool + 'static, _: impl Fn() + 'static) {}

    pub(super) fn tell(_: bool, _: Option<usize>) {}
}

/// The field itself, which the server has written.
#[cfg(feature = "hydrate")]
mod field {
    use leptos::ev;
    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{Event, EventTarget, HtmlInputElement, HtmlSelectElement, KeyboardEvent};

    fn find() -> Option<HtmlInputElement> {
        document().query_selector("input[data-completes]").ok().flatten()?.dyn_into().ok()
    }

    /// What is typed, where the cursor is, and which project is chosen.
    pub(super) fn asked() -> Option<(String, u32, Option<String>)> {
        let field = find()?;
        let at = field.selection_start().ok().flatten().unwrap_or(0);
        let project = field.form().and_then(|form| form.query_selector("select[name=project]").ok().flatten());
        let project = project.and_then(|select| select.dyn_into::<HtmlSelectElement>().ok()).map(|it| it.value());
        Some((field.value(), at, project.filter(|slug| !slug.is_empty())))
    }

    /// Puts a text in the place of what it completes. A key waits for its value; after a value comes a space.
    pub(super) fn put(text: &str, (from, to): (u32, u32)) {
        let Some(field) = find() else { return };
        let typed: Vec<u16> = field.value().encode_utf16().collect();
        let (from, to) = ((from as usize).min(typed.len()), (to as usize).min(typed.len()));
        let space = if text.ends_with(':') { "" } else { " " };
        let before = String::from_utf16_lossy(&typed[..from.min(to)]);
        let after = String::from_utf16_lossy(&typed[to..]);
        let begun = format!("{before}{text}{space}");
        field.set_value(&format!("{begun}{}", after.trim_start()));
        let at = u32::try_from(begun.encode_utf16().count()).ok();
        // A cursor that cannot be set stands at the end.
        drop(field.set_selection_start(at));
        drop(field.set_selection_end(at));
    }

    pub(super) fn watch(ask: impl Fn() + 'static, press: impl Fn(&str) -> bool + 'static, leave: impl Fn() + 'static) {
        if let Some(field) = find() {
            // The browser's own list would lie over ours.
            drop(field.remove_attribute("list"));
            for (name, value) in [("role", "combobox"), ("aria-controls", "query-completions"), ("autocomplete", "off")]
            {
                drop(field.set_attribute(name, value));
            }
            tell(false, None);
        }
        let is_field = |event: &Event| {
            event.target().is_some_and(|at| find().is_some_and(|field| at == *field.unchecked_ref::<EventTarget>()))
        };
        let input = window_event_listener(ev::input, move |event| {
            if is_field(&event) {
                ask()
            }
        });
        let key = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if is_field(&event) && press(&event.key()) {
                event.prevent_default();
            }
        });
        let focusout = window_event_listener(ev::focusout, move |event| {
            if is_field(&event) {
                leave()
            }
        });
        on_cleanup(move || {
            input.remove();
            key.remove();
            focusout.remove();
        });
    }

    /// What screen readers are told of the list.
    pub(super) fn tell(is_open: bool, chosen: Option<usize>) {
        let Some(field) = find() else { return };
        drop(field.set_attribute("aria-expanded", if is_open { "true" } else { "false" }));
        drop(match chosen.filter(|_| is_open) {
            Some(index) => field.set_attribute("aria-activedescendant", &format!("query-completion-{index}")),
            None => field.remove_attribute("aria-activedescendant"),
        });
    }
}
