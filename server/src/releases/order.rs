//! Which of two releases is the later one. Values in, values out; knows neither tables nor clocks.
//!
//! Versions are read leniently, as people write them: `[package@][v]MAJOR.MINOR[.PATCH[.MORE]][-pre][+build]`, calendar
//! versions included. Where one of two does not parse, deployment decides, then first sight.

use std::cmp::Ordering;

/// Longest version that is parsed, bytes; SDKs refuse longer ones.
const VERSION_BYTES_MAX: usize = 250;
/// Digits of a number in a sort key: room for `20261123093000`, a build number that is a time.
const NUMBER_DIGITS: usize = 16;
/// Numbers before the pre-release: `1.2` to `1.2.3.4`.
const PARTS: std::ops::RangeInclusive<usize> = 2..=4;
/// How pre-releases are written without a dash, as Python does.
const UNDASHED_PRE_RELEASES: [&str; 7] = ["alpha", "beta", "dev", "pre", "rc", "a", "b"];

/// What decides where a release stands among its siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseOrder<'a> {
    pub version: &'a str,
    /// When it was deployed or declared released, Unix milliseconds.
    pub released_at: Option<i64>,
    /// Unix milliseconds.
    pub first_seen: i64,
}

/// How two releases compare, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub ordering: Ordering,
    /// `2.4.1 > 2.4.0, semver`.
    pub reason: String,
}

/// Compares two releases of one project.
pub fn compare(a: &ReleaseOrder<'_>, b: &ReleaseOrder<'_>) -> Comparison {
    let (ordering, by) = decide(a, b);
    let sign = match ordering {
        Ordering::Less => '<',
        Ordering::Equal => '=',
        Ordering::Greater => '>',
    };
    Comparison { ordering, reason: format!("{} {sign} {}, {by}", a.version, b.version) }
}

/// The reason why `a` is later than `b`, if it is.
pub fn is_later(a: &ReleaseOrder<'_>, b: &ReleaseOrder<'_>) -> Option<String> {
    let compared = compare(a, b);
    (compared.ordering == Ordering::Greater).then_some(compared.reason)
}

/// Where a release stands in a list of many: the greatest is the newest. Versions that parse come after all that do not,
/// so that the order is a total one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(Option<String>, i64);

/// The rank of a release in the lists of its project.
pub fn rank(release: &ReleaseOrder<'_>) -> Rank {
    Rank(sort_key(release.version), release.released_at.unwrap_or(release.first_seen))
}

/// Text that orders as the versions do, `None` where a version is no number.
///
/// Only hexadecimal digits occur in it, so that every collation of every database agrees: four numbers, then `9` for
/// a final release or the parts of the pre-release and `0`, then the build number.
pub fn sort_key(version: &str) -> Option<String> {
    let parsed = parse(version)?;
    let mut key: String = (0..*PARTS.end()).map(|at| padded(parsed.numbers.get(at).copied().unwrap_or(0))).collect();
    match parsed.pre {
        None => key.push('9'),
        Some(pre) => key.push_str(&pre_release_key(pre)),
    }
    key.push_str(&padded(parsed.build.and_then(number).unwrap_or(0)));
    Some(key)
}

fn decide(a: &ReleaseOrder<'_>, b: &ReleaseOrder<'_>) -> (Ordering, &'static str) {
    if a.version == b.version {
        return (Ordering::Equal, "the same release");
    }
    let by_version = match (sort_key(a.version), sort_key(b.version)) {
        (Some(left), Some(right)) if one_package(a.version, b.version) => left.cmp(&right),
        _ => Ordering::Equal,
    };
    if by_version != Ordering::Equal {
        return (by_version, "semver");
    }
    match (a.released_at, b.released_at) {
        (Some(left), Some(right)) if left != right => (left.cmp(&right), "by time of release"),
        _ => (a.first_seen.cmp(&b.first_seen), "by first sight"),
    }
}

