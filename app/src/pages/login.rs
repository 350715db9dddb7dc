//! Signing in. A plain form: the server sets the cookie and goes where the person wanted to go.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{Icon, IconName, SubmitButton, TextField};
use crate::routes;

#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let error = query.get("error").map(|text| view! { <p class="form-error" role="alert">{text}</p> });
    let email = query.get("email").unwrap_or_default();
    let next = query.get("next").unwrap_or_default();
    view! {
        <Title text="Sign in"/>
        <section class="login-page">
            <p class="brand"><Icon name=IconName::Bird/>"Fieldfare"</p>
            <h1>"Sign in"</h1>
            {error}
            <form method="post" action=routes::LOGIN>
                <input type="hidden" name="next" value=next/>
                <TextField label="E-mail" name="email" kind="email" value=email autocomplete="username" required=true/>
                <TextField label="Password" name="password" kind="password" autocomplete="current-password" required=true/>
                <SubmitButton label="Sign in"/>
            </form>
        </section>
    }
}
