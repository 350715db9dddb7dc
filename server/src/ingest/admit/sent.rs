//! The JSON of an item, as it was sent or as it had to be changed on arrival.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::protocol::json::Json;
use crate::protocol::repair;

/// A JSON object and its text.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    pub(super) value: Json<'a>,
    /// What is stored.
    pub(super) bytes: Cow<'a, [u8]>,
}

impl<'a> Sent<'a> {
    /// Reads the JSON of an item; mended where the client wrote it wrongly, so that anybody can read it.
    pub(super) fn read(payload: &'a [u8], max_bytes: usize) -> Result<Self, &'static str> {
        if payload.len() > max_bytes {
            return Err("too_large");
        }
        if let Ok(value) = Json::parse(payload) {
            return Self::object(value, Cow::Borrowed(payload));
        }
        let mended = repair::repair(payload);
        let value = Json::parse(mended.as_bytes()).map_err(|_| "invalid_json")?.into_owned();
        Self::object(value, Cow::Owned(mended.into_bytes()))
    }

    fn object(value: Json<'a>, bytes: Cow<'a, [u8]>) -> Result<Self, &'static str> {
        if value.is_object() { Ok(Self { value, bytes }) } else { Err("not_an_object") }
    }

    /// What we made ourselves.
    pub(super) fn made(fields: Map<String, Value>) -> Sent<'static> {
        let value = Value::Object(fields);
        let bytes = Cow::Owned(value.to_string().into_bytes());
        Sent { value: value.into(), bytes }
    }

    /// Changes the value, and its text with it if `change` says that it did anything.
    pub(super) fn changed(mut self, change: impl FnOnce(&mut Value) -> bool) -> Self {
        let mut value = std::mem::take(&mut self.value).into_value();
        if change(&mut value) {
            self.bytes = Cow::Owned(value.to_string().into_bytes());
        }
        self.value = value.into();
        self
    }
}
