//! What serde cannot derive: expressions, which are scalars, lists or objects; entries, which are
//! expressions or have names; sources, which are names or objects.
//!
//! An object has one form. Which one is known by its first name, so that an error speaks of that
//! form and not of all of them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::expr::{ExprForm, ExprSpec, NamedSpec};
use super::query::{ItemSpec, SourceKind, SourceSpec, StarSpec, StepSpec, SubquerySpec};
use super::shapes;
use crate::suggest::{listed, nearest};
use crate::view::model::Literal;

impl Serialize for ExprSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(literal) => scalar::serialize(literal, serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Form(form) => form.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ExprSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExprVisitor)
    }
}

struct ExprVisitor;

/// The methods of a visitor that take the scalars of JSON, each as a constant.
macro_rules! visit_scalars {
    ($wrap:expr) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok($wrap(Literal::Null))
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok($wrap(Literal::Bool(value)))
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok($wrap(Literal::Int(value.into())))
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok($wrap(Literal::Int(value.into())))
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            if !value.is_finite() {
                return Err(E::custom("a number is finite"));
            }
            Ok($wrap(Literal::Float(value)))
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
            Ok($wrap(Literal::String(value.to_owned())))
        }
    };
}

impl<'de> Visitor<'de> for ExprVisitor {
    type Value = ExprSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an expression: a constant, a list, or an object such as {\"column\": \"size\"}",
        )
    }

    visit_scalars!(ExprSpec::Literal);

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ExprSpec, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(ExprSpec::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExprSpec, A::Error> {
        let Some(first) = map.next_key::<String>()? else {
            return Err(A::Error::custom(
                "an expression that is an object has a form, `column` or another",
            ));
        };
        form(first, map)
    }
}

/// The rest of an expression whose form is known.
fn form<'de, A: MapAccess<'de>>(name: String, mut map: A) -> Result<ExprSpec, A::Error> {
    let known = shapes::EXPRESSIONS.iter().map(|form| form.name);
    if !known.clone().any(|known| known == name) {
        return Err(unknown("form of expressions", &name, known));
    }
    let first = First { name: Some(name), map: &mut map };
    let form = ExprForm::deserialize(MapAccessDeserializer::new(first))?;
    alone(&mut map)?;
    Ok(form.into())
}

/// Nothing stands beside a form.
fn alone<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    match map.next_key::<String>()? {
        None => Ok(()),
        Some(name) => Err(A::Error::custom(format!(
            "one object has one form: `{}` stands in another",
            shortened(&name)
        ))),
    }
}

fn unknown<E: Error>(what: &str, name: &str, known: impl IntoIterator<Item = &'static str>) -> E {
    let known: Vec<&str> = known.into_iter().collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", listed(known)),
    };
    E::custom(format!("no {what} is called `{}`; {help}", shortened(name)))
}

/// A name as it can stand in a message, whatever it is.
pub(super) fn shortened(name: &str) -> String {
    const SHOWN: usize = 40;
    let more = if name.chars().nth(SHOWN).is_some() { "…" } else { "" };
    let shown: String = name.chars().take(SHOWN).collect();
    format!("{}{more}", shown.escape_debug())
}

/// An object whose first name has been read.
struct First<'m, A> {
    name: Option<String>,
    map: &'m mut A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for First<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.name.take() {
            Some(name) => {
                seed.deserialize(serde::de::value::StringDeserializer::new(name)).map(Some)
            }
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

impl Serialize for ItemSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(NamedSpec { name: None, value }) => value.serialize(serializer),
            Self::Value(named) => named.serialize(serializer),
            Self::Star(star) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("star", star)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for ItemSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

/// An entry without a name.
fn unnamed(value: ExprSpec) -> ItemSpec {
    ItemSpec::Value(NamedSpec { name: None, value })
}

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = ItemSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry: {\"name\": \"n\", \"value\": …}, {\"star\": {}} or an expression")
    }

    visit_scalars!(|literal| unnamed(ExprSpec::Literal(literal)));

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<ItemSpec, A::Error> {
        ExprVisitor.visit_seq(items).map(unnamed)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ItemSpec, A::Error> {
        let first = map.next_key::<String>()?;
        match first.as_deref() {
            Some("name" | "value") => {
                let first = First { name: first, map: &mut map };
                NamedSpec::deserialize(MapAccessDeserializer::new(first)).map(ItemSpec::Value)
            }
            Some("star") => {
                let star: StarSpec = map.next_value()?;
                alone(&mut map)?;
                Ok(ItemSpec::Star(star))
            }
            Some(name) => form(name.to_owned(), map).map(unnamed),
            None => Err(A::Error::custom("an entry has a `value`, with a `name` or without")),
        }
    }
}

