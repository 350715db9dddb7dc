//! The numbers of one release: as tiles beside the release before it, and by environment.

use leptos::prelude::*;

use super::compare::{self, Change, Trend};
use super::figures::Figures;
use crate::api::{Health, Release};
use crate::components::{Count, Percent, grouped, percent, short_version};
use crate::routes;

/// The tiles: crash-free rates, sessions, errors, issues, feedback.
#[component]
pub(super) fn HealthTiles(release: Release, health: Health, previous: Option<Release>) -> impl IntoView {
    let figures = Figures::of(&release);
    let before = previous.as_ref();
    let name = before.map(|before| short_version(&before.version).to_owned()).unwrap_or_default();
    let crash_free =
        before.and_then(|before| compare::crash_free(health.crash_free_sessions, before.crash_free_sessions, &name));
    let errors = compare::per_thousand_sessions(&release);
    let errors_change = compare::rate(errors, before.and_then(compare::per_thousand_sessions), &name);
    let new = before.map(|before| compare::count(release.new_issues, before.new_issues, &name));
    let regressed = before.map(|before| compare::count(release.regressed_issues, before.regressed_issues, &name));
    let adoption = format!("{} of sessions in the last 24 hours", percent(health.adoption));
    view! {
        <dl class="health-tiles">
            {tile("Crash-free sessions", view! { <Percent share=health.crash_free_sessions/> }.into_any(), crash_free)}
            {tile("Crash-free users", view! { <Percent share=health.crash_free_users/> }.into_any(), None)}
            {tile_with_note("Sessions", view! { <Count value=health.sessions/> }.into_any(), adoption)}
            {tile("Errors per 1,000 sessions", per_thousand(errors).into_any(), errors_change)}
            {tile("New issues", figure(release.new_issues, figures.new), new)}
            {tile("Regressed issues", figure(release.regressed_issues, figures.regressed), regressed)}
            {tile_with_note("Events", figure(release.events, figures.events), String::new())}
            {tile_with_note("Feedback", figure(release.feedback, figures.feedback), String::new())}
        </dl>
        {previous.map(previous_link)}
    }
    .into_any()
}

/// A number that leads to what it counts.
fn figure(value: u64, to: String) -> AnyView {
    view! { <a href=to><Count value/></a> }.into_any()
}

fn tile(label: &'static str, value: AnyView, change: Option<Change>) -> AnyView {
    let change = change.map(|change| {
        view! { <dd class=trend_class(change.trend)><span aria-hidden="true">{change.arrow}</span>" "{change.words}</dd> }
    });
    view! { <div class="health-tile"><dt>{label}</dt><dd class="health-value">{value}</dd>{change}</div> }.into_any()
}

fn tile_with_note(label: &'static str, value: AnyView, note: String) -> AnyView {
    let note = (!note.is_empty()).then(|| view! { <dd class="health-change">{note}</dd> });
    view! { <div class="health-tile"><dt>{label}</dt><dd class="health-value">{value}</dd>{note}</div> }.into_any()
}

fn previous_link(previous: Release) -> AnyView {
    let path = routes::release(&previous.project, &previous.version);
    view! { <p class="quiet">"Compared with the release before it, "<a href=path>{previous.version}</a>"."</p> }
        .into_any()
}

/// The same numbers, a row per environment.
#[component]
pub(super) fn EnvironmentTable(environments: Vec<(String, Health)>) -> impl IntoView {
    let rows = environments.into_iter().map(|(name, health)| environment_row(name, health)).collect_view();
    view! {
        <table class="data-table environment-table" aria-label="Health by environment">
            <thead>
                <tr>
                    <th scope="col">"Environment"</th>
                    <th scope="col" class="number">"Crash-free sessions"</th>
                    <th scope="col" class="number">"Crash-free users"</th>
                    <th scope="col" class="number">"Sessions"</th>
                    <th scope="col" class="number">"Crashed"</th>
                    <th scope="col" class="number">"With errors"</th>
                    <th scope="col" class="number">"Users"</th>
                    <th scope="col" class="number">"Adoption"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn environment_row(name: String, health: Health) -> AnyView {
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="number" data-label="Crash-free sessions"><Percent share=health.crash_free_sessions/></td>
            <td class="number" data-label="Crash-free users"><Percent share=health.crash_free_users/></td>
            <td class="number" data-label="Sessions"><Count value=health.sessions/></td>
            <td class="number" data-label="Crashed"><Count value=health.crashed/></td>
            <td class="number" data-label="With errors"><Count value=health.errored/></td>
            <td class="number" data-label="Users"><Count value=health.users/></td>
            <td class="number" data-label="Adoption"><Percent share=health.adoption/></td>
        </tr>
    }
    .into_any()
}

fn trend_class(trend: Trend) -> &'static str {
    match trend {
        Trend::Better => "health-change is-better",
        Trend::Worse => "health-change is-worse",
        Trend::Same => "health-change",
    }
}

fn per_thousand(rate: Option<f64>) -> String {
    match rate {
        None => "–".to_owned(),
        Some(rate) if rate < 10.0 => format!("{rate:.1}"),
        Some(rate) => grouped(rate.round() as u64),
    }
}
