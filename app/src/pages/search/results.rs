//! What a search found, best first.

use leptos::prelude::*;

use super::group::{self, Group};
use crate::api::{Hit, HitKind, SearchResults};
use crate::components::{EmptyState, Icon, IconName, Pager, QueryHelp, TimeAgo, Understood, grouped};
use crate::routes;

#[component]
pub(super) fn Results(query: String, results: SearchResults) -> impl IntoView {
    let path = routes::with_query(routes::SEARCH, &[("query", Some(&query))]);
    let nothing = results.data.is_empty();
    let groups = group::by_issue(results.data).into_iter().map(|group| view! { <GroupView group/> }).collect_view();
    view! {
        <Understood words=results.understood hints=results.hints/>
        <p class="search-total" role="status">{total(results.total)}</p>
        {nothing.then(|| view! { <NothingFound query/> })}
        <ol class="search-results" role="list">{groups}</ol>
        <Pager next=results.next path/>
        {(!nothing).then(|| view! { <details class="search-more-help"><summary>"How to ask"</summary><QueryHelp path=routes::SEARCH/></details> })}
    }
    .into_any()
}

#[component]
fn NothingFound(query: String) -> impl IntoView {
    view! {
        <EmptyState title="Nothing found">
            <p>{format!("Nothing matches “{query}”. Try fewer words, or leave out a key.")}</p>
        </EmptyState>
        <QueryHelp path=routes::SEARCH/>
    }
    .into_any()
}

#[component]
fn GroupView(group: Group) -> impl IntoView {
    let count = group.more.len();
    let issue = group.best.issue.clone();
    let more = (count > 0).then(|| {
        let hits = group.more.into_iter().map(|hit| view! { <li>{hit_view(hit)}</li> }).collect_view();
        let words = if count == 1 { format!("1 more in {issue}") } else { format!("{count} more in {issue}") };
        view! { <details class="search-more"><summary>{words}</summary><ul role="list">{hits}</ul></details> }
    });
    view! { <li class="search-group">{hit_view(group.best)}{more}</li> }.into_any()
}

fn hit_view(hit: Hit) -> AnyView {
    let path = group::path_of(&hit);
    let kind = hit.kind;
    let place = [hit.release, hit.environment].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let short_id = if kind == HitKind::Incident { format!("#{}", hit.id) } else { hit.issue };
    view! {
        <article class="search-hit">
            <h2>
                <span class=format!("hit-kind is-{kind}")><Icon name=icon(kind)/>{kind.as_str()}</span>
                <a href=path>{hit.title}</a>
            </h2>
            <p class="snippet" inner_html=hit.snippet></p>
            <p class="facts">
                <span class="short-id">{short_id}</span>
                {(!place.is_empty()).then(|| view! { <span>{place}</span> })}
                <TimeAgo at=hit.at/>
            </p>
        </article>
    }
    .into_any()
}

fn icon(kind: HitKind) -> IconName {
    match kind {
        HitKind::Event | HitKind::Issue => IconName::Bug,
        HitKind::Feedback | HitKind::Comment => IconName::Feedback,
        HitKind::Incident => IconName::Flame,
    }
}

fn total(total: u64) -> String {
    match total {
        0 => "No hits".to_owned(),
        1 => "1 hit".to_owned(),
        more => format!("{} hits", grouped(more)),
    }
}
