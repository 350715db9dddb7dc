//! What a project decided about grouping, made ready for use.

use fieldfare_app::api::{GroupingRules, GroupingSettings};
use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::grouping::{Family, Problem, Rules, Version};
use crate::store::project_settings;

/// The name of the concern among a project's settings.
pub(super) const CONCERN: &str = "grouping";

/// How the events of one project are grouped.
#[derive(Clone, Debug, Default)]
pub struct GroupingOf {
    pub rules: Rules,
    pub former: Option<FormerGrouping>,
}

/// How they were grouped before.
#[derive(Clone, Debug)]
pub struct FormerGrouping {
    pub rules: Rules,
    /// Unix milliseconds. From then on it is as if there had been no rules before.
    pub until: i64,
}

impl GroupingOf {
    /// What is decided for a project.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(db: &impl ConnectionTrait, project_id: i64) -> Result<Self> {
        let stored = stored(db, project_id).await?;
        let former =
            stored.former.map(|former| FormerGrouping { rules: ready(&former.rules).0, until: former.until.0 });
        Ok(Self { rules: ready(&stored.rules).0, former })
    }
}

pub(super) async fn stored(db: &impl ConnectionTrait, project_id: i64) -> Result<GroupingSettings> {
    project_settings::load(db, project_id, CONCERN).await
}

/// The rules as the grouping takes them, and the lines that cannot be read.
pub(super) fn ready(decided: &GroupingRules) -> (Rules, Vec<Problem>) {
    let (rules, problems) = Rules::parse(&decided.rules);
    let off = Family::ALL.into_iter().filter(|family| decided.families_off.iter().any(|name| name == family.name()));
    let rules = off.fold(rules, Rules::without_family);
    // A version this program does not know was chosen by a newer one; the first is known to all.
    (rules.with_version(Version::named(&decided.algorithm).unwrap_or_default()), problems)
}
