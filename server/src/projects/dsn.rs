//! DSNs: where a client reports to and with which key, in one line.

/// The DSN of a key. `public_url` has no trailing slash.
pub fn dsn(public_url: &str, public_key: &str, project_id: i64) -> String {
    let (scheme, host) = public_url.split_once("://").unwrap_or(("http", public_url));
    format!("{scheme}://{public_key}@{host}/{project_id}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_dsn_has_the_key_before_the_host() {
        assert_eq!(super::dsn("https://f.example:8443", "abc", 7), "https://abc@f.example:8443/7");
    }
}
