use super::*;

/// Midnight of some day.
const CURRENT: i64 = 498_720;

/// Counts of [`HOURS`] hours: what an hour so long ago brought.
fn hours(count: impl Fn(i64) -> u32) -> Vec<u32> {
    (0..HOURS).rev().map(count).collect()
}

fn past(hours: &[u32]) -> Past<'_> {
    Past { hours, current: CURRENT, elapsed: 1.0, first: CURRENT - 1_000, entered: None }
}

fn judged(count: impl Fn(i64) -> u32) -> Option<String> {
    judge(&past(&hours(count))).map(|found| found.to_string())
}

#[test]
fn an_issue_escalates_when_it_happens_far_more_often_than_usual() {
    type Counts = fn(i64) -> u32;
    #[rustfmt::skip]
    let table: [(&str, Counts, Option<&str>); 13] = [
        ("nothing",                     |_| 0,                                          None),
        ("as ever",                     |_| 50,                                         None),
        ("one in a while",              |ago| u32::from(ago % 50 == 0),                 None),
        ("a silent week, then ten",     |ago| if ago == 0 { 10 } else { 0 },            Some("10 events within an hour, where hardly any would be usual")),
        ("a silent week, then nine",    |ago| if ago == 0 { 9 } else { 0 },             None),
        ("one an hour, then forty",     |ago| if ago == 0 { 40 } else { 1 },            Some("40 events within an hour, where about 1 would be usual")),
        ("one an hour, then three",     |ago| if ago == 0 { 3 } else { 1 },             None),
        ("five times since six hours",  |ago| if ago < 6 { 25 } else { 5 },             Some("150 events within 6 hours, where about 30 would be usual")),
        ("double is certain but small", |ago| if ago < 24 { 200 } else { 100 },         None),
        ("four hours of it, yesterday", |ago| if (20..24).contains(&ago) { 40 } else { 1 }, Some("180 events within 24 hours, where about 24 would be usual")),
        ("every night at this time",    |ago| if ago % 24 == 0 { 20 } else { 0 },       None),
        ("every week at this time",     |ago| if ago % 168 == 0 { 20 } else { 0 },      None),
        ("in bursts as ever",           |ago| if ago % 7 == 0 { 30 } else { 0 },        None),
    ];
    for (what, counts, expected) in table {
        assert_eq!(judged(counts).as_deref(), expected, "{what}");
    }
}

#[test]
fn an_issue_is_known_for_a_day_before_it_can_escalate() {
    let flood = hours(|ago| if ago == 0 { 500 } else { u32::from(ago < 40) });
    for (hours_ago, expected) in [(0, false), (23, false), (24, true), (39, true)] {
        let found = judge(&Past { first: CURRENT - hours_ago, ..past(&flood) });
        assert_eq!(found.is_some(), expected, "first seen {hours_ago} hours ago");
    }
}

#[test]
fn an_hour_that_has_just_begun_is_not_compared_with_a_whole_one() {
    let counts = hours(|ago| if ago == 0 { 12 } else { 6 });
    assert_eq!(judge(&past(&counts)), None, "twelve in an hour, where six are usual");
    let found = judge(&Past { elapsed: 0.1, ..past(&counts) });
    assert!(found.is_some_and(|found| found.events == 12), "twelve in six minutes: {found:?}");
}

/// Busy since five hours before it was archived, and `after` that: 100 events an hour, where one is usual.
fn archived(hours_ago: i64, after: u32) -> Option<Escalation> {
    let counts = hours(|ago| match ago - hours_ago {
        ..0 => after,
        0 => 60 + after / 3,
        1..=5 => 100,
        _ => 1,
    });
    let since = u32::try_from(hours_ago).unwrap() * after + after / 3;
    let entered = Some(Entered { hour: CURRENT - hours_ago, put_up_with: Some(since) });
    judge(&Past { entered, ..past(&counts) })
}

#[test]
fn what_somebody_put_up_with_is_no_news() {
    for (hours_ago, after, expected) in [
        (0, 0, false),
        (1, 100, false),
        (12, 100, false),
        (100, 100, false),
        (12, 1, false),
        (2, 600, true),
        (12, 600, true),
        (30, 600, true),
    ] {
        assert_eq!(archived(hours_ago, after).is_some(), expected, "{after} an hour for {hours_ago} hours");
    }
}

#[test]
fn a_rise_within_the_hour_of_the_decision_counts() {
    // Two events, then somebody archived it, then nine hundred.
    let counts = hours(|ago| if ago == 0 { 902 } else { u32::from(ago % 10 == 0) });
    let entered = Some(Entered { hour: CURRENT, put_up_with: Some(900) });
    let found = judge(&Past { entered, ..past(&counts) });
    assert_eq!(found.map(|found| found.events), Some(900));
}

#[test]
fn any_counts_are_judged() {
    for huge in [u32::MAX, u32::MAX - 1] {
        assert!(judged(|ago| if ago == 0 { huge } else { 0 }).is_some());
        assert_eq!(judged(|_| huge), None);
    }
    assert_eq!(judge(&past(&[])), None);
    assert_eq!(judge(&past(&[5; 3])), None);
}
