//! What a project wants done with what arrives for it, made ready for use once and remembered for a while.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use fieldfare_app::api::{LimitSettings, Protection};
use moka::future::Cache;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::address_key::AddressKey;
use super::owners::Judge;
use crate::error::{Error, Result};
use crate::filters::Filters;
use crate::grouping::Rules;
use crate::issues::ownership::Owners;
use crate::issues::{FormerGrouping, GroupingOf};
use crate::scrub::Scrubber;
use crate::store::entities::discarded_hash;
use crate::store::{Store, project_settings};

/// How long a policy is believed. A change made through another process works at most this long after.
const BELIEVED_FOR: Duration = Duration::from_secs(10);
/// Policies remembered; compiled patterns take some kilobytes each.
const REMEMBERED: u64 = 1_000;
/// Discarded fingerprints known to a policy, the latest; events of earlier ones use up quota, and are dropped all the same.
const DISCARDED_MAX: u64 = 5_000;

/// How the events of one project are treated on their way in.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Which events are one issue.
    pub grouping: Rules,
    /// How much may arrive, and what becomes of floods.
    pub limits: LimitSettings,
    /// How they were grouped before that was changed, while issues known by the old keys still continue.
    pub former_grouping: Option<FormerGrouping>,
    /// What is taken out before anything is stored.
    pub scrubber: Scrubber,
    /// What is not kept at all.
    pub filters: Filters,
    /// Fingerprints of issues that were deleted for good. Whether an event goes is decided by the writer, who knows whether
    /// it has an issue all the same; here it is known that it need not be charged for.
    pub discarded: HashSet<Uuid>,
    /// Whom new issues are left to; `None` where nobody is named.
    pub owners: Option<Judge>,
    /// Tells people apart who are known by their address only.
    pub address_key: AddressKey,
}

impl Policy {
    async fn load(db: &impl ConnectionTrait, project_id: i64, address_key: AddressKey) -> Result<Self> {
        let limits = project_settings::load(db, project_id, project_settings::LIMITS).await?;
        let grouping = GroupingOf::load(db, project_id).await?;
        let protection: Protection = project_settings::load(db, project_id, Protection::CONCERN).await?;
        // What cannot be read was refused when it was saved, and does nothing.
        let ((scrubber, _), (filters, _)) = (Scrubber::of(&protection), Filters::new(&protection.filters));
        let (grouping, former_grouping) = (grouping.rules, grouping.former);
        let discarded = discarded(db, project_id).await?;
        let owners = Judge::of(Owners::for_new_issues(db, project_id).await?);
        Ok(Self { grouping, limits, former_grouping, scrubber, filters, discarded, owners, address_key })
    }
}

async fn discarded(db: &impl ConnectionTrait, project_id: i64) -> Result<HashSet<Uuid>> {
    use discarded_hash::{Column, Entity};
    let rows = Entity::find().select_only().column(Column::Hash).filter(Column::ProjectId.eq(project_id));
    let latest = rows.order_by_desc(Column::DiscardedAt).limit(DISCARDED_MAX).into_tuple::<Uuid>();
    Ok(latest.all(db).await?.into_iter().collect())
}

/// The policies of this process, by project.
#[derive(Clone, Debug)]
pub struct Policies {
    known: Cache<i64, Arc<Policy>>,
    address_key: AddressKey,
}

impl Policies {
    pub fn new(address_key: AddressKey) -> Self {
        Self { known: Cache::builder().max_capacity(REMEMBERED).time_to_live(BELIEVED_FOR).build(), address_key }
    }

    /// The policy of a project.
    ///
    /// # Errors
    /// When it has to be read and the database fails.
    pub async fn of(&self, store: &Store, project_id: i64) -> Result<Arc<Policy>> {
        let load = async { Policy::load(store.reader(), project_id, self.address_key).await.map(Arc::new) };
        let loaded = self.known.try_get_with(project_id, load);
        loaded.await.map_err(|error: Arc<Error>| {
            tracing::error!(%error, project.id = project_id, "the settings of a project could not be read");
            Error::Unavailable
        })
    }

    /// Reads the policy anew next time, since a setting of the project has changed.
    pub async fn forget(&self, project_id: i64) {
        self.known.invalidate(&project_id).await;
    }
}
