//! The macros of Belvedere: entry points only. What they do is in `belvedere-lang`.

use proc_macro::TokenStream;

use belvedere_lang::expand;

/// Declares a table: a relation that a source writes.
///
/// ```ignore
/// belvedere::table! {
///     /// Files of the source tree.
///     pub source_files { file_id: String, path: String, size: i64, tags: Option<List<String>> }
/// }
/// ```
///
/// A run asks of the rows that a source gives what the table says, before it publishes anything:
///
/// ```ignore
/// belvedere::table! {
///     #[table(key = [file_id])]
///     pub source_files { file_id: String, path: String, size: i64 }
///     audit { path != "", size >= 0 }
/// }
/// ```
///
/// A table that others write, a Delta table anywhere, is described by a schema file, which
/// `belvedere schema pull URI -o schemas/orders.json` writes. Runs read it and never write to it.
///
/// ```ignore
/// belvedere::table! { pub orders from "schemas/orders.json" }
/// ```
///
/// It becomes a module of the table's name with `Row`, a struct of its columns, and `RELATION`, its
/// descriptor, which registers itself with the program.
#[proc_macro]
pub fn table(tokens: TokenStream) -> TokenStream {
    expand::table::table(tokens.into(), &read_in_package).into()
}

/// Reads a file below the folder of the package that is compiled.
fn read_in_package(path: &str) -> Result<Vec<u8>, String> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names no package")?;
    let read = std::fs::read(std::path::Path::new(&package).join(path));
    read.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    })
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_table(tokens: TokenStream) -> TokenStream {
    expand::table::finish_table(tokens.into()).into()
}

/// Makes a Rust function an SQL function.
///
/// ```ignore
/// /// How many positions lie inside a span.
/// #[belvedere::udf(tags = [span])]
/// pub fn span_len(span: Span<'_>) -> i64 { span.bend - span.bstart }
/// ```
///
/// The function stays as it is. Beside it comes a module of its name with `udf()`, the function for
/// any session of DataFusion; `expr(…)`, a typed builder of calls; and `DESCRIPTOR`, all that is
/// known of it. It registers itself with every program that links its crate. A function that
/// returns `Result` gets a twin, `try_span_len`, which gives NULL where this one fails.
///
/// | in Rust | in SQL |
/// |---|---|
/// | argument `T` | NULL gives NULL, without a call |
/// | argument `Option<T>` | the function sees the NULL |
/// | result `T`, `Option<T>`, `Result<T, E>`, `Result<Option<T>, E>` | never NULL, may be NULL, may fail |
/// | `bool`, `i8` … `u64`, `f32`, `f64`, `Decimal<P, S>`, `Date`, `Timestamp`, `LocalTimestamp`, `Time`, `Duration`, `Interval` | the type of that name |
/// | `[u8; N]`, `Uuid`, `Json<'_>` | bytes of a fixed width; Arrow's extension types `arrow.uuid`, `arrow.json` |
/// | `&str`, `&[u8]` | text and bytes in any encoding; a result `&'a str` borrows from its argument |
/// | `List<'_, T>`, `Map<'_, K, V>` | a list, a map, read in place; as results `Vec<T>`, `BTreeMap<K, V>` |
/// | a struct with `#[derive(ArrowType)]` | a struct |
/// | a last argument `&[T]` | all the remaining arguments |
/// | a type parameter `T: Value`, `T: SortValue` | any type that a call has there, any with an order |
/// | `#[literal] x: T`, `#[literal(default = "nfkc")] x: T` | a constant; any `T: FromStr + Clone` is parsed from text |
/// | `#[cast] x: Option<&str>`, `#[cast] x: &[Option<&str>]` | accepts every type and gives its text |
/// | `#[default = 3] x: i64` | may be omitted at the end |
/// | `#[prepared] x: &T`, `#[state] x: &mut T` behind the arguments | what `prepare` makes of the constants once; scratch |
///
/// Attributes say what a signature cannot:
///
/// | attribute | means |
/// |---|---|
/// | `name = "concat"` | the SQL name, where it differs |
/// | `aliases = [span_length]` | other SQL names |
/// | `tags = [span]` | families that readers and rewrites find it by |
/// | `volatility = stable` | `immutable` unless said: equal arguments give equal results |
/// | `metadata = inherit(0)`, `metadata = set { key = "value" }` | metadata of the result's field |
/// | `prepare = f` | `f` makes something of the constants once |
/// | `since = "0.1"`, `deprecated = "use …"` | for documents |
/// | `version = 2` | what it computes has changed: stored results are computed again |
///
/// The doc comment is the documentation in SQL; an example in a block ```` ```sql ````, with a line
/// `----` before the rows that it gives, is a test.
#[proc_macro_attribute]
pub fn udf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::udf::udf(attribute.into(), item.into()).into()
}

