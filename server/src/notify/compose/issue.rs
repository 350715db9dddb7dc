//! A new issue, and one that came back.

use fieldfare_app::api::Timestamp;
use fieldfare_app::routes;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Links, counted, in_version, short_id, version};
use crate::error::{Error, Result};
use crate::notify::letter::{Body, Letter, Tone, words};
use crate::store::entities::{environment, issue, issue_environment, project, regression, team};

pub(super) async fn new(db: &impl ConnectionTrait, links: Links<'_>, issue_id: i64) -> Result<Letter> {
    let about = About::load(db, issue_id).await?;
    let release = version(db, about.issue.first_release_id).await?;
    let mut body = about.body(links, &release, &format!("New{}", in_version(&release)));
    body.kicker = format!("New issue in {}", about.project.name);
    body.because = links.because("new issues are switched on in your settings");
    body.fact("Assigned to", assigned_to(db, &about.issue).await?);
    Ok(body.letter(about.thread())?)
}

pub(super) async fn regression(db: &impl ConnectionTrait, links: Links<'_>, regression_id: i64) -> Result<Letter> {
    let found = regression::Entity::find_by_id(regression_id).one(db).await?;
    let regression = found.ok_or_else(|| Error::not_found("regression"))?;
    let about = About::load(db, regression.issue_id).await?;
    let release = version(db, regression.release_id).await?;
    let mut body = about.body(links, &release, &format!("Back{}", in_version(&release)));
    body.kicker = format!("Back again in {}", about.project.name);
    body.lead = vec![regression.reason];
    body.because = links.because("regressions are switched on in your settings");
    Ok(body.letter(about.thread())?)
}

/// An issue with what a mail says of it.
struct About {
    project: project::Model,
    issue: issue::Model,
    environments: Vec<String>,
}

impl About {
    async fn load(db: &impl ConnectionTrait, issue_id: i64) -> Result<Self> {
        let issue = super::issue(db, issue_id).await?;
        let project = super::project(db, issue.project_id).await?;
        let environments = environments(db, &issue).await?;
        Ok(Self { project, issue, environments })
    }

    fn thread(&self) -> String {
        format!("issue-{}", self.issue.id)
    }

    fn body(&self, links: Links<'_>, release: &str, what: &str) -> Body {
        let (project, issue) = (&self.project, &self.issue);
        let short_id = short_id(project, issue);
        let mut body = Body {
            subject: format!("[{}] {what}: {} ({short_id})", project.slug, words(&issue.title)),
            tone: Tone::Bad,
            title: issue.title.clone(),
            action: "Open the issue",
            url: links.issue(&short_id),
            settings_url: links.settings(),
            unsubscribe_url: links.unsubscribe_url.to_owned(),
            ..Body::default()
        };
        let seen = [counted(issue.events, "event", "events"), counted(issue.users, "user", "users")];
        body.fact("Issue", short_id);
        body.fact("Where", issue.culprit.clone().unwrap_or_default());
        body.fact("Level", issue.level.clone());
        body.linked_fact("Release", release, links.to(&routes::release(&project.slug, release)));
        body.fact("Environment", self.environments.join(", "));
        body.fact("So far", seen.join(", "));
        body.fact("First seen", Timestamp(issue.first_seen).readable());
        body
    }
}

/// The member or team an issue is left to; empty for nobody.
async fn assigned_to(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<String> {
    match (issue.assignee_id, issue.team_id) {
        (Some(_), _) => super::name(db, issue.assignee_id).await,
        (None, Some(id)) => {
            Ok(team::Entity::find_by_id(id).one(db).await?.map(|row| format!("#{}", row.slug)).unwrap_or_default())
        }
        (None, None) => Ok(String::new()),
    }
}

/// Names of the environments it was seen in, the latest first.
async fn environments(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Vec<String>> {
    let seen = issue_environment::Entity::find()
        .filter(issue_environment::Column::ProjectId.eq(issue.project_id))
        .filter(issue_environment::Column::IssueId.eq(issue.id))
        .order_by_desc(issue_environment::Column::LastSeen)
        .all(db)
        .await?;
    let ids: Vec<i64> = seen.into_iter().map(|row| row.environment_id).collect();
    let found = environment::Entity::find().filter(environment::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(ids.iter().filter_map(|id| found.iter().find(|row| row.id == *id)).map(|row| row.name.clone()).collect())
}
