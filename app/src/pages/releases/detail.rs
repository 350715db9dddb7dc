//! One release: its health beside the release before it, what is new in it, what people say of it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::figures::Figures;
use super::health::{EnvironmentTable, HealthTiles};
use super::response_times::ResponseTimesSection;
use crate::api::{ArchiveRelease, Feedback, Issue, Release, ReleaseDetail, ReleaseStatus, get_release};
use crate::components::{FeedbackCard, IssueTable, LivePage, Load, PageHeader, SubmitButton, TimeAgo};
use crate::pages::outcome::{Outcome, successes};

#[component]
pub(crate) fn ReleasePage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| {
        let params = params.read();
        (params.get("project").unwrap_or_default(), params.get("version").unwrap_or_default())
    });
    let archive = ServerAction::<ArchiveRelease>::new();
    let archived = successes(archive);
    let detail = Resource::new(
        move || (name.get(), archived.get()),
        async |((project, version), _)| get_release(project, version).await,
    );
    view! {
        <Title text="Release"/>
        <Load resource=detail view=move |detail| view! { <Detail detail archive/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Detail(detail: ReleaseDetail, archive: ServerAction<ArchiveRelease>) -> impl IntoView {
    let release = detail.release;
    let figures = Figures::of(&release);
    let archive_form = archive_form(&release, archive);
    view! {
        <Title text=format!("{} of {}", release.version, release.project)/>
        <PageHeader title=release.version.clone() subtitle=format!("Release of {}", release.project)>
            {archive_form}
            <a class="button" href=figures.all>"All its issues"</a>
        </PageHeader>
        <LivePage project=release.project.clone()/>
        <div data-live="dates">{dates(&release)}</div>
        {out_of_use(&release)}
        <Outcome action=archive/>
        <section class="release-section">
            <h2>"Health"</h2>
            <div data-live="health">
                <HealthTiles release=release.clone() health=detail.health previous=detail.previous/>
            </div>
            {(!detail.environments.is_empty()).then(|| view! { <EnvironmentTable environments=detail.environments/> })}
        </section>
        <ResponseTimesSection/>
        {issues("New in this release", detail.new, figures.new, "Nothing is new in this release so far.")}
        {issues("Came back in this release", detail.regressed, figures.came_back, "Nothing that was resolved has come back.")}
        {issues("Ongoing", detail.ongoing, figures.ongoing, "None of the older issues was seen in this release.")}
        {feedback(figures.feedback, detail.recent_feedback)}
    }
    .into_any()
}

fn dates(release: &Release) -> AnyView {
    let released = release.released_at.map(|at| view! { " · released "<TimeAgo at/> });
    view! {
        <p class="release-dates">
            "First seen "<TimeAgo at=release.first_seen/>" · last seen "<TimeAgo at=release.last_seen/>{released}
        </p>
    }
    .into_any()
}

fn archive_form(release: &Release, archive: ServerAction<ArchiveRelease>) -> AnyView {
    let (label, status) = match release.archived_at {
        None => ("Archive", ReleaseStatus::Archived),
        Some(_) => ("Restore", ReleaseStatus::Open),
    };
    let (project, version) = (release.project.clone(), release.version.clone());
    view! {
        <ActionForm action=archive>
            <input type="hidden" name="project" value=project/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="status" value=status.as_str()/>
            <SubmitButton label look="secondary"/>
        </ActionForm>
    }
    .into_any()
}

/// Says of an archived release that it is one, and whether that is true in the field as well.
fn out_of_use(release: &Release) -> AnyView {
    let Some(at) = release.archived_at else { return ().into_any() };
    let last_seen = release.last_seen;
    let heard = if release.seen_since_archived {
        view! { <strong>" It is still in use: last heard of "<TimeAgo at=last_seen/>"."</strong> }.into_any()
    } else {
        view! { " Nothing was heard of it since." }.into_any()
    };
    view! { <p class="notice">"Archived "<TimeAgo at/>", and left out of lists."{heard}</p> }.into_any()
}

fn issues(title: &'static str, issues: Vec<Issue>, all: String, none: &'static str) -> AnyView {
    let content = if issues.is_empty() {
        view! { <p class="quiet">{none}</p> }.into_any()
    } else {
        view! { <IssueTable issues/><p><a href=all>"All of these in the inbox"</a></p> }.into_any()
    };
    view! { <section class="release-section"><h2>{title}</h2>{content}</section> }.into_any()
}

fn feedback(all: String, feedback: Vec<Feedback>) -> AnyView {
    let content = if feedback.is_empty() {
        view! { <p class="quiet">"Nobody has written about this release yet."</p> }.into_any()
    } else {
        let cards = feedback.into_iter().map(|feedback| view! { <li><FeedbackCard feedback/></li> }).collect_view();
        view! {
            <ul class="feedback-list" role="list">{cards}</ul>
            <p><a href=all>"All feedback for this release"</a></p>
        }
        .into_any()
    };
    view! { <section class="release-section"><h2>"Feedback"</h2>{content}</section> }.into_any()
}
