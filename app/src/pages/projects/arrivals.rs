//! What arrives for a project, day by day, and what its clients could do better.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::stats::StatsTable;
use super::tabs::ProjectTabs;
use crate::api::{Arrivals, DayOfArrivals, SdkFinding, SdkSubject, load_arrivals};
use crate::components::{Day, DayChart, LivePage, Load, PageHeader, grouped};
use crate::routes;

#[component]
pub(crate) fn ArrivalsPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let arrivals = Resource::new(move || slug.get(), load_arrivals);
    let view = move |arrivals| view! { <Page slug=slug.get_untracked() arrivals/> }.into_any();
    view! { <Load resource=arrivals view/> }.into_any()
}

#[component]
fn Page(slug: String, arrivals: Arrivals) -> impl IntoView {
    let Arrivals { name, platform: _, days, stats, findings, recent } = arrivals;
    view! {
        <Title text=format!("What arrives for {name}")/>
        <PageHeader title=name subtitle="Project settings"/>
        <ProjectTabs slug=slug.clone() current="stats"/>
        <LivePage project=slug.clone()/>
        <div class="project-settings">
            <section class="settings-section" aria-labelledby="days-heading">
                <h2 id="days-heading">"Errors and feedback, by day"</h2>
                <div data-live="days">{chart(days)}</div>
            </section>
            <section class="settings-section sdk-doctor" aria-labelledby="doctor-heading">
                <h2 id="doctor-heading">"SDK doctor"</h2>
                {doctor(&slug, findings, recent)}
            </section>
            <StatsTable stats/>
        </div>
    }
    .into_any()
}

fn chart(days: Vec<DayOfArrivals>) -> AnyView {
    if days.iter().all(|day| day.accepted == 0 && day.dropped == 0) {
        return view! { <p class="quiet">"Nothing has arrived in the last 30 days."</p> }.into_any();
    }
    let days = days.into_iter().map(|day| Day { date: day.day, values: [day.accepted, day.dropped] }).collect();
    view! { <DayChart days series=["kept", "dropped"] label="Errors and feedback per day"/> }.into_any()
}

fn doctor(slug: &str, findings: Vec<SdkFinding>, recent: u64) -> AnyView {
    if recent == 0 {
        return view! { <p class="quiet">"No errors in the last 7 days to look at."</p> }.into_any();
    }
    if findings.is_empty() {
        return view! { <p>"Nothing to mend: the reports of the last 7 days have all that Fieldfare can use."</p> }
            .into_any();
    }
    let rows = findings.into_iter().map(|finding| found(slug, finding)).collect_view();
    view! { <ul class="findings">{rows}</ul> }.into_any()
}

fn found(slug: &str, finding: SdkFinding) -> AnyView {
    let (title, why, mend) = words(finding.subject);
    let share = match finding.subject {
        SdkSubject::Sessions => "in the last 7 days".to_owned(),
        SdkSubject::Release | SdkSubject::Environment => {
            format!("{} of {} events in the last 7 days", grouped(finding.affected), grouped(finding.of))
        }
        _ => format!("the newest event of {} of {} issues", grouped(finding.affected), grouped(finding.of)),
    };
    let example = finding.example.map(|(issue, event)| {
        view! { " "<a href=routes::issue_event(&issue, &event)>{format!("For example in {issue}")}</a> }
    });
    let maps = (finding.subject == SdkSubject::SourceMaps).then(|| {
        view! { " "<a href=routes::project_section(slug, "source-maps")>"Which maps were looked for"</a> }
    });
    view! {
        <li>
            <h3>{title}" "<span class="quiet">{share}</span></h3>
            <p>{why}" "{mend}{example}{maps}</p>
        </li>
    }
    .into_any()
}

/// What is wrong, what it costs, and how to mend it.
fn words(subject: SdkSubject) -> (&'static str, &'static str, &'static str) {
    match subject {
        SdkSubject::Release => (
            "No release",
            "Without a release nothing can be said about one: no verdict, no regressions, no “resolved in”.",
            "Set release when the SDK is initialised, for example to the version or the commit that was built.",
        ),
        SdkSubject::Environment => {
            ("No environment", "Tests and production count as one.", "Set environment when the SDK is initialised.")
        }
        SdkSubject::InApp => (
            "No frames of your own",
            "Issues are told apart by other people's code.",
            "Tell the SDK which code is yours (in_app_include, in-app rules), or write rules under Grouping.",
        ),
        SdkSubject::SourceMaps => (
            "Minified code without source maps",
            "Stacks cannot be read, and names of functions do not count for grouping.",
            "Upload the maps of each release with sentry-cli or a bundler plugin.",
        ),
        SdkSubject::Clock => (
            "Clocks that are wrong",
            "Times were corrected by when the reports arrived.",
            "Let these machines follow a time server.",
        ),
        SdkSubject::Sessions => (
            "No sessions",
            "Errors without sessions do not tell how many runs go well.",
            "Turn session tracking on in the SDK (autoSessionTracking, auto_session_tracking).",
        ),
    }
}
