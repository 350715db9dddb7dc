//! The crash-report dialog: a script that draws a form over a page that failed, and where the form is sent.
//!
//! The script runs on other people's pages, with texts from an address that anybody may write: they reach it as JSON
//! that cannot end a script, and are only ever set as text.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{Refusal, accepted};
use super::auth::Caller;
use super::{body, form, passage};
use crate::ingest::admit::{self, Door};
use crate::protocol::envelope::EnvelopeHeader;
use crate::state::State;

/// Draws the form; its last expression is a function of the settings.
const SCRIPT: &str = include_str!("error_page.js");
/// What a page may change about the form, as the clients' `showReportDialog` sends it.
const SETTINGS: [&str; 17] = [
    "dsn",
    "errorFormEntry",
    "errorGeneric",
    "eventId",
    "email",
    "labelClose",
    "labelComments",
    "labelEmail",
    "labelName",
    "labelSubmit",
    "lang",
    "name",
    "subtitle",
    "subtitle2",
    "successMessage",
    "title",
    "url",
];
/// Longest setting, characters; the texts are a sentence or two.
const SETTING_CHARS: usize = 2_000;
/// Largest form, bytes: the longest message that is kept, percent-encoded.
const FORM_BYTES: usize = 64 * 1024;
/// Pages that isolate themselves must be able to load the script.
const RESOURCE_POLICY: (HeaderName, HeaderValue) =
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));

type Texts = BTreeMap<String, String>;

/// Answers the script.
pub(super) async fn script(
    Shared(state): Shared<State>,
    Query(asked): Query<Texts>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    open(&state, &asked, headers).await?;
    event_id(&asked)?;
    let headers = [
        RESOURCE_POLICY,
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, call(&asked)).into_response())
}

/// Takes the form.
pub(super) async fn report(
    Shared(state): Shared<State>,
    Query(asked): Query<Texts>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let page = text(&headers, &header::REFERER).map(str::to_owned);
    let form = read(&state, &headers, body).await?;
    let door = open(&state, &asked, headers).await?;
    let event_id = event_id(&asked)?;
    let errors = errors(&form);
    if !errors.is_empty() {
        return Ok((StatusCode::BAD_REQUEST, Json(json!({ "errors": errors }))).into_response());
    }
    let report = json!({
        "event_id": event_id,
        "name": form.get("name"),
        "email": form.get("email"),
        "comments": form.get("comments"),
        "url": page,
        "source": "crash_report_form",
    });
    let admitted = admit::user_report(&report, &door)
        .map_err(|reason| Refusal::Malformed(format!("the report cannot be read: {reason}")))?;
    Ok(accepted(&passage::commit(&state, admitted).await?))
}

async fn open(state: &State, asked: &Texts, mut headers: HeaderMap) -> Result<Door, Refusal> {
    let dsn = asked.get("dsn").ok_or(Refusal::Unauthenticated("no key: send ?dsn="))?;
    // A script is asked for without an origin; what its page is, the referrer says.
    if !headers.contains_key(header::ORIGIN)
        && let Some(origin) = text(&headers, &header::REFERER).and_then(origin)
    {
        headers.insert(header::ORIGIN, origin);
    }
    let header = EnvelopeHeader { dsn: Some(dsn.clone()), ..EnvelopeHeader::default() };
    passage::open(state, &Caller::with_dsn(dsn, headers), &header).await
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn origin(page: &str) -> Option<HeaderValue> {
    let page: Uri = page.parse().ok()?;
    HeaderValue::from_str(&format!("{}://{}", page.scheme_str()?, page.authority()?)).ok()
}

fn event_id(asked: &Texts) -> Result<Uuid, Refusal> {
    let id = asked.get("eventId").and_then(|id| Uuid::try_parse(id.trim()).ok());
    id.ok_or_else(|| Refusal::Malformed("no event: send ?eventId= with 32 hexadecimal digits".to_owned()))
}

/// The script with the settings of this page.
fn call(asked: &Texts) -> String {
    let settings = SETTINGS.into_iter().filter_map(|name| {
        let text: String = asked.get(name)?.chars().take(SETTING_CHARS).collect();
        Some((name.to_owned(), Value::String(text)))
    });
    let settings = Value::Object(settings.collect()).to_string();
    format!("({SCRIPT})({});\n", harmless(&settings))
}

/// JSON that is a JavaScript literal everywhere, even inside of a page: nothing in it ends a script, a comment or,
/// in old engines, a line.
fn harmless(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, char| {
        match char {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
        out
    })
}

async fn read(state: &State, headers: &HeaderMap, body: Body) -> Result<Texts, Refusal> {
    let body = body::read(&state.bodies, headers, body).await?;
    if body.len() > FORM_BYTES {
        return Err(Refusal::TooLarge("the form is larger than 64 KiB"));
    }
    if text(headers, &header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("multipart/")) {
        let parts = form::parts(headers, body.into_bytes().0).await?;
        return Ok(parts.into_iter().map(|part| (part.name.clone(), part.text())).collect());
    }
    Ok(form::urlencoded(&body))
}

/// What is wrong with each field, as the clients' own form shows it.
fn errors(form: &Texts) -> BTreeMap<&'static str, [&'static str; 1]> {
    let filled = |name: &str| form.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let mut errors = BTreeMap::new();
    if filled("comments").is_none() {
        errors.insert("comments", ["Please say what happened."]);
    }
    if filled("email").is_some_and(|email| !is_address(email)) {
        errors.insert("email", ["This is not an e-mail address."]);
    }
    errors
}

/// Whether mail could be sent there, as far as that can be seen.
fn is_address(email: &str) -> bool {
    let sides = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    sides && !email.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_setting_ends_the_script() {
        let nasty = "</script><!--\u{2028}\"'`\\${x}&";
        let asked = Texts::from([("title".to_owned(), nasty.to_owned()), ("evil".to_owned(), "x".to_owned())]);
        let script = call(&asked);
        let settings = script.strip_prefix(&format!("({SCRIPT})(")).and_then(|rest| rest.strip_suffix(");\n")).unwrap();
        assert!(!settings.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(settings).unwrap(), json!({"title": nasty}));
    }

    #[test]
    fn a_form_says_which_field_is_wrong() {
        let form = |email: &str, comments: &str| {
            let form = [("email".to_owned(), email.to_owned()), ("comments".to_owned(), comments.to_owned())];
            errors(&Texts::from(form)).into_keys().collect::<Vec<_>>()
        };
        assert_eq!(form("ada@example.org", "It broke"), Vec::<&str>::new());
        assert_eq!(form("", "It broke"), Vec::<&str>::new());
        assert_eq!(form("ada", " "), ["comments", "email"]);
        assert_eq!(form("a b@example.org", "x"), ["email"]);
    }

    #[test]
    fn a_page_has_an_origin() {
        let origin = |page| super::origin(page).map(|origin| origin.to_str().unwrap().to_owned());
        assert_eq!(origin("https://shop.example:8443/cart?x=1").as_deref(), Some("https://shop.example:8443"));
        assert_eq!(origin("nonsense"), None);
    }
}
