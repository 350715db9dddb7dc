//! From which origins browsers may report to a project.

use http::Uri;

use crate::error::{Error, Result};

/// Most origins of a project; each is compared with every report.
const ORIGINS_MAX: usize = 100;

/// Reads origins as a person writes them, one per line; answers them as they are stored.
///
/// # Errors
/// When one is not an origin; says which.
pub fn parse(text: &str) -> Result<Vec<String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut origins = lines.map(normal).collect::<Result<Vec<_>>>()?;
    origins.dedup();
    if origins.len() > ORIGINS_MAX {
        return Err(Error::invalid("origins", format!("must be at most {ORIGINS_MAX}")));
    }
    Ok(origins)
}

/// The origins of the column `allowed_origins`.
pub fn stored(column: &str) -> Vec<String> {
    column.lines().map(ToOwned::to_owned).collect()
}

/// Whether a browser on a page of `origin` may report. No origins means all of them.
pub fn allows(allowed: &[String], origin: &str) -> bool {
    allowed.is_empty() || allowed.iter().any(|pattern| matches(pattern, origin))
}

/// The origin of the page at this address.
pub fn of_page(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    let authority = uri.authority()?.as_str();
    let host = authority.rsplit('@').next().unwrap_or(authority);
    Some(format!("{}://{host}", uri.scheme_str()?))
}

fn matches(pattern: &str, origin: &str) -> bool {
    if pattern == "*" || pattern.eq_ignore_ascii_case(origin) {
        return true;
    }
    let Some((scheme, domain)) = pattern.split_once("*.") else { return false };
    let origin = origin.to_ascii_lowercase();
    let subdomain = origin.strip_prefix(scheme).and_then(|rest| rest.strip_suffix(domain));
    subdomain.is_some_and(|it| it.len() > 1 && it.ends_with('.') && !it.contains('/'))
}

fn normal(line: &str) -> Result<String> {
    let wrong = || Error::invalid("origins", format!("{line} is not an origin like https://shop.example.org"));
    if line == "*" {
        return Ok(line.to_owned());
    }
    let line_lower = line.to_ascii_lowercase();
    let plain = line_lower.replacen("://*.", "://", 1);
    let uri: Uri = plain.parse().map_err(|_| wrong())?;
    let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !plain.contains(['*', '@', '#']);
    if matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|it| !it.is_empty()) && is_bare {
        Ok(line_lower.trim_end_matches('/').to_owned())
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_one_per_line() {
        let text = " https://Shop.example/ \n\nhttp://localhost:3000\nhttps://*.example.org\n*";
        let origins = parse(text).unwrap();
        assert_eq!(origins, ["https://shop.example", "http://localhost:3000", "https://*.example.org", "*"]);
        assert_eq!(stored(&origins.join("\n")), origins);
        assert_eq!(stored(""), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for wrong in
            ["shop.example", "ftp://x.org", "https://a.org/b", "https://a.*.org", "https://u@a.org", "https://"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_star_stands_for_subdomains() {
        let cases = [
            ("https://shop.example", "https://shop.example", true),
            ("https://shop.example", "https://SHOP.example", true),
            ("https://shop.example", "http://shop.example", false),
            ("https://shop.example", "https://shop.example:444", false),
            ("https://*.example.org", "https://a.example.org", true),
            ("https://*.example.org", "https://a.b.example.org", true),
            ("https://*.example.org", "https://example.org", false),
            ("https://*.example.org", "https://evilexample.org", false),
            ("https://*.example.org", "https://evil.org/.example.org", false),
            ("*", "null", true),
        ];
        for (pattern, origin, expected) in cases {
            assert_eq!(allows(&[pattern.to_owned()], origin), expected, "{pattern} {origin}");
        }
        assert!(allows(&[], "https://any.where"));
        // Sandboxed frames and files have no origin, and say so.
        assert!(allows(&[], "null") && !allows(&["https://shop.example".to_owned()], "null"));
    }

    #[test]
    fn a_page_has_the_origin_of_its_address() {
        for (address, origin) in [
            ("https://shop.example/cart?a=1", Some("https://shop.example")),
            ("http://me@shop.example:8080/", Some("http://shop.example:8080")),
            ("/cart", None),
            ("", None),
        ] {
            assert_eq!(of_page(address).as_deref(), origin);
        }
    }
}
