//! What somebody types in to see which rules match it.

use uuid::Uuid;

use super::Subject;

/// Lines of a sample that are read; more is a pasted file.
const LINES_MAX: usize = 200;

/// A path, an address, tags: like an event, but typed in. Or an event by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    pub event_id: Option<Uuid>,
    pub paths: Vec<String>,
    pub modules: Vec<String>,
    pub url: Option<String>,
    pub release: Option<String>,
    pub tags: Vec<(String, String)>,
}

impl Sample {
    /// Reads a sample, one value a line: `path:…`, `module:…`, `url:…`, `release:…` and `NAME:…` for a tag, as rules
    /// have them. What is none of these is taken for what it looks like: the id of an event, an address, or a path.
    pub fn read(text: &str) -> Self {
        let mut sample = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES_MAX) {
            sample.add(line);
        }
        sample
    }

    fn add(&mut self, line: &str) {
        let is_address = line.contains("://");
        match line.split_once(':') {
            Some(("path", value)) => self.paths.push(unquoted(value)),
            Some(("module", value)) => self.modules.push(unquoted(value)),
            Some(("url", value)) => self.url = Some(unquoted(value)),
            Some(("release", value)) => self.release = Some(unquoted(value)),
            // The frames of a browser are addresses, too.
            _ if is_address => {
                self.url = Some(line.to_owned());
                self.paths.push(line.to_owned());
            }
            Some((name, value)) if is_name(name) => {
                let name = name.strip_prefix("tags.").or_else(|| name.strip_prefix("tag.")).unwrap_or(name);
                self.tags.push((name.to_owned(), unquoted(value)));
            }
            _ => match Uuid::try_parse(line) {
                Ok(id) => self.event_id = Some(id),
                Err(_) => self.paths.push(line.to_owned()),
            },
        }
    }

    /// As rules look at it.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            paths: self.paths.iter().map(String::as_str).collect(),
            modules: self.modules.iter().map(String::as_str).collect(),
            url: self.url.as_deref(),
            release: self.release.as_deref(),
            tags: self.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
        }
    }
}

impl Subject<'_> {
    /// Field and value of everything in it.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pair = |field: &str, value: &&str| (field.to_owned(), (*value).to_owned());
        let paths = self.paths.iter().map(|value| pair("path", value));
        let modules = self.modules.iter().map(|value| pair("module", value));
        let url = self.url.iter().map(|value| pair("url", value));
        let release = self.release.iter().map(|value| pair("release", value));
        let tags = self.tags.iter().map(|(key, value)| pair(&format!("tags.{key}"), value));
        paths.chain(modules).chain(url).chain(release).chain(tags).collect()
    }
}

/// Whether it may be the name of a tag; `C` of `C:\app` is none.
fn is_name(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|char| char.is_alphanumeric() || "._-".contains(char))
}

fn unquoted(value: &str) -> String {
    value.trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_is_taken_for_what_it_looks_like() {
        for (text, expected) in [
            ("src/cart.py", "path=src/cart.py"),
            ("path:src/cart.py", "path=src/cart.py"),
            ("C:\\app\\cart.cs", "path=C:\\app\\cart.cs"),
            ("https://x.org/cart", "path=https://x.org/cart url=https://x.org/cart"),
            ("url:https://x.org/cart", "url=https://x.org/cart"),
            ("module:shop.cart", "module=shop.cart"),
            ("release:2.4.0", "release=2.4.0"),
            ("tags.browser:\"Chrome 120\"", "tags.browser=Chrome 120"),
            ("browser:Chrome 120", "tags.browser=Chrome 120"),
            (" a.py \n\nregion:eu", "path=a.py tags.region=eu"),
            ("", ""),
        ] {
            let sample = Sample::read(text);
            let pairs = sample.subject().pairs().into_iter().map(|(field, value)| format!("{field}={value}"));
            assert_eq!(pairs.collect::<Vec<_>>().join(" "), expected, "{text}");
        }
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(Sample::read(id).event_id, Uuid::try_parse(id).ok());
    }
}
