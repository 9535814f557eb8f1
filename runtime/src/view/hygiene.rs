//! Tables and views where names are not what they seem: each module compiles, and its descriptors
//! say what they should.

#![allow(missing_docs, unreachable_pub, reason = "fixtures of tests")]

use super::{Relation, RelationKind, ViewText};

fn text(relation: &Relation) -> &ViewText {
    match &relation.kind {
        RelationKind::View(text) => text,
        RelationKind::Table | RelationKind::External { .. } => {
            panic!("`{}` is a table", relation.name)
        }
    }
}

/// Names of the relations that a view reads, checked to be the very descriptors.
fn reads(view: &Relation, sources: &[&'static Relation]) {
    let found = text(view).sources;
    assert_eq!(found.len(), sources.len());
    for (found, expected) in found.iter().zip(sources) {
        assert!(std::ptr::eq(*found, *expected), "{} is not {}", found.name, expected.name);
    }
}

pub mod schema {
    use crate::table;

    table! {
        /// Files.
        pub hygiene_files { file_id: String, path: String, size: Option<i64> }
    }

    table! { pub(crate) hygiene_lines { file_id: String, line: i64, text: String } }
}

mod paths {
    use super::schema;
    use crate::view;

    view! { pub by_crate = from crate::view::hygiene::schema::hygiene_files as f select { f.path } }
    view! { pub(crate) by_super = from super::schema::hygiene_files as f select { f.path } }
    view! { pub by_module = from schema::hygiene_files as f select { f.path } }
    view! { by_self = from self::by_module select { path } }
    view! { pub(in crate::view) by_other_crate =
    from belvedere::view::hygiene::schema::hygiene_files as f select { f.path } }

    #[test]
    fn a_path_is_rusts() {
        use super::schema::hygiene_files::RELATION;
        super::reads(&by_crate::RELATION, &[&RELATION]);
        super::reads(&by_super::RELATION, &[&RELATION]);
        super::reads(&by_module::RELATION, &[&RELATION]);
        super::reads(&by_other_crate::RELATION, &[&RELATION]);
        super::reads(&by_self::RELATION, &[&by_module::RELATION]);
        assert_eq!(by_self::RELATION.columns, "path: String");
        assert!(by_crate::RELATION.module.ends_with("hygiene::paths::by_crate"));
    }
}

mod shadowed {
    //! Types and traits of the prelude are hidden.
    #![allow(dead_code, non_camel_case_types, reason = "they are there to be in the way")]

    struct Option;
    struct Result;
    struct Vec;
    struct String;
    struct BTreeMap;
    struct Some;
    struct None;
    struct i64;
    struct bool;
    struct str;
    trait Clone {}
    trait Default {}
    mod primitive {}

    crate::table! {
        pub shadowed_table {
            a: Option<String>, b: List<i64>, c: Map<String, bool>, d: Bytes, e: Date,
            f: Option<Timestamp>, g: { x: i64, y: List<{ z: Option<f32> }> },
        }
    }
    crate::view! { pub shadowed_view = from shadowed_table as t where t.a is not null }

    #[test]
    fn the_row_has_the_right_types() {
        let row = shadowed_view::Row {
            a: "a".into(),
            b: vec![1],
            c: ::std::collections::BTreeMap::new(),
            d: vec![1_u8],
            e: crate::Date(1),
            f: ::core::option::Option::None,
            g: shadowed_view::Row_g {
                x: 1,
                y: vec![shadowed_view::Row_g_y { z: ::core::option::Option::Some(1.0) }],
            },
        };
        assert_eq!(row.b.len(), row.g.y.len());
    }
}

mod named_like_macros {
    //! Relations and columns that are called like macros, crates and keywords.

    crate::table! { vec { r#type: String, r#match: i64, self_: i64 } }
    crate::table! { pub columns { vec: i64, panic: i64 } }
    crate::table! { pub r#move { r#where: i64 } }
    crate::view! { pub assert = from vec as v join columns as c on c.vec == v.r#match
    select { v.r#type, c.panic } }
    crate::view! { pub r#loop = from r#move as m select { m.r#where, r#in: 1 } }

    crate::table! { pub alloc { id: i64 } }
    mod functions {
        /// Not the crate.
        #[crate::udf(name = "hygiene_alloc")]
        pub fn alloc(x: i64) -> i64 {
            x
        }

        /// Not the built-in.
        #[crate::udf(name = "hygiene_concat_of_number")]
        pub fn concat(x: i64) -> i64 {
            x + 1
        }
    }
    crate::view! { pub allocated = from alloc as alloc
    select { alloc.id, x: functions::alloc(alloc.id), y: functions::concat(1), z: concat("a", "b") } }

    #[test]
    fn functions_are_called_like_crates_and_built_ins() {
        assert_eq!(allocated::RELATION.columns, "id: i64, x: i64, y: i64, z: String");
    }

    #[test]
    fn names_are_without_their_prefix() {
        assert_eq!(assert::RELATION.columns, "type: String, panic: i64");
        assert_eq!(r#loop::RELATION.name, "loop");
        assert_eq!(r#loop::RELATION.columns, "where: i64, in: i64");
        let row = r#loop::Row { r#where: 1, r#in: 2 };
        assert_eq!(row.r#in - row.r#where, 1);
    }
}

mod written_by_macros {
    //! Views that a user's macro writes: names come from different places.

    crate::table! { pub macro_table { a: i64, b: i64 } }

    macro_rules! doubled {
        ($name:ident, $table:path, $value:expr) => {
            crate::view! { pub $name = from $table as t select { twice: 2 * $value } }
        };
    }
    macro_rules! same_name {
        ($outer:ident) => {
            pub mod $outer {
                crate::view! { pub inner = from super::macro_table as t select { $outer: t.a } }
            }
        };
    }
    doubled!(sum_doubled, self::macro_table, t.a + t.b);
    doubled!(one_doubled, self::macro_table, t.a);
    same_name!(first_module);

    #[test]
    fn an_argument_is_one_value() {
        let text = super::text(&sum_doubled::RELATION).text;
        assert!(text.contains("2 * (t.a + t.b)"), "{text}");
        assert_eq!(first_module::inner::RELATION.columns, "first_module: i64");
        super::reads(&one_doubled::RELATION, &[&macro_table::RELATION]);
    }
}

mod order {
    //! Definitions come in any order.

    crate::view! { pub order_third = from order_second select { z: y } }
    crate::view! { pub order_second = from order_first as f select { y: f.x } }
    crate::table! { pub order_first { x: i64 } }

    #[test]
    fn order_does_not_matter() {
        assert_eq!(order_third::RELATION.columns, "z: i64");
    }
}

mod promised {
    //! Contracts and row types.
    #![deny(dead_code)]

    use super::schema::hygiene_files;

    #[derive(crate::Row)]
    pub struct SizeRow {
        pub path: String,
        pub size: Option<i64>,
    }

    /// No Rust code reads it.
    #[derive(crate::Row)]
    struct LangRow {
        lang: String,
    }

    crate::view! { <LangRow> by_unread_row = from hygiene_files as f select { lang: f.file_id } }
    crate::view! { pub by_contract = from hygiene_files as f select { f.path, f.size }
    contract { path: Option<String>, size: Option<i64> } }
    crate::view! { <SizeRow> pub by_row = from hygiene_files as f select { f.path, f.size } }
    crate::view! { #[derive(Clone, Debug, PartialEq)] pub reader = from by_contract as c left join by_row as r on r.path == c.path
    select { c.path, r.size } }

    #[test]
    fn a_promise_is_what_readers_see() {
        assert_eq!(by_contract::RELATION.columns, "path: Option<String>, size: Option<i64>");
        assert_eq!(reader::RELATION.columns, "path: Option<String>, size: Option<i64>");
        assert_eq!(super::text(&by_row::RELATION).row, ["path: String, size: Option<i64>"]);
        assert_eq!(by_unread_row::RELATION.columns, "lang: String");
        let row = reader::Row { path: None, size: Some(1) };
        assert_eq!(row.clone(), row);
        assert_eq!(format!("{row:?}"), "Row { path: None, size: Some(1) }");
        let row = SizeRow { path: "a".into(), size: Some(1) };
        assert_eq!((row.path.len(), row.size), (1, Some(1)));
    }
}

mod named_types {
    //! Structs with a name, in columns, arguments and results.

    pub mod upstream {
        /// A span, with a lifetime.
        #[derive(Clone, Debug, PartialEq, crate::ArrowType)]
        pub struct Extent<'a> {
            pub first: i64,
            pub unit: &'a str,
        }

        /// Its length.
        #[crate::udf]
        pub fn extent_first(extent: Extent<'_>) -> i64 {
            extent.first
        }

        /// A span.
        #[crate::udf]
        pub fn extent_of(first: i64) -> Extent<'static> {
            Extent { first, unit: "byte" }
        }

        crate::table! { pub extents { id: i64, extent: Extent, more: Option<List<Extent>> } }
    }

    mod downstream {
        use super::upstream::{extent_first, extents};

        crate::view! { pub far_extents = from extents as e
        where extent_first(e.extent) > 1 select { e.extent, e.more, e.extent.unit } }
        crate::view! { pub further = from far_extents as f
        select { f.extent, made: super::upstream::extent_of(3) } }

        #[test]
        fn types_are_reached_through_what_is_read() {
            let extent = "extent: Extent { first: i64, unit: String }";
            assert!(far_extents::RELATION.columns.starts_with(extent));
            assert!(further::RELATION.columns.starts_with(extent));
            let extent = super::upstream::Extent { first: 1, unit: "line" };
            let row = further::Row { extent: extent.clone(), made: extent.clone() };
            assert_eq!(row.made, row.extent);
            assert_eq!(super::super::text(&further::RELATION).functions[0].name, "extent_of");
        }
    }
}

mod templates {
    //! Templates of this module and of others, with names that only they know.

    pub mod upstream {
        use super::super::named_types::upstream::{extent_of, extents};

        /// Not for others.
        #[crate::udf(name = "hygiene_doubled")]
        fn doubled(value: i64) -> i64 {
            value * 2
        }

        crate::table! { private_names { id: i64, name: String } }

        crate::view! {
            /// The name of each row and its extent.
            pub named<R: Relation>(number, factor: i64 = 3, ...kept) =
                from R as r
                join private_names as n on n.id == r.number
                join extents as e on e.id == r.number
                select { n.name, made: extent_of(doubled(r.number) * factor), more: e.extent, ...r.kept }
        }

        crate::view! {
            /// The same, twice.
            pub renamed<R: Relation>(id, ...kept) =
                with first = (from named<R>(id, 1, ...kept) as n)
                from first as f join named<R>(number: id, kept: id) as n on n.name == f.name
                select { f.*, again: n.made }
        }
    }

    mod downstream {
        use super::super::schema::hygiene_lines;

        crate::view! { pub of_lines = from super::upstream::named<hygiene_lines>(line, kept: text) as n }
        crate::view! { pub twice_of_lines =
        with lines = (from hygiene_lines as l select { key: l.line, l.text })
        from super::upstream::renamed<lines>(key, text) as n
        join hygiene_lines as l on l.text == n.text
        select { n.*, l.file_id } }

        #[test]
        fn a_template_finds_what_only_it_knows() {
            let columns = "name: String, made: Extent { first: i64, unit: String }, more: Extent { \
                           first: i64, unit: String }, text: String";
            assert_eq!(of_lines::RELATION.columns, columns);
            let more =
                format!("{columns}, again: Extent {{ first: i64, unit: String }}, file_id: String");
            assert_eq!(twice_of_lines::RELATION.columns, more);
            let extent = super::super::named_types::upstream::Extent { first: 1, unit: "line" };
            let row = of_lines::Row {
                name: "a".into(),
                made: extent.clone(),
                more: extent.clone(),
                text: "b".into(),
            };
            assert_eq!(row.made, row.more);
            let text = super::super::text(&of_lines::RELATION);
            let sources: Vec<_> = text.all_sources().iter().map(|source| source.name).collect();
            assert_eq!(sources, ["hygiene_lines", "private_names", "extents"]);
            assert_eq!((text.functions.len(), text.all_functions().len()), (0, 2));
            let text = super::super::text(&twice_of_lines::RELATION);
            let sources: Vec<_> = text.all_sources().iter().map(|source| source.name).collect();
            assert_eq!(sources, ["hygiene_lines", "private_names", "extents"]);
            assert_eq!(super::upstream::renamed::TEMPLATE.templates.len(), 1);
        }
    }
}

mod functions_named_like_macros {
    //! Functions that are called like macros and built-ins.

    /// Joins two texts.
    #[crate::udf(name = "hygiene_concat")]
    pub fn concat(a: &str, b: &str) -> String {
        [a, b].concat()
    }

    crate::table! { pub concat_table { a: String } }
    crate::view! { pub concat_view =
    from concat_table as t select { mine: self::concat(t.a, t.a), theirs: concat(t.a, t.a) } }

    #[test]
    fn a_path_is_the_users_function_and_a_bare_name_the_built_in() {
        let text = super::text(&concat_view::RELATION);
        let names: Vec<_> = text.functions.iter().map(|f| f.name).collect();
        assert_eq!(names, ["hygiene_concat"]);
    }
}

#[cfg(feature = "engine")]
mod linked {
    use std::sync::Arc;

    use datafusion::common::TableReference;
    use datafusion::logical_expr::logical_plan::builder::LogicalTableSource;

    use crate::view::{ViewGraph, plan};

    #[test]
    fn every_relation_registers_itself_and_every_view_can_be_planned() {
        let graph = ViewGraph::linked().expect("relations of this crate");
        let views: Vec<_> = graph.nodes().iter().filter(|node| node.is_view()).collect();
        assert!(views.iter().any(|view| view.name() == "further"));
        for view in views {
            let facts = view.facts().unwrap_or_else(|error| panic!("{}: {error}", view.name()));
            let plan = plan(view.relation(), &mut |source| {
                let schema = graph.get(source.name)?.facts()?.schema.clone();
                let name = TableReference::bare(source.name);
                Ok((name, Arc::new(LogicalTableSource::new(schema))))
            });
            let plan = plan.unwrap_or_else(|error| panic!("{}: {error}", view.name()));
            let names: Vec<_> = plan.schema().fields().iter().map(|f| f.name().clone()).collect();
            let expected: Vec<_> = facts.columns.iter().map(|column| column.name.clone()).collect();
            assert_eq!(names, expected, "{}", view.name());
        }
    }
}