/// Makes an `impl` an SQL aggregate.
///
/// ```ignore
/// /// How many rows fulfil a condition.
/// #[belvedere::udaf(tags = [aggregate])]
/// impl Aggregate for CountIf {
///     type State = i64;
///     fn update(count: &mut i64, condition: bool) { *count += i64::from(condition); }
///     fn merge(count: &mut i64, other: i64) { *count += other; }
///     fn finish(count: &i64) -> i64 { *count }
///     fn retract(count: &mut i64, condition: bool) { *count -= i64::from(condition); }
/// }
/// ```
///
/// A private type of that name gets the functions, for unit tests. Beside it comes a module,
/// `count_if`, with `udaf()`, the aggregate for any session of DataFusion; `expr(…)`, a builder of
/// calls; and `DESCRIPTOR`. It is as visible as the module in which it stands.
///
/// | function | does |
/// |---|---|
/// | `update` | adds a row; a parameter `T` skips rows in which it is NULL, `Option<T>` sees them, unless the call says `IGNORE NULLS` |
/// | `merge` | adds the rows of another state, in any order |
/// | `finish` | gives the result, `T` or `Option<T>`; that of the default state where there are no rows |
/// | `retract` | optional: takes out a row, so that moving frames need not merge states |
///
/// States are `Default`, `Clone` and of types that a column can hold: what functions return, tuples
/// of two or three, [`Counts`](https://docs.rs/belvedere), structs with `#[derive(ArrowType)]`.
/// Type parameters, `impl<V: SortValue> Aggregate for Last<V>`, stand for every type that has an
/// order; they are read as `&V` and kept as `V::Owned`. Attributes are those of `#[udf]` without
/// `volatility`, and `idempotent`: it makes no difference how often equal rows occur, so that
/// `DISTINCT` has nothing to do.
#[proc_macro_attribute]
pub fn udaf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::udaf::udaf(attribute.into(), item.into()).into()
}

/// Makes an `impl` an SQL window function.
///
/// ```ignore
/// /// The sum of all values so far.
/// #[belvedere::udwf(tags = [window])]
/// impl<N: Number> Window for RunningTotal<N> {
///     type State = N;
///     fn next(total: &mut N, value: N) -> Result<N> { *total = total.plus(value)?; Ok(*total) }
/// }
/// ```
///
/// A private type of that name gets the function, for unit tests. Beside it comes a module,
/// `running_total`, with `udwf()`, the function for any session of DataFusion; `expr(…)`, a builder
/// of calls; and `DESCRIPTOR`. It is as visible as the module in which it stands.
///
/// | it has one of | called for |
/// |---|---|
/// | `fn next(state: &mut Self::State, value: T) -> R` | each row in the order of the window, with what `type State` keeps of the rows before; in bounded memory |
/// | `fn frame(value: Rows<'_, T>) -> R` | the frame of each row |
/// | `fn partition(value: Rows<'_, T>) -> Vec<R>`, or `impl Iterator<Item = R>` | all rows of a partition |
///
/// A parameter `T` leaves out rows in which it is NULL: `next` and `partition` give NULL for them, a
/// frame is without them. `Option<T>` sees the NULL, unless the call says `IGNORE NULLS`. Results are
/// `R` or `Option<R>`. A state is `Default` and `Send`, and no more is asked of it.
///
/// Type parameters: `V: SortValue` is every type with an order, read as `&V`, kept as `V::Owned`;
/// `N: Number` is `i64`, `u64` or `f64`, whichever holds the argument. Attributes are those of
/// `#[udf]` without `volatility`, and `ascending`: no result of `next` is smaller than the one of the
/// row before, so that the rows need not be sorted by it again.
#[proc_macro_attribute]
pub fn udwf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::udwf::udwf(attribute.into(), item.into()).into()
}

/// Makes a Rust function that gives rows an SQL table function.
///
/// ```ignore
/// /// A file of a folder.
/// #[derive(belvedere::ArrowType)]
/// pub struct FoundFile { path: String, size: i64 }
///
/// /// The files of a folder.
/// #[belvedere::udtf]
/// pub fn files_of(folder: String, #[default = true] hidden: bool)
///     -> io::Result<impl Iterator<Item = io::Result<FoundFile>>> { walk(folder, hidden) }
/// ```
///
/// In SQL: `SELECT path FROM files_of('src', hidden => false) LIMIT 10`. The function stays as it is;
/// beside it comes a module of its name with `udtf()`, the table function for any session of
/// DataFusion, and `DESCRIPTOR`.
///
/// It returns `impl Iterator<Item = Row>`, `Box<dyn Iterator<Item = Row> + Send>` or `Vec<Row>`, perhaps
/// in a `Result`; an item may be a `Result` too. A row is a struct with `#[derive(ArrowType)]`, whose
/// fields are the columns; of any other type it is the only column, `value`. Rows are asked for as they
/// are needed, so that a `LIMIT` ends an iterator that never ends.
///
/// Arguments are constants and owned: `String`, `Vec<T>`. NULL for a `T` gives no rows, `Option<T>`
/// sees it; `#[default = 3]` and `#[literal]` are those of `#[udf]`. Attributes are `name`, `aliases`,
/// `tags`, `since`, `deprecated` and `version`.
#[proc_macro_attribute]
pub fn udtf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::udtf::udtf(attribute.into(), item.into()).into()
}

