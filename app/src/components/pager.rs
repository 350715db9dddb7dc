//! The way to the next page of a list.

use leptos::prelude::*;

use crate::routes::encode;

/// `path` is the address of the list with its filters and without a cursor.
#[component]
pub(crate) fn Pager(next: Option<String>, #[prop(into)] path: String) -> impl IntoView {
    next.map(|cursor| {
        view! { <nav class="pager" aria-label="Pages"><a href=at_cursor(&path, &cursor)>"Next page"</a></nav> }
    })
}

fn at_cursor(path: &str, cursor: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}cursor={}", encode(cursor))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cursor_joins_what_is_there() {
        assert_eq!(super::at_cursor("/issues", "a=1"), "/issues?cursor=a%3D1");
        assert_eq!(super::at_cursor("/issues?sort=users", "x"), "/issues?sort=users&cursor=x");
    }
}
