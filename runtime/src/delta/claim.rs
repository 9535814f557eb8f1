//! What was declared of a table that others write, held against what is stored.
//!
//! A declaration may say less than what is there: not all columns, NULLs where there are none. Where it
//! says more, views would be wrong that were checked against it, and what is stored decides.

use arrow_schema::Schema;
use belvedere_lang::suggest::nearest;
use belvedere_lang::types::{Column, StructType, Type, ValueType};

use crate::view::column;

/// Everything that `declared` says and `stored` does not keep, a line each.
pub(crate) fn violations(declared: &[Column], stored: &Schema) -> Vec<String> {
    let mut violations = Vec::new();
    for claim in declared {
        let name = &claim.name;
        let Ok(field) = stored.field_with_name(name) else {
            let names = stored.fields().iter().map(|field| field.name().as_str());
            let near = nearest(name, names).map(|near| format!("; there is `{near}`"));
            violations.push(format!("`{name}` is not there{}", near.unwrap_or_default()));
            continue;
        };
        match column(field) {
            Err(error) => violations.push(error.to_string()),
            Ok(found) if keeps(&found.ty, &claim.ty) => {}
            Ok(found) => {
                violations.push(format!("`{name}` is `{}`, declared as `{}`", found.ty, claim.ty));
            }
        }
    }
    violations
}

/// Whether every value of `stored` is one of `declared`. Names of structs are marks, and no part of it.
fn keeps(stored: &ValueType, declared: &ValueType) -> bool {
    (declared.nullable || !stored.nullable) && keeps_type(&stored.ty, &declared.ty)
}

fn keeps_type(stored: &Type, declared: &Type) -> bool {
    match (stored, declared) {
        (Type::List(stored), Type::List(declared)) => keeps(stored, declared),
        (Type::Map(key, value), Type::Map(other_key, other_value)) => {
            keeps_type(key, other_key) && keeps(value, other_value)
        }
        (Type::Struct(stored), Type::Struct(declared)) => keeps_fields(stored, declared),
        (Type::Json, Type::String) => true,
        (stored, declared) => stored == declared,
    }
}

fn keeps_fields(stored: &StructType, declared: &StructType) -> bool {
    let same = |(stored, declared): (&Column, &Column)| {
        stored.name == declared.name && keeps(&stored.ty, &declared.ty)
    };
    stored.fields.len() == declared.fields.len()
        && stored.fields.iter().zip(&declared.fields).all(same)
}

#[cfg(test)]
mod tests {
    use belvedere_lang::types::parse_columns;

    use super::*;
    use crate::view::arrow_schema;

    fn of(declared: &str, stored: &str) -> Vec<String> {
        let stored = arrow_schema(&parse_columns(stored).unwrap()).unwrap();
        violations(&parse_columns(declared).unwrap(), &stored)
    }

    #[test]
    fn a_declaration_may_say_less() {
        let stored = "a: i64, b: Span { x: i64, y: Option<i64> }, c: Json, d: List<{ e: String }>";
        assert_eq!(of("", stored), [""; 0]);
        assert_eq!(of(stored, stored), [""; 0]);
        assert_eq!(
            of("d: Option<List<Option<{ e: Option<String> }>>>, c: String, a: Option<i64>", stored),
            [""; 0]
        );
        assert_eq!(of("b: { x: i64, y: Option<i64> }", stored), [""; 0]);
    }

    #[test]
    fn all_that_is_not_kept_is_told() {
        let stored =
            "a: Option<i64>, b: i32, c: List<Option<i64>>, d: { x: i64 }, total: i64, e: String";
        let declared = "a: i64, b: i64, c: List<i64>, d: { x: i64, y: i64 }, toal: i64, e: Json";
        assert_eq!(
            of(declared, stored),
            [
                "`a` is `Option<i64>`, declared as `i64`",
                "`b` is `i32`, declared as `i64`",
                "`c` is `List<Option<i64>>`, declared as `List<i64>`",
                "`d` is `{ x: i64 }`, declared as `{ x: i64, y: i64 }`",
                "`toal` is not there; there is `total`",
                "`e` is `String`, declared as `Json`",
            ]
        );
    }
}
