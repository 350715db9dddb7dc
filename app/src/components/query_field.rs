//! The box for a query. With a script it is completed as one types; without one the browser offers whole
//! queries below it.

use leptos::prelude::*;

use crate::islands::Complete;

/// `offered` are queries and what they are called.
#[component]
pub(crate) fn QueryField(
    #[prop(into)] value: String,
    #[prop(into)] placeholder: String,
    offered: Vec<(String, String)>,
) -> impl IntoView {
    let options = offered.into_iter().map(|(query, name)| view! { <option value=query>{name}</option> }).collect_view();
    view! {
        <div class="field query-field">
            <label for="query">"Query"</label>
            <input id="query" type="search" name="query" value=value placeholder=placeholder
                list="query-offered" autocomplete="off" spellcheck="false" data-completes=""/>
            <Complete/>
            <datalist id="query-offered">{options}</datalist>
        </div>
    }
}
