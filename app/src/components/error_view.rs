//! A page or part of one that could not be loaded.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::routes;

#[component]
pub(crate) fn ErrorView(error: ApiError) -> impl IntoView {
    let text = error.to_string();
    view! {
        <section class="error-view" role="alert">
            <h1>{heading(&error)}</h1>
            <p>{text}</p>
            <p>{way_out(&error)}</p>
        </section>
    }
}

fn heading(error: &ApiError) -> &'static str {
    match error {
        ApiError::Unauthorized => "Sign in to see this",
        ApiError::Forbidden => "Not yours to see",
        ApiError::NotFound(_) => "Not found",
        ApiError::Invalid { .. } => "That did not make sense",
        ApiError::Conflict(_) => "Somebody got there first",
        ApiError::Unavailable => "Busy",
        ApiError::Internal { .. } | ApiError::Transport(_) => "That went wrong",
    }
}

fn way_out(error: &ApiError) -> impl IntoView + use<> {
    match error {
        ApiError::Unauthorized => view! { <a href=routes::LOGIN rel="external">"Sign in"</a> },
        _ => view! { <a href=routes::OVERVIEW rel="">"Go to the overview"</a> },
    }
}
