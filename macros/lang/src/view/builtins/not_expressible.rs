//! DataFusion's functions that are no built-ins of views: why, and where they are in Python.

/// A function that views cannot call by its bare name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotExpressible {
    /// Its name in DataFusion.
    pub name: &'static str,
    /// Why, and what there is instead.
    pub reason: &'static str,
    /// Why Python has no builder of it either, and what there is instead; none where it has one.
    pub python: Option<&'static str>,
}

/// Every function of DataFusion that the catalogue has not.
pub const NOT_EXPRESSIBLE: [NotExpressible; 29] = [
    not("array_any_match", LAMBDA),
    not("array_filter", LAMBDA),
    not("array_first", LAMBDA),
    not("array_transform", LAMBDA),
    not("arrays_zip", "the fields of its items are called `1`, `2`, …, which are no names"),
    not("arrow_cast", CAST),
    not("arrow_field", ARROW),
    not("arrow_metadata", "the standard function of this name has a signature: by its path"),
    not("arrow_try_cast", CAST),
    not("arrow_typeof", ARROW),
    not("cast_to_type", CAST),
    not("current_date", CLOCK),
    not("current_time", CLOCK),
    not("file_row_index", FILES).nor_python(SCANS),
    not("get_field", "a field is written `column.field`"),
    not("grouping", "there are no grouping sets"),
    not("input_file_name", FILES).nor_python(SCANS),
    not("map_entries", "the standard function of this name gives fields with names: by its path")
        .nor_python("`functions.map_entries`: a runtime has this name for the standard function"),
    not("map_extract", "`map[key]` gives the value, and no list")
        .nor_python("`functions.map_extract`: a runtime has this name for the standard function"),
    not("named_struct", STRUCTS),
    not("now", CLOCK),
    not("random", "a view follows from its sources"),
    not("struct", STRUCTS),
    not("try_cast_to_type", CAST),
    not("union_extract", UNIONS),
    not("union_tag", UNIONS),
    not("uuid", "a view follows from its sources"),
    not("version", "a view follows from its sources"),
    not("with_metadata", "the name of a type marks its column: `#[derive(ArrowType)]`"),
];

const LAMBDA: &str =
    "it takes a function, which is no value: a step `unnest … as item` gives a row for each item";
const CAST: &str = "a value is converted by `cast(… as …)`, or by `try_cast(… as …)`";
const ARROW: &str = "it tells of Arrow types, which a view does not decide";
const CLOCK: &str =
    "a view follows from its sources: one of them has to write the time into a column";
const FILES: &str = "it tells of the files of a scan: relations have rows only";
const SCANS: &str = "relations have rows only; over files of a session of your own, the function of \
                     this name in `datafusion.functions`";
const STRUCTS: &str = "a struct is written as `{ a: x, b: y }`, for instance";
const UNIONS: &str = "no relation has a union";

const fn not(name: &'static str, reason: &'static str) -> NotExpressible {
    NotExpressible { name, reason, python: None }
}

impl NotExpressible {
    /// The same, where Python has no builder.
    const fn nor_python(self, reason: &'static str) -> Self {
        Self { python: Some(reason), ..self }
    }
}
