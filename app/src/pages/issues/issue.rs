//! One issue: what it is, what happened, where, and what to do about it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::activity::ActivityList;
use super::danger::Danger;
use super::event::EventView;
use super::grouping::GroupingSection;
use super::header::{Figures, IssueHeader};
use super::links::{FeedbackLinks, IncidentLinks, ReleaseTable};
use super::triage::TriageForms;
use crate::api::{
    ApiError, AssignIssue, Event, Feedback, IssueDetail, IssueGrouping, IssueKind, LinkIssue, MergeIssues,
    PrioritiseIssue, SplitIssue, TriageIssue, get_issue, issue_event, load_issue_grouping,
};
use crate::components::{FeedbackCard, FormError, LivePage, Load};

/// What can be done on this page.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub(super) triage: ServerAction<TriageIssue>,
    pub(super) prioritise: ServerAction<PrioritiseIssue>,
    pub(super) assign: ServerAction<AssignIssue>,
    pub(super) link: ServerAction<LinkIssue>,
    pub(super) merge: ServerAction<MergeIssues>,
    pub(super) split: ServerAction<SplitIssue>,
}

impl Actions {
    fn new() -> Self {
        Self {
            triage: ServerAction::new(),
            prioritise: ServerAction::new(),
            assign: ServerAction::new(),
            link: ServerAction::new(),
            merge: ServerAction::new(),
            split: ServerAction::new(),
        }
    }

    /// Changes whenever something was done.
    fn version(self) -> usize {
        let triage = self.triage.version().get() + self.assign.version().get() + self.link.version().get();
        triage + self.prioritise.version().get() + self.merge.version().get() + self.split.version().get()
    }
}

/// An issue and the event looked at, which may be gone while the issue is not.
type Loaded = (IssueDetail, Result<Option<Event>, ApiError>, IssueGrouping);

#[component]
pub(crate) fn IssuePage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let short_id = Memo::new(move |_| params.read().get("short_id").unwrap_or_default());
    let event = Memo::new(move |_| query.read().get("event").unwrap_or_else(|| "latest".to_owned()));
    let actions = Actions::new();
    let loaded = Resource::new(
        move || (short_id.get(), event.get(), actions.version()),
        |(short_id, event, _)| load(short_id, event),
    );
    view! {
        <Title text="Issue"/>
        <Load resource=loaded view=move |(detail, event, grouping)| view! { <Whole detail event grouping actions/> }.into_any()/>
    }
}

async fn load(short_id: String, event: String) -> Result<Loaded, ApiError> {
    let detail = get_issue(short_id.clone()).await?;
    let event = match detail.issue.kind {
        IssueKind::Error => issue_event(short_id.clone(), event).await,
        IssueKind::Feedback => Ok(None),
    };
    let grouping = load_issue_grouping(short_id).await?;
    Ok((detail, event, grouping))
}

#[component]
fn Whole(
    detail: IssueDetail,
    event: Result<Option<Event>, ApiError>,
    grouping: IssueGrouping,
    actions: Actions,
) -> impl IntoView {
    let IssueDetail { issue, status_reason, state, sampling, activity, feedback, incidents, .. } = detail;
    let (open, releases, members) = (detail.open_incidents, detail.offered_releases, detail.members);
    let (short_id, project, kind) = (issue.short_id.clone(), issue.project.clone(), issue.kind);
    let (pieces, linked) = if kind == IssueKind::Feedback { (feedback, Vec::new()) } else { (Vec::new(), feedback) };
    let title = format!("{short_id} {}", issue.title);
    view! {
        <Title text=title/>
        <article class="issue-page">
            <LivePage project=project.clone()/>
            <IssueHeader issue=issue.clone() reason=status_reason state/>
            <TriageForms issue=issue.clone() releases members actions/>
            <Figures issue=issue.clone() sampling/>
            <div class="columns">
                <div class="evidence">{evidence(kind, event, pieces)}</div>
                <aside aria-label="About this issue">
                    <ReleaseTable short_id=short_id.clone() kind project releases=issue.releases/>
                    <IncidentLinks short_id=short_id.clone() incidents open actions/>
                    <FeedbackLinks feedback=linked/>
                    <GroupingSection short_id=short_id.clone() grouping actions/>
                    <ActivityList activity/>
                    <Danger short_id kind/>
                </aside>
            </div>
        </article>
    }
}

fn evidence(kind: IssueKind, event: Result<Option<Event>, ApiError>, pieces: Vec<Feedback>) -> AnyView {
    match (kind, event) {
        (IssueKind::Feedback, _) => view! { <Pieces feedback=pieces/> }.into_any(),
        (_, Ok(Some(event))) => view! { <EventView event/> }.into_any(),
        (_, Ok(None)) => {
            view! { <p class="nothing">"Its events have expired. What was counted of them stays."</p> }.into_any()
        }
        (_, Err(error)) => view! { <FormError error=Some(error)/> }.into_any(),
    }
}

#[component]
fn Pieces(feedback: Vec<Feedback>) -> impl IntoView {
    let cards = feedback.into_iter().map(|feedback| view! { <FeedbackCard feedback/> }).collect_view();
    view! { <h2>"What users wrote"</h2>{cards} }
}
