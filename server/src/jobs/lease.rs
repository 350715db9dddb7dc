//! Work that one process at a time does, however many run: whoever holds its lease.
//!
//! A lease is renewed while the work goes on. If its holder dies, another takes it once it has run out; what was being
//! done must be safe to do twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::error::Result;
use crate::ids;
use crate::store::Store;
use crate::store::entities::job_lease::{ActiveModel, Column, Entity};

/// How long a lease holds, ms: longer than any step between two renewals, short enough that work goes on soon after a
/// process died.
const HELD_FOR_MS: i64 = 120_000;

/// This process's claim on some work.
#[derive(Clone, Debug)]
pub struct Lease {
    name: &'static str,
    holder: Uuid,
    held_until: Arc<AtomicI64>,
}

impl Lease {
    /// On the work of this name; not held yet.
    pub fn on(name: &'static str) -> Self {
        Self { name, holder: ids::random_uuid(), held_until: Arc::new(AtomicI64::new(0)) }
    }

    /// Takes or keeps the lease and answers whether this process holds it. Cheap while it was renewed lately.
    ///
    /// # Errors
    /// When the database fails; then it is not held.
    pub async fn hold(&self, store: &Store, now: i64) -> Result<bool> {
        let held_until = self.held_until.load(Ordering::Relaxed);
        if (now..=now + HELD_FOR_MS).contains(&(held_until - HELD_FOR_MS / 2)) {
            return Ok(true);
        }
        let taken = self.renew(store, now).await? || self.claim(store, now).await?;
        self.held_until.store(if taken { now + HELD_FOR_MS } else { 0 }, Ordering::Relaxed);
        Ok(taken)
    }

    /// Lets go, so that another process need not wait.
    ///
    /// # Errors
    /// When the database fails; the lease then runs out by itself.
    pub async fn release(&self, store: &Store) -> Result<()> {
        self.held_until.store(0, Ordering::Relaxed);
        let named = Entity::delete_many().filter(Column::Name.eq(self.name));
        named.filter(Column::Holder.eq(self.holder)).exec(store.writer()).await?;
        Ok(())
    }

    /// Ours already, or run out.
    async fn renew(&self, store: &Store, now: i64) -> Result<bool> {
        // A clock that was set back must not leave a lease that never runs out.
        let run_out = Condition::any().add(Column::HeldUntil.lt(now)).add(Column::HeldUntil.gt(now + 2 * HELD_FOR_MS));
        let updated = Entity::update_many()
            .col_expr(Column::Holder, Expr::value(self.holder))
            .col_expr(Column::HeldUntil, Expr::value(now + HELD_FOR_MS))
            .filter(Column::Name.eq(self.name))
            .filter(run_out.add(Column::Holder.eq(self.holder)))
            .exec(store.writer())
            .await?;
        Ok(updated.rows_affected == 1)
    }

    /// For the first time.
    async fn claim(&self, store: &Store, now: i64) -> Result<bool> {
        let row = ActiveModel {
            name: Set(self.name.to_owned()),
            holder: Set(self.holder),
            held_until: Set(now + HELD_FOR_MS),
        };
        let nobody_elses = OnConflict::column(Column::Name).do_nothing().to_owned();
        Ok(Entity::insert(row).on_conflict(nobody_elses).exec_without_returning(store.writer()).await? == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connect;

    #[tokio::test]
    async fn one_holds_it_until_it_lets_go_or_dies() {
        let data = tempfile::tempdir().unwrap();
        let store = connect::open(data.path(), None).await.unwrap();
        connect::migrate(&store).await.unwrap();
        let (one, other) = (Lease::on("sweeping"), Lease::on("sweeping"));
        assert!(one.hold(&store, 0).await.unwrap());
        assert!(!other.hold(&store, 1_000).await.unwrap());
        assert!(Lease::on("mopping").hold(&store, 1_000).await.unwrap(), "other work is another lease");
        assert!(one.hold(&store, HELD_FOR_MS - 1).await.unwrap(), "it is renewed");
        assert!(!other.hold(&store, HELD_FOR_MS + 1).await.unwrap());
        one.release(&store).await.unwrap();
        assert!(other.hold(&store, HELD_FOR_MS + 2).await.unwrap());
        assert!(!one.hold(&store, HELD_FOR_MS + 3).await.unwrap());
        assert!(one.hold(&store, 3 * HELD_FOR_MS).await.unwrap(), "the other one died");
    }
}
