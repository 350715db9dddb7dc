//! The first page: what needs attention now.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::{Feedback, Incident, Issue, IssueSort, Overview, ProjectOverview, Release, Timestamp, load_overview};
use crate::components::*;
use crate::routes;

#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    let overview = Resource::new(|| (), |()| load_overview());
    view! {
        <Title text="Overview"/>
        <Load resource=overview view=|overview| view! { <Everything overview/> }.into_any()/>
    }
}

#[component]
fn Everything(overview: Overview) -> impl IntoView {
    let Overview { projects, trends_from, open_incidents, issues, feedback } = overview;
    let subtitle = if open_incidents.is_empty() { "No open incidents." } else { "Incidents are open." };
    view! {
        <div class="overview-page">
            <PageHeader title="Overview" subtitle>
                <a class="button" href=routes::DECLARE_INCIDENT>"Declare an incident"</a>
            </PageHeader>
            {(!open_incidents.is_empty()).then(|| view! { <OpenIncidents incidents=open_incidents/> })}
            <Projects projects trends_from/>
            <div class="columns">
                <Attention issues/>
                <Recent feedback/>
            </div>
        </div>
    }
}

#[component]
fn OpenIncidents(incidents: Vec<Incident>) -> impl IntoView {
    let rows = incidents.into_iter().map(|incident| {
        view! {
            <li>
                <SeverityBadge severity=incident.severity/>
                <a href=routes::incident(incident.number)>{incident.title}</a>
                <IncidentBadge status=incident.status/>
                <TimeAgo at=incident.declared_at/>
            </li>
        }
    });
    view! {
        <section class="open-incidents" aria-labelledby="open-incidents">
            <h2 id="open-incidents">"Open incidents"</h2>
            <ul>{rows.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Projects(projects: Vec<ProjectOverview>, trends_from: Timestamp) -> impl IntoView {
    if projects.is_empty() {
        return view! {
            <EmptyState title="No projects yet">
                <p>"A project is one application that reports here."</p>
                <p><a class="button primary" href=routes::NEW_PROJECT>"Make the first one"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let rows = projects.into_iter().map(|project| view! { <ProjectRow overview=project trends_from/> }).collect_view();
    view! {
        <section aria-labelledby="projects">
            <h2 id="projects">"Projects"</h2>
            <ul class="projects">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn ProjectRow(overview: ProjectOverview, trends_from: Timestamp) -> impl IntoView {
    let ProjectOverview { project, unresolved, new_today, trend, latest } = overview;
    let inbox = routes::with_query(routes::ISSUES, &[("project", Some(&project.slug))]);
    let figure = |query: &str| routes::issues_of(&project.slug, query);
    let (open, new) = (figure("is:unresolved"), figure("first_seen:>=today"));
    let seen = figure(&format!("kind:error last_seen:>={}", trends_from.date()));
    let settings = routes::project_settings(&project.slug);
    let silent = latest.is_none() && trend.iter().all(|events| *events == 0);
    let label = format!("Events of {} per day, last 14 days", project.name);
    view! {
        <li>
            <div class="name">
                <a href=inbox>{project.name}</a>
                <span class="platform">{project.platform}</span>
            </div>
            <a class="figure" href=seen><Sparkline values=trend label/></a>
            <a class="figure" href=open><Count value=unresolved/>" unresolved"</a>
            <a class="figure" href=new><Count value=new_today/>" new today"</a>
            <span class="latest">
                {latest.map(|release| view! { <Latest release/> })}
                {silent.then(|| view! { <a class="button" href=routes::project_start(&project.slug)>"Connect it"</a> })}
            </span>
            <a class="quiet settings" href=settings>"Settings"</a>
        </li>
    }
}

#[component]
fn Latest(release: Release) -> impl IntoView {
    view! {
        <ReleaseChip project=release.project version=release.version/>
        {release.crash_free_sessions.map(|share| view! { " "<Percent share=Some(share)/>" crash-free" })}
    }
}

/// What needs attention, as the server chooses it.
const FRESH: &str = "is:unresolved (first_seen:-7d OR (is:regressed regressed:-7d))";

#[component]
fn Attention(issues: Vec<Issue>) -> impl IntoView {
    let lines = issues.into_iter().map(|issue| view! { <li><IssueLine issue/></li> }).collect::<Vec<_>>();
    let content = if lines.is_empty() {
        view! { <p class="nothing">"Nothing new and nothing that came back in the last seven days."</p> }.into_any()
    } else {
        view! { <ul>{lines}</ul> }.into_any()
    };
    let pairs = [("query", Some(FRESH)), ("sort", Some(IssueSort::Events.as_str()))];
    let fresh = routes::with_query(routes::ISSUES, &pairs);
    view! {
        <section aria-labelledby="attention">
            <h2 id="attention">"New and regressed"</h2>
            {content}
            <p class="more">
                <a href=fresh>"All that are new or came back"</a>" · "
                <a href=routes::issues_matching("is:unresolved")>"All unresolved issues"</a>
            </p>
        </section>
    }
}

#[component]
fn Recent(feedback: Vec<Feedback>) -> impl IntoView {
    let lines = feedback.into_iter().map(|feedback| view! { <FeedbackLine feedback/> }).collect::<Vec<_>>();
    let content = if lines.is_empty() {
        view! { <p class="nothing">"Nobody has written yet."</p> }.into_any()
    } else {
        view! { <ul>{lines}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="recent-feedback">
            <h2 id="recent-feedback">"What users wrote"</h2>
            {content}
            <p class="more"><a href=routes::FEEDBACK>"All feedback"</a></p>
        </section>
    }
}

#[component]
fn FeedbackLine(feedback: Feedback) -> impl IntoView {
    let address = routes::feedback(feedback.id);
    view! {
        <li class="feedback-line">
            <a href=address>{feedback.message}</a>
            <span class="by">{feedback.name.or(feedback.email)}" "<TimeAgo at=feedback.created_at/></span>
        </li>
    }
}
