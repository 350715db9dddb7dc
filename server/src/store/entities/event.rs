//! One error, message or security report. See the migration of the same table for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    pub issue_id: i64,
    pub hash: Uuid,
    pub level: String,
    pub title: String,
    pub happened_at: i64,
    pub received_at: i64,
    pub release_id: i64,
    pub environment_id: i64,
    pub user_key: Option<String>,
    pub payload: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
