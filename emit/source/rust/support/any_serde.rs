//! Anything that JSON could say, for what serializes values and what makes some:
//! of a crate that knows serde, and not serde_json.

use std::fmt;

use plugin_serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use plugin_serde::ser::{Error, Serialize, Serializer};

use crate::any::Any;

impl Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Any::Null => serializer.serialize_none(),
            Any::Bool(value) => serializer.serialize_bool(*value),
            Any::Int(value) => serializer.serialize_i64(*value),
            Any::Uint(value) => serializer.serialize_u64(*value),
            Any::Float(value) => serializer.serialize_f64(*value),
            Any::Text(value) => serializer.serialize_str(value),
            Any::Bytes(all) => serializer.serialize_bytes(all),
            Any::List(all) => serializer.collect_seq(all),
            Any::Object(all) => serializer.collect_map(all.iter().map(|(key, value)| (key, value))),
            Any::Instance(..) => Err(S::Error::custom("wanted what JSON can say, got an object of a plugin")),
        }
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whatever)
    }
}

struct Whatever;

impl<'de> Visitor<'de> for Whatever {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("what JSON can say")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Any, E> {
        Ok(Any::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Any, E> {
        Ok(Any::Int(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Any, E> {
        Ok(Any::Uint(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Any, E> {
        Ok(Any::Float(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Any, E> {
        Ok(Any::Text(value.to_owned()))
    }
    fn visit_bytes<E>(self, all: &[u8]) -> Result<Any, E> {
        Ok(Any::Bytes(all.to_owned()))
    }
    fn visit_none<E>(self) -> Result<Any, E> {
        Ok(Any::Null)
    }
    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Any, D::Error> {
        Any::deserialize(deserializer)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Any, D::Error> {
        Any::deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Any, A::Error> {
        let mut all = vec![];
        while let Some(value) = seq.next_element()? {
            all.push(value);
        }
        Ok(Any::List(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Any, A::Error> {
        let mut all = vec![];
        while let Some((key, value)) = map.next_entry::<String, Any>()? {
            all.push((key, value));
        }
        Ok(Any::Object(all))
    }
}
