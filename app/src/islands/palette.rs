//! ⌘K or Ctrl+K: one box to go anywhere and to do what the page offers.
//!
//! What the page offers are its elements with `data-action`, by that name; where one can go are the links of the
//! sections and whatever the server finds by name.

use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;

use crate::api::{ApiError, Destination, find_destinations};

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    kind: String,
    name: String,
    detail: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    /// Goes to a path.
    Go(String),
    /// Presses what the page offers under this number.
    #[cfg_attr(not(any(test, feature = "hydrate")), expect(dead_code, reason = "only a page in a browser offers"))]
    Press(usize),
}

/// Once on a page.
#[island]
pub fn Palette() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    let text = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let here = RwSignal::new(Vec::<Offer>::new());
    let find = Action::new(|text: &String| find_destinations(text.clone()));
    let offers = Memo::new(move |_| offers(&here.get(), &text.get(), find.value().get()));

    let open = move || {
        let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) else { return };
        here.set(page::offers());
        text.set(String::new());
        chosen.set(0);
        find.dispatch(String::new());
        // Without a modal dialog there is no palette, and everything in it is on the page as well.
        drop(dialog.show_modal());
    };
    page::on_open(open);
    let typed = move |event| {
        text.set(event_target_value(&event));
        chosen.set(0);
        find.dispatch(text.get_untracked());
    };
    let go = move |offer: Offer| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        page::follow(&offer.what);
    };
    let pressed = move |event: ev::KeyboardEvent| {
        let count = offers.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|index| *index = (*index + 1) % count),
            "ArrowUp" => chosen.update(|index| *index = (*index + count - 1) % count),
            "Enter" => {
                offers.with_untracked(|offers| offers.get(chosen.get_untracked()).cloned()).into_iter().for_each(go);
            }
            _ => return,
        }
        event.prevent_default();
    };
    let lines = move || {
        let lines = offers.get().into_iter().enumerate();
        lines.map(|(index, offer)| line(index, offer, chosen, go)).collect_view()
    };
    let active = move || format!("palette-{}", chosen.get());
    view! {
        <dialog class="palette" node_ref=dialog aria-label="Go to or do">
            <input type="text" node_ref=input class="palette-text" placeholder="Go to an issue, a release, a project… or do"
                role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                aria-activedescendant=active aria-label="Go to or do" autocomplete="off" spellcheck="false"
                prop:value=text on:input=typed on:keydown=pressed autofocus=true/>
            <ul id="palette-list" role="listbox" aria-label="Offers">{lines}</ul>
        </dialog>
    }
}

fn line(index: usize, offer: Offer, chosen: RwSignal<usize>, go: impl Fn(Offer) + Copy + 'static) -> impl IntoView {
    let shown = offer.clone();
    view! {
        <li id=format!("palette-{index}") role="option" aria-selected=move || (chosen.get() == index).to_string()
            on:click=move |_| go(offer.clone()) on:mousemove=move |_| chosen.set(index)>
            <span class="kind">{shown.kind}</span>
            <span class="name">{shown.name}</span>
            <span class="detail">{shown.detail}</span>
        </li>
    }
}

/// What the page offers first, then what the server found; what it found for an older text is not shown as if it were for this.
fn offers(here: &[Offer], text: &str, found: Option<Result<Vec<Destination>, ApiError>>) -> Vec<Offer> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let fits = |name: &str| {
        let name = name.to_lowercase();
        words.iter().all(|word| name.contains(word))
    };
    let own = here.iter().filter(|offer| fits(&offer.name)).cloned();
    let found = found.and_then(Result::ok).unwrap_or_default().into_iter();
    let found = found.filter(|place| fits(&format!("{} {}", place.name, place.detail))).map(|place| Offer {
        kind: place.kind,
        name: place.name,
        detail: place.detail,
        what: What::Go(place.path),
    });
    own.chain(found).collect()
}

#[cfg(not(feature = "hydrate"))]
mod page {
    use super::{Offer, What};

    pub(super) fn on_open(_: impl Fn() + 'static) {}

    pub(super) fn offers() -> Vec<Offer> {
        Vec::new()
    }

    pub(super) fn follow(_: &What) {}
}

#[cfg(feature = "hydrate")]
mod page {
    use leptos::ev;
    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{HtmlAnchorElement, HtmlDetailsElement, HtmlElement, KeyboardEvent};

    use super::{Offer, What};

    /// What can be done or gone to, in the order of the page.
    const OFFERED: &str = "main [data-action], .sections.wide a";

    /// The chord, and buttons that open it by mouse or touch.
    pub(super) fn on_open(open: impl Fn() + Clone + 'static) {
        let by_mouse = open.clone();
        let key = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if (event.meta_key() || event.ctrl_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open();
            }
        });
        let click = window_event_listener(ev::click, move |event| {
            let at = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
            if at.is_some_and(|at| at.closest("[data-opens=palette]").ok().flatten().is_some()) {
                by_mouse();
            }
        });
        on_cleanup(move || {
            key.remove();
            click.remove();
        });
    }

    fn offered() -> Vec<HtmlElement> {
        let Ok(found) = document().query_selector_all(OFFERED) else { return Vec::new() };
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
    }

    pub(super) fn offers() -> Vec<Offer> {
        let offer = |(index, element): (usize, HtmlElement)| {
            let action = element.get_attribute("data-action");
            let keys = element.get_attribute("data-keys").unwrap_or_default();
            let kind = if action.is_some() { "do" } else { "go" }.to_owned();
            let name = action.unwrap_or_else(|| element.text_content().unwrap_or_default());
            Offer { kind, name, detail: keys, what: What::Press(index) }
        };
        offered().into_iter().enumerate().map(offer).collect()
    }

    pub(super) fn follow(what: &What) {
        match what {
            // A path of the server's own making; a browser that refuses it says so itself.
            What::Go(path) => drop(window().location().assign(path)),
            What::Press(index) => offered().get(*index).into_iter().for_each(press),
        }
    }

    fn press(element: &HtmlElement) {
        if let Some(details) = element.dyn_ref::<HtmlDetailsElement>() {
            details.set_open(true);
            return;
        }
        let is_field = matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA");
        if is_field && element.dyn_ref::<HtmlAnchorElement>().is_none() {
            drop(element.focus());
        } else {
            element.click();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_has_every_word() {
        let offer =
            |name: &str| Offer { kind: "do".into(), name: name.into(), detail: String::new(), what: What::Press(0) };
        let place = Destination {
            kind: "issue".into(),
            name: "Timeout in cart".into(),
            detail: "SHOP-1".into(),
            path: "/issues/SHOP-1".into(),
        };
        let names = |text: &str| -> Vec<String> {
            let found = Some(Ok(vec![place.clone()]));
            offers(&[offer("Resolve"), offer("Archive")], text, found).into_iter().map(|offer| offer.name).collect()
        };
        assert_eq!(names("res"), ["Resolve"]);
        assert_eq!(names("cart time"), ["Timeout in cart"]);
        assert_eq!(names("shop-1"), ["Timeout in cart"]);
        assert_eq!(names(""), ["Resolve", "Archive", "Timeout in cart"]);
    }
}
