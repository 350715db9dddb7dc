//! Addresses of scripts: the ways one script may have been uploaded, and what a reference in it means. Values only.

/// Longest address that is looked up or stored, bytes.
pub const URL_BYTES_MAX: usize = 1_024;

/// The address without query and fragment, which differ from visit to visit.
pub fn normal(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url).trim()
}

/// The names under which the script at this address may have been uploaded, the likeliest last in doubt: as it is, and
/// with `~` in the place of scheme and host.
pub fn candidates(url: &str) -> Vec<String> {
    let url = normal(url);
    let url = &url[..url.floor_char_boundary(URL_BYTES_MAX)];
    let hostless = hostless(url);
    if hostless == url { vec![hostless] } else { vec![url.to_owned(), hostless] }
}

/// `https://shop.example/js/app.js` as `~/js/app.js`.
pub fn hostless(url: &str) -> String {
    if url.starts_with("~/") {
        return url.to_owned();
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url,
    };
    format!("~/{}", path.trim_start_matches("./").trim_start_matches('/'))
}

/// What a reference in the file at `base` means.
pub fn resolve(base: &str, reference: &str) -> String {
    let reference = normal(reference);
    if reference.contains("://") || reference.starts_with("~/") {
        return reference.to_owned();
    }
    let root = root(base);
    if let Some(path) = reference.strip_prefix('/') {
        return format!("{root}/{path}");
    }
    let folder = base[root.len()..].rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("{root}/{}", parts.join("/"))
}

/// Scheme and host, or `~`, or nothing.
fn root(url: &str) -> &str {
    match url.find("://") {
        Some(at) => url[at + 3..].find('/').map_or(url, |end| &url[..at + 3 + end]),
        None if url.starts_with('~') => "~",
        None => "",
    }
}

/// The last part of an address.
pub fn file_name(url: &str) -> &str {
    normal(url).rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_looked_for_with_and_without_its_host() {
        for (url, expected) in [
            ("https://shop.example/js/app.js?v=3#x", &["https://shop.example/js/app.js", "~/js/app.js"][..]),
            ("https://shop.example:8080/app.js", &["https://shop.example:8080/app.js", "~/app.js"]),
            ("app:///dist/main.js", &["app:///dist/main.js", "~/dist/main.js"]),
            ("/srv/app/main.js", &["/srv/app/main.js", "~/srv/app/main.js"]),
            ("~/app.js", &["~/app.js"]),
            ("https://shop.example", &["https://shop.example", "~/"]),
            (" ~/app.js ?v=3", &["~/app.js"]),
        ] {
            assert_eq!(candidates(url), expected, "{url}");
        }
    }

    #[test]
    fn references_are_read_as_browsers_do() {
        for (base, reference, expected) in [
            ("~/js/app.js", "app.js.map", "~/js/app.js.map"),
            ("~/js/app.js", "../maps/app.js.map?x", "~/maps/app.js.map"),
            ("~/js/app.js", "/maps/app.js.map", "~/maps/app.js.map"),
            ("~/app.js", "app.js.map", "~/app.js.map"),
            ("https://a.example/js/app.js", "./app.js.map", "https://a.example/js/app.js.map"),
            ("https://a.example/js/app.js", "https://b.example/m.map", "https://b.example/m.map"),
            ("app.js", "app.js.map", "/app.js.map"),
            ("~/a.js", "../../../b.map", "~/b.map"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{base} {reference}");
        }
    }
}
