//! The forms as a table, which the JSON Schema and the types for Python are printed from.
//!
//! A test asks serde for the names that each form has, and compares.

/// What a value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A name of a column, perhaps with a dot, of a relation, a function, a type.
    Name,
    /// `true` or `false`.
    Truth,
    /// A whole number from 0.
    Whole,
    /// `null`, `true`, a number or a text.
    Constant,
    /// An expression.
    Expr,
    /// Two expressions.
    Pair,
    /// An entry: an expression, with a name or without, or a star.
    Item,
    /// What a step reads: a name, or the object of this name.
    Source,
    /// An object of [`OBJECTS`].
    Object(&'static str),
    /// One of [`STEPS`].
    Step,
    /// An end of a frame: one of [`BOUNDS`].
    Bound,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Kind),
    /// An object whose names are not known.
    Map(&'static Kind),
}

/// A value of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it can be.
    pub kind: Kind,
    /// Whether it has to be there.
    pub required: bool,
    /// What it says.
    pub doc: &'static str,
}

/// An object with fields.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// How it is called here.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A form: an object with one name, and what stands behind it.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The name.
    pub name: &'static str,
    /// What stands behind it; nothing where the name stands alone.
    pub kind: Option<Kind>,
    /// What it means.
    pub doc: &'static str,
}

const fn must(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: true, doc }
}

const fn may(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: false, doc }
}

const fn form(name: &'static str, kind: Kind, doc: &'static str) -> Form {
    Form { name, kind: Some(kind), doc }
}

const fn object(name: &'static str, doc: &'static str, fields: &'static [Field]) -> Object {
    Object { name, doc, fields }
}

const ITEMS: Kind = Kind::List(&Kind::Item);

const EXPRS: Kind = Kind::List(&Kind::Expr);

const NAMES: Kind = Kind::List(&Kind::Name);

const SORTS: Kind = Kind::List(&Kind::Object("sort"));

/// The expressions that are objects.
pub const EXPRESSIONS: &[Form] = &[
    form(
        "column",
        Kind::Name,
        "A column `size` or `f.size`, a field `f.pos.line`, or a parameter.",
    ),
    form("field", Kind::Object("field"), "A field of a value that is no column."),
    form("index", Kind::Object("index"), "An item of a list, or the value of a key of a map."),
    form("struct", Kind::List(&Kind::Object("named")), "A struct."),
    form("call", Kind::Object("call"), "A call of a built-in or of a function of the program."),
    form("cast", Kind::Object("cast"), "A conversion that fails for a value that does not fit."),
    form("try_cast", Kind::Object("cast"), "A conversion that gives NULL for it."),
    form("case", Kind::Object("case"), "The value of the first condition that is true."),
    form("and", EXPRS, "All are true."),
    form("or", EXPRS, "One is true."),
    form("not", Kind::Expr, "The opposite."),
    form("eq", Kind::Pair, "`a == b`"),
    form("ne", Kind::Pair, "`a != b`"),
    form("lt", Kind::Pair, "`a < b`"),
    form("le", Kind::Pair, "`a <= b`"),
    form("gt", Kind::Pair, "`a > b`"),
    form("ge", Kind::Pair, "`a >= b`"),
    form("add", Kind::Pair, "`a + b`"),
    form("sub", Kind::Pair, "`a - b`"),
    form("mul", Kind::Pair, "`a * b`"),
    form("div", Kind::Pair, "`a / b`"),
    form("rem", Kind::Pair, "`a % b`"),
    form("neg", Kind::Expr, "`-a`"),
    form("is_null", Kind::Expr, "`a is null`"),
    form("between", Kind::Object("between"), "`value between low and high`"),
    form("in", Kind::Object("in"), "`value in (a, b)`"),
    form("in_query", Kind::Object("in_query"), "`value in (from …)`"),
    form("like", Kind::Object("like"), "`value like pattern`"),
    form("exists", Kind::Object("subquery"), "Whether a query has a row."),
    form("query", Kind::Object("subquery"), "The only value of a query."),
];

