//! What belongs to an issue: releases, incidents, feedback.

use leptos::prelude::*;

use super::issue::Actions;
use crate::api::{Feedback, IncidentLink, IssueKind, ReleaseCount};
use crate::components::{Count, FormError, IncidentBadge, ReleaseChip, SubmitButton, TimeAgo};
use crate::routes;

#[component]
pub(super) fn ReleaseTable(
    short_id: String,
    kind: IssueKind,
    project: String,
    releases: Vec<ReleaseCount>,
) -> impl IntoView {
    let most = releases.iter().map(|release| release.events).max().unwrap_or(0);
    let rows = releases.into_iter().map(|release| {
        let query = format!("issue:{short_id} {}", routes::in_version("release", &release.version));
        let all = match kind {
            IssueKind::Error => routes::search(&query),
            IssueKind::Feedback => routes::feedback_of(&project, &query),
        };
        view! { <ReleaseRow project=project.clone() release most all/> }
    });
    let rows = rows.collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="release-table">
                <h2>"By release"</h2>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Release"</th>
                            <th scope="col"><span class="visually-hidden">"Share"</span></th>
                            <th scope="col" class="number">"Events"</th>
                            <th scope="col" class="number">"Users"</th>
                            <th scope="col">"Last seen"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        }
    })
}

/// Width of the longest bar.
const BAR: u64 = 60;

#[component]
fn ReleaseRow(project: String, release: ReleaseCount, most: u64, all: String) -> impl IntoView {
    let width = bar(release.events, most);
    view! {
        <tr>
            <td><ReleaseChip project version=release.version/></td>
            <td>
                <svg class="bar" width=BAR height="8" aria-hidden="true"><rect width=width height="8" rx="1"/></svg>
            </td>
            <td class="number"><a href=all><Count value=release.events/></a></td>
            <td class="number"><Count value=release.users/></td>
            <td class="seen"><TimeAgo at=release.last_seen/></td>
        </tr>
    }
}

/// What happened at all can be seen.
fn bar(events: u64, most: u64) -> u64 {
    if events == 0 { 0 } else { (events.saturating_mul(BAR) / most.max(1)).max(2) }
}

#[component]
pub(super) fn IncidentLinks(
    short_id: String,
    incidents: Vec<IncidentLink>,
    open: Vec<IncidentLink>,
    actions: Actions,
) -> impl IntoView {
    let declare = format!("{}?issue={short_id}", routes::DECLARE_INCIDENT);
    let linkable: Vec<_> = open.into_iter().filter(|open| !incidents.contains(open)).collect();
    let rows = incidents.into_iter().map(|incident| {
        view! {
            <li>
                <a href=routes::incident(incident.number)>{format!("#{} {}", incident.number, incident.title)}</a>
                <IncidentBadge status=incident.status/>
            </li>
        }
    });
    view! {
        <section class="incident-links">
            <h2>"Incidents"</h2>
            <ul>{rows.collect_view()}</ul>
            {(!linkable.is_empty()).then(|| view! { <LinkForm short_id linkable actions/> })}
            <p><a href=declare>"Declare an incident"</a></p>
        </section>
    }
}

#[component]
fn LinkForm(short_id: String, linkable: Vec<IncidentLink>, actions: Actions) -> impl IntoView {
    let refused = move || view! { <FormError error=actions.link.value().get().and_then(Result::err)/> };
    let options = linkable
        .into_iter()
        .map(|open| view! { <option value=open.number>{format!("#{} {}", open.number, open.title)}</option> })
        .collect_view();
    view! {
        <ActionForm action=actions.link attr:class="field link-form">
            <input type="hidden" name="issue" value=short_id/>
            <select name="number" aria-label="Open incident">{options}</select>
            <SubmitButton label="Link" look="secondary"/>
        </ActionForm>
        {refused}
    }
}

#[component]
pub(super) fn FeedbackLinks(feedback: Vec<Feedback>) -> impl IntoView {
    (!feedback.is_empty()).then(|| {
        let rows = feedback.into_iter().map(|feedback| {
            view! {
                <li>
                    <a href=routes::feedback(feedback.id)>{feedback.message}</a>
                    <span class="by">{feedback.name.or(feedback.email)}" "<TimeAgo at=feedback.created_at/></span>
                </li>
            }
        });
        view! {
            <section class="feedback-links">
                <h2>"What users wrote about it"</h2>
                <ul>{rows.collect_view()}</ul>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn bars_are_shares_of_the_longest() {
        for (events, most, width) in [(0, 10, 0), (1, 1_000, 2), (5, 10, 30), (10, 10, 60), (0, 0, 0)] {
            assert_eq!(super::bar(events, most), width);
        }
    }
}
