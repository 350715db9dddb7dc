//! Shapes that can be read from any JSON: what does not fit is skipped, never an error.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Most elements of one list that are kept; frames and tags end long before.
const MAX_ELEMENTS: usize = 1_000;

/// A text, or a number or truth value as text; nothing for anything else.
#[derive(Debug, Default)]
pub(super) struct Text(pub(super) Option<String>);

/// The thing, if the JSON is an object or a text it can be made from; else its default.
#[derive(Debug, Default)]
pub(super) struct OrNothing<T>(pub(super) T);

/// A list, or a single object as a list of one.
#[derive(Debug)]
pub(super) struct Many<T>(pub(super) Vec<T>);

/// An object of texts, or a list of pairs in either way of writing them.
#[derive(Debug, Default)]
pub(super) struct Pairs(pub(super) Vec<(String, String)>);

/// An object whose every field can be read from any JSON.
pub(super) trait Object: Default + DeserializeOwned {
    /// What a text in its place means.
    fn from_text(_text: &str) -> Self {
        Self::default()
    }
}

/// How a type is made from each kind of JSON; by default it is not, and what is there is skipped.
trait Shape: Default {
    fn text(_text: &str) -> Self {
        Self::default()
    }

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

struct AnyJson<S>(PhantomData<S>);

impl<'de, S: Shape> Visitor<'de> for AnyJson<S> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<S, E> {
        Ok(S::default())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<S, E> {
        Ok(S::text(if value { "true" } else { "false" }))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<S, E> {
        Ok(S::text(&value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<S, E> {
        Ok(S::text(&value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<S, E> {
        Ok(S::text(&value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<S, E> {
        Ok(S::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<S, A::Error> {
        S::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<S, A::Error> {
        S::object(object)
    }
}

impl Shape for Text {
    fn text(text: &str) -> Self {
        Self((!text.is_empty()).then(|| text.to_owned()))
    }
}

impl<T: Object> Shape for OrNothing<T> {
    fn text(text: &str) -> Self {
        Self(T::from_text(text))
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(Self)
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Object> Shape for Many<T> {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut many = Vec::new();
        while many.len() < MAX_ELEMENTS {
            let Some(OrNothing(element)) = list.next_element()? else { return Ok(Self(many)) };
            many.push(element);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(many))
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(|one| Self(vec![one]))
    }
}

/// One element of a list of pairs: `["key", "value"]` or `{"key": …, "value": …}`.
#[derive(Default)]
struct Pair(Text, Text);

impl Shape for Pair {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let pair = Self(list.next_element()?.unwrap_or_default(), list.next_element()?.unwrap_or_default());
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(pair)
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut pair = Self::default();
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "key" => pair.0 = object.next_value()?,
                "value" => pair.1 = object.next_value()?,
                _ => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(pair)
    }
}

impl Shape for Pairs {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut pairs = Vec::new();
        while let Some(Pair(key, value)) = list.next_element()? {
            pairs.extend(key.0.zip(value.0).filter(|_| pairs.len() < MAX_ELEMENTS));
        }
        Ok(Self(pairs))
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = object.next_entry::<String, Text>()? {
            pairs.extend(value.0.filter(|_| pairs.len() < MAX_ELEMENTS).map(|value| (key, value)));
        }
        Ok(Self(pairs))
    }
}

macro_rules! read_from_any_json {
    ($([$($generic:ident)?] $shape:ty),+) => {
        $(impl<'de $(, $generic: Object)?> Deserialize<'de> for $shape {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(AnyJson(PhantomData))
            }
        })+
    };
}

read_from_any_json!([] Text, [] Pair, [] Pairs, [T] OrNothing<T>, [T] Many<T>);