/// Gives a function of DataFusion a typed signature, documentation and tags, an aggregate further SQL
/// names too.
///
/// ```ignore
/// belvedere::reexport! {
///     /// The first value of a group.
///     #[aliases = [first_value_agg]]
///     #[tags = [aggregate]]
///     pub aggregate first_value<V>(value: Option<V>) -> Option<V>;
/// }
/// ```
///
/// It becomes a module of the function's name with `expr(…)` and `DESCRIPTOR`; views call it by its
/// path. The function itself stays DataFusion's: it is not replaced in any session.
#[proc_macro]
pub fn reexport(tokens: TokenStream) -> TokenStream {
    expand::reexport::reexport(tokens.into()).into()
}

/// Makes a struct a type of SQL: of columns, and of arguments and results of functions.
///
/// ```ignore
/// #[derive(belvedere::ArrowType)]
/// pub struct Span<'a> { bstart: i64, bend: i64, col_unit: &'a str }
/// ```
///
/// One lifetime lets text and bytes be read in place. The derive leaves a hidden macro under the
/// struct's own name, so that one `use` brings both to where a table, a view or a function names it.
#[proc_macro_derive(ArrowType)]
pub fn arrow_type(item: TokenStream) -> TokenStream {
    derive(item, expand::arrow_type::arrow_type)
}

/// Makes a struct the row type of a view: `view! { <CallRow> pub call_attrs = … }`.
#[proc_macro_derive(Row)]
pub fn row(item: TokenStream) -> TokenStream {
    derive(item, expand::arrow_type::row)
}

fn derive(
    item: TokenStream,
    expand: fn(&syn::DeriveInput) -> proc_macro2::TokenStream,
) -> TokenStream {
    match syn::parse::<syn::DeriveInput>(item) {
        Ok(input) => expand(&input).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

/// Declares a view: a relation that is computed from tables and other views.
///
/// ```ignore
/// belvedere::view! {
///     /// How often each file is called from.
///     pub calls_per_file =
///         from ast_calls as c
///         join source_files as f on f.file_id == c.file_id
///         group by { f.path }
///         aggregate { n: count() }
/// }
/// ```
///
/// It is checked completely when the crate is compiled, and no type is declared: it becomes a module
/// of the view's name with `Row`, a struct of the columns that follow from the text, and `RELATION`,
/// its descriptor. Names of tables, views and functions are Rust paths.
///
/// With relations and parameters behind its name it is a template, a view over whatever relation a use
/// names:
///
/// ```ignore
/// belvedere::view! {
///     pub counted<R: Relation>(key) = from R as r group by { r.key } aggregate { n: count() }
/// }
/// belvedere::view! { pub files_by_language = from counted<source_files>(lang) as c }
/// ```
#[proc_macro]
pub fn view(tokens: TokenStream) -> TokenStream {
    expand::view::view(tokens.into()).into()
}

/// Makes a unit test of a view: rows that are given, rows that are expected.
///
/// ```ignore
/// belvedere::view_test! {
///     /// Calls in files that are not there are left out.
///     lost_files: calls_per_file
///     given {
///         ast_calls: [ { file_id: "f1", .. }, { file_id: "f2", .. } ],
///         source_files: [ { file_id: "f1", path: "a.rs", .. } ],
///     }
///     expect [ { path: "a.rs", n: 1 } ]
/// }
/// ```
///
/// Columns and values are checked when the test is compiled. `..` fills the other columns of a row that
/// is given, and leaves them out of the comparison in rows that are expected. Relations that are not
/// given are empty, or computed if they are views. Rows are compared in any order, unless the view ends
/// with `order by`. The crate needs `belvedere` with the feature `testing`, as a dev-dependency.
#[proc_macro]
pub fn view_test(tokens: TokenStream) -> TokenStream {
    expand::view_test::view_test(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_view_test(tokens: TokenStream) -> TokenStream {
    expand::view_test::finish_view_test(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_text(tokens: TokenStream) -> TokenStream {
    expand::pieces::finish_text(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_view(tokens: TokenStream) -> TokenStream {
    expand::view::finish_view(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_view_in_editor(tokens: TokenStream) -> TokenStream {
    expand::view::finish_view_in_editor(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_template(tokens: TokenStream) -> TokenStream {
    expand::template::finish_template(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_promise(tokens: TokenStream) -> TokenStream {
    expand::view::finish_promise(tokens.into()).into()
}
