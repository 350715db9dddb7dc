//! The list of issues of both kinds, filtered by its address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::bulk::{BulkDone, BulkForm};
use super::filter::{DEFAULT_QUERY, address, has_word, parse, with_word};
use super::views::{ViewActions, ViewTabs, opened};
use crate::api::{ApiError, Inbox, IssueFilter, IssueSort, View, Views, list_issues, list_views};
use crate::components::{
    EmptyState, LivePage, Load, PageHeader, Pager, QueryField, QueryHelp, SelectField, SubmitButton, Understood,
    grouped,
};
use crate::routes;

#[component]
pub(crate) fn InboxPage() -> impl IntoView {
    let query = use_query_map();
    let actions = ViewActions::new();
    let inbox = Resource::new(move || (parse(&query.read()), actions.version()), |(filter, _)| load(filter));
    view! {
        <Title text="Issues"/>
        <Load resource=inbox view=move |(filter, views, inbox)| {
            view! { <Listing filter views inbox actions/> }.into_any()
        }/>
    }
}

/// The filter travels with its answer, so that what is shown always says what it is.
async fn load(filter: IssueFilter) -> Result<(IssueFilter, Views, Inbox), ApiError> {
    let views = list_views().await?;
    let filter = opened(filter, &views.views);
    let inbox = list_issues(filter.clone()).await?;
    Ok((filter, views, inbox))
}

#[component]
fn Listing(filter: IssueFilter, views: Views, inbox: Inbox, actions: ViewActions) -> impl IntoView {
    if !inbox.anything {
        return view! { <PageHeader title="Issues"/><NothingYet projects=inbox.projects/> }.into_any();
    }
    let list = address(&filter);
    let project = filter.project.clone().unwrap_or_default();
    let empty = inbox.issues.data.is_empty();
    let total = total(inbox.total);
    let offered = offered(&views.views);
    view! {
        <div class="inbox-page">
            <PageHeader title="Issues" subtitle=total/>
            <ViewTabs filter=filter.clone() views actions/>
            <Filters filter=filter.clone() offered projects=inbox.projects releases=inbox.releases
                environments=inbox.environments/>
            <Understood words=inbox.understood hints=inbox.hints/>
            <details class="query-help-details"><summary>"How to ask"</summary><QueryHelp path=routes::ISSUES/></details>
            <Tabs filter=filter.clone()/>
            <LivePage project/>
            <BulkDone/>
            {if empty {
                nothing_matches().into_any()
            } else {
                let (total, issues) = (inbox.total, inbox.issues.data);
                let (members, teams) = (inbox.members, inbox.teams);
                view! { <BulkForm filter=filter.clone() total members teams issues/> }.into_any()
            }}
            <Pager next=inbox.issues.next path=list/>
        </div>
    }
    .into_any()
}

/// The queries of views, to be chosen whole.
fn offered(views: &[View]) -> Vec<(String, String)> {
    views.iter().map(|view| (view.query.clone(), view.name.clone())).collect()
}

/// Counting stops here, on the server.
const TOTAL_MAX: u64 = 100_000;

fn total(total: u64) -> String {
    match total {
        1 => "1 issue".to_owned(),
        TOTAL_MAX.. => "100,000 issues or more".to_owned(),
        _ => format!("{} issues", grouped(total)),
    }
}

#[component]
fn Filters(
    filter: IssueFilter,
    offered: Vec<(String, String)>,
    projects: Vec<String>,
    releases: Vec<String>,
    environments: Vec<String>,
) -> impl IntoView {
    let sort = filter.sort.unwrap_or(IssueSort::LastSeen);
    view! {
        <Form method="get" action=routes::ISSUES attr:class="filters">
            <QueryField value=filter.query.unwrap_or_default() placeholder=DEFAULT_QUERY offered/>
            <SelectField label="Project" name="project" options=any_of("All projects", projects, &filter.project)
                value=filter.project.unwrap_or_default()/>
            <SelectField label="Release" name="release" options=any_of("Any release", releases, &filter.release)
                value=filter.release.unwrap_or_default()/>
            <SelectField label="Environment" name="environment" value=filter.environment.clone().unwrap_or_default()
                options=any_of("Any environment", environments, &filter.environment)/>
            <SelectField label="Sort by" name="sort" options=orders() value=sort.as_str()/>
            <SubmitButton label="Filter" look="secondary"/>
        </Form>
    }
}

/// A choice that need not be made. What is chosen stays listed, even where the list has been cut.
fn any_of(none: &str, values: Vec<String>, chosen: &Option<String>) -> Vec<(String, String)> {
    let missing = chosen.iter().filter(|chosen| !values.contains(chosen)).cloned().collect::<Vec<_>>();
    let same = missing.into_iter().chain(values).map(|value| (value.clone(), value));
    std::iter::once((String::new(), none.to_owned())).chain(same).collect()
}

fn orders() -> Vec<(String, String)> {
    let label = |sort| match sort {
        IssueSort::LastSeen => "Last seen",
        IssueSort::FirstSeen => "First seen",
        IssueSort::Events => "Events",
        IssueSort::Users => "Users",
    };
    IssueSort::ALL.iter().map(|sort| (sort.to_string(), label(*sort).to_owned())).collect()
}

const STATES: [(&str, &str); 4] = [
    ("is:unresolved", "Unresolved"),
    ("is:resolved", "Resolved"),
    ("is:archived", "Archived"),
    ("is:answered", "Answered"),
];
const KINDS: [(&str, &str); 3] = [("kind:", "Both kinds"), ("kind:error", "Errors"), ("kind:feedback", "Feedback")];

#[component]
fn Tabs(filter: IssueFilter) -> impl IntoView {
    let tab = |(word, label): (&'static str, &'static str)| {
        let current = has_word(&filter, word).then_some("true");
        view! { <li><a href=address(&with_word(&filter, word)) aria-current=current>{label}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label="Narrow down">
            <ul>{STATES.map(tab).collect_view()}</ul>
            <ul>{KINDS.map(tab).collect_view()}</ul>
        </nav>
    }
}

fn nothing_matches() -> impl IntoView {
    view! {
        <EmptyState title="Nothing matches">
            <p>"No issue answers this query and these filters."</p>
            <p><a class="button" href=routes::ISSUES>"Clear the filters"</a></p>
        </EmptyState>
    }
}

/// More projects than these are reached from the overview.
const CONNECTABLE: usize = 4;

#[component]
fn NothingYet(projects: Vec<String>) -> impl IntoView {
    let connect = projects
        .into_iter()
        .take(CONNECTABLE)
        .map(|slug| view! { <a class="button primary" href=routes::project_start(&slug)>{format!("Connect {slug}")}</a>" " })
        .collect_view();
    view! {
        <EmptyState title="Nothing has arrived yet">
            <p>
                "Errors and feedback gather here as issues, once an application reports. Each project has a snippet for "
                "its platform, and the embeddable script is one line of HTML."
            </p>
            <p>
                {connect}
                <a class="button" href=routes::NEW_PROJECT>"New project"</a>
            </p>
        </EmptyState>
    }
}
