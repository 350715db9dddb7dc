//! Transactions: counted by hour, with a histogram of how long they took. Nothing else of them is kept.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::arrival::NewTransaction;
use super::batch::Batch;
use super::names::Names;
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::latency::{Histogram, OTHER};
use crate::store::Tx;
use crate::store::entities::{transaction_hour, transaction_name};

/// Names of one project in one hour. An application has dozens of routes; more names than these are made up as it runs,
/// and are counted together.
const NAMES_MAX: usize = 200;
/// Names looked for in one query, one bind each.
const NAMES_PER_QUERY: usize = 1_000;
/// Rows in one INSERT: eight binds each.
const ROWS_PER_INSERT: usize = 1_000;

/// By release, environment and hour, then by name.
type Sums<'a> = BTreeMap<(i64, i64, i64), BTreeMap<&'a str, Sum>>;
/// The names of each hour.
type NamesByHour = BTreeMap<i64, BTreeSet<String>>;

#[derive(Debug, Default)]
struct Sum {
    transactions: i64,
    failed: i64,
    histogram: Histogram,
}

/// Adds the transactions of a batch to their hours.
pub(super) async fn write(tx: &Tx, names: &Names, batch: &Batch<'_>) -> Result<()> {
    let arrived: Vec<&NewTransaction> = batch.parcels.iter().flat_map(|parcel| &parcel.transactions).collect();
    if arrived.is_empty() {
        return Ok(());
    }
    let known = learn_names(tx, batch.project_id, &arrived).await?;
    let mut sums = sums(names, batch.project_id, &arrived, &known);
    add_stored(tx, batch.project_id, &mut sums).await?;
    save(tx, batch.project_id, &sums).await
}

/// The names that may be counted in the hours of a batch, with those that are new in it.
async fn learn_names(tx: &Tx, project_id: i64, arrived: &[&NewTransaction]) -> Result<NamesByHour> {
    let hours: BTreeSet<i64> = arrived.iter().map(|one| hour(one)).collect();
    let mut known = NamesByHour::new();
    let rows = transaction_name::Entity::find()
        .filter(transaction_name::Column::ProjectId.eq(project_id))
        .filter(transaction_name::Column::Hour.is_in(hours))
        .all(tx)
        .await?;
    for row in rows {
        known.entry(row.hour).or_default().insert(row.name);
    }
    let new = admit_names(&mut known, arrived);
    for chunk in new.chunks(ROWS_PER_INSERT) {
        let rows = chunk.iter().map(|(hour, name)| transaction_name::ActiveModel {
            project_id: Set(project_id),
            hour: Set(*hour),
            name: Set(name.clone()),
        });
        transaction_name::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(known)
}

/// Adds the names there is still room for and answers them.
fn admit_names(known: &mut NamesByHour, arrived: &[&NewTransaction]) -> Vec<(i64, String)> {
    let mut new = Vec::new();
    for one in arrived {
        let names = known.entry(hour(one)).or_default();
        if names.len() < NAMES_MAX && !names.contains(&one.name) {
            names.insert(one.name.clone());
            new.push((hour(one), one.name.clone()));
        }
    }
    new
}

fn hour(one: &NewTransaction) -> i64 {
    one.at.div_euclid(HOUR_MS)
}

fn sums<'a>(names: &Names, project_id: i64, arrived: &[&'a NewTransaction], known: &NamesByHour) -> Sums<'a> {
    let mut sums = Sums::new();
    for one in arrived {
        let (release_id, environment_id) = names.ids(project_id, &one.place);
        let is_known = known.get(&hour(one)).is_some_and(|names| names.contains(&one.name));
        let name = if is_known { one.name.as_str() } else { OTHER };
        let sum = sums.entry((release_id, environment_id, hour(one))).or_default().entry(name).or_default();
        sum.transactions += 1;
        sum.failed += i64::from(one.failed);
        sum.histogram.record(one.micros);
    }
    sums
}

/// Adds what is stored already. Whoever writes holds the lock of the change sequence, so nobody writes in between.
async fn add_stored(tx: &Tx, project_id: i64, sums: &mut Sums<'_>) -> Result<()> {
    use transaction_hour::Column as C;
    for (&(release_id, environment_id, hour), by_name) in sums {
        let names: Vec<&str> = by_name.keys().copied().collect();
        for chunk in names.chunks(NAMES_PER_QUERY) {
            let rows = transaction_hour::Entity::find()
                .filter(C::ProjectId.eq(project_id))
                .filter(C::ReleaseId.eq(release_id))
                .filter(C::EnvironmentId.eq(environment_id))
                .filter(C::Hour.eq(hour))
                .filter(C::Name.is_in(chunk.iter().copied()));
            for row in rows.all(tx).await? {
                if let Some(sum) = by_name.get_mut(row.name.as_str()) {
                    sum.add(&row);
                }
            }
        }
    }
    Ok(())
}

impl Sum {
    fn add(&mut self, row: &transaction_hour::Model) {
        self.transactions += row.transactions;
        self.failed += row.failed;
        match Histogram::decode(&row.histogram) {
            Some(stored) => self.histogram.add(&stored),
            None => tracing::error!(project.id = row.project_id, "a histogram is broken and begins anew"),
        }
    }
}

async fn save(tx: &Tx, project_id: i64, sums: &Sums<'_>) -> Result<()> {
    use transaction_hour::Column as C;
    let flat = sums.iter().flat_map(|(key, by_name)| by_name.iter().map(move |(name, sum)| (*key, *name, sum)));
    let rows: Vec<_> = flat
        .map(|((release_id, environment_id, hour), name, sum)| transaction_hour::ActiveModel {
            project_id: Set(project_id),
            release_id: Set(release_id),
            environment_id: Set(environment_id),
            hour: Set(hour),
            name: Set(name.to_owned()),
            transactions: Set(sum.transactions),
            failed: Set(sum.failed),
            histogram: Set(sum.histogram.encode()),
        })
        .collect();
    let conflict = OnConflict::columns([C::ProjectId, C::ReleaseId, C::EnvironmentId, C::Hour, C::Name])
        .update_columns([C::Transactions, C::Failed, C::Histogram])
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = transaction_hour::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::arrival::Place;

    #[test]
    fn names_beyond_the_bound_are_counted_together() {
        let transaction = |number: usize, at: i64| NewTransaction {
            place: Place::default(),
            at,
            name: format!("made-up-{number}"),
            micros: 1_000,
            failed: number == 0,
        };
        let all: Vec<NewTransaction> =
            (0..NAMES_MAX + 5).map(|number| transaction(number, 0)).chain([transaction(9_999, HOUR_MS)]).collect();
        let arrived: Vec<&NewTransaction> = all.iter().collect();
        let mut known = NamesByHour::new();
        assert_eq!(admit_names(&mut known, &arrived).len(), NAMES_MAX + 1);
        assert_eq!(admit_names(&mut known, &arrived), []);
        let sums = sums(&Names::default(), 1, &arrived, &known);
        assert_eq!(sums[&(0, 0, 0)][OTHER].transactions, 5);
        assert_eq!(sums[&(0, 0, 0)]["made-up-0"].failed, 1);
        assert_eq!(sums[&(0, 0, 1)]["made-up-9999"].histogram.count(), 1);
    }
}
