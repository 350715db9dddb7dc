//! How SQLite carries out what is asked for each batch: by looking rows up, however many there are.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::{issues, known, names, users};
use crate::issues::state::ENTER;
use crate::store::{bulk, connect};

#[tokio::test]
async fn a_batch_never_reads_a_whole_table() {
    let data = tempfile::tempdir().unwrap();
    let store = connect::open(data.path(), None).await.unwrap();
    connect::migrate(&store).await.unwrap();
    let backend = DatabaseBackend::Sqlite;
    for sql in [
        known::question(backend),
        users::question(backend),
        bulk::text(backend, &issues::COUNT),
        bulk::text(backend, &ENTER),
        bulk::text(backend, &names::SEE_RELEASES),
    ] {
        let plan = Statement::from_string(backend, format!("EXPLAIN QUERY PLAN {sql}"));
        let steps = store.reader().query_all_raw(plan).await.unwrap();
        let steps: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
        // Of a table by the project alone is as good as all of it.
        let is_whole = |step: &&String| {
            (step.starts_with("SCAN ") && !step.starts_with("SCAN json_each")) || step.ends_with("(project_id=?)")
        };
        assert!(!steps.is_empty() && !steps.iter().any(|step| is_whole(&step)), "{sql}: {steps:#?}");
    }
}
