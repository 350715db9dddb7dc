//! The list of releases, a table per project.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::figures::Figures;
use crate::api::{Release, ReleaseFilter, ReleaseList, ReleaseStatus, list_releases};
use crate::components::{
    Count, EmptyState, Load, PageHeader, Pager, Percent, Sparkline, SubmitButton, TimeAgo, short_version,
};
use crate::routes;

#[component]
pub(crate) fn ReleaseListPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| filter_of(&query.read()));
    let list = Resource::new(move || filter.get(), list_releases);
    view! {
        <Title text="Releases"/>
        <PageHeader title="Releases" subtitle="How each version fares in the field, newest first."/>
        <Load resource=list view=move |list| view! { <List list filter=filter.get_untracked()/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn List(list: ReleaseList, filter: ReleaseFilter) -> impl IntoView {
    let path = address(&filter);
    let empty = list.releases.data.is_empty();
    let narrowed = filter != ReleaseFilter::default();
    let any_archived = list.any_archived;
    let tables = by_project(list.releases.data).into_iter().map(|(project, releases)| table(project, releases));
    let tables = tables.collect_view();
    view! {
        {(!empty || narrowed).then(|| view! { <Filters projects=list.projects any_archived filter/> })}
        {empty.then(|| nothing(narrowed, any_archived))}
        {tables}
        <Pager next=list.releases.next path/>
    }
    .into_any()
}

#[component]
fn Filters(projects: Vec<String>, any_archived: bool, filter: ReleaseFilter) -> impl IntoView {
    let chosen = filter.project;
    let archived = filter.status == Some(ReleaseStatus::Archived);
    let environment = filter.environment.unwrap_or_default();
    let options = projects
        .into_iter()
        .map(|slug| {
            let selected = chosen.as_ref() == Some(&slug);
            let name = slug.clone();
            view! { <option value=slug selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <Form method="get" action=routes::RELEASES attr:class="filter-form">
            <select name="project" aria-label="Project"><option value="">"All projects"</option>{options}</select>
            <input name="environment" aria-label="Environment" placeholder="Any environment"
                value=environment.clone()/>
            {(any_archived || archived).then(|| view! {
                <select name="status" aria-label="Status">
                    <option value="">"In use"</option>
                    <option value=ReleaseStatus::Archived.as_str() selected=archived>"Archived"</option>
                </select>
            })}
            <SubmitButton label="Filter" look="secondary"/>
        </Form>
    }
    .into_any()
}

fn nothing(narrowed: bool, any_archived: bool) -> AnyView {
    if any_archived && !narrowed {
        let archived = routes::with_query(routes::RELEASES, &[("status", Some(ReleaseStatus::Archived.as_str()))]);
        return view! {
            <EmptyState title="No releases in use">
                <p>"All that were seen are archived. "<a href=archived>"Show archived releases"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    if narrowed {
        return view! {
            <EmptyState title="No release fits this filter">
                <p><a href=routes::RELEASES>"Show all releases"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="No releases yet">
            <p>
                "A release appears with the first event or session that names it. Set "<code>"release"</code>" where \
                 you start your SDK, or "<code>"data-release"</code>" on the script tag."
            </p>
            <p><a href=routes::SETTINGS>"Choose a project to set up"</a></p>
        </EmptyState>
    }
    .into_any()
}

fn table(project: String, releases: Vec<Release>) -> AnyView {
    let rows = releases.into_iter().map(row).collect_view();
    let label = format!("Releases of {project}");
    view! {
        <section class="release-group">
            <h2>{project}</h2>
            <table class="data-table release-table" aria-label=label>
                <thead>
                    <tr>
                        <th scope="col">"Version"</th>
                        <th scope="col">"First seen"</th>
                        <th scope="col">"Events, 14 days"</th>
                        <th scope="col" class="number">"Crash-free"</th>
                        <th scope="col" class="number">"Sessions"</th>
                        <th scope="col" class="number">"New"</th>
                        <th scope="col" class="number">"Regressed"</th>
                        <th scope="col" class="number">"Events"</th>
                        <th scope="col" class="number">"Feedback"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(release: Release) -> AnyView {
    let path = routes::release(&release.project, &release.version);
    let short = short_version(&release.version).to_owned();
    let label = format!("Events per day in {}", release.version);
    let figures = Figures::of(&release);
    let heard = release.seen_since_archived.then(|| view! { <span class="quiet heard-since">" still in use"</span> });
    view! {
        <tr>
            <th scope="row"><a href=path title=release.version>{short}</a>{heard}</th>
            <td data-label="First seen"><TimeAgo at=release.first_seen/></td>
            <td class="release-trend"><a href=figures.events.clone()><Sparkline values=release.trend label/></a></td>
            <td class="number" data-label="Crash-free"><Percent share=release.crash_free_sessions/></td>
            <td class="number" data-label="Sessions"><Count value=release.sessions/></td>
            <td class="number" data-label="New"><a href=figures.new><Count value=release.new_issues/></a></td>
            <td class="number" data-label="Regressed"><a href=figures.regressed><Count value=release.regressed_issues/></a></td>
            <td class="number" data-label="Events"><a href=figures.events><Count value=release.events/></a></td>
            <td class="number" data-label="Feedback"><a href=figures.feedback><Count value=release.feedback/></a></td>
        </tr>
    }
    .into_any()
}

/// Gathers releases by project, both in the order of first appearance.
fn by_project(releases: Vec<Release>) -> Vec<(String, Vec<Release>)> {
    releases.into_iter().fold(Vec::new(), |mut groups: Vec<(String, Vec<Release>)>, release| {
        match groups.iter_mut().find(|(project, _)| *project == release.project) {
            Some((_, group)) => group.push(release),
            None => groups.push((release.project.clone(), vec![release])),
        }
        groups
    })
}

fn filter_of(query: &ParamsMap) -> ReleaseFilter {
    let text = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
    let status = text("status").and_then(|status| status.parse().ok());
    ReleaseFilter { project: text("project"), environment: text("environment"), status, cursor: text("cursor") }
}

/// The address of a filter's first page.
fn address(filter: &ReleaseFilter) -> String {
    let pairs = [
        ("project", filter.project.as_deref()),
        ("environment", filter.environment.as_deref()),
        ("status", filter.status.map(ReleaseStatus::as_str)),
    ];
    routes::with_query(routes::RELEASES, &pairs)
}
