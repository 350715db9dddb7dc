//! The issues of an incident and the releases they were seen in.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{Issue, LinkIssue, UnlinkIssue};
use crate::components::{IssueLine, ReleaseChip, SubmitButton, TextField};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn LinkedIssues(
    number: i64,
    issues: Vec<Issue>,
    releases: Vec<String>,
    link: ServerAction<LinkIssue>,
    unlink: ServerAction<UnlinkIssue>,
) -> impl IntoView {
    let chips = chips(&issues, releases);
    let none = issues.is_empty().then(|| view! { <p class="quiet">"No issue is linked yet."</p> });
    let lines = issues.into_iter().map(|issue| line(number, issue, unlink)).collect_view();
    view! {
        <section>
            <h2>"Linked issues"</h2>
            {none}
            <ul class="incident-links" role="list">{lines}</ul>
            <Outcome action=unlink/>
            <ActionForm action=link attr:class="form incident-link-form">
                <input type="hidden" name="number" value=number.to_string()/>
                <TextField label="Link an issue" name="issue" placeholder="SHOP-12" autocomplete="off" required=true/>
                <SubmitButton label="Link" look="secondary"/>
            </ActionForm>
            <Outcome action=link/>
        </section>
        {chips}
    }
    .into_any()
}

fn line(number: i64, issue: Issue, unlink: ServerAction<UnlinkIssue>) -> AnyView {
    let short_id = issue.short_id.clone();
    let label = format!("Unlink {short_id}");
    view! {
        <li>
            <IssueLine issue/>
            <ActionForm action=unlink>
                <input type="hidden" name="number" value=number.to_string()/>
                <input type="hidden" name="issue" value=short_id/>
                <button type="submit" class="quiet-button" aria-label=label>"Unlink"</button>
            </ActionForm>
        </li>
    }
    .into_any()
}

fn chips(issues: &[Issue], releases: Vec<String>) -> Option<AnyView> {
    let project = |version: &str| {
        let seen_in = |issue: &&Issue| issue.releases.iter().any(|release| release.version == version);
        issues.iter().find(seen_in).map(|issue| issue.project.clone())
    };
    let chip = |version: String| match project(&version) {
        Some(project) => view! { <li><ReleaseChip project version/></li> }.into_any(),
        None => view! { <li>{version}</li> }.into_any(),
    };
    let chips = releases.into_iter().map(chip).collect::<Vec<_>>();
    (!chips.is_empty()).then(|| {
        view! { <section><h2>"Seen in releases"</h2><ul class="incident-releases" role="list">{chips}</ul></section> }.into_any()
    })
}
