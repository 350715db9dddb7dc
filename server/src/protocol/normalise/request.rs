//! The request during which it happened.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::text::{clean, short, text_of};
use super::{Notes, lists};
use crate::protocol::event::Request;

/// Longest address, header or cookie, characters.
const TEXT_CHARS: usize = 2_048;
/// Headers, cookies or query parameters of one request.
const MAX_PAIRS: usize = 100;

pub(super) fn request(value: Option<Value>, notes: &mut Notes) -> Option<Request> {
    let mut fields = lists::object(value, "request", notes)?;
    let address = fields.remove("url").and_then(|value| short(value, TEXT_CHARS));
    let (url, in_url) = address.map(split_url).unzip();
    let mut query = query(fields.remove("query_string"), notes);
    if query.is_empty() {
        query = in_url.flatten().map(|text| parse_query(&text)).unwrap_or_default();
    }
    Some(Request {
        method: fields.remove("method").and_then(|value| short(value, TEXT_CHARS)),
        url,
        query,
        headers: texts(lists::pairs(fields.remove("headers"), "request.headers", notes)),
        cookies: cookies(fields.remove("cookies"), notes),
        env: lists::map(fields.remove("env"), "request.env", notes),
        body: fields
            .remove("data")
            .filter(|data| !data.is_null())
            .map(|data| lists::bounded(data, "request.data", notes)),
    })
}

/// An address without query and fragment, and its query.
fn split_url(url: String) -> (String, Option<String>) {
    let without_fragment = url.split('#').next().unwrap_or_default();
    match without_fragment.split_once('?') {
        Some((url, query)) => (url.to_owned(), Some(query.to_owned())),
        None => (without_fragment.to_owned(), None),
    }
}

fn query(value: Option<Value>, notes: &mut Notes) -> Vec<(String, String)> {
    match value {
        Some(Value::String(text)) => parse_query(text.trim_start_matches('?')),
        other => texts(lists::pairs(other, "request.query_string", notes)),
    }
}

fn parse_query(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    texts(pairs.map(|(key, value)| (decode(key), Value::String(decode(value)))).collect())
}

/// `a=1; b=2`, an object, or a list of pairs.
fn cookies(value: Option<Value>, notes: &mut Notes) -> Vec<(String, String)> {
    let pairs = match value {
        Some(Value::String(text)) => {
            let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
            pairs.map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
        }
        other => lists::pairs(other, "request.cookies", notes),
    };
    texts(pairs)
}

/// Values may be lists, as PHP sends headers.
fn texts(pairs: Vec<(String, Value)>) -> Vec<(String, String)> {
    let text = |value: Value| match value {
        Value::Array(parts) => parts.into_iter().filter_map(text_of).collect::<Vec<_>>().join(", "),
        other => text_of(other).unwrap_or_default(),
    };
    let entry = |(key, value)| Some((clean(key, TEXT_CHARS)?, clean(text(value), TEXT_CHARS).unwrap_or_default()));
    pairs.into_iter().take(MAX_PAIRS).filter_map(entry).collect()
}
