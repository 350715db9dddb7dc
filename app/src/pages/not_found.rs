//! There is nothing at this address.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::ApiError;
use crate::components::ErrorView;

#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found"/>
        <ErrorView error=ApiError::NotFound("page".to_owned())/>
    }
}
