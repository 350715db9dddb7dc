//! The cron monitors of a project: how each job is doing, and how to make one report.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::monitor_rows::{MonitorActions, MonitorTable};
use super::tabs::ProjectTabs;
use crate::api::{Monitor, MonitorList, list_monitors};
use crate::components::{CodeBlock, EmptyState, Load, PageHeader};
use crate::pages::outcome::{Outcome, successes};

#[component]
pub(crate) fn MonitorsPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let actions =
        MonitorActions { mute: ServerAction::new(), rename: ServerAction::new(), delete: ServerAction::new() };
    let (muted, renamed, deleted) = (successes(actions.mute), successes(actions.rename), successes(actions.delete));
    let monitors = Resource::new(
        move || (slug.get(), muted.get(), renamed.get(), deleted.get()),
        async |(slug, ..)| list_monitors(slug).await,
    );
    view! { <Load resource=monitors view=move |list| view! { <Monitors list actions/> }.into_any()/> }.into_any()
}

#[component]
fn Monitors(list: MonitorList, actions: MonitorActions) -> impl IntoView {
    let project = list.project.clone();
    let examples = examples(&list);
    let content = match list.monitors {
        monitors if monitors.is_empty() => none(),
        monitors => some(project.slug.clone(), monitors, actions),
    };
    view! {
        <Title text=format!("Monitors of {}", project.name)/>
        <PageHeader title=project.name.clone() subtitle="Project settings"/>
        <ProjectTabs slug=project.slug current="monitors"/>
        <div class="project-settings monitors">
            {content}
            {examples}
        </div>
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <EmptyState title="No job checks in yet">
            <p>
                "A monitor says when a job that runs on a schedule did not run, failed, or did not come to an end. It is \
                 made by the first check-in that brings its schedule."
            </p>
        </EmptyState>
    }
    .into_any()
}

fn some(slug: String, monitors: Vec<Monitor>, actions: MonitorActions) -> AnyView {
    view! {
        <section class="settings-section" aria-labelledby="monitors-heading">
            <h2 id="monitors-heading">"Monitors"</h2>
            <MonitorTable slug monitors actions/>
            <Outcome action=actions.mute/>
            <Outcome action=actions.rename/>
            <Outcome action=actions.delete/>
        </section>
    }
    .into_any()
}

/// How a job checks in, to be copied.
fn examples(list: &MonitorList) -> AnyView {
    let Some(key) = &list.key else {
        return view! { <p class="notice">"No key works: nothing can check in until you create one."</p> }.into_any();
    };
    let curl = format!(
        "curl -X POST '{}/api/{}/cron/nightly-backup/{}/' \\\n  -H 'Content-Type: application/json' \\\n  -d \
         '{{\"status\": \"ok\", \"monitor_config\": {{\"schedule\": {{\"type\": \"crontab\", \"value\": \"0 3 * * *\"}}, \
         \"timezone\": \"UTC\", \"checkin_margin\": 10}}}}'",
        list.public_url, list.project.id, key.public_key
    );
    let short =
        format!("curl '{}/api/{}/cron/nightly-backup/{}/?status=ok'", list.public_url, list.project.id, key.public_key);
    let cli = format!(
        "export SENTRY_DSN='{}'\nsentry-cli monitors run --schedule '0 3 * * *' --check-in-margin 10 \\\n  \
         --max-runtime 60 --timezone UTC nightly-backup -- ./backup.sh",
        key.dsn
    );
    view! {
        <section class="settings-section" aria-labelledby="check-in-heading">
            <h2 id="check-in-heading">"How a job checks in"</h2>
            <h3>"With curl"</h3>
            <p class="quiet">"At the end of the job, with the schedule it is expected to keep:"</p>
            <CodeBlock text=curl/>
            <p class="quiet">
                "Once the monitor is known, this is enough. Send status=in_progress at the beginning too, and a job that \
                 hangs is noticed."
            </p>
            <CodeBlock text=short/>
            <h3>"With sentry-cli"</h3>
            <p class="quiet">"It checks in before and after the command, and fails if the command does:"</p>
            <CodeBlock text=cli/>
        </section>
    }
    .into_any()
}
