//! The first visit: names the organization, makes the owner's account and the first project.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::components::{Icon, IconName, SelectField, SubmitButton, TextField};
use crate::routes;

/// Shortest password the server takes.
const PASSWORD_CHARS_MIN: u32 = 10;

/// What a first project may be written in; value and label.
pub(crate) const PLATFORMS: [(&str, &str); 14] = [
    ("javascript", "Browser JavaScript"),
    ("node", "Node.js"),
    ("python", "Python"),
    ("rust", "Rust"),
    ("go", "Go"),
    ("java", "Java"),
    ("kotlin", "Kotlin"),
    ("php", "PHP"),
    ("ruby", "Ruby"),
    ("csharp", "C#"),
    ("cocoa", "Swift, Objective-C"),
    ("android", "Android"),
    ("native", "C, C++"),
    ("other", "Something else"),
];

#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let token = query.get("token").unwrap_or_default();
    let error = general_error(&query).map(|text| view! { <p class="form-error" role="alert">{text}</p> });
    view! {
        <Title text="Set up"/>
        <section class="setup-page">
            <p class="brand"><Icon name=IconName::Bird/>"Fieldfare"</p>
            <h1>"Set up this installation"</h1>
            <p class="lead">"It takes a minute: you, and the first application that will report here."</p>
            {error}
            <form method="post" action=routes::SETUP>
                <input type="hidden" name="token" value=token/>
                <Owner query=query.clone()/>
                <FirstProject query/>
                <SubmitButton label="Create and continue"/>
            </form>
        </section>
    }
}

#[component]
fn Owner(query: ParamsMap) -> impl IntoView {
    let value = |field| query.get(field).unwrap_or_default();
    let error = |field| error_of(&query, field);
    let hint = format!("At least {PASSWORD_CHARS_MIN} characters.");
    view! {
        <fieldset>
            <legend>"You"</legend>
            <TextField label="Organization" name="organization" value=value("organization") required=true
                autocomplete="organization" error=error("organization")/>
            <TextField label="Your name" name="name" value=value("name") required=true autocomplete="name"
                error=error("name")/>
            <TextField label="E-mail" name="email" kind="email" value=value("email") required=true
                autocomplete="username" error=error("email")/>
            <TextField label="Password" name="password" kind="password" required=true hint
                minlength=PASSWORD_CHARS_MIN autocomplete="new-password" error=error("password")/>
        </fieldset>
    }
}

#[component]
fn FirstProject(query: ParamsMap) -> impl IntoView {
    let options = PLATFORMS.map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec();
    let platform = query.get("platform").unwrap_or_default();
    view! {
        <fieldset>
            <legend>"First project"</legend>
            <TextField label="Name" name="project" value=query.get("project").unwrap_or_default() required=true
                hint="One application: a shop, an API, a mobile app." error=error_of(&query, "project")/>
            <SelectField label="Platform" name="platform" value=platform options
                hint="Decides which snippets you are shown; nothing else."/>
        </fieldset>
    }
}

const FIELDS: [&str; 5] = ["organization", "name", "email", "password", "project"];

/// What was wrong with one field.
fn error_of(query: &ParamsMap, field: &str) -> Option<String> {
    query.get("error").filter(|_| query.get("field").as_deref() == Some(field))
}

/// What was wrong with none of the fields shown.
fn general_error(query: &ParamsMap) -> Option<String> {
    query.get("error").filter(|_| !query.get("field").is_some_and(|field| FIELDS.contains(&field.as_str())))
}
