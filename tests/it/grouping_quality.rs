//! How well the algorithm finds the groups of the labelled corpus; see tests/fixtures/grouping/README.md.

use std::collections::BTreeSet;

use fieldfare::grouping::Rules;
use fieldfare_tests::corpus;

/// Measured when this was written; an algorithm that does worse is not to be shipped.
const PRECISION_MIN: f64 = 0.97;
const RECALL_MIN: f64 = 0.95;

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for whoever works on the algorithm")]
fn the_corpus_is_grouped_as_it_is_labelled() {
    let quality = corpus::measure(&corpus::load().expect("the corpus"), &Rules::default());
    println!("{}", serde_json::to_string_pretty(&quality).expect("JSON"));
    assert!(quality.events >= 300 && quality.groups >= 60 && quality.platforms >= 6, "{quality:?}");
    assert!(quality.precision >= PRECISION_MIN, "{quality:#?}");
    assert!(quality.recall >= RECALL_MIN, "{quality:#?}");
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
