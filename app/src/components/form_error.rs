//! Why a form was not accepted.

use leptos::prelude::*;

use crate::api::ApiError;

#[component]
pub(crate) fn FormError(error: Option<ApiError>) -> impl IntoView {
    error.map(|error| view! { <p class="form-error" role="alert">{error.to_string()}</p> })
}
