//! The list of feedback, filtered by what its address says.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::api::{Feedback, FeedbackFilter, FeedbackList, FeedbackType, list_feedback};
use crate::components::{EmptyState, FeedbackCard, Load, PageHeader, Pager, SubmitButton, Understood};
use crate::routes;

#[component]
pub(crate) fn FeedbackListPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| filter_of(&query.read()));
    let list = Resource::new(move || filter.get(), list_feedback);
    view! {
        <Title text="Feedback"/>
        <PageHeader title="Feedback" subtitle="What people wrote while they used your software."/>
        <Load resource=list view=move |list| view! { <List list filter=filter.get_untracked()/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn List(list: FeedbackList, filter: FeedbackFilter) -> impl IntoView {
    if !list.anything {
        return view! { <NothingYet projects=list.projects/> }.into_any();
    }
    let path = address(&filter);
    view! {
        <Filters projects=list.projects filter/>
        <Understood words=list.understood hints=list.hints/>
        {cards(list.feedback.data)}
        <Pager next=list.feedback.next path/>
    }
    .into_any()
}

fn cards(feedback: Vec<Feedback>) -> AnyView {
    if feedback.is_empty() {
        return view! {
            <EmptyState title="Nothing matches">
                <p>"No feedback fits this filter. "<a href=routes::FEEDBACK>"Show all feedback"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let items = feedback.into_iter().map(|feedback| view! { <li><FeedbackCard feedback/></li> }).collect_view();
    view! { <ul class="feedback-list" role="list">{items}</ul> }.into_any()
}

#[component]
fn Filters(projects: Vec<String>, filter: FeedbackFilter) -> impl IntoView {
    let kept = [("release", filter.release.clone()), ("environment", filter.environment.clone())];
    let hidden = kept
        .into_iter()
        .filter_map(|(name, value)| Some(view! { <input type="hidden" name=name value=value?/> }))
        .collect_view();
    let query = filter.query.unwrap_or_default();
    let narrowed = filter.release.iter().chain(&filter.environment).cloned().collect::<Vec<_>>().join(", ");
    view! {
        <Form method="get" action=routes::FEEDBACK attr:class="filter-form" attr:role="search">
            {hidden}
            <input type="search" name="query" aria-label="Search feedback" placeholder="Search feedback"
                value=query.clone()/>
            <select name="project" aria-label="Project">{project_options(projects, filter.project)}</select>
            <select name="type" aria-label="Kind of feedback">{kind_options(filter.kind)}</select>
            <SubmitButton label="Filter" look="secondary"/>
            {(!narrowed.is_empty()).then(|| view! { <span class="narrowed">{format!("only {narrowed} ")}<a href=routes::FEEDBACK>"Show all"</a></span> })}
        </Form>
    }
    .into_any()
}

fn project_options(projects: Vec<String>, chosen: Option<String>) -> AnyView {
    let options = projects
        .into_iter()
        .map(|slug| {
            let selected = chosen.as_ref() == Some(&slug);
            let name = slug.clone();
            view! { <option value=slug selected=selected>{name}</option> }
        })
        .collect_view();
    view! { <option value="">"All projects"</option>{options} }.into_any()
}

fn kind_options(chosen: Option<FeedbackType>) -> AnyView {
    let options = FeedbackType::ALL
        .iter()
        .map(|kind| {
            let selected = chosen == Some(*kind);
            view! { <option value=kind.as_str() selected=selected>{kind_name(*kind)}</option> }
        })
        .collect_view();
    view! { <option value="">"Any kind"</option>{options} }.into_any()
}

/// The kinds as a person says them.
pub(super) fn kind_name(kind: FeedbackType) -> &'static str {
    match kind {
        FeedbackType::Bug => "Bug",
        FeedbackType::Idea => "Idea",
        FeedbackType::Question => "Question",
        FeedbackType::Praise => "Praise",
        FeedbackType::Other => "Other",
    }
}

#[component]
fn NothingYet(projects: Vec<String>) -> impl IntoView {
    let none = projects.is_empty().then(|| view! { <p><a href=routes::NEW_PROJECT>"Create a project"</a></p> });
    let links = projects
        .into_iter()
        .map(|slug| view! { <li><a href=routes::project_start(&slug)>{format!("Set up {slug}")}</a></li> })
        .collect_view();
    view! {
        <EmptyState title="No feedback yet">
            <p>
                "Put Fieldfare’s script on your pages: it adds a button with which people tell you what went wrong, \
                 with a screenshot if they like. What they write appears here, beside the errors of the same moment."
            </p>
            {none}
            <ul role="list">{links}</ul>
        </EmptyState>
    }
    .into_any()
}

fn filter_of(query: &ParamsMap) -> FeedbackFilter {
    let text = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
    FeedbackFilter {
        query: text("query"),
        project: text("project"),
        release: text("release"),
        environment: text("environment"),
        kind: text("type").and_then(|kind| kind.parse().ok()),
        cursor: text("cursor"),
    }
}

/// The address of a filter's first page.
fn address(filter: &FeedbackFilter) -> String {
    routes::with_query(
        routes::FEEDBACK,
        &[
            ("query", filter.query.as_deref()),
            ("project", filter.project.as_deref()),
            ("release", filter.release.as_deref()),
            ("environment", filter.environment.as_deref()),
            ("type", filter.kind.map(FeedbackType::as_str)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        let mut query = ParamsMap::new();
        for (name, value) in [("query", "checkout hangs"), ("project", "shop"), ("type", "bug"), ("release", " ")] {
            query.insert_decoded(name, value.to_owned());
        }
        let filter = filter_of(&query);
        assert_eq!(filter.kind, Some(FeedbackType::Bug));
        assert_eq!(filter.release, None);
        assert_eq!(address(&filter), "/feedback?query=checkout%20hangs&project=shop&type=bug");
        assert_eq!(address(&FeedbackFilter::default()), "/feedback");
    }
}
