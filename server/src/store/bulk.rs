//! Many rows changed by one statement, in the words both databases have in common.

use sea_orm::{ConnectionTrait, Statement, Value};

use super::Tx;
use crate::error::Result;

/// Binds of one statement, below SQLite's limit of 32,766.
const BINDS_MAX: usize = 30_000;

/// Changes rows by values that differ for each: `head` and `tail` stand around a list of rows, as in
/// `WITH added (id, events) AS (` … `) UPDATE issue SET … FROM added WHERE issue.id = added.id`.
///
/// # Errors
/// When the database fails.
pub async fn with_rows<const N: usize>(tx: &Tx, head: &str, rows: &[[i64; N]], tail: &str) -> Result<()> {
    for chunk in rows.chunks(BINDS_MAX / N.max(1)) {
        let sql = format!("{head}VALUES {}{tail}", placeholders(chunk.len(), N));
        let values = chunk.iter().flatten().map(|value| Value::from(*value));
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}

/// `($1, $2), ($3, $4)`: both databases count this way.
fn placeholders(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let binds: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", binds.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn placeholders_count_on_from_row_to_row() {
        assert_eq!(super::placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
