//! The one way a page waits for what it shows.
//!
//! The error is matched here and not caught by an `<ErrorBoundary>`: a boundary gets errors as plain text when it
//! hydrates, and so would show something else than the server did.

use leptos::prelude::*;

use super::ErrorView;
use crate::api::ApiError;

/// Shows `view` of what `resource` answers. While it loads again, what was there before stays.
#[component]
pub(crate) fn Load<T, F>(resource: Resource<Result<T, ApiError>>, view: F) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let content = move || {
        let view = view.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(loaded) => view(loaded),
                Err(error) => view! { <ErrorView error/> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{content}</Transition>
    }
}
