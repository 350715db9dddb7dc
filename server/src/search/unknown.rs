//! Names in a query that lead nowhere: whoever wrote them is told, for an empty list alone says nothing of why.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::query::{Assigned, Query, Range, Term, Versions};
use super::tables::{meant, of_member, of_slug};
use crate::error::Result;
use crate::releases::order::sort_key;
use crate::store::entities::{member, project, release, team};

/// Most names that are looked up; hints beyond are not read.
const LOOKED_UP_MAX: usize = 8;

/// A sentence for each name that nobody and nothing has.
///
/// # Errors
/// When the database fails.
pub(super) async fn hints(db: &impl ConnectionTrait, query: &Query) -> Result<Vec<String>> {
    let mut hints = Vec::new();
    for term in query.tree.terms().filter(|term| names(term)).take(LOOKED_UP_MAX) {
        hints.extend(hint(db, term).await?);
    }
    Ok(hints)
}

fn names(term: &Term) -> bool {
    matches!(term, Term::Project(_) | Term::Release(..) | Term::Assigned(Assigned::Member(_) | Assigned::Team(_)))
}

async fn hint(db: &impl ConnectionTrait, term: &Term) -> Result<Option<String>> {
    Ok(match term {
        Term::Project(slug) => {
            let found = project::Entity::find().filter(of_slug(slug)).one(db).await?;
            found.is_none().then(|| format!("There is no project “{slug}”."))
        }
        Term::Assigned(Assigned::Member(who)) => {
            let found = member::Entity::find().filter(of_member(who)).one(db).await?;
            found.is_none().then(|| format!("There is no member called “{who}”."))
        }
        Term::Assigned(Assigned::Team(slug)) => {
            let found = team::Entity::find().filter(team::Column::Slug.eq(slug.to_lowercase())).one(db).await?;
            found.is_none().then(|| format!("There is no team of the name “{slug}”."))
        }
        Term::Release(_, Versions::Compared(range)) => incomparable(range),
        Term::Release(_, versions @ (Versions::Named(name) | Versions::Exactly(name))) => {
            let found = release::Entity::find().filter(meant(versions)).one(db).await?;
            found.is_none().then(|| format!("There is no release “{name}”."))
        }
        _ => None,
    })
}

/// Says which end of a comparison is no version.
fn incomparable(range: &Range<String>) -> Option<String> {
    let ends = match range {
        Range::Between(from, to) => vec![from, to],
        Range::Is(at) | Range::Above(at) | Range::AtLeast(at) | Range::Below(at) | Range::AtMost(at) => vec![at],
    };
    let odd = ends.into_iter().find(|end| sort_key(end).is_none())?;
    Some(format!("“{odd}” is not a version that others can be compared with, as 2.4.0 is."))
}
