//! A project that takes what the checks send.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use fieldfare::filters::Filters;
use fieldfare::grouping;
use fieldfare::ingest::admit::Door;
use fieldfare::ingest::policy::Policy;
use fieldfare::ingest::quota::Budget;
use fieldfare::protocol::drift::Drift;
use fieldfare::scrub::{self, Scrubber};
use fieldfare_app::api::InboundFilters;
use uuid::Uuid;

/// When everything arrives, Unix milliseconds.
pub(crate) const NOW: i64 = 1_795_168_800_000;
/// For what comes without an id.
pub(crate) const ID: Uuid = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
/// What the clock of a client says that is off by a day.
const YESTERDAY: &str = "2026-11-19T10:00:00Z";

const GROUPING: &str = "type:*Error value:\"*time*\" -> timeout, {{ transaction }}\n\
    tags.plan:pro !release:*-dev -> {{ default }}, pro\n\
    path:*/generated/* -> @not-in-app\nfamily:network -> @off";
const SCRUBBING: &str = "scrub key:internal_*\nscrub path:extra.*.id\nscrub pattern:\"ACME-[0-9]{6}\"";

/// With everything at its default.
pub(crate) static PLAIN: LazyLock<Arc<Policy>> = LazyLock::new(Arc::default);

/// With rules and filters of every kind.
pub(crate) static STRICT: LazyLock<Arc<Policy>> = LazyLock::new(|| {
    let filters = InboundFilters {
        crawlers: true,
        extensions: true,
        noise: true,
        localhost: true,
        legacy_browsers: true,
        messages: "*heartbeat*\nping?".to_owned(),
        feedback: String::new(),
        releases: "*-dev".to_owned(),
        addresses: "198.51.100.0/24".to_owned(),
    };
    let (rules, problems) = grouping::Rules::parse(GROUPING);
    assert_eq!(problems, []);
    let (own, problems) = scrub::Rules::parse(SCRUBBING);
    assert_eq!(problems, []);
    Arc::new(Policy {
        grouping: rules,
        scrubber: Scrubber { rules: own, ..Scrubber::default() },
        filters: Filters::new(&filters).0,
        ..Policy::default()
    })
});

/// Where a request comes in whose client has the right time.
pub(crate) fn door(policy: &Arc<Policy>) -> Door {
    Door {
        project_id: 1,
        received_at: NOW,
        client: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9))),
        policy: Arc::clone(policy),
        drift: Drift::default(),
        budget: Budget::unlimited(),
    }
}

/// Where one comes in whose client lives in the past.
pub(crate) fn late_door(policy: &Arc<Policy>) -> Door {
    Door { drift: Drift::between(Some(YESTERDAY), NOW), ..door(policy) }
}
