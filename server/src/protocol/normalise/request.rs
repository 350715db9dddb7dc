//! The request during which it happened.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::text::{clean, short, text};
use super::{Notes, lists};
use crate::protocol::event::Request;
use crate::protocol::json::Json;

/// Longest address, header or cookie, characters.
const TEXT_CHARS: usize = 2_048;
/// Headers, cookies or query parameters of one request.
const MAX_PAIRS: usize = 100;

pub(super) fn request(value: Option<Json<'_>>, notes: &mut Notes) -> Option<Request> {
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

fn query(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<(String, String)> {
    match value {
        Some(Json::String(text)) => parse_query(text.trim_start_matches('?')),
        other => texts(lists::pairs(other, "request.query_string", notes)),
    }
}

fn parse_query(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    texts(pairs.map(|(key, value)| (Cow::Owned(decode(key)), Json::String(Cow::Owned(decode(value))))).collect())
}

/// `a=1; b=2`, an object, or a list of pairs.
fn cookies(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<(String, String)> {
    let pairs = match value {
        Some(Json::String(text)) => {
            let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
            pairs.map(|(key, value)| (Cow::Owned(key.to_owned()), Json::String(Cow::Owned(value.to_owned())))).collect()
        }
        other => lists::pairs(other, "request.cookies", notes),
    };
    texts(pairs)
}

/// Values may be lists, as PHP sends headers.
fn texts(pairs: Vec<(Cow<'_, str>, Json<'_>)>) -> Vec<(String, String)> {
    let entry =
        |(key, value): (Cow<'_, str>, Json<'_>)| Some((clean(key, TEXT_CHARS)?, value_of(value).unwrap_or_default()));
    pairs.into_iter().take(MAX_PAIRS).filter_map(entry).collect()
}

fn value_of(value: Json<'_>) -> Option<String> {
    match value {
        Json::Array(parts) => {
            let parts: Vec<Cow<'_, str>> = parts.into_iter().filter_map(text).collect();
            clean(parts.join(", "), TEXT_CHARS)
        }
        other => short(other, TEXT_CHARS),
    }
}
