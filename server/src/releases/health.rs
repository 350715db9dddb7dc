//! Health of a release from its session counters, in one environment or in all.

use std::collections::BTreeMap;

use fieldfare_app::api::Health;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::issues::count;
use crate::store::entities::{release, session_hour, session_user};

/// Adoption looks at this many hours; a day holds every time zone's evening.
const ADOPTION_HOURS: i64 = 24;

/// Health of a release over all environments, and of each environment by id.
pub(super) struct Healths {
    pub(super) overall: Health,
    pub(super) by_environment: BTreeMap<i64, Health>,
}

/// Sums up the sessions of a release.
///
/// # Errors
/// When the database fails.
pub(super) async fn healths(db: &impl ConnectionTrait, now: i64, release: &release::Model) -> Result<Healths> {
    let sessions = sessions(db, release).await?;
    let users = users(db, release).await?;
    let recent = recent(db, now, release).await?;
    let by_environment = sessions
        .iter()
        .map(|sums| {
            let id = sums.environment_id;
            let users = users.by_environment.get(&id).copied().unwrap_or_default();
            (id, health(sums, users, recent.get(&id).copied().unwrap_or_default()))
        })
        .collect();
    let whole = sessions.iter().fold(Sums::default(), Sums::plus);
    let recently = recent.values().copied().fold(Recent::default(), Recent::plus);
    Ok(Healths { overall: health(&whole, users.overall, recently), by_environment })
}

/// A share from 0 to 1; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part.max(0) as f64 / whole as f64).min(1.0))
}

#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
struct Sums {
    environment_id: i64,
    sessions: i64,
    errored: i64,
    unhandled: i64,
    crashed: i64,
    abnormal: i64,
}

impl Sums {
    fn plus(self, other: &Self) -> Self {
        Self {
            environment_id: 0,
            sessions: self.sessions + other.sessions,
            errored: self.errored + other.errored,
            unhandled: self.unhandled + other.unhandled,
            crashed: self.crashed + other.crashed,
            abnormal: self.abnormal + other.abnormal,
        }
    }
}

/// Distinct users and those of them whose session crashed.
#[derive(Clone, Copy, Debug, Default)]
struct Users {
    users: i64,
    crashed: i64,
}

struct AllUsers {
    overall: Users,
    by_environment: BTreeMap<i64, Users>,
}

/// Sessions of the last hours, of the release and of its whole project.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    release: i64,
    project: i64,
}

impl Recent {
    fn plus(self, other: Self) -> Self {
        Self { release: self.release + other.release, project: self.project + other.project }
    }
}

fn health(sums: &Sums, users: Users, recent: Recent) -> Health {
    let healthy = sums.sessions - sums.errored - sums.unhandled - sums.crashed - sums.abnormal;
    Health {
        sessions: count(sums.sessions),
        healthy: count(healthy),
        errored: count(sums.errored),
        unhandled: count(sums.unhandled),
        crashed: count(sums.crashed),
        abnormal: count(sums.abnormal),
        crash_free_sessions: share(sums.sessions - sums.crashed, sums.sessions),
        users: count(users.users),
        crash_free_users: share(users.users - users.crashed, users.users),
        adoption: share(recent.release, recent.project),
    }
}

async fn sessions(db: &impl ConnectionTrait, release: &release::Model) -> Result<Vec<Sums>> {
    use session_hour::Column as C;
    let select = session_hour::Entity::find()
        .select_only()
        .column(C::EnvironmentId)
        .expr_as(Expr::cust("CAST(SUM(sessions) AS BIGINT)"), "sessions")
        .expr_as(Expr::cust("CAST(SUM(errored) AS BIGINT)"), "errored")
        .expr_as(Expr::cust("CAST(SUM(unhandled) AS BIGINT)"), "unhandled")
        .expr_as(Expr::cust("CAST(SUM(crashed) AS BIGINT)"), "crashed")
        .expr_as(Expr::cust("CAST(SUM(abnormal) AS BIGINT)"), "abnormal")
        .filter(C::ProjectId.eq(release.project_id))
        .filter(C::ReleaseId.eq(release.id))
        .group_by(C::EnvironmentId);
    Ok(select.into_model().all(db).await?)
}

