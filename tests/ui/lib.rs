//! What the cases read: tables, a view, a type and functions of another crate, so that every case is
//! one downstream.

/// A type and functions over it.
pub mod functions {
    /// A piece of a text.
    #[derive(Clone, Copy, Debug, belvedere::ArrowType)]
    pub struct Span {
        /// Where it begins.
        pub bstart: i64,
        /// Where it ends.
        pub bend: i64,
    }

    /// How long a piece is.
    #[belvedere::udf]
    pub fn span_len(span: Span) -> i64 {
        span.bend - span.bstart
    }

    /// A text, repeated.
    #[belvedere::udf]
    pub fn repeated(text: &str, #[literal] times: i64) -> String {
        text.repeat(usize::try_from(times).unwrap_or(0))
    }
}

pub use self::schema::call_lengths;

/// Tables and views.
pub mod schema {
    belvedere::table! {
        /// Files of the source tree.
        pub source_files { file_id: String, path: String, lang: String, size: Option<i64> }
    }

    belvedere::table! {
        /// Calls found in the syntax trees.
        pub ast_calls {
            call_id: String,
            file_id: String,
            callee: String,
            bstart: i64,
            bend: i64,
            attrs: Map<String, String>,
            tags: Option<List<String>>,
            pos: { line: i64, col: i32 },
        }
    }

    belvedere::table! {
        /// Where calls stand.
        pub call_spans { call_id: String, span: super::functions::Span }
    }

    belvedere::table! {
        /// Not for other crates.
        internal { id: i64 }
    }

    belvedere::view! {
        /// How long calls are.
        pub call_lengths = from ast_calls as c select { c.call_id, c.file_id, len: c.bend - c.bstart }
    }

    belvedere::view! {
        /// Reads by paths of every kind.
        pub by_paths =
            from super::schema::call_lengths as l
            join self::ast_calls as c on c.call_id == l.call_id
            join crate::schema::call_spans as s on s.call_id == l.call_id
            join below::more as m on m.call_id == l.call_id
            join other::more as o on o.call_id == m.call_id
            select { l.call_id, n: super::functions::span_len(s.span), c.callee, o.number }
    }

    pub mod below {
        //! Reached by a path that begins with a name.

        belvedere::table! {
            /// More of calls.
            pub more { call_id: String, number: i64 }
        }
    }

    use below as other;

    belvedere::view! {
        /// The longest of each group, and the name of the private table's row.
        pub longest<R: Relation>(group, start, stop) =
            from R as r
            join internal as i on i.id == r.start
            group by { group: r.group }
            aggregate { span: max(longer(r.stop - r.start)) }
    }

    /// Known to the template alone.
    #[belvedere::udf]
    fn longer(length: i64) -> i64 {
        length + 1
    }

    /// Reads the private table, so that it is not unused.
    pub type Internal = internal::Row;
}
