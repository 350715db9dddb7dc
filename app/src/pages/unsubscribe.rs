//! Where the link in a mail leads: asks once, and does it without anybody signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::api::{Unsubscription, load_unsubscription};
use crate::components::{Load, SubmitButton};
use crate::routes;

#[component]
pub(crate) fn UnsubscribePage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.read().get("token").unwrap_or_default());
    let found = Resource::new(
        move || token.get(),
        async |token| load_unsubscription(token.clone()).await.map(|found| (token, found)),
    );
    view! {
        <Title text="Unsubscribe"/>
        <Load resource=found view=|(token, found)| view! { <Ask token found/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Ask(token: String, found: Unsubscription) -> impl IntoView {
    let Unsubscription { about, email, is_over } = found;
    if is_over {
        return view! {
            <h1>"You are unsubscribed"</h1>
            <p role="status">{format!("{email} gets no more mail about {about}.")}</p>
            <p><a href=routes::SETTINGS>"Change what you hear of"</a></p>
        }
        .into_any();
    }
    view! {
        <h1>"Unsubscribe?"</h1>
        <p>{format!("{email} gets mail about {about}.")}</p>
        <form method="post" action=routes::unsubscribe(&token)>
            <SubmitButton label="Unsubscribe"/>
        </form>
    }
    .into_any()
}