/// The steps.
pub const STEPS: &[Form] = &[
    form("where", Kind::Expr, "Keeps the rows for which this is true."),
    form("derive", ITEMS, "Adds columns."),
    form("select", ITEMS, "Replaces the columns."),
    form("group", Kind::Object("group"), "One row for each distinct key."),
    form("aggregate", ITEMS, "One row for all."),
    form("join", Kind::Object("join"), "Reads another relation beside."),
    form("asof_join", Kind::Object("asof_join"), "The nearest row of another relation."),
    form("union", Kind::Source, "Adds rows, and leaves one of those that are equal."),
    form("union_all", Kind::Source, "Adds rows."),
    form("except", Kind::Source, "Leaves one of each of the rows that the other relation lacks."),
    form("intersect", Kind::Source, "Leaves one of each of the rows that it has too."),
    form("distinct", Kind::Object("distinct"), "Leaves one of each of the rows that are equal."),
    form(
        "unnest",
        Kind::Object("unnest"),
        "One row for each item of a list, or a struct's fields.",
    ),
    form(
        "window",
        Kind::List(&Kind::Object("named_window")),
        "Names windows for the steps behind.",
    ),
    form("pivot", Kind::Object("pivot"), "A column for each of some constants."),
    form("order_by", SORTS, "Sorts."),
    form("limit", Kind::Whole, "Keeps the first rows."),
    form("identify", Kind::Object("identifier"), "Adds an id: the template `identify`."),
    form("with_span", Kind::Object("span"), "Adds a span: the template `with_span`."),
    form(
        "canonicalize",
        Kind::Object("normalisation"),
        "Adds a text in one form: the template `canonicalize`.",
    ),
    form(
        "latest",
        Kind::Object("dedupe"),
        "One row of those with the same keys: the template `latest`.",
    ),
];

/// The ends of frames.
pub const BOUNDS: &[Form] = &[
    Form { name: "unbounded_preceding", kind: None, doc: "The start of the partition." },
    form("preceding", Kind::Constant, "So far before the row: a number, or a length of time."),
    Form { name: "current_row", kind: None, doc: "The row itself." },
    form("following", Kind::Constant, "So far behind it."),
    Form { name: "unbounded_following", kind: None, doc: "The end of the partition." },
];

