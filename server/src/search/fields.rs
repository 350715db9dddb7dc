//! The schema of the index.
//!
//! Nothing but the key is stored: what a hit shows is read from the tables, which have it anyway.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions,
};

use super::analyser::{CODE, EXACT, PROSE};

/// The version of schema and analysers. An index of another version lies in another directory and is not read.
pub(super) const VERSION: &str = "v1";

/// Names of the columns that collectors open.
pub(super) const KIND: &str = "kind";
pub(super) const PROJECT: &str = "project";
pub(super) const GROUP: &str = "group";
pub(super) const SUBJECT: &str = "subject";
pub(super) const AT: &str = "at";

#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Names the document; see `document::Key`.
    pub(super) key: Field,
    pub(super) kind: Field,
    pub(super) project: Field,
    /// The issue a document belongs to, or minus the number of its row where it belongs to none.
    pub(super) group: Field,
    /// The row of a piece of feedback, an issue, a comment or an incident; 0 for events.
    pub(super) subject: Field,
    /// Unix milliseconds.
    pub(super) at: Field,
    pub(super) title: Field,
    pub(super) body: Field,
    /// Functions, files, addresses, values of tags: whatever may be looked for by a word.
    pub(super) rest: Field,
    pub(super) people: Field,
    /// `key=value`.
    pub(super) tag: Field,
    pub(super) has: Field,
    pub(super) release: Field,
    pub(super) environment: Field,
    pub(super) level: Field,
}

/// The schema, and where in it everything is.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let filter: NumericOptions = (FAST | INDEXED).into();
    let column: NumericOptions = FAST.into();
    let fields = Fields {
        key: builder.add_bytes_field("key", INDEXED | STORED),
        kind: builder.add_u64_field(KIND, filter.clone()),
        project: builder.add_i64_field(PROJECT, filter),
        group: builder.add_i64_field(GROUP, column.clone()),
        subject: builder.add_i64_field(SUBJECT, column.clone()),
        at: builder.add_i64_field(AT, column),
        title: builder.add_text_field("title", text(PROSE)),
        body: builder.add_text_field("body", text(PROSE)),
        rest: builder.add_text_field("rest", text(CODE)),
        people: builder.add_text_field("people", exact()),
        tag: builder.add_text_field("tag", exact()),
        has: builder.add_text_field("has", exact()),
        release: builder.add_text_field("release", exact()),
        environment: builder.add_text_field("environment", exact()),
        level: builder.add_text_field("level", exact()),
    };
    (builder.build(), fields)
}

fn text(analyser: &str) -> TextOptions {
    let indexing =
        TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    TextOptions::default().set_indexing_options(indexing)
}

fn exact() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(EXACT)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}
