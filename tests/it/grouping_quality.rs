//! How well the algorithm finds the groups of the labelled corpus; see tests/fixtures/grouping/README.md.

use std::collections::BTreeSet;

use fieldfare::grouping::{Rules, Version};
use fieldfare_tests::corpus;

/// Measured when this was written; an algorithm that does worse is not to be shipped.
const PRECISION_MIN: f64 = 0.99;
const RECALL_MIN: f64 = 0.95;

#[test]
fn the_corpus_is_grouped_as_it_is_labelled() {
    let labelled = corpus::load().expect("the corpus");
    let under = |version| corpus::measure(&labelled, &Rules::default().with_version(version));
    let (first, quality) = (under(Version::Ff1), under(Version::NEWEST));
    println!("{}: {first:#?}", Version::Ff1.name());
    println!("{}", serde_json::to_string_pretty(&quality).expect("JSON"));
    assert!(quality.events >= 300 && quality.groups >= 60 && quality.platforms >= 6, "{quality:?}");
    assert!(quality.precision >= PRECISION_MIN, "{quality:#?}");
    assert!(quality.recall >= RECALL_MIN, "{quality:#?}");
    assert!(quality.recall > first.recall && quality.precision >= first.precision, "a new version is better");
}

#[test]
fn every_group_has_its_own_name_and_at_least_two_events() {
    let labelled = corpus::load().expect("the corpus");
    let groups: BTreeSet<&str> = labelled.iter().map(|one| one.group.as_str()).collect();
    for group in groups {
        let lines = labelled.iter().enumerate().filter(|(_, one)| one.group == group).map(|(at, _)| at);
        let lines: Vec<usize> = lines.collect();
        assert!(lines.len() > 1, "{group}");
        assert_eq!(lines[lines.len() - 1] - lines[0], lines.len() - 1, "{group} stands in two lines");
    }
}
