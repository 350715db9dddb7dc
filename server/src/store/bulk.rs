//! Many rows written at once, in the words both databases have in common.
//!
//! What a batch writes without asking for an answer goes in one round trip. The rows of a statement are one bound JSON
//! document, so that its text never changes and is prepared once, however many rows there are
//! (`docs/decisions/017`).

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value};
use serde::Serialize;

use super::Tx;
use crate::error::Result;

/// What a column of rows holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Text,
    /// Written as 32 hexadecimal digits, or null.
    Uuid,
}

/// A statement that writes rows.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    /// Up to the rows, as in `INSERT INTO outcome_hour (…) SELECT rows.hour, … FROM `.
    pub head: &'static str,
    /// The columns of `rows`, in the order each row has them.
    pub columns: &'static [(&'static str, Kind)],
    /// After the rows, which are called `rows`.
    pub tail: &'static str,
}

/// Statements of one transaction that wait to be sent together. They touch different tables: PostgreSQL runs them at once.
#[derive(Debug, Default)]
pub struct Writes(Vec<(Bulk, String)>);

impl Writes {
    /// Adds a statement with its rows, each an array of as many values as there are columns; nothing where there are
    /// none.
    ///
    /// # Errors
    /// When a row cannot be written as JSON.
    pub fn add<R: Serialize>(&mut self, bulk: Bulk, rows: &[R]) -> Result<()> {
        if !rows.is_empty() {
            self.0.push((bulk, document(rows)?));
        }
        Ok(())
    }

    /// Carries everything out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send(self, tx: &Tx) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let backend = tx.get_database_backend();
        let statements = self.0.iter().map(|(bulk, _)| bulk);
        let sql = if backend == DatabaseBackend::Postgres { as_one(statements) } else { in_order(statements) };
        let rows = self.0.into_iter().map(|(_, rows)| Value::from(rows));
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, rows)).await?;
        Ok(())
    }
}

/// Everything as the database of this kind takes it.
#[cfg(test)]
pub(crate) fn text(backend: DatabaseBackend, statement: &Bulk) -> String {
    if backend == DatabaseBackend::Postgres {
        as_one([statement].into_iter())
    } else {
        in_order([statement].into_iter())
    }
}

/// For SQLite, which takes several statements in one text.
fn in_order<'a>(statements: impl Iterator<Item = &'a Bulk>) -> String {
    let statements = statements.zip(1..).map(|(bulk, place)| {
        let rows = rows(DatabaseBackend::Sqlite, bulk.columns, place);
        format!("{}{rows}{};", bulk.head, bulk.tail)
    });
    statements.collect()
}

/// For PostgreSQL, which takes one prepared statement at a time, but statements that write as parts of it.
fn as_one<'a>(statements: impl Iterator<Item = &'a Bulk>) -> String {
    let statements = statements.zip(1..).map(|(bulk, place)| {
        let rows = rows(DatabaseBackend::Postgres, bulk.columns, place);
        format!("write_{place} AS ({}{rows}{})", bulk.head, bulk.tail)
    });
    format!("WITH {} SELECT 1", statements.collect::<Vec<_>>().join(", "))
}

/// The rows of the JSON document that is bound at `place`, as a table called `rows`: an array of arrays, each with as many
/// values as there are columns.
pub fn rows(backend: DatabaseBackend, columns: &[(&str, Kind)], place: usize) -> String {
    let is_postgres = backend == DatabaseBackend::Postgres;
    let columns = columns.iter().enumerate().map(|(index, (name, kind))| match (kind, is_postgres) {
        (Kind::Integer, true) => format!("CAST(value ->> {index} AS BIGINT) AS {name}"),
        (Kind::Uuid, true) => format!("CAST(value ->> {index} AS UUID) AS {name}"),
        (Kind::Uuid, false) => format!("unhex(value ->> {index}) AS {name}"),
        (Kind::Integer | Kind::Text, _) => format!("value ->> {index} AS {name}"),
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    match is_postgres {
        true => format!("(SELECT {columns} FROM json_array_elements(${place}::json)) AS rows"),
        false => format!("(SELECT {columns} FROM json_each(${place})) AS rows"),
    }
}

/// How a table is joined to [`rows`] so that each row is looked up in it: SQLite, which knows nothing of how many rows there
/// are, would read the whole table instead.
pub fn joined_to_rows(backend: DatabaseBackend) -> &'static str {
    if backend == DatabaseBackend::Postgres { " JOIN " } else { " CROSS JOIN " }
}

/// Rows as the document that is bound for them.
///
/// # Errors
/// When a row cannot be written as JSON.
pub fn document<R: Serialize>(rows: &[R]) -> Result<String> {
    Ok(serde_json::to_string(rows).map_err(anyhow::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: Bulk = Bulk {
        head: "INSERT INTO count SELECT rows.id, rows.word FROM ",
        columns: &[("id", Kind::Integer), ("word", Kind::Text)],
        tail: " WHERE true ON CONFLICT DO NOTHING",
    };
    const MARK: Bulk =
        Bulk { head: "UPDATE mark SET at = 1 FROM ", columns: &[("id", Kind::Uuid)], tail: " WHERE mark.id = rows.id" };

    #[test]
    fn sqlite_gets_one_after_the_other() {
        assert_eq!(
            in_order([&COUNT, &MARK].into_iter()),
            "INSERT INTO count SELECT rows.id, rows.word FROM (SELECT value ->> 0 AS id, value ->> 1 AS word \
             FROM json_each($1)) AS rows WHERE true ON CONFLICT DO NOTHING;\
             UPDATE mark SET at = 1 FROM (SELECT unhex(value ->> 0) AS id FROM json_each($2)) AS rows \
             WHERE mark.id = rows.id;"
        );
    }

    #[test]
    fn postgresql_gets_one_statement() {
        assert_eq!(
            as_one([&COUNT, &MARK].into_iter()),
            "WITH write_1 AS (INSERT INTO count SELECT rows.id, rows.word FROM (SELECT CAST(value ->> 0 AS BIGINT) AS id, \
             value ->> 1 AS word FROM json_array_elements($1::json)) AS rows WHERE true ON CONFLICT DO NOTHING), \
             write_2 AS (UPDATE mark SET at = 1 FROM (SELECT CAST(value ->> 0 AS UUID) AS id \
             FROM json_array_elements($2::json)) AS rows WHERE mark.id = rows.id) SELECT 1"
        );
    }

    #[test]
    fn nothing_is_sent_where_there_are_no_rows() {
        let mut writes = Writes::default();
        writes.add(COUNT, &Vec::<(i64, &str)>::new()).unwrap();
        assert!(writes.0.is_empty());
        writes.add(COUNT, &[(1, "a\"b")]).unwrap();
        assert_eq!(writes.0[0].1, r#"[[1,"a\"b"]]"#);
    }
}