/// Versions of two packages in one project say nothing about each other.
fn one_package(a: &str, b: &str) -> bool {
    match (package(a), package(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

fn package(version: &str) -> Option<&str> {
    version.rsplit_once('@').map(|(package, _)| package)
}

/// A version taken apart; pre-release and build as they were written.
struct Parsed<'a> {
    numbers: Vec<u64>,
    pre: Option<&'a str>,
    build: Option<&'a str>,
}

fn parse(version: &str) -> Option<Parsed<'_>> {
    if version.len() > VERSION_BYTES_MAX {
        return None;
    }
    let version = version.rsplit_once('@').map_or(version, |(_, version)| version).trim();
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let (version, build) = split(version, '+');
    let (core, pre) = split(version, '-');
    let (core, undashed) = split_undashed(core);
    let numbers = core.split('.').map(number).collect::<Option<Vec<u64>>>()?;
    let written_once = pre.is_none() || undashed.is_none();
    (PARTS.contains(&numbers.len()) && written_once).then_some(Parsed { numbers, pre: pre.or(undashed), build })
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// `2.4.0rc1` into `2.4.0` and `rc1`.
fn split_undashed(core: &str) -> (&str, Option<&str>) {
    let Some(at) = core.find(|c: char| c.is_ascii_alphabetic()) else { return (core, None) };
    let (numbers, pre) = core.split_at(at);
    if UNDASHED_PRE_RELEASES.iter().any(|word| pre.starts_with(word)) {
        (numbers.trim_end_matches('.'), Some(pre))
    } else {
        (core, None)
    }
}

fn number(digits: &str) -> Option<u64> {
    let fits = !digits.is_empty() && digits.len() <= NUMBER_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

fn padded(number: u64) -> String {
    format!("{number:0NUMBER_DIGITS$}")
}

/// Numbers (`1…`) before words (`2…`), fewer parts before more; words as hexadecimal bytes ended by `00`.
fn pre_release_key(pre: &str) -> String {
    let mut key: String = pre.split(['.', '-']).flat_map(runs).map(part_key).collect();
    key.push('0');
    key
}

fn part_key(part: &str) -> String {
    match number(part) {
        Some(number) => format!("1{}", padded(number)),
        None => {
            let word: String = part.to_lowercase().bytes().map(|byte| format!("{byte:02x}")).collect();
            format!("2{word}00")
        }
    }
}

/// `rc10` as `rc` and `10`, so that it comes after `rc9` as whoever wrote it meant.
fn runs(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(version: &str, released_at: Option<i64>, first_seen: i64) -> ReleaseOrder<'_> {
        ReleaseOrder { version, released_at, first_seen }
    }

    #[test]
    fn versions_sort_as_people_mean_them() {
        let in_order = [
            "0.9",
            "1.0.0-1",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc9",
            "1.0.0-rc10",
            "v1.0.0",
            "shop@1.0.1",
            "1.0.1.1",
            "1.9.0",
            "1.10.0",
            "2.4.0rc1",
            "@scope/shop@2.4.0",
            "2.4.0+7",
            "2.4.0+12",
            "2.4.1-SNAPSHOT",
            "V2.4.1",
            "2026.1.5",
            "2026.01.23",
            "2026.11.3",
        ];
        let keys: Vec<_> = in_order.iter().map(|version| sort_key(version).unwrap()).collect();
        for (at, pair) in keys.windows(2).enumerate() {
            assert!(pair[0] < pair[1], "{} should come before {}", in_order[at], in_order[at + 1]);
        }
    }

    #[test]
    fn one_version_has_one_key_however_it_is_written() {
        for same in ["2.4.0", "v2.4.0", "shop@2.4.0", "2.4", "2.4.0.0", "2.4.0+g1a2b3c", " 2.4.0 "] {
            assert_eq!(sort_key(same), sort_key("2.4.0"), "{same}");
        }
    }

    #[test]
    fn what_is_no_version_has_no_key() {
        for odd in
            ["", "7", "abc", "1a2b3c4d", "2.4.x", "1.2.3.4.5", "2.4.0post1", "2..4", "shop@", "99999999999999999.1"]
        {
            assert_eq!(sort_key(odd), None, "{odd}");
        }
    }

    #[test]
    fn keys_hold_nothing_a_collation_could_reorder() {
        let key = sort_key("shop@2.4.0-Ünder_score.1+9").unwrap();
        assert!(key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{key}");
    }

    #[test]
    fn releases_compare_by_version_then_release_then_first_sight() {
        #[rustfmt::skip]
        let table = [
            (release("2.4.1", None, 1), release("2.4.0", None, 9), Some("2.4.1 > 2.4.0, semver")),
            (release("2.4.0", None, 9), release("2.4.1", None, 1), None),
            (release("2.4.0", None, 9), release("2.4.0", None, 1), None),
            (release("beef", Some(9), 1), release("cafe", Some(2), 5), Some("beef > cafe, by time of release")),
            (release("beef", Some(9), 1), release("cafe", None, 5), None),
            (release("beef", None, 6), release("2.4.0", None, 5), Some("beef > 2.4.0, by first sight")),
            (release("2.4.0+aaa", None, 6), release("2.4.0+bbb", None, 5), Some("2.4.0+aaa > 2.4.0+bbb, by first sight")),
            (release("web@1.0.0", None, 6), release("api@9.0.0", None, 5), Some("web@1.0.0 > api@9.0.0, by first sight")),
        ];
        for (a, b, expected) in table {
            assert_eq!(is_later(&a, &b).as_deref(), expected, "{a:?} {b:?}");
        }
    }
}