/// The objects.
pub const OBJECTS: &[Object] = &[
    object(
        "query",
        "A query.",
        &[
            may("$schema", Kind::Text, "Where this schema is, for editors."),
            may("version", Kind::Whole, "The version of the forms: 1."),
            may(
                "params",
                Kind::List(&Kind::Object("param")),
                "Constants that are given with the query.",
            ),
            may("with", Kind::List(&Kind::Object("with")), "Queries with names."),
            must("from", Kind::Source, "What is read."),
            may("steps", Kind::List(&Kind::Step), "What is done to the rows, in this order."),
        ],
    ),
    object(
        "subquery",
        "A query inside of another one.",
        &[
            must("from", Kind::Source, "What is read."),
            may("steps", Kind::List(&Kind::Step), "What is done to the rows, in this order."),
        ],
    ),
    object(
        "param",
        "A constant that is given with a query.",
        &[
            must("name", Kind::Name, "The name, which expressions use as that of a column."),
            must("type", Kind::Name, "The type."),
            may("default", Kind::Constant, "The value where none is given."),
        ],
    ),
    object(
        "with",
        "A query with a name.",
        &[
            must("name", Kind::Name, "The name, which hides a relation of that name."),
            must("query", Kind::Object("subquery"), "The query."),
        ],
    ),
    object(
        "source",
        "What a step reads: a relation, a query or a use of a template.",
        &[
            may("relation", Kind::Name, "A table, a view, or the name of a `with`."),
            may("query", Kind::Object("subquery"), "A query."),
            may("template", Kind::Name, "A template."),
            may("over", NAMES, "The relations that a template is over."),
            may(
                "args",
                Kind::Map(&Kind::Expr),
                "A template's parameters: constants, columns, lists of columns.",
            ),
            may("as", Kind::Name, "The name by which the steps know it."),
        ],
    ),
    object(
        "field",
        "`of.name`",
        &[must("of", Kind::Expr, "The struct."), must("name", Kind::Name, "The field's name.")],
    ),
    object(
        "index",
        "`of[at]`",
        &[
            must("of", Kind::Expr, "The list or the map."),
            must("at", Kind::Expr, "The position, from 1, or the key."),
        ],
    ),
    object(
        "named",
        "A value, with a name or with that of its column.",
        &[may("name", Kind::Name, "The name."), must("value", Kind::Expr, "The value.")],
    ),
    object(
        "call",
        "A call, by the name or the path of a function.",
        &[
            must("function", Kind::Name, "The function: `lower`, `text::utf8_normalize`."),
            may("args", EXPRS, "The arguments in order."),
            may("named", Kind::Map(&Kind::Expr), "Arguments by the names of their parameters."),
            may("distinct", Kind::Truth, "Of an aggregate: equal arguments count once."),
            may("order_by", SORTS, "Of an aggregate: the order in which it sees the rows."),
            may("filter", Kind::Expr, "Of an aggregate: the rows that it sees."),
            may("ignore_nulls", Kind::Truth, "It passes over NULLs."),
            may(
                "over",
                Kind::Object("window"),
                "The rows around the row that it is computed over.",
            ),
        ],
    ),
    object(
        "cast",
        "`cast(value as to)`",
        &[
            must("value", Kind::Expr, "What is converted."),
            must("to", Kind::Name, "The type, as in the language: `Decimal<12, 2>`."),
        ],
    ),
    object(
        "case",
        "`case when … then … else … end`",
        &[
            must("when", Kind::List(&Kind::Object("branch")), "The conditions with their values."),
            may("else", Kind::Expr, "The value where no condition is true; NULL without it."),
        ],
    ),
    object(
        "branch",
        "A condition and the value where it is true.",
        &[must("if", Kind::Expr, "The condition."), must("then", Kind::Expr, "The value.")],
    ),
    object(
        "between",
        "`value between low and high`",
        &[
            must("value", Kind::Expr, "The value."),
            must("low", Kind::Expr, "The least value that it may have."),
            must("high", Kind::Expr, "The greatest."),
        ],
    ),
    object(
        "in",
        "`value in (a, b)`",
        &[must("value", Kind::Expr, "What is looked for."), must("items", EXPRS, "Where.")],
    ),
    object(
        "in_query",
        "`value in (from …)`",
        &[
            must("value", Kind::Expr, "What is looked for."),
            must("query", Kind::Object("subquery"), "A query of one column."),
        ],
    ),
    object(
        "like",
        "`value like pattern`",
        &[
            must("value", Kind::Expr, "The text."),
            must("pattern", Kind::Expr, "`%` is any text, `_` one character."),
        ],
    ),
    object(
        "sort",
        "A key of an order.",
        &[
            must("value", Kind::Expr, "The value."),
            may("descending", Kind::Truth, "Largest first."),
            may("nulls", Kind::Word(&["first", "last"]), "Where NULL comes: last."),
        ],
    ),
    object(
        "window",
        "The rows around a row.",
        &[
            may("base", Kind::Name, "A window of a `window` step that this one begins as."),
            may("partition_by", EXPRS, "The values that all rows of a partition share."),
            may("order_by", SORTS, "The order within a partition."),
            may("frame", Kind::Object("frame"), "Which rows of the partition are seen."),
        ],
    ),
    object(
        "frame",
        "`rows between start and end`",
        &[
            must("units", Kind::Word(&["rows", "range", "groups"]), "What is counted."),
            must("start", Kind::Bound, "The first row."),
            may("end", Kind::Bound, "The last row; without it the row itself."),
        ],
    ),
    object(
        "star",
        "`of.* except (…) rename (…)`",
        &[
            may("of", Kind::Name, "The relation or the struct; all columns without it."),
            may("except", NAMES, "Columns that are left out."),
            may("rename", Kind::List(&Kind::Object("rename")), "Columns under new names."),
        ],
    ),
    object(
        "rename",
        "A column under a new name.",
        &[must("column", Kind::Name, "The column."), must("name", Kind::Name, "The new name.")],
    ),
    object(
        "group",
        "`group by { … } aggregate { … }`",
        &[must("by", ITEMS, "The keys."), may("aggregate", ITEMS, "What is computed for each.")],
    ),
    object(
        "join",
        "A join.",
        &[
            may(
                "kind",
                Kind::Word(&["inner", "left", "right", "full", "semi", "anti", "cross"]),
                "Which rows are kept: `inner`.",
            ),
            must("source", Kind::Source, "What is joined."),
            may("on", Kind::Expr, "The condition; a cross join has none."),
        ],
    ),
    object(
        "asof_join",
        "The nearest row.",
        &[
            must("source", Kind::Source, "What is joined."),
            must("on", Kind::Expr, "Equalities, and one comparison."),
            may("outer", Kind::Truth, "Whether rows without a partner stay."),
        ],
    ),
    object(
        "distinct",
        "`distinct`, or `distinct on { … } order by …`",
        &[
            may("on", EXPRS, "The values of which each combination stays once."),
            may("order_by", SORTS, "Which row of them is the first."),
        ],
    ),
    object(
        "unnest",
        "`unnest value as name`",
        &[
            must("value", Kind::Expr, "The list or the struct."),
            may("outer", Kind::Truth, "Whether rows with NULL or an empty list stay."),
            must(
                "as",
                Kind::Name,
                "The name of the item, or of the relation that the fields become.",
            ),
        ],
    ),
    object(
        "named_window",
        "A window with a name.",
        &[
            must("name", Kind::Name, "The name."),
            must("window", Kind::Object("window"), "The window."),
        ],
    ),
    object(
        "pivot",
        "A column for each of some constants.",
        &[
            must("aggregate", ITEMS, "What is computed for each group and each constant."),
            must("value", Kind::Expr, "The value whose constants become columns."),
            must("columns", Kind::List(&Kind::Object("pivoted")), "The constants."),
            may("by", ITEMS, "The keys; one row for all without them."),
        ],
    ),
    object(
        "pivoted",
        "A constant that becomes a column.",
        &[
            must("value", Kind::Constant, "The constant."),
            may("name", Kind::Name, "The name of its column."),
        ],
    ),
    object(
        "identifier",
        "An id that columns make.",
        &[
            must("kind", Kind::Text, "What the rows are, which ids begin with."),
            must("parts", NAMES, "The columns that make an id, in this order."),
            must("into", Kind::Name, "The new column."),
        ],
    ),
    object(
        "span",
        "A `Span` of its bounds.",
        &[
            must("start", Kind::Name, "The column with the first byte."),
            must("end", Kind::Name, "The column with the byte behind the last one."),
            must("into", Kind::Name, "The new column."),
        ],
    ),
    object(
        "normalisation",
        "A text in one form, in which equal texts are equal.",
        &[
            must("column", Kind::Name, "The column with the text."),
            must("into", Kind::Name, "The new column."),
            may("form", Kind::Word(&["nfc", "nfkc", "nfd", "nfkd"]), "The Unicode form: `nfkc`."),
            may("casefold", Kind::Truth, "Whether case does not count: `true`."),
        ],
    ),
    object(
        "dedupe",
        "One row of those that have the same keys.",
        &[
            must("keys", NAMES, "The columns that a row shares with those that it replaces."),
            must("order", Kind::Name, "The column that is greatest in the row that stays."),
        ],
    ),
];
