//! How a project groups its events: rules, families, the version of the algorithm, and what a draft of them would do.
//!
//! The editor asks with its address, so that a draft survives a reload and can be shown to somebody else. What is put
//! in force is always something that was previewed.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

use super::grouping_help::RuleHelp;
use super::grouping_preview::Preview;
use super::tabs::ProjectTabs;
use crate::api::{FamilyChoice, GroupingDraft, GroupingEditor, RuleProblem, SaveGrouping, load_grouping};
use crate::components::{Load, PageHeader, SelectField, SubmitButton, TextArea, TimeAgo};
use crate::pages::outcome::{Outcome, successes};
use crate::routes;

const SECTION: &str = "grouping";

#[component]
pub(crate) fn GroupingPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let draft = Memo::new(move |_| draft(&query.read()));
    let line = Memo::new(move |_| query.read().get("line").unwrap_or_default());
    let save = ServerAction::<SaveGrouping>::new();
    let saved = successes(save);
    let editor = Resource::new(
        move || (slug.get(), draft.get(), line.get(), saved.get()),
        async |(slug, draft, line, _)| load_grouping(slug.clone(), draft).await.map(|editor| (slug, line, editor)),
    );
    view! {
        <Load resource=editor view=move |(slug, line, editor)| view! { <Editor slug line editor save/> }.into_any()/>
    }
    .into_any()
}

/// The draft that stands in an address, if one does.
fn draft(query: &ParamsMap) -> Option<GroupingDraft> {
    query.get("draft")?;
    Some(GroupingDraft {
        rules: query.get("rules").unwrap_or_default(),
        families: query.get_all("family").unwrap_or_default().join(","),
        algorithm: query.get("algorithm").unwrap_or_default(),
    })
}

#[component]
fn Editor(slug: String, line: String, editor: GroupingEditor, save: ServerAction<SaveGrouping>) -> impl IntoView {
    let address = routes::project_section(&slug, SECTION);
    let GroupingEditor { name, rules, may_change, problems, families, algorithms, former_until, preview } = editor;
    let text = with_line(&rules.rules, &line);
    let on: Vec<String> = families.iter().filter(|family| family.on).map(|family| family.name.clone()).collect();
    let draft = GroupingDraft { rules: rules.rules, families: on.join(","), algorithm: rules.algorithm.clone() };
    let algorithms = algorithms.into_iter().map(|version| (version.clone(), version)).collect();
    let saveable = may_change && preview.is_some() && problems.is_empty();
    view! {
        <Title text=format!("Grouping of {name}")/>
        <PageHeader title=name subtitle="Project settings"/>
        <ProjectTabs slug=slug.clone() current=SECTION/>
        <div class="project-settings grouping-page">
            <section class="settings-section" aria-labelledby="rules-heading">
                <h2 id="rules-heading">"Grouping"</h2>
                <p class="quiet">
                    "Events with one fingerprint are one issue. Without a rule it is made from what was raised and where; "
                    "a rule gives what matches it a fingerprint of your own."
                </p>
                <Form method="get" action=address attr:class="form">
                    <input type="hidden" name="draft" value="1"/>
                    <TextArea label="Rules" name="rules" rows=10 value=text placeholder="type:DatabaseError value:\"*timed out*\" -> database-timeout"
                        hint="One a line; the first that matches decides."/>
                    <Problems problems/>
                    <Families families/>
                    <SelectField label="Algorithm" name="algorithm" value=rules.algorithm options=algorithms/>
                    <SubmitButton label="Preview" look="secondary"/>
                </Form>
            </section>
            {former_until.map(|until| view! {
                <p class="notice">
                    "These rules were changed lately. Until "<TimeAgo at=until/>" an issue known by the rules before continues under these."
                </p>
            })}
            {preview.map(|preview| view! { <Preview preview/> })}
            {saveable.then(|| view! { <Save slug=slug.clone() draft save/> })}
            <Outcome action=save done="Saved."/>
            <RuleHelp/>
        </div>
    }
    .into_any()
}

/// A line that another page suggests stands last, to be read before it is kept.
fn with_line(rules: &str, line: &str) -> String {
    match (rules.is_empty(), line.is_empty()) {
        (_, true) => rules.to_owned(),
        (true, false) => line.to_owned(),
        (false, false) => format!("{rules}\n{line}"),
    }
}

#[component]
fn Problems(problems: Vec<RuleProblem>) -> impl IntoView {
    let rows =
        problems.into_iter().map(|problem| view! { <li>{format!("Line {}: {}", problem.line, problem.reason)}</li> });
    let rows = rows.collect::<Vec<_>>();
    (!rows.is_empty()).then(|| view! { <ul class="rule-problems" role="alert">{rows}</ul> })
}

#[component]
fn Families(families: Vec<FamilyChoice>) -> impl IntoView {
    let ticks = families.into_iter().map(|family| {
        let id = format!("family-{}", family.name);
        view! {
            <div class="tick">
                <input type="checkbox" id=id.clone() name="family" value=family.name checked=family.on/>
                <label for=id>{family.label}</label>
            </div>
        }
    });
    view! {
        <fieldset>
            <legend>"Built-in families: each is one issue, whatever its stack says"</legend>
            {ticks.collect_view()}
        </fieldset>
    }
}

#[component]
fn Save(slug: String, draft: GroupingDraft, save: ServerAction<SaveGrouping>) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="save-heading">
            <h2 id="save-heading">"Put these rules in force"</h2>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="rules" value=draft.rules/>
                <input type="hidden" name="families" value=draft.families/>
                <input type="hidden" name="algorithm" value=draft.algorithm/>
                <div class="tick">
                    <input type="checkbox" id="split-now" name="split_now" value="yes"/>
                    <label for="split-now">"Split issues at once"</label>
                    <p class="field-hint">
                        "Otherwise an issue that is there continues for 30 days, whatever the new rules make of its events; only what is new follows them."
                    </p>
                </div>
                <SubmitButton label="Save"/>
            </ActionForm>
        </section>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_suggested_line_stands_last() {
        for (rules, line, expected) in [("", "", ""), ("a", "", "a"), ("", "b", "b"), ("a", "b", "a\nb")] {
            assert_eq!(super::with_line(rules, line), expected);
        }
    }
}
