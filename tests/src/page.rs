//! Pages as a browser without JavaScript sees them.

use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use crate::Installation;

/// A page that was answered.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Page {
    pub async fn of(answer: Response) -> Self {
        let (status, headers) = (answer.status(), answer.headers().clone());
        Self { status, headers, html: answer.text().await.expect("a body") }
    }

    /// What a person reads: no tags, no scripts, entities resolved, blanks as one.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.html.len() / 4);
        let mut rest = self.html.as_str();
        while let Some((before, tag)) = rest.split_once('<') {
            text.push_str(before);
            let hidden = ["script", "style", "title"].iter().find(|name| tag.starts_with(**name));
            let end = hidden.map_or_else(|| tag.find('>'), |name| tag.find(&format!("</{name}>")));
            rest = end.map_or("", |end| tag[end..].split_once('>').map_or("", |(_, rest)| rest));
        }
        text.push_str(rest);
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// How often a tag is opened.
    pub fn count(&self, tag: &str) -> usize {
        self.html.matches(&format!("<{tag}>")).count() + self.html.matches(&format!("<{tag} ")).count()
    }

    pub fn title(&self) -> String {
        let inner = self.html.split_once("<title").and_then(|(_, rest)| rest.split_once('>'));
        unescape(inner.and_then(|(_, rest)| rest.split_once("</title>")).map_or("", |(title, _)| title))
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Installation {
    /// A page, whole.
    pub async fn see(&self, path: &str, cookie: &str) -> Page {
        Page::of(self.page(path, cookie).await).await
    }

    /// Posts a form to a server function, as if from the page at `from`, and answers the page it leads to.
    pub async fn submit(&self, from: &str, function: &str, form: &[(&str, &str)], cookie: &str) -> Page {
        let answer = self.post_form_from(from, &format!("/fn/{function}"), form, cookie).await;
        assert!(answer.status().is_redirection(), "{function}: {}", answer.status());
        let to = answer.headers()["location"].to_str().expect("an address").to_owned();
        self.see(to.strip_prefix(&self.url).unwrap_or(&to), cookie).await
    }
}

fn unescape(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, char)| text.replace(entity, char))
}
