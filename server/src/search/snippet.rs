//! The part of a hit that shows why it was found: escaped HTML with the words in `<b>`.

use tantivy::Searcher;
use tantivy::query::Query;
use tantivy::snippet::SnippetGenerator;

use super::document::{Document, cut};
use super::fields::Fields;

/// Longest snippet, characters; two lines of a result.
const SNIPPET_CHARS: usize = 200;

/// Makes the snippets of one search.
pub(super) struct Highlighter {
    title: SnippetGenerator,
    body: SnippetGenerator,
    rest: SnippetGenerator,
}

impl Highlighter {
    /// For a query without negations, whose words would be highlighted too.
    pub(super) fn new(searcher: &Searcher, query: &dyn Query, fields: &Fields) -> tantivy::Result<Self> {
        let generator = |field| {
            let mut generator = SnippetGenerator::create(searcher, query, field)?;
            generator.set_max_num_chars(SNIPPET_CHARS);
            Ok::<_, tantivy::TantivyError>(generator)
        };
        Ok(Self { title: generator(fields.title)?, body: generator(fields.body)?, rest: generator(fields.rest)? })
    }

    /// The best place of a document: what was said, else where, else the title, else its beginning.
    pub(super) fn html(&self, document: &Document) -> String {
        let rest = document.rest_text().trim_end().replace('\n', " · ");
        [(&self.body, &document.body), (&self.rest, &rest), (&self.title, &document.title)]
            .into_iter()
            .map(|(generator, text)| generator.snippet(text))
            .find(|snippet| !snippet.is_empty())
            .map_or_else(|| beginning(document), |snippet| snippet.to_html())
    }
}

fn beginning(document: &Document) -> String {
    let text = if document.body.is_empty() { &document.title } else { &document.body };
    escape(cut(text, SNIPPET_CHARS))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#x27;")
}
