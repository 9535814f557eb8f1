//! DataFusion's own functions of maps, lists and metadata.
//!
//! They are not written again: each has a typed signature here, by which views call it, docs whose
//! examples run, tags and a place in the Python stubs.

belvedere::reexport! {
    /// The keys of a map as a list.
    ///
    /// DataFusion's own. A map that is NULL gives NULL; a bare `NULL`, which is no map, is refused when
    /// the query is planned.
    ///
    /// ```sql
    /// SELECT map_keys(MAP {'a': 1, 'b': NULL});
    /// ----
    /// [a, b]
    /// ```
    #[tags = [nested, map]]
    pub map_keys<K, V>(map: Map<K, V>) -> List<Option<K>>;
}

belvedere::reexport! {
    /// The values of a map as a list, in the order of their keys in the map.
    ///
    /// DataFusion's own. A map that is NULL gives NULL; a bare `NULL`, which is no map, is refused when
    /// the query is planned.
    ///
    /// ```sql
    /// SELECT map_values(MAP {'a': 1, 'b': NULL});
    /// ----
    /// [1, NULL]
    /// ```
    #[tags = [nested, map]]
    pub map_values<K, V>(map: Map<K, V>) -> List<V>;
}

belvedere::reexport! {
    /// The item of a list at a position: from 1, or from -1 backwards; NULL beyond its ends.
    ///
    /// DataFusion's own, in which the smallest `BIGINT` is an error instead.
    ///
    /// ```sql
    /// SELECT list_extract(['a', 'b'], 1), list_extract(['a', 'b'], -1), list_extract(['a', 'b'], 3);
    /// ----
    /// a b NULL
    /// ```
    #[tags = [nested, list]]
    pub list_extract<T>(list: List<Option<T>>, index: i64) -> Option<T>;
}

belvedere::reexport! {
    /// An entry of the metadata of a column, NULL where it has none of this name.
    ///
    /// DataFusion's own. In SQL the key may be left out, for a map of all entries; that is a result of
    /// another type, which this signature has no place for.
    ///
    /// ```sql
    /// SELECT arrow_metadata(stable_id('node', 'a'), 'semantic_type'), arrow_metadata(1, 'none');
    /// ----
    /// NodeId NULL
    /// ```
    pub arrow_metadata<T>(expr: Option<T>, key: literal String) -> Option<String>;
}
