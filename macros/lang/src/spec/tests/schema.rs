//! The table of the forms, and the schema printed from it, against what serde reads.

use serde::de::{Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::{CASES, findings};
use crate::cases::split;
use crate::spec::shapes::{self, Field, Form};
use crate::spec::*;

/// Asks serde for the names that a type has: those of its fields or of its forms.
struct Asked<'n>(&'n mut Vec<&'static str>);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("not a type with names"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.extend(fields);
        Err(Self::Error::custom("asked"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.extend(variants);
        Err(Self::Error::custom("asked"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

fn names_of<'de, T: serde::Deserialize<'de>>() -> Vec<&'static str> {
    let mut names = Vec::new();
    assert!(T::deserialize(Asked(&mut names)).is_err());
    names
}

/// What the derived part of [`StepSpec`] reads.
fn forms_of_steps() -> Vec<&'static str> {
    let mut names = Vec::new();
    assert!(StepSpec::deserialize(Asked(&mut names)).is_err());
    names
}

#[test]
fn the_table_of_forms_is_what_serde_reads() {
    let forms = |forms: &[Form]| forms.iter().map(|form| form.name).collect::<Vec<_>>();
    assert_eq!(forms(shapes::EXPRESSIONS), names_of::<ExprForm>());
    assert_eq!(forms(shapes::STEPS), forms_of_steps());
    assert_eq!(forms(shapes::BOUNDS), names_of::<BoundSpec>());
    let of: &[(&str, Vec<&str>)] = &[
        ("query", names_of::<QuerySpec>()),
        ("subquery", names_of::<SubquerySpec>()),
        ("param", names_of::<ParamSpec>()),
        ("with", names_of::<WithSpec>()),
        ("source", names_of::<read::Source>()),
        ("field", names_of::<FieldSpec>()),
        ("index", names_of::<IndexSpec>()),
        ("named", names_of::<NamedSpec>()),
        ("call", names_of::<CallSpec>()),
        ("cast", names_of::<CastSpec>()),
        ("case", names_of::<CaseSpec>()),
        ("branch", names_of::<BranchSpec>()),
        ("between", names_of::<BetweenSpec>()),
        ("in", names_of::<InSpec>()),
        ("in_query", names_of::<InQuerySpec>()),
        ("like", names_of::<LikeSpec>()),
        ("sort", names_of::<SortSpec>()),
        ("window", names_of::<WindowSpec>()),
        ("frame", names_of::<FrameSpec>()),
        ("star", names_of::<StarSpec>()),
        ("rename", names_of::<RenameSpec>()),
        ("group", names_of::<GroupSpec>()),
        ("join", names_of::<JoinSpec>()),
        ("asof_join", names_of::<AsofJoinSpec>()),
        ("distinct", names_of::<DistinctSpec>()),
        ("unnest", names_of::<UnnestSpec>()),
        ("named_window", names_of::<NamedWindowSpec>()),
        ("pivot", names_of::<PivotSpec>()),
        ("pivoted", names_of::<PivotedSpec>()),
        ("identifier", names_of::<IdentifierSpec>()),
        ("span", names_of::<SpanSpec>()),
        ("normalisation", names_of::<NormalisationSpec>()),
        ("dedupe", names_of::<DedupeSpec>()),
    ];
    let names = |fields: &[Field]| fields.iter().map(|field| field.name).collect::<Vec<_>>();
    let table: Vec<_> =
        shapes::OBJECTS.iter().map(|object| (object.name, names(object.fields))).collect();
    assert_eq!(table, of);
    let words = [names_of::<JoinKindSpec>(), names_of::<FrameUnitsSpec>(), names_of::<NullsSpec>()];
    let fields = shapes::OBJECTS.iter().flat_map(|object| object.fields);
    for field in fields {
        if let shapes::Kind::Word(known) = field.kind {
            assert!(
                field.name == "form" || words.iter().any(|words| words == known),
                "{}",
                field.name
            );
        }
    }
}

/// A JSON Schema, as far as [`schema`](crate::print::spec::schema) uses it.
fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let list = |name: &str| schema.get(name).and_then(Value::as_array);
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(path.trim_start_matches('#')).unwrap();
        if !accepts(root, target, value) {
            return false;
        }
    }
    if list("anyOf").is_some_and(|all| !all.iter().any(|one| accepts(root, one, value)))
        || list("enum").is_some_and(|all| !all.contains(value))
    {
        return false;
    }
    let is_of = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let typed = match schema.get("type") {
        None => true,
        Some(Value::String(name)) => is_of(name),
        Some(names) => names.as_array().unwrap().iter().any(|name| is_of(name.as_str().unwrap())),
    };
    let count = |name: &str| schema.get(name).and_then(Value::as_u64).map(|n| n as usize);
    let within = |length: usize, least: &str, most: &str| {
        count(least).is_none_or(|least| least <= length)
            && count(most).is_none_or(|most| length <= most)
    };
    typed
        && match value {
            Value::Array(items) => {
                within(items.len(), "minItems", "maxItems")
                    && items.iter().all(|item| accepts(root, &schema["items"], item))
            }
            Value::Object(entries) => {
                let known = |name: &String| schema.get("properties").and_then(|all| all.get(name));
                let other = schema.get("additionalProperties").unwrap_or(&Value::Bool(true));
                within(entries.len(), "minProperties", "maxProperties")
                    && list("required").is_none_or(|all| {
                        all.iter().all(|name| entries.contains_key(name.as_str().unwrap()))
                    })
                    && entries.iter().all(|(name, value)| match (known(name), other) {
                        (Some(schema), _) => accepts(root, schema, value),
                        (None, Value::Bool(allowed)) => *allowed,
                        (None, schema) => accepts(root, schema, value),
                    })
            }
            Value::String(text) => count("minLength").is_none_or(|least| least <= text.len()),
            Value::Number(number) => {
                schema.get("minimum").is_none_or(|least| number.as_f64() >= least.as_f64())
            }
            _ => true,
        }
}

/// Every value that has one thing changed: a name that no form has, a part left out, another type.
fn damaged(value: &Value) -> Vec<Value> {
    let mut all = vec![];
    match value {
        Value::Object(entries) => {
            let mut more = entries.clone();
            more.insert("no_such_name".to_owned(), Value::Null);
            all.push(Value::Object(more));
            for (name, value) in entries {
                let mut without = entries.clone();
                without.remove(name);
                all.push(Value::Object(without));
                for changed in damaged(value) {
                    let mut entries = entries.clone();
                    entries.insert(name.clone(), changed);
                    all.push(Value::Object(entries));
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                for changed in damaged(item) {
                    let mut items = items.clone();
                    items[i] = changed;
                    all.push(Value::Array(items));
                }
                let mut without = items.clone();
                without.remove(i);
                all.push(Value::Array(without));
            }
            all.push(Value::Object(serde_json::Map::new()));
        }
        Value::String(_) => all.extend([Value::from(1), Value::from(vec![1])]),
        Value::Bool(_) => all.push(Value::from("true")),
        Value::Number(_) => all.push(Value::from("1")),
        Value::Null => {}
    }
    all
}

/// What the schema takes serde reads, and what it refuses serde refuses, but for what a schema
/// cannot say.
#[test]
fn the_schema_is_what_serde_reads() {
    let schema: Value = serde_json::from_str(&crate::print::spec::schema("test")).unwrap();
    let (mut taken, mut refused) = (0, 0);
    for (name, json) in split(CASES) {
        let Ok(value) = serde_json::from_str::<Value>(json) else { continue };
        for value in damaged(&value).into_iter().chain([value]) {
            let takes = accepts(&schema, &schema, &value);
            let read = serde_json::from_value::<QuerySpec>(value.clone());
            match (takes, &read) {
                (true, Ok(_)) => taken += 1,
                (false, Err(_)) => refused += 1,
                // Which parts of a source go together.
                (true, Err(error)) if error.to_string().contains("`template`") => {}
                // What the checker says: a name without a letter, a word of the template's.
                (false, Ok(spec)) => {
                    let (model, findings) = findings(&spec.print());
                    assert!(model.is_none() || !findings.is_empty(), "{name}: {value}");
                }
                (true, Err(error)) => panic!("{name}: {error}: {value}"),
            }
        }
    }
    assert!(taken > 300 && refused > 1000, "{taken} {refused}");
}
