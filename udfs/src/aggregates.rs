//! Aggregates: distinct values, choices by a key, conditional counts.
//!
//! None of them depends on the order in which rows arrive: ties are broken by the values
//! themselves.

use belvedere::{Counts, SortValue, udaf};

/// The distinct values of a group, the smallest first.
///
/// NULL is a value like any other and comes last, unless the call says `IGNORE NULLS`. A group
/// without rows gives an empty list. Numbers are sorted as numbers, text by its bytes.
///
/// ```sql
/// SELECT list_unique(v), list_unique(v) IGNORE NULLS FROM (VALUES ('b'), (NULL), ('a'), ('b')) AS t(v)
/// ----
/// [a, b, NULL] [a, b]
/// ```
#[udaf(tags = [aggregate, deterministic, list], aliases = [collect_set], idempotent)]
impl<V: SortValue> Aggregate for ListUnique<V> {
    type State = (Counts<V>, i64);

    fn update((values, nulls): &mut Self::State, value: Option<&V>) {
        match value {
            Some(value) => values.add(value),
            None => *nulls += 1,
        }
    }

    fn retract((values, nulls): &mut Self::State, value: Option<&V>) {
        match value {
            Some(value) => values.remove(value),
            None => *nulls -= 1,
        }
    }

    fn merge((values, nulls): &mut Self::State, (others, more): Self::State) {
        values.merge(others);
        *nulls += more;
    }

    fn finish((values, nulls): &Self::State) -> Vec<Option<&V>> {
        let null = (*nulls > 0).then_some(None);
        values.sorted().into_iter().map(Some).chain(null).collect()
    }
}

/// The number of distinct values of a group.
///
/// NULL counts as one value, unless the call says `IGNORE NULLS`; SQL's own `count(DISTINCT v)`
/// never counts it.
///
/// ```sql
/// SELECT count_distinct_agg(v), count_distinct_agg(v) IGNORE NULLS
/// FROM (VALUES ('a'), (NULL), ('a')) AS t(v)
/// ----
/// 2 1
/// ```
#[udaf(tags = [aggregate, deterministic], idempotent)]
impl<V: SortValue> Aggregate for CountDistinctAgg<V> {
    type State = (Counts<V>, i64);

    fn update(state: &mut Self::State, value: Option<&V>) {
        ListUnique::update(state, value);
    }

    fn retract(state: &mut Self::State, value: Option<&V>) {
        ListUnique::retract(state, value);
    }

    fn merge(state: &mut Self::State, other: Self::State) {
        ListUnique::<V>::merge(state, other);
    }

    fn finish((values, nulls): &Self::State) -> i64 {
        values.len() as i64 + i64::from(*nulls > 0)
    }
}

/// The number of rows for which a condition is true; NULL is not.
///
/// ```sql
/// SELECT count_if(v > 1) FROM (VALUES (1), (2), (NULL), (3)) AS t(v)
/// ----
/// 2
/// ```
#[udaf(tags = [aggregate, deterministic])]
impl Aggregate for CountIf {
    type State = i64;

    fn update(count: &mut i64, condition: bool) {
        *count += i64::from(condition);
    }

    fn retract(count: &mut i64, condition: bool) {
        *count -= i64::from(condition);
    }

    fn merge(count: &mut i64, other: i64) {
        *count += other;
    }

    fn finish(count: &i64) -> i64 {
        *count
    }
}

/// The value of the row with the largest key.
///
/// Rows in which the key or the value is NULL are left out. Of several rows with the largest key,
/// the one with the smallest value counts. Keys and values are of any type that has an order.
///
/// ```sql
/// SELECT arg_max(v, k), asof_select(v, k) FROM (VALUES ('a', 1.5), ('c', 2.5), ('b', 2.5)) AS t(v, k)
/// ----
/// b b
/// ```
#[udaf(tags = [aggregate, deterministic], aliases = [asof_select], idempotent)]
impl<V: SortValue, K: SortValue> Aggregate for ArgMax<V, K> {
    type State = Option<(K::Owned, V::Owned)>;

