//! Templates: views over whatever relation has the columns that a use names.

use belvedere::view;

use crate::{span_make, stable_id_parts, utf8_normalize};

view! {
    /// Of the rows that have the same `key`, one column or several, the one with the greatest `order`, as
    /// it is.
    ///
    /// Of rows whose `order` is equally great any is taken, so order by what tells them apart. Rows
    /// without a `key` have the same one; a row without an `order` comes after all that have one.
    ///
    /// ```text
    /// from latest<readings>(sensor, at) as r select { r.sensor, r.value }
    /// from latest<readings>(sensor, place, at) as r
    /// ```
    pub latest<R: Relation>(...key, order) =
        from R as r distinct on { ...r.key } order by r.order desc
}

view! {
    /// Every row with an id that its `parts` make: `prefix`, a colon and a hash.
    ///
    /// The id of `stable_id_parts`: the same parts give the same id in every run and on every machine,
    /// and a part that is NULL is one of its own. `id` is the name of the new column.
    ///
    /// ```text
    /// from identify<orders>(order_id, "order", customer, placed_at) as o
    /// ```
    pub identify<R: Relation>(id, prefix: String, ...parts) =
        from R as r
        derive { id: stable_id_parts(prefix, ...r.parts) }
        select { r.*, id }
}

view! {
    /// Every row with its bounds as a `Span`, of bytes and without its end.
    ///
    /// The span of `span_make`: NULL where a bound is, an error where `bend` comes before `bstart`. `span`
    /// is the name of the new column.
    ///
    /// ```text
    /// from with_span<ast_calls>(span, bstart, bend) as c where span_len(c.span) > 80
    /// ```
    pub with_span<R: Relation>(span, bstart, bend) =
        from R as r derive { span: span_make(r.bstart, r.bend) } select { r.*, span }
}

view! {
    /// Every row with a text in one form, in which equal texts are equal.
    ///
    /// The text of `utf8_normalize`: in the Unicode form `form`, without regard to case unless
    /// `casefold` is `false`, each run of white space one space. `canonical` is the name of the new
    /// column.
    ///
    /// ```text
    /// from canonicalize<customers>(name, canonical_name) as c group by { c.canonical_name }
    /// ```
    pub canonicalize<R: Relation>(text, canonical, form: String = "nfkc", casefold: bool = true) =
        from R as r
        derive { canonical: utf8_normalize(r.text, form, casefold) }
        select { r.*, canonical }
}
