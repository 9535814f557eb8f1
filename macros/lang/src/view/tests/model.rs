//! The typed model of good views, in a short form.

use std::fmt::Write as _;
use std::str::FromStr as _;

use proc_macro2::TokenStream;

use super::fixture::World;
use crate::sink::Sink;
use crate::types::path_text;
use crate::view::model::{
    Expr, ExprKind, Frame, FunctionRef, Literal, SortKey, SourceRef, Step, View,
};
use crate::view::parse_view;
use crate::view::syntax::Materialize;

/// Checks a view without errors against the short form of its model.
fn check(text: &str, expected: &str) {
    let mut world = World::default();
    let diagnostics = world.define(text);
    assert_eq!(crate::render::short_report(text, &diagnostics), "");
    assert_eq!(show(&world.views[0]).trim_end(), expected.trim());
}

#[test]
fn positions_are_those_of_the_row() {
    check(
        "pub v = from ast_calls as c join files as f on f.file_id == c.file_id and c.bend > 3
         where f.lang like \"rust\" select { f.path, n: c.bend - c.bstart }",
        r#"
from 0 as c
Inner 1 as f on [#0 ~ #0] if [(#3 > 3i64)]
where #9 like(false) "rust"
select path = #8, n = (#3 - #2)
path: String <- [1.path] by [0.bend 0.file_id 1.file_id 1.lang]
n: i64 <- [0.bend 0.bstart] by [0.bend 0.file_id 1.file_id 1.lang]
"#,
    );
}

#[test]
fn join_keys_are_brought_to_one_type_on_either_side() {
    check(
        "pub v = from spans as s join ast_calls as c on s.small == c.bend and c.pos.col == s.small
         and s.ok and true select { s.id }",
        "
from 0 as s
Inner 1 as c on [#6:i64 ~ #3, #6:i32 ~ #6.col] if [#8]
select id = #0
id: i64 <- [0.id] by [0.ok 0.small 1.bend 1.pos]
",
    );
}

#[test]
fn a_left_join_adds_nulls_after_its_condition() {
    check(
        "pub v = from ast_calls as c left join files as f on f.path == c.path
         where f.lang is not null select { l: coalesce(f.lang, \"?\"), f.path }",
        r#"
from 0 as c
Left 1 as f on [#1 ~ #1] if []
where #9 is not null
select l = Builtin("coalesce")(#9, "?"), path = #8
l: String <- [1.lang] by [0.path 1.lang 1.path]
path: Option<String> <- [1.path] by [0.path 1.lang 1.path]
"#,
    );
}

#[test]
fn outer_joins_add_nulls_to_the_side_that_may_lack_a_partner() {
    check(
        "pub v = from ast_calls as c right join files as f on f.path == c.path
         full join spans as s on s.id == c.bend select { c.path, f.lang, s.ok }",
        "
from 0 as c
Right 1 as f on [#1 ~ #1] if []
Full 2 as s on [#3 ~ #0] if []
select path = #1, lang = #9, ok = #19
path: Option<String> <- [0.path] by [0.bend 0.path 1.path 2.id]
lang: Option<String> <- [1.lang] by [0.bend 0.path 1.path 2.id]
ok: Option<bool> <- [2.ok] by [0.bend 0.path 1.path 2.id]
",
    );
}

#[test]
fn a_semi_join_leaves_the_row_as_it_is() {
    check(
        "pub v = from files as f semi join ast_calls as c on c.path == f.path and c.bend > f.size
         anti join spans as c on c.id == f.size select { f.lang, f.size }",
        "
from 0 as f
Semi 1 as c on [#1 ~ #1] if [(#7 > #3)]
Anti 2 as c on [#3 ~ #0] if []
select lang = #2, size = #3
lang: String <- [0.lang] by [0.path 0.size 1.bend 1.path 2.id]
size: i64 <- [0.size] by [0.path 0.size 1.bend 1.path 2.id]
",
    );
}

#[test]
fn a_condition_says_what_is_not_null() {
    check(
        "pub v = from files as f left join spans as s on s.id == f.size where f.size + s.id > 3 and
         (s.at.bend == 1 or not (s.at.bstart < 4)) select { f.size, s.id, s.at, s.seen, n: s.at.bend }
         unnest at as a",
        "
from 0 as f
Left 1 as s on [#3 ~ #0] if []
where (((#3 + #4) > 3i64) and ((#6.bend == 1i64) or not (#6.bstart < 4i64)))
select size = #3, id = #4, at = #6, seen = #8, n = #6.bend
spread #2 as a: bstart: i64, bend: i64 outer false
size: i64 <- [0.size] by [0.size 1.at 1.id]
id: i64 <- [1.id] by [0.size 1.at 1.id]
at: Span <- [1.at] by [0.size 1.at 1.id]
seen: Option<Timestamp> <- [1.seen] by [0.size 1.at 1.id]
n: i64 <- [1.at] by [0.size 1.at 1.id]
bstart: i64 <- [1.at] by [0.size 1.at 1.id]
bend: i64 <- [1.at] by [0.size 1.at 1.id]
",
    );
}

#[test]
fn a_condition_says_nothing_of_rows_that_are_kept_without_it() {
    check(
        "pub v = from files as f left join files as g on f.size == g.size
         where f.size > 1 or f.path == \"x\" or f.size is null select { a: f.size, b: g.size }",
        "
from 0 as f
Left 0 as g on [#3 ~ #3] if []
where (((#3 > 1i64) or (#1 == \"x\")) or #3 is null)
select a = #3, b = #7
a: Option<i64> <- [0.size] by [0.path 0.size]
b: Option<i64> <- [0.size] by [0.path 0.size]
",
    );
}

#[test]
fn sets_bring_columns_of_one_name_together() {
    check(
        "pub v = from spans as s select { n: s.small, s.day } union all (from spans as s
         select { s.day, n: s.id }) except (from spans as s select { n: 1, s.day }) distinct",
        "
query 0:
  from 0 as s
  select day = #3, n = #0
query 1:
  from 0 as s
  select n = 1i64, day = #3
from 0 as s
select n = #6, day = #3
UnionAll query 0: n = #0:i64, day = #1 with n = #1, day = #0
Except query 1: n = #0, day = #1 with n = #0, day = #1
distinct
n: i64 <- [0.id 0.small] by [0.day 0.id 0.small]
day: Date <- [0.day] by [0.day 0.id 0.small]
",
    );
}

#[test]
fn every_widening_is_a_cast() {
    check(
        "pub v = from spans as s select {
             a: s.small + s.id, b: s.score * 2, c: s.small == 5, d: s.small < 500,
             e: case when s.ok then s.small else 1 end, f: s.id in (s.small, 2),
             g: sqrt(s.id), h: power(s.small, 2), i: greatest(s.small, s.id, 3) }",
        r#"
from 0 as s
select a = (#6:i64 + #0), b = (#5 * 2f32), c = (#6 == 5i8), d = (#6:i64 < 500i64), e = case[#8: #6; 1i8], f = #0 in(false) [#6:i64, 2i64], g = Builtin("sqrt")(#0:f64), h = Builtin("power")(#6:f64, 2f64), i = Builtin("greatest")(#6:i64, #0, 3i64)
a: i64 <- [0.id 0.small] by []
b: f32 <- [0.score] by []
c: bool <- [0.small] by []
d: bool <- [0.small] by []
e: i8 <- [0.ok 0.small] by []
f: bool <- [0.id 0.small] by []
g: f64 <- [0.id] by []
h: f64 <- [0.small] by []
i: i64 <- [0.id 0.small] by []
"#,
    );
}

#[test]
fn arguments_are_in_order_with_their_defaults() {
    check(
        "pub v = from ast_calls as c select {
             a: normalize(fold => false, text => c.path), b: normalize(c.path),
             d: stable_id(c.path, c.bend, null), e: attr_or(c.attrs, \"k\", c.path) }",
        r#"
from 0 as c
select a = User(0)(#1, "nfkc", false, -1i8), b = User(0)(#1, "nfkc", true, -1i8), d = User(1)(#1, #3:String, nullString), e = User(2)(#4, "k", #1)
a: String <- [0.path] by []
b: String <- [0.path] by []
d: String <- [0.bend 0.path] by []
e: String <- [0.attrs 0.path] by []
"#,
    );
}

#[test]
fn an_unsigned_result_of_the_engine_is_cast() {
    check(
        "pub v = from ast_calls as c select { n: array_length(c.tags), m: length(c.path) }",
        r#"
from 0 as c
select n = Builtin("array_length")(#5):i64, m = Builtin("character_length")(#1)
n: Option<i64> <- [0.tags] by []
m: i32 <- [0.path] by []
"#,
    );
}

#[test]
fn an_aggregate_step_mentions_its_keys() {
    check(
        "pub v = from ast_calls as c group by { c.file_id, p: lower(c.path) }
         aggregate { n: count(), d: count(distinct c.bend), s: sum(c.pos.col) + 1, u: upper(p) }",
        r#"
from 0 as c
group file_id = #0, p = Builtin("lower")(#1) aggregate n = count(), d = count!(#3), s = (sum(#6.col:i64) + 1i64), u = Builtin("upper")(@1)
file_id: String <- [0.file_id] by [0.file_id 0.path]
p: String <- [0.path] by [0.file_id 0.path]
n: i64 <- [] by [0.file_id 0.path]
d: i64 <- [0.bend] by [0.file_id 0.path]
s: i64 <- [0.pos] by [0.file_id 0.path]
u: String <- [0.path] by [0.file_id 0.path]
"#,
    );
}

#[test]
fn derived_columns_follow_the_row_and_may_use_each_other() {
    check(
        "pub v = from files as f derive { a: f.path, b: lower(f.lang), c: concat(a, b), d: 1 }
         select { c, d }",
        r#"
from 0 as f
derive a = #1, b = Builtin("lower")(#2)
derive c = Builtin("concat")(#4, #5), d = 1i64
select c = #6, d = #7
c: String <- [0.lang 0.path] by []
d: i64 <- [] by []
"#,
    );
}

#[test]
fn unnest_appends_the_element() {
    check(
        "pub v = from ast_calls as c unnest map_entries(c.attrs) outer as kv
         unnest c.tags as tag select { k: kv.key, tag }",
        "
from 0 as c
unnest User(0)(#4) as kv: Option<{ key: String, value: String }> outer true
unnest #5 as tag: String outer false
select k = #7.key, tag = #8
k: Option<String> <- [0.attrs] by [0.attrs 0.tags]
tag: String <- [0.tags] by [0.attrs 0.tags]
",
    );
}

#[test]
fn a_query_hands_on_where_its_columns_come_from() {
    check(
        "pub v = with big = (from files as f where f.size > 9 select { f.path, f.lang })
         from ast_calls as c join big as b on b.path == c.path
         left join (from big group by { big.lang } aggregate { n: count() }) as l on l.lang == b.lang
         select { c.bend, b.lang, l.n }",
        "
query 0:
  from 0 as f
  where (#3 > 9i64)
  select path = #1, lang = #2
query 1:
  from query 0 as big
  group lang = #1 aggregate n = count()
from 1 as c
Inner query 0 as b on [#1 ~ #0] if []
Left query 1 as l on [#8 ~ #0] if []
select bend = #3, lang = #8, n = #10
bend: i64 <- [1.bend] by [0.lang 0.path 0.size 1.path]
lang: String <- [0.lang] by [0.lang 0.path 0.size 1.path]
n: Option<i64> <- [] by [0.lang 0.path 0.size 1.path]
",
    );
}

#[test]
fn queries_in_the_place_of_values_are_joins() {
    check(
        "pub v = from files as f where exists (from ast_calls as c where c.path == f.path and c.bend > 1)
         and f.lang not in (from ast_calls as c select { c.path })
         derive { n: (from spans as s where s.id == f.size aggregate { count() }),
                  top: (from spans aggregate { max(id) }) }",
        "
query 0:
  from 1 as c
  where (#3 > 1i64)
  select path = #1
query 1:
  from 1 as c
  select path = #1
query 2:
  from 2 as s
  group id = #0 aggregate value = count()
query 3:
  from 2 as spans
  group  aggregate value = max(#0)
from 0 as f
Semi query 0 as subquery_1 on [#1 ~ #0] if []
Anti query 1 as subquery_2 on [#2 ~ #0] if []
Left query 2 as subquery_3 on [#3 ~ #0] if []
Inner query 3 as subquery_4 on [] if []
derive n = Builtin(\"coalesce\")(#5, 0i64), top = #6
keep [0, 1, 2, 3, 7, 8]
file_id: String <- [0.file_id] by [0.lang 0.path 0.size 1.bend 1.path 2.id]
path: String <- [0.path] by [0.lang 0.path 0.size 1.bend 1.path 2.id]
lang: String <- [0.lang] by [0.lang 0.path 0.size 1.bend 1.path 2.id]
size: Option<i64> <- [0.size] by [0.lang 0.path 0.size 1.bend 1.path 2.id]
n: i64 <- [] by [0.lang 0.path 0.size 1.bend 1.path 2.id]
top: Option<i64> <- [2.id] by [0.lang 0.path 0.size 1.bend 1.path 2.id]
",
    );
}

#[test]
fn a_bare_name_before_in_is_the_rows_own() {
    check(
        "pub v = from files where path in (from ast_calls as c where c.bend == files.size select { c.path })
         select { lang }",
        "
query 0:
  from 1 as c
  select bend = #3, path = #1
from 0 as files
Semi query 0 as subquery_1 on [#3 ~ #0, #1 ~ #1] if []
select lang = #2
lang: String <- [0.lang] by [0.path 0.size 1.bend 1.path]
",
    );
}

#[test]
fn sorting_and_limits() {
    check(
        "pub v = from files as f order by f.size desc nulls first, f.path limit 3 select { f.lang }",
        "
from 0 as f
order #3 true true, #1 false false
limit 3
select lang = #2
lang: String <- [0.lang] by [0.path 0.size]
",
    );
}

#[test]
fn a_relation_read_twice_has_one_number() {
    check(
        "pub v = from files as a join files as b on a.path == b.path select { a.lang, l: b.lang }",
        "
from 0 as a
Inner 0 as b on [#1 ~ #1] if []
select lang = #2, l = #6
lang: String <- [0.lang] by [0.path]
l: String <- [0.lang] by [0.path]
",
    );
}

#[test]
fn a_contract_or_a_row_type_may_promise_less() {
    check(
        "<LooseRow> pub v = from files as f select { f.path }",
        "
from 0 as f
select path = #1
path: Option<String> <- [0.path] by []
",
    );
    check(
        "pub v = from files as f select { f.path } contract { path: Option<String> }",
        "
from 0 as f
select path = #1
path: Option<String> <- [0.path] by []
",
    );
}

#[test]
fn options_and_docs_are_handed_on() {
    let mut world = World::default();
    let text = "/// One.\n///\n/// Two.\n#[view(materialize = view, key = [path], tags = [a, b])]
                v = from files as f select { f.path }";
    assert!(world.define(text).is_empty());
    let view = &world.views[0];
    assert_eq!(view.doc, "One.\n\nTwo.");
    assert_eq!(view.materialize, Materialize::View);
    assert_eq!((view.key.join(" "), view.tags.join(" ")), ("path".to_owned(), "a b".to_owned()));
}

#[test]
fn names_are_numbered_in_the_order_of_their_mention() {
    let text =
        "v = from b as x join a::c as y on f(x.q) == g::f(y.q) join b as z on lower(f(1)) == h()
                select { n: cast(null as Span) }";
    let sink = Sink::new();
    let view = parse_view(TokenStream::from_str(text).unwrap(), &sink).unwrap();
    assert!(sink.finish().is_ok());
    let names = |paths: &[syn::Path]| paths.iter().map(path_text).collect::<Vec<_>>().join(" ");
    assert_eq!(names(view.sources()), "b a::c");
    assert_eq!(names(view.functions()), "f g::f h");
    assert_eq!(names(view.types()), "Span");
}

fn show(view: &View) -> String {
    let mut out = String::new();
    for (i, query) in view.queries.iter().enumerate() {
        writeln!(out, "query {i}:").unwrap();
        for step in &query.steps {
            writeln!(out, "  {}", show_step(step)).unwrap();
        }
    }
    for step in &view.steps {
        writeln!(out, "{}", show_step(step)).unwrap();
    }
    for (column, lineage) in view.columns.iter().zip(&view.lineage) {
        let names = |origins: &[(usize, String)]| {
            let names = origins.iter().map(|(source, name)| format!("{source}.{name}"));
            names.collect::<Vec<_>>().join(" ")
        };
        let (values, influences) = (names(&lineage.values), names(&lineage.influences));
        writeln!(out, "{column} <- [{values}] by [{influences}]").unwrap();
    }
    out
}

fn show_step(step: &Step) -> String {
    let items = |items: &[crate::view::model::NamedExpr]| {
        let items = items.iter().map(|item| format!("{} = {}", item.name, show_expr(&item.expr)));
        items.collect::<Vec<_>>().join(", ")
    };
    match step {
        Step::From { source, alias } => format!("from {} as {alias}", show_source(*source)),
        Step::Join { kind, source, alias, on, filter } => {
            let on = on.iter().map(|(l, r)| format!("{} ~ {}", show_expr(l), show_expr(r)));
            let filter = filter.as_ref().map_or(String::new(), show_expr);
            let on = on.collect::<Vec<_>>().join(", ");
            let source = show_source(*source);
            format!("{kind:?} {source} as {alias} on [{on}] if [{filter}]")
        }
        Step::Set { kind, source, left, right } => {
            let source = show_source(*source);
            format!("{kind:?} {source}: {} with {}", items(left), items(right))
        }
        Step::Distinct => "distinct".to_owned(),
        Step::Asof { outer, source, alias, on, at, op } => {
            let on = on.iter().map(|(l, r)| format!("{} ~ {}", show_expr(l), show_expr(r)));
            let on = on.collect::<Vec<_>>().join(", ");
            let at = format!("{} {} {}", show_expr(&at.0), op.text(), show_expr(&at.1));
            format!("asof {} as {alias} outer {outer} on [{on}] at {at}", show_source(*source))
        }
        Step::Where(expr) => format!("where {}", show_expr(expr)),
        Step::Unnest { list, alias, element, outer } => {
            format!("unnest {} as {alias}: {element} outer {outer}", show_expr(list))
        }
        Step::Spread { value, alias, fields, outer } => {
            let fields: Vec<_> = fields.iter().map(ToString::to_string).collect();
            let fields = fields.join(", ");
            format!("spread {} as {alias}: {fields} outer {outer}", show_expr(value))
        }
        Step::Derive(list) => format!("derive {}", items(list)),
        Step::Select(list) => format!("select {}", items(list)),
        Step::Aggregate { keys, aggregates } => {
            format!("group {} aggregate {}", items(keys), items(aggregates))
        }
        Step::DistinctOn { keys, order_by } => {
            let keys = keys.iter().map(show_expr).collect::<Vec<_>>().join(", ");
            format!("distinct on {keys} order {}", show_keys(order_by))
        }
        Step::OrderBy(keys) => format!("order {}", show_keys(keys)),
        Step::Limit(count) => format!("limit {count}"),
        Step::Keep(positions) => format!("keep {positions:?}"),
    }
}

fn show_source(source: SourceRef) -> String {
    match source {
        SourceRef::Relation(position) => position.to_string(),
        SourceRef::Query(position) => format!("query {position}"),
    }
}

/// Columns are `#position`, keys `@position`, casts `:type`; literals carry their type.
fn show_expr(expr: &Expr) -> String {
    let list = |exprs: &[Expr]| exprs.iter().map(show_expr).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Column(position) => format!("#{position}"),
        ExprKind::Key(position) => format!("@{position}"),
        ExprKind::Value(position) => format!("value {position}"),
        ExprKind::Literal(Literal::Int(value)) => format!("{value}{}", expr.ty.ty),
        ExprKind::Literal(Literal::Float(value)) => format!("{value:?}{}", expr.ty.ty),
        ExprKind::Literal(Literal::Decimal(digits)) => format!("{digits}{}", expr.ty.ty),
        ExprKind::Literal(Literal::String(value)) => format!("{value:?}"),
        ExprKind::Literal(Literal::Bool(value)) => format!("{value}"),
        ExprKind::Literal(Literal::Null) => format!("null{}", expr.ty.ty),
        ExprKind::Binary(op, l, r) => format!("({} {} {})", show_expr(l), op.text(), show_expr(r)),
        ExprKind::Not(inner) => format!("not {}", show_expr(inner)),
        ExprKind::Negative(inner) => format!("-{}", show_expr(inner)),
        ExprKind::IsNull(inner) => format!("{} is null", show_expr(inner)),
        ExprKind::IsNotNull(inner) => format!("{} is not null", show_expr(inner)),
        ExprKind::In { expr, items, negated } => {
            format!("{} in({negated}) [{}]", show_expr(expr), list(items))
        }
        ExprKind::Like { expr, pattern, negated } => {
            format!("{} like({negated}) {}", show_expr(expr), show_expr(pattern))
        }
        ExprKind::Case { branches, otherwise } => {
            let branches =
                branches.iter().map(|(w, t)| format!("{}: {}", show_expr(w), show_expr(t)));
            let otherwise = otherwise.as_ref().map_or(String::new(), |expr| show_expr(expr));
            format!("case[{}; {otherwise}]", branches.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Cast { expr, to, lenient } => {
            format!("{}{}:{to}", show_expr(expr), if *lenient { "?" } else { "" })
        }
        ExprKind::Field { expr, field } => format!("{}.{field}", show_expr(expr)),
        ExprKind::Struct(values) => format!("{{{}}}", list(values)),
        ExprKind::Call { function, args } => format!("{function:?}({})", list(args)),
        ExprKind::Aggregate { function, args, distinct, clauses } => {
            let filter = clauses.filter.as_deref();
            let call = show_call(function, args, *distinct, filter, clauses.ignore_nulls);
            match clauses.order_by.as_slice() {
                [] => call,
                keys => format!("{call} order {}", show_keys(keys)),
            }
        }
        ExprKind::Window { function, args, distinct, filter, ignore_nulls, over } => {
            let call = show_call(function, args, *distinct, filter.as_deref(), *ignore_nulls);
            let Frame { units, start, end } = &over.frame;
            let (by, order) = (list(&over.partition_by), show_keys(&over.order_by));
            format!("{call} over [{by}; {order}; {} {start:?} to {end:?}]", units.word())
        }
    }
}

fn show_call(
    function: &FunctionRef,
    args: &[Expr],
    distinct: bool,
    filter: Option<&Expr>,
    ignore_nulls: bool,
) -> String {
    let function = match function {
        FunctionRef::Builtin(name) => (*name).to_owned(),
        FunctionRef::User(position) => format!("user{position}"),
    };
    let args = args.iter().map(show_expr).collect::<Vec<_>>().join(", ");
    let filter = filter.map_or(String::new(), |filter| format!(" if {}", show_expr(filter)));
    let nulls = if ignore_nulls { " ignore nulls" } else { "" };
    format!("{function}{}({args}){filter}{nulls}", if distinct { "!" } else { "" })
}

fn show_keys(keys: &[SortKey]) -> String {
    let key =
        |key: &SortKey| format!("{} {} {}", show_expr(&key.expr), key.descending, key.nulls_first);
    keys.iter().map(key).collect::<Vec<_>>().join(", ")
}

#[test]
fn windows_have_their_frames_and_their_casts() {
    check(
        "pub v = from ast_calls as c
         window { w: partition by c.file_id order by c.bstart, near: w rows 1 preceding }
         derive { n: row_number() over w, prev: lag(c.path, default => \"\") over w,
             top: max(c.bend) over near, all: sum(c.pos.line) over (partition by c.path),
             some: count() filter (c.bend > 1) over (near),
             later: first_value(c.bend) over (order by c.bend desc
                 range between 5 following and unbounded following),
             mine: row_index() over (), q: min(c.bend) filter (c.bend > 2) over w }
         select { n, prev, top, all, some, later, mine, q }",
        r#"
from 0 as c
derive n = row_number() over [#0; #2 false false; range Start to Current]:i64, prev = lag(#1, 1i64, "") over [#0; #2 false false; range Start to Current], top = max(#3) over [#0; #2 false false; rows Preceding(Count(1)) to Current], all = sum(#6.line) over [#1; ; rows Start to End], some = count() if (#3 > 1i64) over [#0; #2 false false; rows Preceding(Count(1)) to Current], later = first_value(#3) over [; #3 true false; range Following(Value(Int(5))) to End], mine = user0() over [; ; rows Start to End], q = min(#3) if (#3 > 2i64) over [#0; #2 false false; range Start to Current]
select n = #7, prev = #8, top = #9, all = #10, some = #11, later = #12, mine = #13, q = #14
n: i64 <- [0.bstart 0.file_id] by []
prev: String <- [0.bstart 0.file_id 0.path] by []
top: i64 <- [0.bend 0.bstart 0.file_id] by []
all: i64 <- [0.path 0.pos] by []
some: i64 <- [0.bend 0.bstart 0.file_id] by []
later: Option<i64> <- [0.bend] by []
mine: i64 <- [] by []
q: Option<i64> <- [0.bend 0.bstart 0.file_id] by []
"#,
    );
}

#[test]
fn clauses_of_aggregates_are_over_the_row_before() {
    check(
        "pub v = from files as f group by { f.lang } aggregate {
             a: first_value(f.path order by f.size desc nulls first), b: max(f.path) filter (f.size > 1),
             c: list_of(f.size order by f.path, f.file_id) ignore nulls,
             d: list_of(distinct f.path order by f.path desc), e: count() filter (lang == \"x\"),
             f: arg_max(f.path, f.size order by f.path) }",
        r#"
from 0 as f
group lang = #2 aggregate a = first_value(#1) order #3 true true, b = max(#1) if (#3 > 1i64), c = array_agg(#3) ignore nulls order #1 false false, #0 false false, d = array_agg!(#1) order #1 true false, e = count() if (#2 == "x"), f = user0(#1, #3) order #1 false false
lang: String <- [0.lang] by [0.lang]
a: String <- [0.path 0.size] by [0.lang]
b: Option<String> <- [0.path 0.size] by [0.lang]
c: List<Option<i64>> <- [0.file_id 0.path 0.size] by [0.lang]
d: List<Option<String>> <- [0.path] by [0.lang]
e: i64 <- [0.lang] by [0.lang]
f: Option<String> <- [0.path 0.size] by [0.lang]
"#,
    );
}

#[test]
fn distinct_on_keeps_the_row_as_it_is() {
    check(
        "pub v = from files as f distinct on { f.lang, lower(f.path) } order by f.size desc, f.file_id
         select { f.path }",
        r#"
from 0 as f
distinct on #2, Builtin("lower")(#1) order #3 true false, #0 false false
select path = #1
path: String <- [0.path] by [0.file_id 0.lang 0.path 0.size]
"#,
    );
}

#[test]
fn an_asof_join_compares_the_left_row_with_the_right_one() {
    check(
        "pub v = from spans as s left asof join ast_calls as c on s.small >= c.bend and c.pos.col == s.small
         asof join ast_calls as d on d.bend < s.id select { s.id, c.path, other: d.path }",
        "
from 0 as s
asof 1 as c outer true on [#6:i32 ~ #6.col] at #6:i64 >= #3
asof 1 as d outer false on [] at #0 > #3
select id = #0, path = #11, other = #18
id: i64 <- [0.id] by [0.id 0.small 1.bend 1.pos]
path: Option<String> <- [1.path] by [0.id 0.small 1.bend 1.pos]
other: String <- [1.path] by [0.id 0.small 1.bend 1.pos]
",
    );
}

#[test]
fn decimals_have_the_digits_that_the_engine_gives_them() {
    check(
        "pub v = from spans as s derive { d: cast(s.small as Decimal<5, 2>) } select {
             a: d + s.small, b: d - cast(0.5 as Decimal<1, 1>) > 0, c: d * d, e: d / s.id, f: s.id % d, g: -d, h: d == 1.5,
             i: case when s.ok then d else 1 end, j: d > s.small, k: 2 * d }",
        "
from 0 as s
derive d = #6:Decimal<5, 2>
select a = (#10 + #6:Decimal<3, 0>), b = ((#10 - 0.5Decimal<1, 1>) > 0Decimal<6, 2>), c = (#10 * #10), e = (#10 / #0:Decimal<20, 0>), f = (#0:Decimal<20, 0> % #10), g = -#10, h = (#10 == 1.5Decimal<5, 2>), i = case[#8: #10; 1Decimal<5, 2>], j = (#10 > #6:Decimal<5, 2>), k = (2Decimal<20, 0> * #10)
a: Decimal<6, 2> <- [0.small] by []
b: bool <- [0.small] by []
c: Decimal<11, 4> <- [0.small] by []
e: Decimal<9, 6> <- [0.id 0.small] by []
f: Decimal<5, 2> <- [0.id 0.small] by []
g: Decimal<5, 2> <- [0.small] by []
h: bool <- [0.small] by []
i: Decimal<5, 2> <- [0.ok 0.small] by []
j: bool <- [0.small] by []
k: Decimal<26, 2> <- [0.small] by []
",
    );
}
