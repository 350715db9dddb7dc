//! What a transaction is called: the name its client gives it, without the parts that change from one to the next.

use crate::grouping::parameterise;

/// Longest name kept, characters.
const NAME_CHARS: usize = 200;
/// Where everything is counted for which there is no room.
pub const OTHER: &str = "<other>";

/// The name to count under. Where the client says that a name is an address, or does not say, numbers and ids in it are
/// replaced; a route or a task has none.
pub fn name(sent: &str, source: Option<&str>) -> String {
    let is_made = matches!(source, Some("route" | "view" | "component" | "task" | "sanitized"));
    let name = if is_made { sent.to_owned() } else { without_ids(sent) };
    name.chars().filter(|char| !char.is_control()).take(NAME_CHARS).collect()
}

/// Part by part: as a whole, an address might be taken for the path of a file.
fn without_ids(sent: &str) -> String {
    let address = sent.split(['?', '#']).next().unwrap_or_default();
    let part = |part: &str| if is_api_version(part) { part.to_owned() } else { parameterise(part) };
    let word = |word: &str| word.split('/').map(part).collect::<Vec<_>>().join("/");
    address.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// `v2` is part of the route.
fn is_api_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|digits| (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_replaced_where_a_name_is_an_address() {
        for (sent, source, expected) in [
            ("/users/{id}", Some("route"), "/users/{id}"),
            ("job-7", Some("task"), "job-7"),
            ("/users/17/orders/4?page=2", Some("url"), "/users/<int>/orders/<int>"),
            ("GET /api/v2/orders/1234#top", None, "GET /api/v2/orders/<int>"),
            ("/carts/83a7c03e-d0a0-4e1b-97e2-e3b18d38f244", None, "/carts/<uuid>"),
            ("https://shop.example.org/", Some("url"), "https://shop.example.org/"),
            ("shop.views.checkout", Some("custom"), "shop.views.checkout"),
            ("/", Some("url"), "/"),
        ] {
            assert_eq!(name(sent, source), expected, "{sent}");
        }
        assert_eq!(name(&"é".repeat(500), Some("route")).chars().count(), NAME_CHARS);
    }
}
