//! Normal forms of maps, and the fields that are picked of structs.

use belvedere::udf::{Argument, DataType, Field, Fields, Planned};

use super::{KeyCase, picked};

#[test]
fn keys_are_in_one_case() {
    for (case, key, expected) in [
        ("lower", "Alpha", "alpha"),
        ("Lower", "ΣΑΣ", "σας"),
        ("upper", "straße", "STRASSE"),
        ("upper", "ǅ", "Ǆ"),
        ("lower", "ǅ", "ǆ"),
        ("none", "Alpha", "Alpha"),
    ] {
        assert_eq!(case.parse::<KeyCase>().unwrap().apply(key), expected, "{case} {key}");
    }
    let error = "title".parse::<KeyCase>().unwrap_err();
    assert_eq!(error.to_string(), "unknown case of keys `title`: use `lower`, `upper` or `none`");
}

/// The fields that are picked of `{ a: Int64, b: Utf8 or NULL }`, with those that may be NULL marked.
fn pick(nullable: bool, names: &[Option<&str>]) -> Result<String, String> {
    let fields = Fields::from(vec![
        Field::new("a", DataType::Int64, false),
        Field::new("b", DataType::Utf8, true),
    ]);
    let ty = DataType::Struct(fields);
    let mut arguments = vec![("value", Argument::new(None, None).of_type(&ty, nullable))];
    let name = |name: &Option<&str>| Argument::new(name.map(str::to_owned), None);
    arguments.extend(names.iter().map(|text| ("fields", name(text))));
    let picked = picked(&Planned::new(arguments)).map_err(|error| error.to_string())?;
    let shown = |field: &std::sync::Arc<Field>| {
        let null = if field.is_nullable() { "?" } else { "" };
        format!("{}{null}", field.name())
    };
    Ok(picked.iter().map(shown).collect::<Vec<_>>().join(" "))
}

#[test]
fn picked_fields_are_in_order_and_null_where_the_struct_is() {
    assert_eq!(pick(false, &[Some("b"), Some(" a ")]).unwrap(), "b? a");
    assert_eq!(pick(true, &[Some("a")]).unwrap(), "a?");
}

#[test]
fn names_that_pick_nothing_are_refused() {
    let refused = |names: &[Option<&str>]| pick(false, names).unwrap_err();
    assert_eq!(refused(&[Some("c")]), "the struct has no field `c`: it has `a`, `b`");
    assert_eq!(refused(&[Some("a"), Some("a")]), "the field `a` is named twice: name it once");
    assert_eq!(refused(&[]), "name the fields to pick: `struct_pick(value, 'field', …)`");
    for name in [None, Some(" ")] {
        let expected = "a field is named by a constant text, which is no column, not NULL and not \
                        blank: write `struct_pick(value, 'field')`";
        assert_eq!(refused(&[name]), expected);
    }
}
