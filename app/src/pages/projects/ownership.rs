//! Who looks after what of a project: the rules, and trying them on something.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::ownership_help::OwnershipHelp;
use super::ownership_trial::TrialForm;
use super::tabs::ProjectTabs;
use crate::api::{
    DiscardOwnershipDraft, OwnershipEditor, RuleProblem, SaveOwnership, TeamName, Timestamp, load_ownership,
};
use crate::components::{CodeBlock, Load, PageHeader, SubmitButton, TextArea, Tick, TimeAgo};
use crate::pages::outcome::{Outcome, successes};
use crate::routes;

pub(super) const SECTION: &str = "ownership";
/// What rules can look like, as the empty field shows it.
const EXAMPLE: &str = "path:src/**                #web\npath:src/checkout/**       #payments ada@example.org\n\
                       url:*/cart/*               #payments\ntags.browser:\"Safari *\"    bo@example.org";

/// The ways the page changes something.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveOwnership>,
    discard: ServerAction<DiscardOwnershipDraft>,
}

#[component]
pub(crate) fn OwnershipPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let subject = Memo::new(move |_| query.read().get("subject").unwrap_or_default());
    let actions = Actions { save: ServerAction::new(), discard: ServerAction::new() };
    let (saved, discarded) = (successes(actions.save), successes(actions.discard));
    let editor = Resource::new(
        move || (slug.get(), subject.get(), saved.get(), discarded.get()),
        async |(slug, subject, ..)| {
            load_ownership(slug.clone(), subject.clone()).await.map(|editor| (slug, subject, editor))
        },
    );
    view! {
        <Load resource=editor view=move |(slug, subject, editor)| {
            view! { <Editor slug subject editor actions/> }.into_any()
        }/>
    }
    .into_any()
}

#[component]
fn Editor(slug: String, subject: String, editor: OwnershipEditor, actions: Actions) -> impl IntoView {
    let OwnershipEditor { name, rules, auto_assign, may_change, problems, drafted, teams, trial } = editor;
    let draft = drafted.map(|(by, at)| draft_notice(slug.clone(), (by, at), may_change, actions));
    let form = match may_change {
        true => rules_form(slug.clone(), rules, auto_assign, actions),
        false => read_only(rules, auto_assign),
    };
    view! {
        <Title text=format!("Ownership of {name}")/>
        <PageHeader title=name subtitle="Project settings"/>
        <ProjectTabs slug=slug.clone() current=SECTION/>
        <div class="project-settings ownership-page">
            <section class="settings-section" aria-labelledby="rules-heading">
                <h2 id="rules-heading">"Ownership"</h2>
                <p class="quiet">
                    "Who looks after what, by where it breaks. Of the rules that match, the last one decides; its first \
                     owner is assigned, all of them are suggested."
                </p>
                {draft}
                <Problems problems/>
                {form}
            </section>
            <TrialForm slug=slug subject trial/>
            <OwnershipHelp teams=names(&teams)/>
        </div>
    }
    .into_any()
}

fn names(teams: &[TeamName]) -> Vec<String> {
    teams.iter().map(|team| format!("#{}", team.slug)).collect()
}

fn rules_form(slug: String, rules: String, auto_assign: bool, actions: Actions) -> AnyView {
    view! {
        <ActionForm action=actions.save attr:class="form wide-form">
            <input type="hidden" name="slug" value=slug/>
            <TextArea label="Rules" name="rules" rows=12 value=rules placeholder=EXAMPLE
                hint="One a line: a condition, then its owners. Lines that begin with # are comments."/>
            <Tick label="Assign new issues" name="auto_assign" on=auto_assign
                hint="When an issue is new, it is left to its owner; its timeline says by which rule."/>
            <Outcome action=actions.save/>
            <SubmitButton label="Save rules"/>
        </ActionForm>
    }
    .into_any()
}

fn read_only(rules: String, auto_assign: bool) -> AnyView {
    let assigns = if auto_assign { "New issues are assigned by them." } else { "New issues are not assigned by them." };
    let rules = match rules.is_empty() {
        true => view! { <p>"There are no rules yet. Leads may write some."</p> }.into_any(),
        false => view! { <CodeBlock text=rules/> }.into_any(),
    };
    view! { {rules}<p class="quiet">{assigns}</p> }.into_any()
}

/// What was to be saved and cannot be in force is still there, for whoever mends it.
fn draft_notice(slug: String, (by, at): (String, Timestamp), may_change: bool, actions: Actions) -> AnyView {
    let form = may_change.then(|| {
        view! {
            <ActionForm action=actions.discard>
                <input type="hidden" name="slug" value=slug/>
                <Outcome action=actions.discard/>
                <SubmitButton label="Go back to the rules in force" look="secondary"/>
            </ActionForm>
        }
    });
    view! {
        <div class="notice" role="status">
            <p>
                "These rules are a draft by "{by}", "<TimeAgo at/>". They are not in force, since lines of them cannot be \
                 read; the rules before them still are."
            </p>
            {form}
        </div>
    }
    .into_any()
}

#[component]
fn Problems(problems: Vec<RuleProblem>) -> impl IntoView {
    let rows =
        problems.into_iter().map(|problem| view! { <li>{format!("Line {}: {}", problem.line, problem.reason)}</li> });
    let rows = rows.collect::<Vec<_>>();
    (!rows.is_empty()).then(|| view! { <ul class="rule-problems" role="alert">{rows}</ul> })
}

/// Where the page is, with something to try.
pub(super) fn address(slug: &str) -> String {
    routes::project_section(slug, SECTION)
}
