//! Keys that begin with what was written: those of the language, then tags that were seen.

use fieldfare_app::api::{Completion, QUERY_KEYS, QueryKey};
use sea_orm::ConnectionTrait;

use super::{Scope, fits, seen, suggestion};
use crate::error::Result;
use crate::search::query::tag_key;

/// How a key for tags stands among the explained ones; it is no text to put anywhere.
const ANY_TAG: &str = "tags[…]";
/// Shortest beginning for which tags are looked up: there are too many to be of use with less.
const TAGS_FROM_BYTES: usize = 1;

pub(super) async fn suggestions<C: ConnectionTrait>(scope: &Scope<'_, C>, word: &str) -> Result<Vec<Completion>> {
    let known = QUERY_KEYS.iter().filter(|key| key.name != ANY_TAG);
    // What begins with the word comes before what has it inside.
    let (first, rest): (Vec<&QueryKey>, Vec<&QueryKey>) =
        known.filter(|key| fits(key.name, word)).partition(|key| key.name.starts_with(&word.to_lowercase()));
    let keys = first.into_iter().chain(rest).map(|key| suggestion(format!("{}:", key.name), key.meaning));
    let mut suggestions: Vec<Completion> = keys.collect();
    if word.len() >= TAGS_FROM_BYTES {
        let tags = seen::tag_keys(scope, word).await?;
        suggestions.extend(tags.into_iter().map(|key| suggestion(format!("{}:", tag_key(&key)), "a tag")));
    }
    Ok(suggestions)
}
