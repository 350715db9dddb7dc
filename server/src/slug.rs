//! Slugs: names as they stand in addresses.

/// Longest slug, characters; short ids begin with it.
pub const SLUG_MAX: usize = 50;

/// A slug from a name: lower-case letters and digits of ASCII, everything else a single hyphen. `fallback` where
/// nothing remains, as of a name in another alphabet.
pub fn from_name(name: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for char in name.chars().map(|char| char.to_ascii_lowercase()) {
        if char.is_ascii_alphanumeric() {
            slug.push(char);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(SLUG_MAX);
    let slug = slug.trim_end_matches('-');
    let is_number = slug.bytes().all(|byte| byte.is_ascii_digit());
    match slug {
        "" => fallback.to_owned(),
        // Addresses take a number for an id.
        slug if is_number => format!("{fallback}-{slug}"),
        slug => slug.to_owned(),
    }
}

/// Whether a text is a slug already.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty() && from_name(text, "") == text
}

/// The slug, or the first of `slug-2`, `slug-3`… that is free.
pub fn first_free(slug: String, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(&slug) {
        return slug;
    }
    let numbered = (2_u64..).map(|number| format!("{slug}-{number}"));
    numbered.into_iter().find(|candidate| !is_taken(candidate)).unwrap_or(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_slugs() {
        let cases = [
            ("Web Shop", "web-shop"),
            ("  Ümlaut & Söhne  ", "mlaut-s-hne"),
            ("shop", "shop"),
            ("日本語", "project"),
            ("2024", "project-2024"),
            ("--a--b--", "a-b"),
        ];
        for (name, slug) in cases {
            assert_eq!(from_name(name, "project"), slug);
            assert!(is_slug(slug), "{slug}");
        }
        assert_eq!(from_name(&"x".repeat(80), "project").len(), SLUG_MAX);
        assert!(!is_slug("Web Shop") && !is_slug(""));
    }

    #[test]
    fn a_taken_slug_gets_a_number() {
        assert_eq!(first_free("shop".to_owned(), |_| false), "shop");
        assert_eq!(first_free("shop".to_owned(), |slug| ["shop", "shop-2"].contains(&slug)), "shop-3");
    }
}
