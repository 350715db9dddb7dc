//! The limits of a project or of one of its keys, by category.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{Rates, SaveRates};
use crate::components::{SubmitButton, TextField, grouped};
use crate::pages::outcome::Outcome;

/// Label, name of the input, and value of one category.
type Category = (&'static str, &'static str, fn(&Rates) -> Option<u32>);

const CATEGORIES: [Category; 8] = [
    ("Errors", "rates[errors]", |rates| rates.errors),
    ("Transactions", "rates[transactions]", |rates| rates.transactions),
    ("Sessions", "rates[sessions]", |rates| rates.sessions),
    ("Feedback", "rates[feedback]", |rates| rates.feedback),
    ("Attachments", "rates[attachments]", |rates| rates.attachments),
    ("Attachments, megabytes", "rates[attachment_megabytes]", |rates| rates.attachment_megabytes),
    ("Check-ins", "rates[check_ins]", |rates| rates.check_ins),
    ("Security reports", "rates[security_reports]", |rates| rates.security_reports),
];

/// Without a key, the limits of the whole project.
#[component]
pub(super) fn RatesForm(
    slug: String,
    key: Option<i64>,
    rates: Rates,
    installation: Rates,
    action: ServerAction<SaveRates>,
) -> impl IntoView {
    let fields = CATEGORIES.map(|(label, name, value)| {
        let id = format!("{name}-{}", key.unwrap_or_default());
        let own = value(&rates).map(|rate| rate.to_string()).unwrap_or_default();
        let hint = value(&installation).map(|rate| format!("The installation allows {}.", grouped(u64::from(rate))));
        let hint = hint.or_else(|| key.is_none().then(|| "The installation sets no limit.".to_owned()));
        match hint {
            Some(hint) => view! { <TextField label name id value=own hint/> }.into_any(),
            None => view! { <TextField label name id value=own/> }.into_any(),
        }
    });
    view! {
        <ActionForm action attr:class="form limits-form">
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="key" value=key.map(|key| key.to_string()).unwrap_or_default()/>
            <div class="limit-fields">{fields.collect_view()}</div>
            <p class="field-hint">"Whole numbers. Empty means no limit of its own."</p>
            <Outcome action done="Saved."/>
            <SubmitButton label="Save limits"/>
        </ActionForm>
    }
    .into_any()
}
