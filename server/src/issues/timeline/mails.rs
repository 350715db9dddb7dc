//! The mails that were sent about an issue: what was told at one moment is one line, however many were told.

use std::collections::HashMap;

use fieldfare_app::api::{Moment, MomentKind, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::{Placed, Span};
use crate::error::Result;
use crate::issues::names;
use crate::store::entities::issue;
use crate::store::entities::notification::{Column, Entity};

/// Recipients that are named; more are counted.
const NAMED_MAX: i64 = 3;

/// What was told to everybody at one moment.
#[derive(FromQueryResult)]
struct Told {
    created_at: i64,
    kind: String,
    last_id: i64,
    mails: i64,
    delivered: i64,
    given_up: i64,
}

pub(super) async fn moments(db: &impl ConnectionTrait, issue: &issue::Model, span: Span) -> Result<Vec<Placed>> {
    let told = told(db, issue, span).await?;
    let names = recipients(db, issue, &told).await?;
    let moments = told.into_iter().map(|told| {
        let names = names.get(&(told.created_at, told.kind.clone())).map_or(&[][..], Vec::as_slice);
        Placed {
            rank: (1, told.last_id),
            moment: Moment {
                at: Timestamp(told.created_at),
                kind: MomentKind::Mail,
                by: None,
                what: sentence(&told, names),
                release: None,
                comment: None,
            },
        }
    });
    Ok(moments.collect())
}

async fn told(db: &impl ConnectionTrait, issue: &issue::Model, span: Span) -> Result<Vec<Told>> {
    let mut select = Entity::find()
        .select_only()
        .columns([Column::CreatedAt, Column::Kind])
        .expr_as(Expr::cust("MAX(id)"), "last_id")
        .expr_as(Expr::cust("COUNT(*)"), "mails")
        .expr_as(Expr::cust("COUNT(delivered_at)"), "delivered")
        .expr_as(Expr::cust("COUNT(given_up_at)"), "given_up")
        .filter(Column::IssueId.eq(issue.id))
        .group_by(Column::CreatedAt)
        .group_by(Column::Kind);
    if let Some(until) = span.until {
        select = select.filter(Column::CreatedAt.lte(until));
    }
    let ordered = select.order_by_desc(Column::CreatedAt).order_by_desc(Expr::cust("MAX(id)"));
    Ok(ordered.limit(span.limit).into_model().all(db).await?)
}

/// The names of the recipients of what few were told, in order.
async fn recipients(
    db: &impl ConnectionTrait,
    issue: &issue::Model,
    told: &[Told],
) -> Result<HashMap<(i64, String), Vec<String>>> {
    let few = told.iter().filter(|told| told.mails <= NAMED_MAX).map(|told| told.created_at);
    let rows = Entity::find()
        .select_only()
        .columns([Column::CreatedAt, Column::Kind, Column::MemberId])
        .filter(Column::IssueId.eq(issue.id))
        .filter(Column::CreatedAt.is_in(few));
    let rows: Vec<(i64, String, i64)> = rows.into_tuple().all(db).await?;
    let members = names::members(db, rows.iter().map(|(.., member_id)| *member_id)).await?;
    let mut names: HashMap<(i64, String), Vec<String>> = HashMap::new();
    for (created_at, kind, member_id) in rows {
        names.entry((created_at, kind)).or_default().extend(members.get(&member_id).cloned());
    }
    names.values_mut().for_each(|names| names.sort_unstable());
    Ok(names)
}

/// `Mail about a comment to Ada and Bo`, with what has not arrived.
fn sentence(told: &Told, names: &[String]) -> String {
    let all_known = i64::try_from(names.len()) == Ok(told.mails) && told.mails <= NAMED_MAX;
    let to = if all_known { listed(names) } else { people(told.mails) };
    let states = [(told.mails - told.delivered - told.given_up, "waiting"), (told.given_up, "given up")];
    let noted = states.into_iter().filter(|(count, _)| *count > 0).map(|(count, state)| format!("{count} {state}"));
    let noted = noted.collect::<Vec<_>>().join(", ");
    let noted = if noted.is_empty() { noted } else { format!(" ({noted})") };
    format!("Mail about {} to {to}{noted}", subject(&told.kind))
}

fn subject(kind: &str) -> &str {
    match kind {
        "new_issue" => "the new issue",
        "regression" => "the regression",
        "new_feedback" => "new feedback",
        "comment" => "a comment",
        "mention" => "a mention",
        "issue_changed" => "a change",
        other => other,
    }
}

fn people(count: i64) -> String {
    if count == 1 { "1 member".to_owned() } else { format!("{count} members") }
}

fn listed(names: &[String]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_told_in_one_line() {
        let told = |mails, delivered, given_up| Told {
            created_at: 0,
            kind: "comment".to_owned(),
            last_id: 0,
            mails,
            delivered,
            given_up,
        };
        for (told, names, expected) in [
            (told(1, 1, 0), &["Ada"][..], "Mail about a comment to Ada"),
            (told(2, 2, 0), &["Ada", "Bo"], "Mail about a comment to Ada and Bo"),
            (told(3, 1, 1), &["Ada", "Bo", "Cy"], "Mail about a comment to Ada, Bo and Cy (1 waiting, 1 given up)"),
            (told(4, 1, 0), &[], "Mail about a comment to 4 members (3 waiting)"),
            (told(1, 1, 0), &[], "Mail about a comment to 1 member"),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(sentence(&told, &names), expected);
        }
    }
}
