//! The state an issue is in. See the migration of the same table for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "issue_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub issue_id: i64,
    pub project_id: i64,
    pub how: Option<String>,
    pub since: i64,
    pub member_id: Option<i64>,
    pub release_id: Option<i64>,
    pub commit_sha: Option<String>,
    pub due_at: Option<i64>,
    pub from_events: i64,
    pub from_users: i64,
    pub more_events: Option<i64>,
    pub more_users: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
