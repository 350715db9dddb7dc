//! The commonest mistake in JavaScript, which each engine has words of its own for.

/// The property that was asked of `null` or `undefined`, if the text says so.
pub(super) fn property(text: &str) -> Option<&str> {
    let text = text.strip_prefix("TypeError: ").unwrap_or(text);
    let is_v8 = text.starts_with("Cannot read propert") || text.starts_with("Cannot set propert");
    if is_v8 {
        return between(text, "(reading '", '\'').or_else(|| between(text, "(setting '", '\''));
    }
    if text.starts_with("can't access property ") {
        return between(text, "property \"", '"');
    }
    let is_webkit = ["null is not an object", "undefined is not an object"].iter().any(|said| text.starts_with(said));
    let evaluated = between(text, "(evaluating '", '\'').filter(|_| is_webkit)?;
    let (_, property) = evaluated.rsplit_once('.')?;
    property.chars().all(|char| char.is_alphanumeric() || "_$".contains(char)).then_some(property)
}

fn between<'t>(text: &'t str, before: &str, after: char) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split(after).next().filter(|found| !found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_say_the_same_in_their_own_words() {
        for (text, expected) in [
            ("Cannot read properties of null (reading 'basket')", Some("basket")),
            ("Cannot set properties of undefined (setting 'basket')", Some("basket")),
            ("TypeError: can't access property \"basket\", e is null", Some("basket")),
            ("null is not an object (evaluating 'e.shop.basket')", Some("basket")),
            ("undefined is not an object (evaluating 'e.basket')", Some("basket")),
            ("undefined is not an object (evaluating 'e()')", None),
            ("undefined is not an object (evaluating 'e.f(a)')", None),
            ("basket is not defined", None),
            ("Cannot read property", None),
            ("", None),
        ] {
            assert_eq!(property(text), expected, "{text}");
        }
    }
}
