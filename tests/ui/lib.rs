//! What the cases read: tables and a view of another crate, so that every case is one downstream.

/// Tables and a view.
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
        /// Not for other crates.
        internal { id: i64 }
    }

    belvedere::view! {
        /// How long calls are.
        pub call_lengths = from ast_calls as c select { c.call_id, c.file_id, len: c.bend - c.bstart }
    }

    /// Reads the private table, so that it is not unused.
    pub type Internal = internal::Row;
}
