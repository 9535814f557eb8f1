//! What several views do to relations of one shape.

use belvedere::view;

use crate::views::members::module_members;

view! {
    /// The `target` of each key that all rows of the key have; keys whose rows differ are left out.
    pub agreed<R: Relation>(target, ...keys) =
        from R as r
        group by { ...r.keys }
        aggregate { least: min(r.target), greatest: max(r.target) }
        where least == greatest
        select { ...keys, target: least }
}

view! {
    /// Names that the edges `E` bring from `origin` into `into` (a container each), of the names `M`
    /// that containers have; those of which two edges say different things are left out.
    pub brought<E: Relation, M: Relation>(into, origin) =
        with brought = (
            from E as e
            join M as m on m.container == e.origin
            select { container: e.into, m.name, m.space, m.target_id }
        )
        from agreed<brought>(target_id, container, name, space) as a
        select { a.* }
}

view! {
    /// What the imports `E` bring, as far as they tell, or else through one more of them: the one
    /// that gives the first name (`via`), or the last of two (`via_last`).
    pub followed<E: Relation>() =
        from E as e
        left join E as v on v.import_id == e.via and v.space == e.first_space
        left join E as w on w.import_id == e.via_last and w.space == e.space
        left join module_members as b on
            b.container == v.target_id and b.name == e.second and b.space == e.space
        select {
            e.* except (target_id),
            target_id: coalesce(
                e.target_id,
                case when e.second == "" then v.target_id else b.def_id end,
                w.target_id
            ),
        }
}
