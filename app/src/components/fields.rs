//! Labelled inputs. What is wrong with a value is said beside it and tied to it.

use leptos::prelude::*;

/// A one-line input.
#[component]
pub(crate) fn TextField(
    #[prop(into)] label: String,
    /// Also the element's id: a page has one field of a name, or gives `id`.
    name: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] minlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let described_by = described_by(&id, hint.is_some() || error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type=kind
                name=name
                value=value.clone()
                placeholder=placeholder
                autocomplete=autocomplete
                minlength=minlength
                required=required
                aria-invalid=invalid
                aria-describedby=described_by.clone()
            />
            {note(described_by, hint, error)}
        </div>
    }
}

/// A choice among few; `options` are value and label.
#[component]
pub(crate) fn SelectField(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(optional, into)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let described_by = described_by(&id, hint.is_some());
    let options = options
        .into_iter()
        .map(|(key, label)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name aria-describedby=described_by.clone()>{options}</select>
            {note(described_by, hint, None)}
        </div>
    }
}

/// A text of several lines.
#[component]
pub(crate) fn TextArea(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(default = 4)] rows: u32,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] maxlength: Option<usize>,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let described_by = described_by(&id, hint.is_some() || error.is_some());
    let invalid = error.is_some().then_some("true");
    let area = leptos::html::textarea()
        .id(id.clone())
        .name(name)
        .rows(rows)
        .required(required)
        .maxlength(maxlength)
        .placeholder(placeholder)
        .aria_invalid(invalid)
        .aria_describedby(described_by.clone());
    // An empty text would be written as a space, so that there is a text node to hydrate.
    let area = if value.is_empty() { area.into_any() } else { area.child(value).into_any() };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {area}
            {note(described_by, hint, error)}
        </div>
    }
}

fn described_by(id: &str, described: bool) -> Option<String> {
    described.then(|| format!("{id}-note"))
}

/// What helps to fill the field in, or what was wrong with it.
fn note(id: Option<String>, hint: Option<String>, error: Option<String>) -> impl IntoView {
    let class = if error.is_some() { "field-error" } else { "field-hint" };
    error.or(hint).map(|text| view! { <p id=id class=class>{text}</p> })
}
