//! Calls: their attributes, and where they lie.

use belvedere::view;
use belvedere_udfs::{Span, map_entries, span_len, try_span_contains};

use crate::schema::{ast_calls, ast_defs};

view! {
    /// The attributes of calls, one row each: that it is awaited, its keywords, its first string.
    #[view(key = [call_id, key], tags = [calls])]
    pub call_attrs =
        from ast_calls as c
        unnest map_entries(c.attrs) as attr
        select { c.call_id, c.file_id, c.path, c.lang, c.callee, c.span, key: attr.key, value: attr.value }
        audit {
            known: key in (
                "is_method", "is_await", "is_decorator", "unpacks", "keywords", "first_string",
            ),
            said: value == "true" or key in ("keywords", "first_string"),
        }
        contract {
            call_id: String,
            file_id: String,
            path: String,
            lang: String,
            callee: String,
            span: Span,
            /// The attribute, one of `attrs` of `ast_calls`: `is_method`, `keywords`.
            key: String,
            /// Its value: `true` of what a call is, a text of what it has.
            value: String,
        }
}

view! {
    /// Where calls lie: the bytes, how many there are, and the definition around them.
    #[view(key = [call_id], tags = [calls, spans])]
    pub call_spans =
        from ast_calls as c
        left join ast_defs as d on d.def_id == c.def_id
        select {
            c.call_id,
            c.path,
            c.callee,
            c.span,
            length: span_len(c.span),
            line_count: c.end_line - c.start_line + 1,
            def_id: d.def_id,
            def_qualname: d.qualname,
            def_span: d.span,
            in_def: try_span_contains(d.span, c.span),
        }
        audit { length > 0, line_count >= 1, inside: in_def is null or in_def }
        contract {
            call_id: String,
            path: String,
            callee: String,
            span: Span,
            /// Bytes of the call.
            length: i64,
            /// Lines that it touches.
            line_count: i64,
            /// The innermost definition around it.
            def_id: Option<String>,
            /// The name of that definition, with those around it.
            def_qualname: Option<String>,
            /// Where that definition lies.
            def_span: Option<Span>,
            /// Whether the whole call lies in it; NULL where there is none.
            in_def: Option<bool>,
        }
}