    fn update(best: &mut Self::State, value: &V, key: &K) {
        let better = best.as_ref().is_none_or(|(best_key, best_value)| {
            (key, V::lend(best_value)) > (K::lend(best_key), value)
        });
        if better {
            *best = Some((key.to_owned(), value.to_owned()));
        }
    }

    fn merge(best: &mut Self::State, other: Self::State) {
        if let Some((key, value)) = other {
            Self::update(best, V::lend(&value), K::lend(&key));
        }
    }

    fn finish(best: &Self::State) -> Option<&V> {
        best.as_ref().map(|(_, value)| V::lend(value))
    }
}

/// The value of the row with the smallest key.
///
/// Rows in which the key or the value is NULL are left out. Of several rows with the smallest key,
/// the one with the smallest value counts. Keys and values are of any type that has an order.
///
/// ```sql
/// SELECT arg_min(v, k), any_value_det(v, k) FROM (VALUES ('b', 1), ('a', 1), ('z', 3)) AS t(v, k)
/// ----
/// a a
/// ```
#[udaf(tags = [aggregate, deterministic], aliases = [any_value_det], idempotent)]
impl<V: SortValue, K: SortValue> Aggregate for ArgMin<V, K> {
    type State = Option<(K::Owned, V::Owned)>;

    fn update(best: &mut Self::State, value: &V, key: &K) {
        let better = best.as_ref().is_none_or(|(best_key, best_value)| {
            (key, value) < (K::lend(best_key), V::lend(best_value))
        });
        if better {
            *best = Some((key.to_owned(), value.to_owned()));
        }
    }

    fn merge(best: &mut Self::State, other: Self::State) {
        if let Some((key, value)) = other {
            Self::update(best, V::lend(&value), K::lend(&key));
        }
    }

    fn finish(best: &Self::State) -> Option<&V> {
        best.as_ref().map(|(_, value)| V::lend(value))
    }
}

belvedere::reexport! {
    /// The texts of a group, joined by a separator.
    ///
    /// DataFusion's own, with its `DISTINCT` and `ORDER BY`; without `ORDER BY`, texts come in any
    /// order. NULL is left out, and a group without texts gives NULL. A separator of NULL is the empty
    /// text.
    ///
    /// ```sql
    /// SELECT string_agg(v, '-' ORDER BY v), string_agg(DISTINCT v, '-' ORDER BY v)
    /// FROM (VALUES ('b'), ('a'), (NULL), ('b')) AS t(v)
    /// ----
    /// a-b-b a-b
    /// ```
    #[tags = [aggregate, string]]
    pub aggregate string_agg(value: String, separator: literal String) -> Option<String>;
}

belvedere::reexport! {
    /// The first value of a group, in the order that the call asks for.
    ///
    /// DataFusion's own. NULL is a value, unless the call says `IGNORE NULLS`; without `ORDER BY` it
    /// is any of the values. In frames that move, call it by its first name: there it is a function of
    /// windows.
    ///
    /// ```sql
    /// SELECT first_value_agg(v ORDER BY v DESC), first_value(v ORDER BY v)
    /// FROM (VALUES (2), (1), (3)) AS t(v)
    /// ----
    /// 3 1
    /// ```
    #[aliases = [first_value_agg]]
    #[tags = [aggregate, window]]
    pub aggregate first_value<V>(value: Option<V>) -> Option<V>;
}

belvedere::reexport! {
    /// The last value of a group, in the order that the call asks for.
    ///
    /// DataFusion's own. NULL is a value, unless the call says `IGNORE NULLS`; without `ORDER BY` it
    /// is any of the values. In frames that move, call it by its first name: there it is a function of
    /// windows.
    ///
    /// ```sql
    /// SELECT last_value_agg(v ORDER BY v DESC), last_value(v ORDER BY v)
    /// FROM (VALUES (2), (1), (3)) AS t(v)
    /// ----
    /// 1 3
    /// ```
    #[aliases = [last_value_agg]]
    #[tags = [aggregate, window]]
    pub aggregate last_value<V>(value: Option<V>) -> Option<V>;
}

#[cfg(test)]
mod tests;
