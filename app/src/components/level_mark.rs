//! How bad an event says it is, as a small mark.

use leptos::prelude::*;

use crate::api::Level;

#[component]
pub(crate) fn LevelMark(level: Level) -> impl IntoView {
    view! {
        <span class=format!("level-mark is-{level}") title=level.as_str()>
            <span class="visually-hidden">{level.as_str()}</span>
        </span>
    }
}
