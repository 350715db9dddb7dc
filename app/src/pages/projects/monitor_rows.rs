//! The table of monitors: one row each, with what can be done about it.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{CheckIn, CheckInStatus, DeleteMonitor, Monitor, MonitorState, MuteMonitor, RenameMonitor};
use crate::components::{SubmitButton, TextField, TimeAgo};
use crate::routes;

/// The ways a monitor can be changed from its page.
#[derive(Clone, Copy)]
pub(super) struct MonitorActions {
    pub(super) mute: ServerAction<MuteMonitor>,
    pub(super) rename: ServerAction<RenameMonitor>,
    pub(super) delete: ServerAction<DeleteMonitor>,
}

#[component]
pub(super) fn MonitorTable(slug: String, monitors: Vec<Monitor>, actions: MonitorActions) -> impl IntoView {
    let rows = monitors.into_iter().map(|monitor| row(&slug, monitor, actions)).collect_view();
    view! {
        <table class="data-table monitor-table" aria-labelledby="monitors-heading">
            <thead>
                <tr>
                    <th scope="col">"Monitor"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Schedule"</th>
                    <th scope="col">"Last check-in"</th>
                    <th scope="col">"Next expected"</th>
                    <th scope="col">"Last runs"</th>
                    <th scope="col">"Issue"</th>
                    <th scope="col"><span class="visually-hidden">"Change"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(slug: &str, monitor: Monitor, actions: MonitorActions) -> AnyView {
    let limits = format!("{} min late at most, {} min long at most", monitor.checkin_margin, monitor.max_runtime);
    let last = match monitor.last_check_in {
        Some(at) => view! { <TimeAgo at/> }.into_any(),
        None => view! { <span class="quiet">"never"</span> }.into_any(),
    };
    let issue = monitor.issue.clone().map(|issue| view! { <a href=routes::issue(&issue)>{issue.clone()}</a> });
    let next = monitor.next_expected;
    view! {
        <tr>
            <th scope="row">
                {monitor.slug.clone()}<span class="quiet monitor-place">{monitor.environment.clone()}</span>
            </th>
            <td data-label="State">{state(&monitor)}</td>
            <td data-label="Schedule">
                <span title=monitor.schedule_text.clone()>{monitor.schedule.clone()}</span>
                <span class="quiet monitor-limits">{limits}</span>
            </td>
            <td data-label="Last check-in">{last}</td>
            <td data-label="Next expected">
                <time datetime=next.to_string()>{next.to_the_minute()}</time>
            </td>
            <td data-label="Last runs">{runs(&monitor.recent)}</td>
            <td data-label="Issue">{issue}</td>
            <td>{changes(slug, &monitor, actions)}</td>
        </tr>
    }
    .into_any()
}

fn state(monitor: &Monitor) -> AnyView {
    let (class, word) = match monitor.state {
        MonitorState::Waiting => ("monitor-state", "waiting"),
        MonitorState::Running => ("monitor-state", "running"),
        MonitorState::Ok => ("monitor-state is-ok", "ok"),
        MonitorState::Failing => ("monitor-state is-failing", "failing"),
    };
    let muted = monitor.muted.then(|| view! { <span class="quiet">" muted"</span> });
    view! { <span class=class>{word}</span>{muted} }.into_any()
}

/// The last runs, oldest first, as one word each: how long a good one took, or what was wrong.
fn runs(recent: &[CheckIn]) -> AnyView {
    let runs = recent.iter().rev().map(|run| {
        let class = if is_bad(run.status) { "monitor-run is-bad" } else { "monitor-run" };
        let title = format!("{} · {}", word(run.status), run.started_at.readable());
        view! { <li class=class title=title>{in_short(run)}</li> }
    });
    view! { <ol class="monitor-runs" role="list">{runs.collect_view()}</ol> }.into_any()
}

fn is_bad(status: CheckInStatus) -> bool {
    matches!(status, CheckInStatus::Error | CheckInStatus::Missed | CheckInStatus::Timeout)
}

fn in_short(run: &CheckIn) -> String {
    match (run.status, run.duration_ms) {
        (CheckInStatus::Ok, Some(ms)) => duration(ms),
        (status, _) => word(status).to_owned(),
    }
}

fn word(status: CheckInStatus) -> &'static str {
    match status {
        CheckInStatus::InProgress => "running",
        CheckInStatus::Ok => "ok",
        CheckInStatus::Error => "failed",
        CheckInStatus::Missed => "missed",
        CheckInStatus::Timeout => "too long",
        CheckInStatus::Unknown => "unknown",
    }
}

/// In the largest unit that leaves at least one.
fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min", ms / 60_000),
        _ => format!("{} h {} min", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// Behind a word, so that nothing is deleted by a slip, without needing a script for that.
fn changes(slug: &str, monitor: &Monitor, actions: MonitorActions) -> AnyView {
    let (mute, rename) = (mute_form(slug, monitor, actions.mute), rename_form(slug, monitor, actions.rename));
    let delete = delete_form(slug, monitor, actions.delete);
    let label = format!("Change {}", monitor.slug);
    view! {
        <details class="revoke">
            <summary aria-label=label>"Change…"</summary>
            {mute}
            {rename}
            {delete}
        </details>
    }
    .into_any()
}

/// Which monitor a form is about.
fn which(slug: &str, monitor: &Monitor) -> AnyView {
    let (slug, id) = (slug.to_owned(), monitor.id.to_string());
    view! { <input type="hidden" name="slug" value=slug/><input type="hidden" name="monitor" value=id/> }.into_any()
}

fn mute_form(slug: &str, monitor: &Monitor, mute: ServerAction<MuteMonitor>) -> AnyView {
    let (label, to) = if monitor.muted { ("Unmute", "false") } else { ("Mute", "true") };
    let (which, label) = (which(slug, monitor), format!("{label} {}", monitor.slug));
    view! {
        <p>"A muted monitor is watched, but its failures are not reported."</p>
        <ActionForm action=mute>
            {which}
            <input type="hidden" name="muted" value=to/>
            <SubmitButton label look="secondary"/>
        </ActionForm>
    }
    .into_any()
}

fn rename_form(slug: &str, monitor: &Monitor, rename: ServerAction<RenameMonitor>) -> AnyView {
    let (which, label) = (which(slug, monitor), format!("Rename {}", monitor.slug));
    let (id, name) = (format!("monitor-name-{}", monitor.id), monitor.slug.clone());
    view! {
        <p>"Under another name it keeps its runs and its issue. Its job has to check in by that name from then on."</p>
        <ActionForm action=rename>
            {which}
            <TextField label="Name" name="name" id value=name required=true/>
            <SubmitButton label look="secondary"/>
        </ActionForm>
    }
    .into_any()
}

fn delete_form(slug: &str, monitor: &Monitor, delete: ServerAction<DeleteMonitor>) -> AnyView {
    let (which, label) = (which(slug, monitor), format!("Delete {}", monitor.slug));
    view! {
        <p>"Deleting forgets its runs, not its issue. The next check-in that brings a schedule makes it anew."</p>
        <ActionForm action=delete>
            {which}
            <SubmitButton label look="danger"/>
        </ActionForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_are_short() {
        for (ms, text) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_540, "1.5 s"),
            (60_000, "1 min"),
            (3_600_000, "1 h 0 min"),
            (5_460_000, "1 h 31 min"),
        ] {
            assert_eq!(super::duration(ms), text);
        }
    }
}
