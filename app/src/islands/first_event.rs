//! Waits for the first event of a project. With a script it looks by itself; without one there is a link to look again.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::{FirstSight, load_first_sight};
use crate::routes;

const LOOK_EVERY: Duration = Duration::from_secs(2);

/// `first` is short id and title of the first issue, if it had arrived when the page was made.
#[island]
pub fn FirstEvent(slug: String, first: Option<(String, String)>) -> impl IntoView {
    let look = Action::new(|slug: &String| load_first_sight(slug.clone()));
    let found = Memo::new(move |_| {
        let seen = look.value().with(|sight| sight.as_ref()?.as_ref().ok()?.first_issue.clone());
        first.clone().or(seen)
    });
    let asked = slug.clone();
    Effect::new(move || {
        if found.get().is_none() {
            look_again_and_again(look, asked.clone());
        }
    });
    view! {
        <section class="first-event" role="status">
            {move || match found.get() {
                Some((short_id, title)) => arrived(&short_id, title),
                None => waiting(&slug),
            }}
        </section>
    }
    .into_any()
}

/// Until what was found, or the end of the page, cleans up the effect this runs in.
fn look_again_and_again(look: Action<String, Result<FirstSight, crate::api::ApiError>>, slug: String) {
    let ask = move || {
        if !look.pending().get_untracked() {
            look.dispatch(slug.clone());
        }
    };
    if let Ok(interval) = set_interval(ask, LOOK_EVERY) {
        on_cleanup(move || interval.clear());
    }
}

fn arrived(short_id: &str, title: String) -> AnyView {
    view! {
        <h2>"The first event has arrived"</h2>
        <p><a href=routes::issue(short_id)>{title}</a>" "<span class="short-id">{short_id.to_owned()}</span></p>
    }
    .into_any()
}

fn waiting(slug: &str) -> AnyView {
    view! {
        <h2><span class="pulse" aria-hidden="true"></span>"Waiting for the first event…"</h2>
        <p><a href=routes::project_start(slug)>"Check again"</a></p>
    }
    .into_any()
}
