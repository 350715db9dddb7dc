//! Breadcrumbs: what happened before, oldest first, never re-sorted.

use super::text::{level, short};
use super::{Notes, lists, timestamp};
use crate::protocol::event::{Breadcrumb, Level};
use crate::protocol::json::Json;

/// Breadcrumbs of one event; the newest are kept.
const MAX_BREADCRUMBS: usize = 100;
/// Longest message, characters.
const MESSAGE_CHARS: usize = 2_048;
/// Longest type or category, characters.
const NAME_CHARS: usize = 100;

pub(super) fn breadcrumbs(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<Breadcrumb> {
    let mut found = lists::values(value);
    if found.len() > MAX_BREADCRUMBS {
        notes.add("breadcrumbs", format!("only the last {MAX_BREADCRUMBS} of {} are kept", found.len()));
        found.drain(..found.len() - MAX_BREADCRUMBS);
    }
    found.into_iter().filter_map(|value| breadcrumb(value, notes)).collect()
}

fn breadcrumb(value: Json<'_>, notes: &mut Notes) -> Option<Breadcrumb> {
    let Json::Object(mut fields) = value else { return None };
    let at = fields.remove("timestamp").as_ref().and_then(timestamp::read);
    let data = lists::map(fields.remove("data"), "breadcrumbs.data", notes);
    let mut take = |name: &str, chars: usize| fields.remove(name).and_then(|value| short(value, chars));
    Some(Breadcrumb {
        timestamp: at,
        kind: take("type", NAME_CHARS).unwrap_or_else(|| "default".to_owned()),
        category: take("category", NAME_CHARS),
        level: take("level", NAME_CHARS).map_or(Level::Info, |word| level(&word)),
        message: take("message", MESSAGE_CHARS),
        data,
    })
}
