//! One piece of feedback from one end user. See the migration of the same table for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub project_id: i64,
    pub event_id: Uuid,
    pub issue_id: i64,
    pub message: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub kind: String,
    pub rating: Option<i32>,
    pub release_id: i64,
    pub environment_id: i64,
    pub associated_event_id: Option<Uuid>,
    pub signature: i64,
    pub created_at: i64,
    pub payload: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
