//! A box to tick, with what ticking it means.

use leptos::prelude::*;

/// Sends `true` under its name when it is ticked, and nothing when it is not.
#[component]
pub(crate) fn Tick(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    on: bool,
    #[prop(into)] hint: String,
) -> impl IntoView {
    let hint_id = format!("{name}-note");
    view! {
        <div class="tick">
            <input type="checkbox" id=name.clone() name=name.clone() value="true" checked=on
                aria-describedby=hint_id.clone()/>
            <label for=name>{label}</label>
            <p id=hint_id class="field-hint">{hint}</p>
        </div>
    }
}
