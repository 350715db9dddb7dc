//! One issue: what it is, what happened, where, and what to do about it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::danger::Danger;
use super::event::EventView;
use super::grouping::GroupingSection;
use super::header::{Figures, IssueHeader};
use super::links::{FeedbackLinks, IncidentLinks, ReleaseTable};
use super::suggested::Suggested;
use super::timeline::Timeline;
use super::triage::TriageForms;
use crate::api::{
    AddComment, ApiError, AssignIssue, DeleteComment, Discussion, EditComment, Event, Feedback, IssueDetail,
    IssueGrouping, IssueKind, LinkIssue, MergeIssues, PrioritiseIssue, SplitIssue, SubscribeToIssue, TriageIssue,
    get_issue, issue_event, load_discussion, load_issue_grouping,
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
    pub(super) comment: ServerAction<AddComment>,
    pub(super) edit: ServerAction<EditComment>,
    pub(super) delete: ServerAction<DeleteComment>,
    pub(super) subscribe: ServerAction<SubscribeToIssue>,
}

impl Actions {
    fn new() -> Self {
        Self {
            comment: ServerAction::new(),
            edit: ServerAction::new(),
            delete: ServerAction::new(),
            subscribe: ServerAction::new(),
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
        let whole = triage + self.prioritise.version().get() + self.merge.version().get() + self.split.version().get();
        let said = self.comment.version().get() + self.edit.version().get() + self.delete.version().get();
        whole + said + self.subscribe.version().get()
    }
}

/// An issue and the event looked at, which may be gone while the issue is not.
type Loaded = (IssueDetail, Result<Option<Event>, ApiError>, IssueGrouping, (Discussion, String));

#[component]
pub(crate) fn IssuePage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let short_id = Memo::new(move |_| params.read().get("short_id").unwrap_or_default());
    let event = Memo::new(move |_| query.read().get("event").unwrap_or_else(|| "latest".to_owned()));
    let before = Memo::new(move |_| query.read().get("before").unwrap_or_default());
    let actions = Actions::new();
    let loaded = Resource::new(
        move || (short_id.get(), event.get(), before.get(), actions.version()),
        |(short_id, event, before, _)| load(short_id, event, before),
    );
    view! {
        <Title text="Issue"/>
        <Load resource=loaded view=move |(detail, event, grouping, talk)| {
            view! { <Whole detail event grouping talk actions/> }.into_any()
        }/>
    }
}

async fn load(short_id: String, event: String, before: String) -> Result<Loaded, ApiError> {
    let detail = get_issue(short_id.clone()).await?;
    let event = match detail.issue.kind {
        IssueKind::Error => issue_event(short_id.clone(), event).await,
        IssueKind::Feedback => Ok(None),
    };
    let grouping = load_issue_grouping(short_id.clone()).await?;
    let discussion = load_discussion(short_id, before.clone()).await?;
    Ok((detail, event, grouping, (discussion, before)))
}

#[component]
fn Whole(
    detail: IssueDetail,
    event: Result<Option<Event>, ApiError>,
    grouping: IssueGrouping,
    talk: (Discussion, String),
    actions: Actions,
) -> impl IntoView {
    let IssueDetail { issue, status_reason, state, sampling, feedback, incidents, .. } = detail;
    let (open, releases, members) = (detail.open_incidents, detail.offered_releases, detail.members);
    let (discussion, before) = talk;
    let (teams, suggestions) = (discussion.teams.clone(), discussion.suggestions.clone());
    let (short_id, project, kind) = (issue.short_id.clone(), issue.project.clone(), issue.kind);
    let (pieces, linked) = if kind == IssueKind::Feedback { (feedback, Vec::new()) } else { (Vec::new(), feedback) };
    let title = format!("{short_id} {}", issue.title);
    view! {
        <Title text=title/>
        <article class="issue-page">
            <LivePage project=project.clone()/>
            <IssueHeader issue=issue.clone() reason=status_reason state/>
            <TriageForms issue=issue.clone() releases members teams actions/>
            <Figures issue=issue.clone() sampling/>
            <div class="columns">
                <div class="evidence">{evidence(kind, event, pieces)}</div>
                <aside aria-label="About this issue">
                    <Suggested short_id=short_id.clone() suggestions actions/>
                    <ReleaseTable short_id=short_id.clone() kind project=project.clone() releases=issue.releases/>
                    <IncidentLinks short_id=short_id.clone() incidents open actions/>
                    <Timeline short_id=short_id.clone() project discussion before actions/>
                    <FeedbackLinks feedback=linked/>
                    <GroupingSection short_id=short_id.clone() grouping actions/>
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
