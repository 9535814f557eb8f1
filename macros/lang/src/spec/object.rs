//! Objects are objects: serde takes a list for a struct too, its items for the fields in their order,
//! and of two equal names in a map the last one. Neither is what a form says.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};

use super::expr::{
    BetweenSpec, BranchSpec, CallSpec, CaseSpec, CastSpec, ExprSpec, FieldSpec, FrameSpec,
    InQuerySpec, InSpec, IndexSpec, LikeSpec, NamedSpec, SortSpec, WindowSpec,
};
use super::query::{
    AsofJoinSpec, DedupeSpec, DistinctSpec, GroupSpec, IdentifierSpec, JoinSpec, NamedWindowSpec,
    NormalisationSpec, ParamSpec, PivotSpec, PivotedSpec, QuerySpec, RenameSpec, SpanSpec,
    StarSpec, SubquerySpec, UnnestSpec, WithSpec,
};
use super::read::{Source, shortened};
use crate::suggest::listed;

/// Reads and writes types as derived, from objects alone; their derives are `remote = "Self"`.
macro_rules! objects {
    ($($ty:ident)*) => {$(
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(Object(deserializer))
            }
        }
    )*};
}

objects! {
    BetweenSpec BranchSpec CallSpec CaseSpec CastSpec FieldSpec FrameSpec InQuerySpec InSpec
    IndexSpec LikeSpec NamedSpec SortSpec WindowSpec
    AsofJoinSpec DedupeSpec DistinctSpec GroupSpec IdentifierSpec JoinSpec NamedWindowSpec
    NormalisationSpec ParamSpec PivotSpec PivotedSpec QuerySpec RenameSpec SpanSpec StarSpec
    SubquerySpec UnnestSpec WithSpec
    Source
}

/// What gives a struct from an object alone.
struct Object<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, OfObject { fields, visitor })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct OfObject<V> {
    fields: &'static [&'static str],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for OfObject<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {}", listed(self.fields.iter().copied()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(map)
    }
}

/// Arguments by the names of their parameters, each once.
pub(super) fn by_name<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, ExprSpec>, D::Error> {
    deserializer.deserialize_map(ByName)
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = BTreeMap<String, ExprSpec>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the names of parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if values.contains_key(&name) {
                let name = shortened(&name);
                return Err(A::Error::custom(format!("`{name}` stands twice in one object")));
            }
            values.insert(name, map.next_value()?);
        }
        Ok(values)
    }
}
