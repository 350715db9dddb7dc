//! Keeps an open page true without taking the reader's place: figures change where they stand, and what is new waits
//! behind a bar until the reader asks for it.
//!
//! Markup says what may change: `data-live="key"` is replaced by what the server writes under the same key, unless the
//! reader is in it; in a `data-live-list`, children have a `data-key`, and those not yet on the page are counted.

use leptos::prelude::*;

/// Once on a page that shows what may change. `project` narrows what is listened to; `after` is what the page knows.
#[island]
pub fn Live(project: Option<String>, after: i64) -> impl IntoView {
    let fresh = RwSignal::new(0_usize);
    #[cfg(feature = "hydrate")]
    let show = {
        let watching = StoredValue::new_local(watching::Watching::new(project, after, fresh));
        Effect::new(move || watching.with_value(watching::Watching::start));
        move |_| watching.with_value(watching::Watching::show)
    };
    #[cfg(not(feature = "hydrate"))]
    let show = {
        let _ = (project, after);
        move |_| {}
    };
    view! {
        <div class="live-bar" role="status" hidden=move || fresh.get() == 0>
            <button type="button" class="button" on:click=show>{move || format!("{} new · Show", fresh.get())}</button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod watching {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use leptos::wasm_bindgen::closure::Closure;
    use leptos::wasm_bindgen::{JsCast, JsValue};
    use leptos::web_sys::{Document, DomParser, Element, EventSource, Response, SupportedType};
    use wasm_bindgen_futures::JsFuture;

    use crate::islands::swap;
    use crate::routes;

    /// Shortest time between two looks: a busy installation changes all the time, and a page is not a ticker.
    const LOOK_EVERY: Duration = Duration::from_secs(3);

    /// An open page and what it hears.
    #[derive(Clone)]
    pub(super) struct Watching(Rc<Inner>);

    struct Inner {
        address: String,
        fresh: RwSignal<usize>,
        source: RefCell<Option<EventSource>>,
        is_due: Cell<bool>,
        is_looking: Cell<bool>,
        /// The island has left the page.
        is_over: Cell<bool>,
        /// The newest page the server wrote.
        newest: RefCell<Option<String>>,
    }

    impl Watching {
        pub(super) fn new(project: Option<String>, after: i64, fresh: RwSignal<usize>) -> Self {
            let after = after.to_string();
            let address = routes::with_query(routes::LIVE, &[("project", project.as_deref()), ("after", Some(&after))]);
            let source = RefCell::default();
            let (is_due, is_looking, is_over) = (Cell::default(), Cell::default(), Cell::default());
            Self(Rc::new(Inner { address, fresh, source, is_due, is_looking, is_over, newest: RefCell::default() }))
        }

        /// Listens until the page leaves. A browser that cannot listen shows the page as it came.
        pub(super) fn start(&self) {
            let Ok(source) = EventSource::new(&self.0.address) else { return };
            let heard = self.clone();
            let listener = Closure::<dyn Fn()>::new(move || heard.look_soon());
            let added = source.add_event_listener_with_callback("changed", listener.as_ref().unchecked_ref());
            if added.is_err() {
                source.close();
                return;
            }
            *self.0.source.borrow_mut() = Some(source.clone());
            let shown = self.clone();
            let visible = window_event_listener_untyped("visibilitychange", move |_| shown.look_if_due());
            let ending = StoredValue::new_local((source, listener));
            let leaving = StoredValue::new_local(self.clone());
            on_cleanup(move || {
                leaving.try_with_value(|watching| watching.0.is_over.set(true));
                visible.remove();
                ending.try_with_value(|(source, _)| source.close());
            });
        }

        /// Exchanges the page for the newest one. Not at once: the button that asks for it leaves with the old page, and
        /// islands do not wake within the handler of one that leaves.
        pub(super) fn show(&self) {
            let newest = self.0.newest.borrow_mut().take();
            self.0.fresh.set(0);
            let exchange = move || {
                if let Some(html) = &newest {
                    // A page that cannot be exchanged stays as it was; the bar is gone until something changes again.
                    drop(swap::replace_main(html));
                }
            };
            // A browser that sets no timers has no page that runs.
            drop(set_timeout(exchange, Duration::ZERO));
        }

        fn look_soon(&self) {
            self.0.is_due.set(true);
            self.look_if_due();
        }

        /// Looks when something changed, the page is seen and the last look is over.
        #[expect(
            clippy::disallowed_methods,
            reason = "it ends by itself, and touches nothing once the island has left"
        )]
        fn look_if_due(&self) {
            let is_seen = !document().hidden();
            if self.0.is_over.get() || !self.0.is_due.get() || self.0.is_looking.get() || !is_seen {
                return;
            }
            self.0.is_due.set(false);
            self.0.is_looking.set(true);
            let watching = self.clone();
            spawn_local(async move {
                // A look that fails (the network, a server that starts again) is repeated with the next change.
                drop(watching.look().await);
                let again = watching.clone();
                let rested = move || {
                    again.0.is_looking.set(false);
                    again.look_if_due();
                };
                // A browser that sets no timers has no page that runs.
                drop(set_timeout(rested, LOOK_EVERY));
            });
        }

        async fn look(&self) -> Result<(), JsValue> {
            let address = window().location().href()?;
            let response: Response = JsFuture::from(window().fetch_with_str(&address)).await?.dyn_into()?;
            if !response.ok() || response.redirected() {
                return Ok(());
            }
            let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
            if self.0.is_over.get() {
                return Ok(());
            }
            let page = DomParser::new()?.parse_from_string(&html, SupportedType::TextHtml)?;
            refresh(&page)?;
            *self.0.newest.borrow_mut() = Some(html);
            // The island may have left while the page was on its way.
            let _ = self.0.fresh.try_set(unseen(&page)?);
            Ok(())
        }
    }

    fn each(document: &Document, selector: &str) -> Result<Vec<Element>, JsValue> {
        let found = document.query_selector_all(selector)?;
        Ok((0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect())
    }

    /// Replaces what changed, where nobody is.
    fn refresh(page: &Document) -> Result<(), JsValue> {
        for old in each(&document(), "[data-live]")? {
            let key = old.get_attribute("data-live").unwrap_or_default().replace('"', "");
            let Some(new) = page.query_selector(&format!("[data-live=\"{key}\"]"))? else { continue };
            let is_in_use = document().active_element().is_some_and(|active| old.contains(Some(&active)));
            if !is_in_use && essence(&old)? != essence(&new)? {
                old.set_inner_html(&new.inner_html());
                swap::announce(swap::ARRIVED, &old)?;
            }
        }
        Ok(())
    }

    /// An element's markup without what the browser itself wrote into it: times are told anew every minute.
    fn essence(element: &Element) -> Result<String, JsValue> {
        let copy: Element = element.clone_node_with_deep(true)?.dyn_into()?;
        let times = copy.query_selector_all("time.time-ago")?;
        for time in (0..times.length()).filter_map(|index| times.item(index)?.dyn_into::<Element>().ok()) {
            time.set_text_content(None);
            time.remove_attribute("title")?;
        }
        Ok(copy.inner_html())
    }

    /// How many entries of lists are on the newest page and not on this one.
    fn unseen(page: &Document) -> Result<usize, JsValue> {
        let keys = |document: &Document| -> Result<Vec<String>, JsValue> {
            let entries = each(document, "[data-live-list] [data-key]")?;
            Ok(entries.iter().filter_map(|entry| entry.get_attribute("data-key")).collect())
        };
        let known = keys(&document())?;
        Ok(keys(page)?.iter().filter(|key| !known.contains(key)).count())
    }
}
