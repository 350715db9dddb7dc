//! A job that is expected to run. See the migration of the same table for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "monitor")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub project_id: i64,
    pub slug: String,
    pub environment_id: i64,
    pub config: String,
    pub muted: bool,
    pub failing: bool,
    pub failures: i64,
    pub successes: i64,
    pub issue_hash: Option<Uuid>,
    pub last_check_in_at: Option<i64>,
    pub last_status: Option<String>,
    pub expected_at: i64,
    pub due_at: i64,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
