//! Everything that ever happened around an issue, in one order: what people said and did, the releases it appeared and
//! came back in, when those were put live, and which mails were sent about it. Newest first.
//!
//! Each source gives its newest moments up to a place, and the page is cut from all of them together. Moments of one
//! millisecond are kept apart by how many of them a page has shown.

mod mails;
mod releases;

use fieldfare_app::api::{Moment, MomentKind, Page, Timestamp, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{comments, names};
use crate::error::Result;
use crate::store::entities::{activity, comment, issue};
use crate::store::paging::{self, PAGE_ROWS};

/// Moments of one millisecond that pages can be told apart by; a bulk action makes a handful.
const SAME_MOMENT_MAX: u64 = 1_000;

/// A moment with what orders it among those of the same millisecond.
struct Placed {
    /// By source, and there by row; what came later is greater.
    rank: (u8, i64),
    moment: Moment,
}

/// Up to where moments are wanted, and how many.
#[derive(Clone, Copy)]
struct Span {
    /// Unix milliseconds; `None` for the newest there are.
    until: Option<i64>,
    limit: u64,
}

/// One page of an issue's timeline.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown issue, [`crate::error::Error::Invalid`] for a cursor that is none.
pub async fn page(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    issue: &str,
    cursor: Option<&str>,
) -> Result<Page<Moment>> {
    let issue = names::issue(db, issue).await?;
    page_of(db, viewer, &issue, cursor).await
}

pub(super) async fn page_of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    issue: &issue::Model,
    cursor: Option<&str>,
) -> Result<Page<Moment>> {
    let place = paging::given(cursor)?;
    let skipped = place.map_or(0, |(_, shown)| u64::try_from(shown).unwrap_or(0).min(SAME_MOMENT_MAX));
    let span = Span { until: place.map(|(at, _)| at), limit: PAGE_ROWS + skipped + 1 };
    let mut moments = said(db, viewer, issue, span).await?;
    moments.extend(done(db, issue, span).await?);
    moments.extend(releases::moments(db, issue, span).await?);
    moments.extend(mails::moments(db, issue, span).await?);
    Ok(cut(moments, place, PAGE_ROWS))
}

/// The page behind a place, from the newest moments of every source.
fn cut(mut moments: Vec<Placed>, place: Option<(i64, i64)>, rows: u64) -> Page<Moment> {
    moments.sort_by_key(|placed| std::cmp::Reverse((placed.moment.at, placed.rank)));
    let (from, already) = place.map_or((None, 0), |(at, shown)| (Some(at), usize::try_from(shown).unwrap_or(0)));
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let mut rest = moments.into_iter().map(|placed| placed.moment).skip(already);
    let data: Vec<Moment> = rest.by_ref().take(rows).collect();
    let more = rest.next().is_some();
    let next = data.last().filter(|_| more).map(|last| {
        let same = data.iter().rev().take_while(|moment| moment.at == last.at).count();
        let before = if from == Some(last.at.0) { already } else { 0 };
        paging::cursor(last.at.0, i64::try_from(same + before).unwrap_or(i64::MAX))
    });
    Page { data, next }
}

async fn said(db: &impl ConnectionTrait, viewer: &Viewer, issue: &issue::Model, span: Span) -> Result<Vec<Placed>> {
    let of_issue = comment::Column::IssueId.is_in(names::with_merged(db, issue.id).await?);
    let mut select = comment::Entity::find().filter(of_issue);
    if let Some(until) = span.until {
        select = select.filter(comment::Column::CreatedAt.lte(until));
    }
    let ordered = select.order_by_desc(comment::Column::CreatedAt).order_by_desc(comment::Column::Id);
    let rows = ordered.limit(span.limit).all(db).await?;
    let shown = comments::shown(db, viewer, rows).await?;
    Ok(shown
        .into_iter()
        .map(|comment| Placed {
            rank: (3, comment.id),
            moment: Moment {
                at: comment.created_at,
                kind: MomentKind::Comment,
                by: comment.by.clone(),
                what: "commented".to_owned(),
                release: None,
                comment: Some(comment),
            },
        })
        .collect())
}

async fn done(db: &impl ConnectionTrait, issue: &issue::Model, span: Span) -> Result<Vec<Placed>> {
    let mut select = activity::Entity::find().filter(activity::Column::IssueId.eq(issue.id));
    if let Some(until) = span.until {
        select = select.filter(activity::Column::HappenedAt.lte(until));
    }
    let ordered = select.order_by_desc(activity::Column::HappenedAt).order_by_desc(activity::Column::Id);
    let lines = ordered.limit(span.limit).all(db).await?;
    let members = names::members(db, lines.iter().filter_map(|line| line.member_id)).await?;
    Ok(lines
        .into_iter()
        .map(|line| Placed {
            rank: (2, line.id),
            moment: Moment {
                at: Timestamp(line.happened_at),
                kind: MomentKind::Activity,
                by: line.member_id.and_then(|id| members.get(&id).cloned()),
                what: line.what,
                release: None,
                comment: None,
            },
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(at: i64, row: i64) -> Placed {
        let moment = Moment {
            at: Timestamp(at),
            kind: MomentKind::Activity,
            by: None,
            what: row.to_string(),
            release: None,
            comment: None,
        };
        Placed { rank: (2, row), moment }
    }

    /// As the sources answer: everything up to the place, at most `limit`.
    fn answered(all: &[(i64, i64)], place: Option<(i64, i64)>, rows: u64) -> Vec<Placed> {
        let limit = rows + place.map_or(0, |(_, shown)| u64::try_from(shown).unwrap()) + 1;
        let mut fitting: Vec<_> =
            all.iter().copied().filter(|(at, _)| place.is_none_or(|(until, _)| *at <= until)).collect();
        fitting.sort_by(|a, b| b.cmp(a));
        fitting.truncate(usize::try_from(limit).unwrap());
        fitting.into_iter().map(|(at, row)| placed(at, row)).collect()
    }

    #[test]
    fn pages_show_every_moment_once_however_many_share_a_millisecond() {
        let all: Vec<(i64, i64)> = (0..40).map(|row| (row / 13, row)).collect();
        for rows in [1, 3, 7, 13, 50] {
            let (mut seen, mut place) = (Vec::new(), None);
            loop {
                let page = cut(answered(&all, place, rows), place, rows);
                assert!(page.data.len() <= usize::try_from(rows).unwrap());
                seen.extend(page.data.iter().map(|moment| moment.what.parse::<i64>().unwrap()));
                let Some(next) = page.next else { break };
                place = Some(paging::read(&next).unwrap());
            }
            assert_eq!(seen, (0..40).rev().collect::<Vec<_>>(), "{rows} a page");
        }
    }
}
