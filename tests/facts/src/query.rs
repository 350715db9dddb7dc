//! The query language: read, compiled, and asked of a real database and a real index. The first line of an input is the
//! query, the second a cursor.

use std::sync::LazyLock;

use fieldfare::clock::Clock;
use fieldfare::error::Error;
use fieldfare::ingest::admit::{self, Door};
use fieldfare::ingest::writer;
use fieldfare::issues::{self, Sources};
use fieldfare::protocol::envelope;
use fieldfare::search::query::{Assigned, MAX_QUERY_BYTES, MAX_TERMS, Node, Query, Term, Versions, cursor, parse};
use fieldfare::search::{Asker, Search, follower};
use fieldfare::store::{Store, connect};
use fieldfare::{accounts, projects};
use fieldfare_app::api::{IssueFilter, Role, Viewer};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::door::{ID, NOW, PLAIN, door};

/// Hints of one query.
const HINTS: usize = 10;
/// Longest name of a key.
const KEY_BYTES: usize = 16;
/// Hits of one page.
const PAGE_HITS: usize = 25;
/// Issues of one page.
const PAGE_ROWS: usize = 50;
/// What there is to find: an error and a piece of feedback, with tags and a user.
const TRAFFIC: &str = concat!(
    "{}\n{\"type\":\"event\"}\n",
    r#"{"platform":"python","release":"shop@2.4.0","environment":"production","level":"error","#,
    r#""tags":{"plan":"pro"},"user":{"email":"ada@example.org"},"transaction":"/cart","#,
    r#""exception":{"values":[{"type":"TypeError","value":"basket is not iterable","#,
    r#""stacktrace":{"frames":[{"function":"checkout","filename":"shop/cart.py","in_app":true}]}}]}}"#,
    "\n{\"type\":\"feedback\"}\n",
    r#"{"release":"shop@2.4.1","contexts":{"feedback":{"message":"checkout hangs","contact_email":"bo@example.org"}}}"#,
);

static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// Asks of one query.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let mut lines = input.split('\n');
    let text = lines.next().unwrap_or_default();
    let query = parse(text);
    assert_eq!(query, parse(text));
    understood(&query);
    read_again(&query);
    query.tree.terms().for_each(quoted);
    let byte = input.len() % (text.len() + 1);
    let cursor = cursor::at(text, byte);
    assert!(text.get(cursor.at.clone()).is_some(), "{text}: {cursor:?}");
    WORLD.ask(text, &query, lines.next());
}

fn understood(query: &Query) {
    assert!(query.tree.terms().count() <= MAX_TERMS);
    assert!(query.hints.len() <= HINTS);
    for hint in &query.hints {
        assert!(hint.ends_with('.') && hint.len() <= MAX_QUERY_BYTES + 300, "{hint}");
    }
    assert_eq!(query.in_words().is_empty(), query.is_empty());
    let bytes: usize = query.tree.terms().map(|term| said(term).len()).sum();
    assert!(bytes <= MAX_QUERY_BYTES + MAX_TERMS * KEY_BYTES);
}

/// What is printed reads as the same.
fn read_again(query: &Query) {
    let printed = query.to_string();
    if printed.len() <= MAX_QUERY_BYTES {
        let again = parse(&printed);
        assert_eq!((&again.tree, again.to_string()), (&query.tree, printed));
    }
}

/// What a person wrote of a term, without its key unless it became text.
fn said(term: &Term) -> &str {
    match term {
        Term::Text(text) | Term::Phrase(text) | Term::Environment(text) | Term::Project(text) => text,
        Term::User(text) | Term::Has(text) | Term::Tag { value: text, .. } | Term::Issue(text) => text,
        Term::Release(_, Versions::Named(text) | Versions::Exactly(text)) => text,
        Term::Assigned(Assigned::Member(text) | Assigned::Team(text)) => text,
        _ => "",
    }
}

/// A phrase in quotation marks is that phrase.
fn quoted(term: &Term) {
    let Term::Phrase(phrase) = term else { return };
    let written = format!("\"{}\"", phrase.replace('\\', "\\\\").replace('"', "\\\""));
    if written.len() <= MAX_QUERY_BYTES {
        let again = parse(&written);
        assert!(matches!(&again.tree, Node::Term(again) if again == term), "{written} became {again:?}");
    }
}

/// An installation with something in it.
struct World {
    runtime: Runtime,
    store: Store,
    search: Search,
    viewer: Viewer,
    _data: TempDir,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let data = tempfile::tempdir().expect("a folder");
        let (store, search) = runtime.block_on(fill(&data));
        let viewer = Viewer {
            member_id: 1,
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role: Role::Owner,
            organization: "Acme".to_owned(),
        };
        Self { runtime, store, search, viewer, _data: data }
    }

    /// Every query has an answer; only a cursor may be refused.
    fn ask(&self, text: &str, query: &Query, cursor: Option<&str>) {
        self.runtime.block_on(async {
            let asker = Asker { viewer: &self.viewer, now: NOW };
            match self.search.search(&self.store, asker, query, cursor).await {
                Ok(found) => {
                    assert!(found.data.len() <= PAGE_HITS && found.hints.len() >= query.hints.len());
                    found.data.iter().for_each(|hit| harmless(&hit.snippet));
                }
                Err(error) => refused(&error, cursor),
            }
            let sources = Sources { store: &self.store, search: &self.search };
            let filter = IssueFilter {
                query: Some(text.to_owned()),
                cursor: cursor.map(str::to_owned),
                ..IssueFilter::default()
            };
            match issues::list(sources, NOW, &self.viewer, &filter).await {
                Ok(page) => assert!(page.data.len() <= PAGE_ROWS),
                Err(error) => refused(&error, cursor),
            }
        });
    }
}

fn refused(error: &Error, cursor: Option<&str>) {
    let is_ours = matches!(error, Error::Invalid { field, .. } if field == "cursor");
    assert!(is_ours && cursor.is_some(), "a query failed: {error:?}");
}

/// A snippet marks words and does nothing else to a page.
fn harmless(snippet: &str) {
    let plain = snippet.replace("<b>", "").replace("</b>", "");
    assert!(!plain.contains(['<', '>']), "{snippet}");
}

async fn fill(data: &TempDir) -> (Store, Search) {
    let store = connect::open(data.path(), None).await.expect("a database");
    connect::migrate(&store).await.expect("its tables");
    let search = Search::open(data.path()).expect("an index");
    let tx = store.begin().await.expect("a transaction");
    let organization = accounts::ensure_organization(&tx, NOW, "Acme").await.expect("an organization");
    let project = projects::ensure(&tx, NOW, organization, "shop", "python").await.expect("a project");
    tx.commit().await.expect("both");
    let envelope = envelope::parse(TRAFFIC.as_bytes()).expect("an envelope");
    let door = Door { project_id: project.id, ..door(&PLAIN) };
    let parcel = admit::envelope(&envelope, &door, || ID).parcel;
    assert_eq!((parcel.events.len(), parcel.feedback.len()), (1, 1));
    let (queue, writer) = writer::queue(store.clone(), search.clone(), Clock::manual(NOW));
    let committing = async move { queue.commit(parcel).await.expect("it is written") };
    tokio::join!(writer.run(CancellationToken::new()), committing);
    follower::catch_up(&search, &store).await.expect("it is indexed");
    assert!(search.documents() > 0);
    (store, search)
}
