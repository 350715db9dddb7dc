//! Arranges hits: what belongs to one issue stands together, where its best hit ranks.

use crate::api::{Hit, HitKind};
use crate::routes;

/// Hits of one issue, best first; an incident is alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) best: Hit,
    pub(super) more: Vec<Hit>,
}

/// Keeps the order of the best hit of each issue. Where all are of one issue there is nothing to gather.
pub(super) fn by_issue(hits: Vec<Hit>) -> Vec<Group> {
    let first = hits.first().map(|hit| hit.issue.clone()).unwrap_or_default();
    if hits.iter().all(|hit| hit.issue == first) {
        return hits.into_iter().map(|best| Group { best, more: Vec::new() }).collect();
    }
    hits.into_iter().fold(Vec::new(), |mut groups: Vec<Group>, hit| {
        match groups.iter_mut().find(|group| !hit.issue.is_empty() && group.best.issue == hit.issue) {
            Some(group) => group.more.push(hit),
            None => groups.push(Group { best: hit, more: Vec::new() }),
        }
        groups
    })
}

/// Where a hit leads.
pub(super) fn path_of(hit: &Hit) -> String {
    match hit.kind {
        HitKind::Event => routes::issue_event(&hit.issue, &hit.id),
        HitKind::Feedback => hit.id.parse().map_or_else(|_| routes::issue(&hit.issue), routes::feedback),
        HitKind::Issue => routes::issue(&hit.id),
        HitKind::Comment => {
            hit.id.parse().map_or_else(|_| routes::issue(&hit.issue), |id| routes::comment(&hit.issue, id))
        }
        HitKind::Incident => format!("{}/{}", routes::INCIDENTS, hit.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Timestamp;

    fn hit(kind: HitKind, id: &str, issue: &str) -> Hit {
        Hit {
            kind,
            id: id.to_owned(),
            issue: issue.to_owned(),
            title: String::new(),
            snippet: String::new(),
            release: None,
            environment: None,
            at: Timestamp(0),
        }
    }

    #[test]
    fn hits_of_one_issue_stand_where_the_best_one_ranks() {
        let hits = vec![
            hit(HitKind::Event, "e1", "SHOP-2"),
            hit(HitKind::Incident, "4", ""),
            hit(HitKind::Issue, "SHOP-1", "SHOP-1"),
            hit(HitKind::Issue, "SHOP-2", "SHOP-2"),
            hit(HitKind::Incident, "5", ""),
        ];
        let ids: Vec<(String, usize)> = by_issue(hits).into_iter().map(|g| (g.best.id, g.more.len())).collect();
        let expected = [("e1", 1), ("4", 0), ("SHOP-1", 0), ("5", 0)].map(|(id, more)| (id.to_owned(), more));
        assert_eq!(ids, expected);
    }

    #[test]
    fn hits_of_one_issue_alone_are_a_list() {
        let hits = ["e1", "e2"].map(|id| hit(HitKind::Event, id, "SHOP-2"));
        assert!(by_issue(hits.to_vec()).into_iter().all(|group| group.more.is_empty()));
    }

    #[test]
    fn every_kind_of_hit_leads_somewhere() {
        for (kind, id, expected) in [
            (HitKind::Event, "abc", "/issues/SHOP-2?event=abc"),
            (HitKind::Feedback, "17", "/feedback/17"),
            (HitKind::Feedback, "odd", "/issues/SHOP-2"),
            (HitKind::Issue, "SHOP-2", "/issues/SHOP-2"),
            (HitKind::Comment, "9", "/issues/SHOP-2#comment-9"),
            (HitKind::Incident, "4", "/incidents/4"),
        ] {
            assert_eq!(path_of(&hit(kind, id, "SHOP-2")), expected);
        }
    }
}