/// A user of two environments is one user of the release, so the whole is counted apart from the parts.
async fn users(db: &impl ConnectionTrait, release: &release::Model) -> Result<AllUsers> {
    let of_release = session_user::Entity::find()
        .select_only()
        .filter(session_user::Column::ProjectId.eq(release.project_id))
        .filter(session_user::Column::ReleaseId.eq(release.id));
    let counted = |select: sea_orm::Select<session_user::Entity>| {
        select
            .expr_as(Expr::cust("COUNT(DISTINCT user_hash)"), "users")
            .expr_as(Expr::cust("COUNT(DISTINCT CASE WHEN crashed THEN user_hash END)"), "crashed")
    };
    let overall = counted(of_release.clone()).into_tuple::<(i64, i64)>().one(db).await?.unwrap_or_default();
    let parts = counted(of_release.column(session_user::Column::EnvironmentId))
        .group_by(session_user::Column::EnvironmentId)
        .into_tuple::<(i64, i64, i64)>()
        .all(db)
        .await?;
    Ok(AllUsers {
        overall: Users { users: overall.0, crashed: overall.1 },
        by_environment: parts.into_iter().map(|(id, users, crashed)| (id, Users { users, crashed })).collect(),
    })
}

async fn recent(db: &impl ConnectionTrait, now: i64, release: &release::Model) -> Result<BTreeMap<i64, Recent>> {
    let since = now.div_euclid(HOUR_MS) - ADOPTION_HOURS + 1;
    let rows = session_hour::Entity::find()
        .select_only()
        .columns([session_hour::Column::EnvironmentId, session_hour::Column::ReleaseId])
        .expr_as(Expr::cust("CAST(SUM(sessions) AS BIGINT)"), "sessions")
        .filter(session_hour::Column::ProjectId.eq(release.project_id))
        .filter(session_hour::Column::Hour.gte(since))
        .group_by(session_hour::Column::EnvironmentId)
        .group_by(session_hour::Column::ReleaseId)
        .into_tuple::<(i64, i64, i64)>()
        .all(db)
        .await?;
    let mut recent: BTreeMap<i64, Recent> = BTreeMap::new();
    for (environment_id, release_id, sessions) in rows {
        let part = Recent { release: if release_id == release.id { sessions } else { 0 }, project: sessions };
        let slot = recent.entry(environment_id).or_default();
        *slot = slot.plus(part);
    }
    Ok(recent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_sessions_add_up() {
        let sums = Sums { environment_id: 1, sessions: 100, errored: 10, unhandled: 5, crashed: 4, abnormal: 1 };
        let found = health(&sums, Users { users: 50, crashed: 1 }, Recent { release: 30, project: 120 });
        assert_eq!(found.healthy, 80);
        assert_eq!(found.healthy + found.errored + found.unhandled + found.crashed + found.abnormal, found.sessions);
        assert_eq!((found.crash_free_sessions, found.crash_free_users), (Some(0.96), Some(0.98)));
        assert_eq!(found.adoption, Some(0.25));
    }

    #[test]
    fn nothing_is_no_rate_and_nonsense_is_no_negative_count() {
        let none = health(&Sums::default(), Users::default(), Recent::default());
        assert_eq!((none.crash_free_sessions, none.crash_free_users, none.adoption), (None, None, None));
        let odd = Sums { sessions: 1, errored: 2, crashed: 3, ..Sums::default() };
        let odd = health(&odd, Users::default(), Recent::default());
        assert_eq!((odd.healthy, odd.crash_free_sessions), (0, Some(0.0)));
    }
}
