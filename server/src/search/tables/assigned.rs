//! To whom an issue is left: conditions on the table `issue`.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query as Sql};

use crate::store::entities::{issue, team, team_member};

/// Issues left to anybody: a member or a team.
pub(super) fn to_anybody() -> Expr {
    issue::Column::AssigneeId.is_not_null().or(issue::Column::TeamId.is_not_null())
}

/// Issues left to the team of a slug. Written so that its negation holds for issues left to no team.
pub(super) fn to_team(slug: &str) -> Expr {
    let team = Sql::select()
        .column(team::Column::Id.as_column_ref())
        .from(team::Entity)
        .and_where(team::Column::Slug.eq(slug.trim_start_matches('#').to_lowercase()))
        .to_owned();
    Expr::cust("COALESCE(issue.team_id, 0)").in_subquery(team)
}

/// Issues left to any team that a member is in. Written so that its negation holds for issues left to no team.
pub(super) fn to_teams_of(member_id: i64) -> Expr {
    let teams = Sql::select()
        .column(team_member::Column::TeamId.as_column_ref())
        .from(team_member::Entity)
        .and_where(team_member::Column::MemberId.eq(member_id))
        .to_owned();
    Expr::cust("COALESCE(issue.team_id, 0)").in_subquery(teams)
}
