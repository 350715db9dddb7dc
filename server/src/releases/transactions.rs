//! Response times of a release beside those of the release before it, from the hourly counters.

use std::collections::{BTreeMap, HashMap};

use fieldfare_app::api::{ResponseTimes, Times, TransactionTimes};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::detail::find;
use super::health::share;
use super::list::previous;
use crate::clock::HOUR_MS;
use crate::error::{Error, Result};
use crate::issues::{count, names};
use crate::latency::Histogram;
use crate::store::entities::{release, transaction_hour};
use crate::store::releases::find_environment;

/// Transactions shown, most frequent first.
const SHOWN: u64 = 20;
/// How far back the counters of a release are read, hours. What is older says little of how it fares.
const HOURS: i64 = 30 * 24;

/// Response times of a release, in one environment or in all.
///
/// # Errors
/// [`Error::NotFound`] when there is no such project, release or environment, [`Error::Invalid`] when the project is
/// not named and several have this release.
pub async fn transactions(
    db: &impl ConnectionTrait,
    now: i64,
    project: Option<&str>,
    version: &str,
    environment: Option<&str>,
) -> Result<ResponseTimes> {
    let row = find(db, project, version).await?;
    let environment_id = match environment {
        Some(name) => {
            let found = find_environment(db, row.project_id, name).await?;
            Some(found.ok_or_else(|| Error::not_found("environment"))?)
        }
        None => None,
    };
    let scope = Scope { since: now.div_euclid(HOUR_MS) - HOURS, environment_id };
    let top = top(db, &scope, &row).await?;
    let here = times(db, &scope, &row, &top).await?;
    let before = previous(db, &row).await?;
    let there = match &before {
        Some(before) => times(db, &scope, before, &top).await?,
        None => HashMap::new(),
    };
    let shown = |name: String| {
        let times = here.get(&name).copied()?;
        Some(TransactionTimes { previous: there.get(&name).copied(), name, times })
    };
    Ok(ResponseTimes {
        environment: environment.map(str::to_owned),
        environments: environments(db, &scope, &row).await?,
        previous: before.map(|before| before.version),
        transactions: top.into_iter().filter_map(shown).collect(),
    })
}

/// Which counters of a release are meant.
struct Scope {
    since: i64,
    environment_id: Option<i64>,
}

impl Scope {
    fn of(&self, row: &release::Model) -> Select<transaction_hour::Entity> {
        use transaction_hour::Column as C;
        let place = self.environment_id.map(|id| C::EnvironmentId.eq(id));
        transaction_hour::Entity::find()
            .filter(C::ProjectId.eq(row.project_id))
            .filter(C::ReleaseId.eq(row.id))
            .filter(C::Hour.gte(self.since))
            .filter(Condition::all().add_option(place))
    }
}

async fn top(db: &impl ConnectionTrait, scope: &Scope, row: &release::Model) -> Result<Vec<String>> {
    let select = scope
        .of(row)
        .select_only()
        .column(transaction_hour::Column::Name)
        .group_by(transaction_hour::Column::Name)
        .order_by(Expr::cust("SUM(transactions)"), Order::Desc)
        .order_by_asc(transaction_hour::Column::Name)
        .limit(SHOWN);
    Ok(select.into_tuple::<String>().all(db).await?)
}

async fn environments(db: &impl ConnectionTrait, scope: &Scope, row: &release::Model) -> Result<Vec<String>> {
    let everywhere = Scope { since: scope.since, environment_id: None };
    let ids = everywhere
        .of(row)
        .select_only()
        .column(transaction_hour::Column::EnvironmentId)
        .distinct()
        .into_tuple::<i64>()
        .all(db)
        .await?;
    let mut names: Vec<String> = names::environments(db, ids).await?.into_values().collect();
    names.sort_unstable();
    Ok(names)
}

#[derive(Default)]
struct Sum {
    transactions: i64,
    failed: i64,
    histogram: Histogram,
}

async fn times(
    db: &impl ConnectionTrait,
    scope: &Scope,
    row: &release::Model,
    names: &[String],
) -> Result<HashMap<String, Times>> {
    let wanted = scope.of(row).filter(transaction_hour::Column::Name.is_in(names));
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for hour in wanted.all(db).await? {
        let sum = sums.entry(hour.name).or_default();
        sum.transactions += hour.transactions;
        sum.failed += hour.failed;
        let histogram = Histogram::decode(&hour.histogram);
        sum.histogram.add(&histogram.ok_or_else(|| anyhow::anyhow!("a histogram of response times is broken"))?);
    }
    Ok(sums.into_iter().map(|(name, sum)| (name, sum.times())).collect())
}

impl Sum {
    fn times(&self) -> Times {
        let quantile = |quantile| self.histogram.quantile(quantile).map_or(0.0, ms);
        Times {
            transactions: count(self.transactions),
            failed: count(self.failed),
            failure_rate: share(self.failed, self.transactions).unwrap_or_default(),
            p50_ms: quantile(0.50),
            p95_ms: quantile(0.95),
            p99_ms: quantile(0.99),
        }
    }
}

/// Microseconds as milliseconds, to as many digits as mean anything.
#[expect(clippy::cast_precision_loss, reason = "a day of microseconds is far below 2^53")]
fn ms(micros: u64) -> f64 {
    let ms = micros as f64 / 1_000.0;
    if ms < 10.0 { (ms * 100.0).round() / 100.0 } else { ms.round() }
}
