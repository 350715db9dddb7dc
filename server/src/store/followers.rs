//! Who follows issues: whoever follows one that was merged follows the whole it is in, until they leave that.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

/// A member who follows an issue.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Follower {
    pub issue_id: i64,
    pub member_id: i64,
    /// The column `subscription.reason`.
    pub reason: String,
}

/// The followers of these issues.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &impl ConnectionTrait, issues: &[i64]) -> Result<Vec<Follower>, DbErr> {
    if issues.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = issues.iter().map(i64::to_string).collect();
    all(db, &ids.join(", ")).await
}

/// The followers of the issues that something was done to at once.
///
/// # Errors
/// When the database fails.
pub async fn of_many(db: &impl ConnectionTrait, bulk_id: i64) -> Result<Vec<Follower>, DbErr> {
    all(db, &format!("SELECT issue_id FROM bulk_issue WHERE bulk_id = {bulk_id}")).await
}

/// `issues` is a list of numbers or a select of them, never anybody's words.
async fn all(db: &impl ConnectionTrait, issues: &str) -> Result<Vec<Follower>, DbErr> {
    let statement = format!(
        "SELECT s.issue_id, s.member_id, s.reason FROM subscription s
         WHERE s.is_on AND s.issue_id IN ({issues})
         UNION
         SELECT p.issue_id, s.member_id, s.reason FROM issue_part p JOIN subscription s ON s.issue_id = p.home_issue_id
         WHERE s.is_on AND p.issue_id IN ({issues}) AND NOT EXISTS
            (SELECT 1 FROM subscription own WHERE own.issue_id = p.issue_id AND own.member_id = s.member_id)"
    );
    Follower::find_by_statement(Statement::from_string(db.get_database_backend(), statement)).all(db).await
}
