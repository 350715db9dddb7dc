//! What became of a form: said beside it, and counted so that what it changed is loaded again.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::ApiError;
use crate::backend::Visit;
use crate::components::FormError;

/// Counts the times an action went well. A refusal does not count: it must not reset what the person typed.
pub(super) fn successes<S>(action: ServerAction<S>) -> Memo<usize>
where
    S: ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    Memo::new(move |before: Option<&usize>| {
        let version = action.version().get();
        let went_well = action.value().with_untracked(|value| matches!(value, Some(Ok(()))));
        if went_well { version } else { before.copied().unwrap_or_default() }
    })
}

/// Why the form was refused, or `done` once it was accepted.
#[component]
pub(super) fn Outcome<S>(action: ServerAction<S>, #[prop(optional)] done: &'static str) -> impl IntoView
where
    S: ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    let accepted = use_context::<Visit>().and_then(|visit| visit.done).as_deref() == Some(S::url());
    move || match action.value().get() {
        Some(Err(error)) => view! { <FormError error=Some(error)/> }.into_any(),
        None if accepted && !done.is_empty() => view! { <p class="form-done" role="status">{done}</p> }.into_any(),
        _ => ().into_any(),
    }
}
