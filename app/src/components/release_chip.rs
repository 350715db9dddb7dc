//! A release, short enough for a row.

use leptos::prelude::*;

use crate::routes;

#[component]
pub(crate) fn ReleaseChip(#[prop(into)] project: String, #[prop(into)] version: String) -> impl IntoView {
    let address = routes::release(&project, &version);
    let short = short_version(&version).to_owned();
    view! { <a class="release-chip" href=address title=version>{short}</a> }
}

/// How much of a commit hash tells commits apart.
const HASH_CHARS: usize = 10;

/// `shop@2.4.0` as `2.4.0`, a commit hash as its beginning.
pub(crate) fn short_version(version: &str) -> &str {
    let bare = version.rsplit_once('@').map_or(version, |(_, bare)| bare);
    let is_hash = bare.len() >= 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { &bare[..HASH_CHARS] } else { bare }
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_lose_what_their_project_says_already() {
        for (version, short) in [
            ("2.4.0", "2.4.0"),
            ("shop@2.4.0+b1", "2.4.0+b1"),
            ("shop@", ""),
            ("6f1d0a3b5c7e9f1a2b3c4d5e6f708192a3b4c5d6", "6f1d0a3b5c"),
        ] {
            assert_eq!(super::short_version(version), short);
        }
    }
}
