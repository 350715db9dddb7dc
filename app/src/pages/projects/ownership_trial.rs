//! Trying ownership rules on an event, a path, an address or tags.

use leptos::prelude::*;
use leptos_router::components::Form;

use super::ownership::address;
use crate::api::{OwnershipMatch, OwnershipTrial};
use crate::components::{SubmitButton, TextArea};

#[component]
pub(super) fn TrialForm(slug: String, subject: String, trial: Option<OwnershipTrial>) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="trial">
            <h2 id="trial">"Try it"</h2>
            <p class="quiet">"Uses the rules as they stand above once they are saved, in force or not."</p>
            <Form method="get" action=address(&slug) attr:class="form">
                <TextArea label="Event, path, address or tag" name="subject" rows=3 value=subject required=true
                    placeholder="src/checkout/cart.py"
                    hint="The id of an event; or one a line: a path, a URL, or url:, module:, release: and NAME: for a tag."/>
                <SubmitButton label="Try it" look="secondary"/>
            </Form>
            {trial.map(outcome)}
        </section>
    }
    .into_any()
}

fn outcome(trial: OwnershipTrial) -> AnyView {
    let OwnershipTrial { subject, matches, assignee, problem } = trial;
    if let Some(problem) = problem {
        return view! { <p class="form-error" role="alert">{format!("Not tried: {problem}.")}</p> }.into_any();
    }
    let verdict = match (assignee, matches.is_empty()) {
        (Some(owner), _) => view! { <p role="status">"A new issue would be left to "<b>{owner}</b>"."</p> }.into_any(),
        (None, true) => view! { <p role="status">"No rule matches."</p> }.into_any(),
        (None, false) => {
            view! { <p role="status">"The last rule that matches names nobody who is still here."</p> }.into_any()
        }
    };
    let none = matches.is_empty();
    let rows = matches.into_iter().map(row).collect_view();
    let looked_at = subject.into_iter().map(|(field, value)| {
        view! { <li><span class="quiet">{field}</span>" "<span class="mono">{value}</span></li> }
    });
    view! {
        <div class="trial">
            {verdict}
            {(!none).then(|| view! {
                <table class="data-table" aria-label="Rules that match">
                    <thead>
                        <tr>
                            <th scope="col">"Rule"</th>
                            <th scope="col">"Owners"</th>
                            <th scope="col">"Matches"</th>
                            <th scope="col">"Decides"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            })}
            <details class="part">
                <summary>"What the rules looked at"</summary>
                <ul>{looked_at.collect_view()}</ul>
            </details>
        </div>
    }
    .into_any()
}

fn row(found: OwnershipMatch) -> AnyView {
    let decides = if found.decides { "yes, it is the last" } else { "no" };
    view! {
        <tr>
            <th scope="row" class="mono">{format!("{}: {}", found.line, found.condition)}</th>
            <td data-label="Owners">{found.owners.join(" ")}</td>
            <td data-label="Matches" class="mono">{found.value}</td>
            <td data-label="Decides">{decides}</td>
        </tr>
    }
    .into_any()
}