impl Serialize for StepSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for StepSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StepVisitor)
    }
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = StepSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step: an object such as {\"limit\": 10}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StepSpec, A::Error> {
        let Some(name) = map.next_key::<String>()? else {
            return Err(A::Error::custom("a step has a form, `where` or another"));
        };
        let known = shapes::STEPS.iter().map(|form| form.name);
        if !known.clone().any(|known| known == name) {
            return Err(unknown("step", &name, known));
        }
        let first = First { name: Some(name), map: &mut map };
        let step = StepSpec::deserialize(MapAccessDeserializer::new(first))?;
        alone(&mut map)?;
        Ok(step)
    }
}

/// Two operands.
pub(super) fn pair<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[ExprSpec; 2], D::Error> {
    let operands = Vec::deserialize(deserializer)?;
    <[ExprSpec; 2]>::try_from(operands).map_err(|operands: Vec<ExprSpec>| {
        D::Error::custom(format!("the form has two operands, not {}", operands.len()))
    })
}

/// A source that is an object.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(super) struct Source {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    relation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    query: Option<SubquerySpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    over: Vec<String>,
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "super::object::by_name"
    )]
    args: BTreeMap<String, ExprSpec>,
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
}

impl Serialize for SourceSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let alias = self.alias.clone();
        let mut source = Source {
            relation: None,
            query: None,
            template: None,
            over: Vec::new(),
            args: BTreeMap::new(),
            alias,
        };
        match &self.kind {
            SourceKind::Relation(name) if self.alias.is_none() => {
                return serializer.serialize_str(name);
            }
            SourceKind::Relation(name) => source.relation = Some(name.clone()),
            SourceKind::Query(query) => source.query = Some((**query).clone()),
            SourceKind::Template { template, over, args } => {
                source.template = Some(template.clone());
                (source.over, source.args) = (over.clone(), args.clone());
            }
        }
        source.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SourceSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourceVisitor)
    }
}

struct SourceVisitor;

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = SourceSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a relation, or an object with `relation`, `query` or `template`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<SourceSpec, E> {
        Ok(name.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SourceSpec, A::Error> {
        let source = Source::deserialize(MapAccessDeserializer::new(map))?;
        let is_plain = source.over.is_empty() && source.args.is_empty();
        let kind = match (source.relation, source.query, source.template) {
            (Some(name), None, None) if is_plain => SourceKind::Relation(name),
            (None, Some(query), None) if is_plain => SourceKind::Query(Box::new(query)),
            (None, None, Some(template)) => {
                SourceKind::Template { template, over: source.over, args: source.args }
            }
            (Some(_), None, None) | (None, Some(_), None) => {
                return Err(A::Error::custom("`over` and `args` belong to a `template`"));
            }
            _ => {
                return Err(A::Error::custom(
                    "a source is one of `relation`, `query` and `template`",
                ));
            }
        };
        Ok(SourceSpec { kind, alias: source.alias })
    }
}

/// Constants that stand where no other expression can.
pub(super) mod scalar {
    use super::{Deserializer, Literal, ScalarVisitor, Serializer};

    pub(in crate::spec) fn serialize<S: Serializer>(
        literal: &Literal,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match literal {
            Literal::Null => serializer.serialize_unit(),
            Literal::Bool(value) => serializer.serialize_bool(*value),
            Literal::Int(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.serialize_i128(*value),
            },
            Literal::Float(value) => serializer.serialize_f64(*value),
            Literal::String(value) => serializer.serialize_str(value),
            // JSON has no form for its digits.
            Literal::Decimal(_) => {
                Err(serde::ser::Error::custom("a decimal is a cast of its text"))
            }
        }
    }

    pub(in crate::spec) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Literal, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a constant")
    }

    visit_scalars!(std::convert::identity);
}

/// A constant that may be left out.
pub(super) fn some_scalar<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Literal>, D::Error> {
    scalar::deserialize(deserializer).map(Some)
}

#[expect(clippy::ref_option, reason = "serde gives a reference")]
pub(super) fn write_some_scalar<S: Serializer>(
    literal: &Option<Literal>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    scalar::serialize(literal.as_ref().unwrap_or(&Literal::Null), serializer)
}
