//! Working through the outbox: claim, write, send, mark. Several processes may do so at once.

use std::time::Duration;

use futures::StreamExt;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::backoff::{ATTEMPTS_MAX, LONGEST_PAUSE_MS, pause_ms};
use super::compose;
use super::mailer::{Failure, Mail, Mailer, SEND_TIMEOUT, reason};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::jobs::outbox::Owed;
use crate::jobs::runner;
use crate::store::Store;
use crate::store::entities::notification::{self, Column, Entity};

/// Pause between looks at the outbox; a mail is late by this much at most.
const POLL: Duration = Duration::from_secs(1);
/// Pause after the database failed, so that the log stays readable.
const TROUBLE_PAUSE: Duration = Duration::from_secs(10);
/// Rows looked at in one round.
const ROUND_ROWS: u64 = 50;
/// Mails in flight at once: one slow recipient must not hold up the others, and mail servers refuse crowds.
const IN_FLIGHT: usize = 4;
/// How long a claim holds, ms: longer than writing and sending can take, so that nobody sends the same mail beside us.
const LEASE_MS: i64 = 4 * SEND_TIMEOUT.as_millis() as i64;

/// Delivers what is due until the stop; the mails in flight then are finished first.
pub async fn run(store: Store, clock: Clock, mailer: Mailer, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match deliver_due(&store, &clock, &mailer, &stop).await {
            Ok(ROUND_ROWS) => Duration::ZERO,
            Ok(_) => POLL,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the outbox could not be read or written");
                TROUBLE_PAUSE
            }
        };
        runner::sleep(pause, &stop).await;
    }
}

/// Looks at what is due, once, and delivers it. Answers how many rows were due.
///
/// # Errors
/// When the database fails. What cannot be sent is no error: it is noted in its row.
pub async fn deliver_due(store: &Store, clock: &Clock, mailer: &Mailer, stop: &CancellationToken) -> Result<u64> {
    let due = Entity::find().filter(is_due(clock.now())).order_by_asc(Column::NextAttemptAt).order_by_asc(Column::Id);
    let rows = due.limit(ROUND_ROWS).all(store.reader()).await?;
    let found = u64::try_from(rows.len()).unwrap_or(ROUND_ROWS);
    let round = Round { store, clock, mailer };
    let deliveries =
        rows.into_iter().map(|row| async { if stop.is_cancelled() { Ok(()) } else { round.deliver(row).await } });
    let outcomes: Vec<Result<()>> = futures::stream::iter(deliveries).buffer_unordered(IN_FLIGHT).collect().await;
    outcomes.into_iter().collect::<Result<()>>()?;
    Ok(found)
}

/// Owed, its time has come, and nobody is at it. What waits longer than anything may was noted by a clock that was ahead
/// and has been set back since; it must not wait until that time comes. Clocks of several servers differ a little, hence
/// twice.
fn is_due(now: i64) -> Condition {
    let either = |one, other| Condition::any().add(one).add(other);
    let come = either(Column::NextAttemptAt.lte(now), Column::NextAttemptAt.gt(now + 2 * LONGEST_PAUSE_MS));
    let let_go = either(Column::ClaimedUntil.lt(now), Column::ClaimedUntil.gt(now + 2 * LEASE_MS));
    Condition::all()
        .add(Column::DeliveredAt.is_null())
        .add(Column::GivenUpAt.is_null())
        .add(come)
        .add(let_go.add(Column::ClaimedUntil.is_null()))
}

struct Round<'a> {
    store: &'a Store,
    clock: &'a Clock,
    mailer: &'a Mailer,
}

impl Round<'_> {
    async fn deliver(&self, row: notification::Model) -> Result<()> {
        if !self.claim(&row).await? {
            return Ok(());
        }
        let attempts = row.attempts + 1;
        match self.attempt(&row).await {
            Ok(()) => self.delivered(row.id).await,
            Err(Failure::Never(why)) => self.given_up(row.id, attempts, why).await,
            Err(Failure::Later(why)) => match pause_ms(attempts) {
                Some(pause) => self.postponed(row.id, pause, why).await,
                None => self.given_up(row.id, attempts, why).await,
            },
        }
    }

    /// Takes a row for ourselves, unless somebody else was faster. The attempt is counted here and not when it ends,
    /// so that a mail that brings the process down does not do so for ever.
    async fn claim(&self, row: &notification::Model) -> Result<bool> {
        let now = self.clock.now();
        let claimed = Entity::update_many()
            .col_expr(Column::ClaimedUntil, Expr::value(now + LEASE_MS))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.eq(row.id))
            .filter(is_due(now))
            .exec(self.store.writer())
            .await?;
        Ok(claimed.rows_affected == 1)
    }

    async fn attempt(&self, row: &notification::Model) -> Result<(), Failure> {
        if row.attempts >= ATTEMPTS_MAX {
            return Err(Failure::Never("every attempt ended before it had an outcome".to_owned()));
        }
        let owed: Owed = serde_json::from_str(&row.payload)
            .map_err(|_| Failure::Never("the payload is not understood".to_owned()))?;
        let unsubscribe_url = self.mailer.unsubscribe_url(row.member_id, &owed);
        let urls = (&*self.mailer.public_url, &*unsubscribe_url);
        let letter = compose::letter(self.store.reader(), urls, (row.member_id, &owed)).await.map_err(unwritten)?;
        let mail = Mail {
            id: row.id,
            kind: owed.message.kind(),
            address: &row.address,
            at: row.created_at,
            letter,
            unsubscribe_url,
        };
        self.mailer.send(&mail).await
    }

    async fn delivered(&self, id: i64) -> Result<()> {
        self.mark(id, Column::DeliveredAt, self.clock.now(), None).await
    }

    async fn given_up(&self, id: i64, attempts: i32, why: String) -> Result<()> {
        tracing::warn!(notification.id = id, attempts, "a mail was given up; its row in the outbox says why");
        self.mark(id, Column::GivenUpAt, self.clock.now(), Some(why)).await
    }

    async fn postponed(&self, id: i64, pause: i64, why: String) -> Result<()> {
        tracing::info!(notification.id = id, pause_s = pause / 1_000, "a mail could not be sent now");
        self.mark(id, Column::NextAttemptAt, self.clock.now() + pause, Some(why)).await
    }

    /// Notes an outcome and lets go of the row.
    async fn mark(&self, id: i64, column: Column, at: i64, error: Option<String>) -> Result<()> {
        Entity::update_many()
            .col_expr(column, Expr::value(at))
            .col_expr(Column::ClaimedUntil, Expr::value(Option::<i64>::None))
            .col_expr(Column::LastError, Expr::value(error))
            .filter(Column::Id.eq(id))
            .exec(self.store.writer())
            .await?;
        Ok(())
    }
}

/// What a mail tells of may be gone by now; anything else that stops us from writing it may pass.
fn unwritten(error: Error) -> Failure {
    match error {
        Error::NotFound(what) => Failure::Never(format!("the {what} it tells of is gone")),
        other => Failure::Later(reason(&format!("{other:#}"))),
    }
}
