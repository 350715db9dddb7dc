//! What splitting hashes off an issue comes to. Values in, values out.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// A part of the issue, with those of its hashes that have something to show for themselves.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) part_id: i64,
    pub(super) home_issue_id: i64,
    pub(super) hashes: BTreeSet<Uuid>,
}

/// What becomes of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// The whole part goes to the issue it, or what it was in, was before.
    Home { part_id: i64, issue_id: i64 },
    /// The whole part becomes a new issue.
    Leave { part_id: i64 },
    /// Some of its hashes become a new issue, or join the others that do.
    Split { part_id: i64, hashes: Vec<Uuid> },
}

/// Why nothing can be split off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NotHere,
    NothingWouldStay,
}

/// Decides for each part of `issue_id` that has a wanted hash. `merged_into` says of issues that are away where they
/// were merged into: one that was merged into another before goes home with it.
pub(super) fn plan(
    issue_id: i64,
    pieces: &[Piece],
    wanted: &BTreeSet<Uuid>,
    merged_into: &BTreeMap<i64, i64>,
) -> Result<Vec<Move>, Refusal> {
    let taken = |piece: &Piece| piece.hashes.intersection(wanted).copied().collect::<Vec<Uuid>>();
    if wanted.is_empty() || !wanted.iter().all(|hash| pieces.iter().any(|piece| piece.hashes.contains(hash))) {
        return Err(Refusal::NotHere);
    }
    let whole: BTreeSet<i64> = pieces
        .iter()
        .filter(|piece| taken(piece).len() == piece.hashes.len())
        .map(|piece| piece.home_issue_id)
        .collect();
    if pieces.iter().all(|piece| whole.contains(&piece.home_issue_id)) {
        return Err(Refusal::NothingWouldStay);
    }
    let moves = pieces.iter().filter_map(|piece| {
        let (part_id, hashes) = (piece.part_id, taken(piece));
        Some(match hashes.len() {
            0 => return None,
            len if len < piece.hashes.len() => Move::Split { part_id, hashes },
            _ if piece.home_issue_id == issue_id => Move::Leave { part_id },
            _ => Move::Home { part_id, issue_id: home(piece.home_issue_id, &whole, merged_into) },
        })
    });
    Ok(moves.collect())
}

/// The outermost issue that goes home in the same step.
fn home(mut issue_id: i64, whole: &BTreeSet<i64>, merged_into: &BTreeMap<i64, i64>) -> i64 {
    // Issues are never merged in a circle, but no loop over stored rows depends on that.
    for _ in 0..merged_into.len() {
        match merged_into.get(&issue_id).filter(|outer| merged_into.contains_key(*outer) && whole.contains(*outer)) {
            Some(outer) => issue_id = *outer,
            None => break,
        }
    }
    issue_id
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: i64 = 1;

    fn hashes(numbers: &[u128]) -> BTreeSet<Uuid> {
        numbers.iter().map(|number| Uuid::from_u128(*number)).collect()
    }

    fn piece(part_id: i64, home_issue_id: i64, of: &[u128]) -> Piece {
        Piece { part_id, home_issue_id, hashes: hashes(of) }
    }

    #[test]
    fn a_whole_part_goes_home_and_a_piece_of_one_becomes_new() {
        let pieces = [piece(10, TARGET, &[1, 2]), piece(20, 2, &[3]), piece(30, 3, &[4, 5])];
        // 3 was merged into 2 before 2 was merged into the target.
        let merged_into = BTreeMap::from([(2, TARGET), (3, 2)]);
        let home = |part_id, issue_id| Move::Home { part_id, issue_id };
        let split = |part_id, of: &[u128]| Move::Split { part_id, hashes: hashes(of).into_iter().collect() };
        for (wanted, expected) in [
            (&[3_u128][..], Ok(vec![home(20, 2)])),
            (&[4, 5], Ok(vec![home(30, 3)])),
            (&[3, 4, 5], Ok(vec![home(20, 2), home(30, 2)])),
            (&[4], Ok(vec![split(30, &[4])])),
            (&[1], Ok(vec![split(10, &[1])])),
            (&[1, 4], Ok(vec![split(10, &[1]), split(30, &[4])])),
            (&[1, 2], Ok(vec![Move::Leave { part_id: 10 }])),
            (&[1, 2, 3, 4, 5], Err(Refusal::NothingWouldStay)),
            (&[9], Err(Refusal::NotHere)),
            (&[], Err(Refusal::NotHere)),
        ] {
            assert_eq!(plan(TARGET, &pieces, &hashes(wanted), &merged_into), expected, "{wanted:?}");
        }
    }

    #[test]
    fn the_only_hash_of_an_issue_stays() {
        let alone = [piece(10, TARGET, &[1])];
        assert_eq!(plan(TARGET, &alone, &hashes(&[1]), &BTreeMap::new()), Err(Refusal::NothingWouldStay));
    }
}
