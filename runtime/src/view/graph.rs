//! All relations of a program, in an order in which each comes after what it reads.
//!
//! The order is the lexicographic topological one: among the relations whose sources are all
//! placed, the smallest name comes first. It depends on names and edges alone, not on link order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::OnceLock;

use belvedere_lang::view::model::Refresh;
use belvedere_lang::view::syntax::Materialize;

use super::check::{Facts, facts};
use super::descriptor::{Relation, RelationKind};
use super::error::ViewError;

/// The relations of a program, ordered.
#[derive(Debug)]
pub struct ViewGraph {
    nodes: Vec<Node>,
    by_name: BTreeMap<&'static str, usize>,
}

/// A relation in its graph.
#[derive(Debug)]
pub struct Node {
    relation: &'static Relation,
    sources: Vec<usize>,
    facts: OnceLock<Facts>,
    docs: OnceLock<Vec<Option<&'static str>>>,
}

impl Node {
    /// Returns the descriptor.
    #[must_use]
    pub fn relation(&self) -> &'static Relation {
        self.relation
    }

    /// Returns the name, unique in the graph.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.relation.name
    }

    /// Returns the positions of the relations that it reads, in the order in which its text first
    /// names them; all are smaller than its own position.
    #[must_use]
    pub fn sources(&self) -> &[usize] {
        &self.sources
    }

    /// Returns its columns and options; a view is checked for them, once.
    ///
    /// # Errors
    ///
    /// Those of [`facts`].
    pub fn facts(&self) -> Result<&Facts, ViewError> {
        match self.facts.get() {
            Some(known) => Ok(known),
            None => {
                let found = facts(self.relation)?;
                Ok(self.facts.get_or_init(|| found))
            }
        }
    }

    /// Returns whether it is a view.
    #[must_use]
    pub fn is_view(&self) -> bool {
        matches!(self.relation.kind, RelationKind::View(_))
    }
}

impl ViewGraph {
    /// Collects every relation that is linked into the program.
    ///
    /// # Errors
    ///
    /// [`ViewError::NothingLinked`], and those of [`ViewGraph::from_relations`].
    pub fn linked() -> Result<Self, ViewError> {
        let graph = Self::from_relations(inventory::iter::<&'static Relation>().copied())?;
        if graph.nodes.is_empty() { Err(ViewError::NothingLinked) } else { Ok(graph) }
    }

    /// Builds the graph of `relations` and of everything that they read.
    ///
    /// # Errors
    ///
    /// [`ViewError::DuplicateName`] when two relations have one name, [`ViewError::OneNameInSql`]
    /// when their names differ in capitals alone, [`ViewError::Cycle`] when views read each other in
    /// a circle.
    pub fn from_relations(
        relations: impl IntoIterator<Item = &'static Relation>,
    ) -> Result<Self, ViewError> {
        let relations = close_over_sources(relations)?;
        let names: Vec<_> = relations.keys().copied().collect();
        let position = |name: &str| names.binary_search(&name).unwrap_or(usize::MAX);
        let edges: Vec<Vec<usize>> = relations
            .values()
            .map(|relation| sources(relation).iter().map(|s| position(s.name)).collect())
            .collect();
        let order = topological_order(&names, &edges)?;

        let mut places = vec![0; order.len()];
        for (place, &index) in order.iter().enumerate() {
            places[index] = place;
        }
        let nodes = order
            .iter()
            .map(|&index| Node {
                relation: relations[names[index]],
                sources: edges[index].iter().map(|&source| places[source]).collect(),
                facts: OnceLock::new(),
                docs: OnceLock::new(),
            })
            .collect();
        let by_name = names.iter().zip(places).map(|(&name, place)| (name, place)).collect();
        Ok(Self { nodes, by_name })
    }

    /// Returns the relations, each after all that it reads.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the position of the relation called `name`.
    ///
    /// # Errors
    ///
    /// [`ViewError::UnknownRelation`] with the nearest name, if one is near.
    pub fn position(&self, name: &str) -> Result<usize, ViewError> {
        self.by_name.get(name).copied().ok_or_else(|| ViewError::UnknownRelation {
            name: name.to_owned(),
            suggestion: belvedere_lang::suggest::nearest(name, self.by_name.keys().copied())
                .map(str::to_owned),
        })
    }

    /// Returns what a refresh of the view at `position` would compute, the views among its sources
    /// that are computed where they are read taken in; `None` for a table.
    ///
    /// # Errors
    ///
    /// Those of [`Node::facts`], for the view or for one that it reads so.
    pub fn refresh(&self, position: usize) -> Result<Option<Refresh>, ViewError> {
        let is_computed = |position: usize| -> Result<bool, ViewError> {
            let view = self.nodes[position].facts()?.view.as_ref();
            Ok(view.is_some_and(|view| view.materialize == Materialize::View))
        };
        let mut needed = BTreeSet::from([position]);
        let mut open = vec![position];
        while let Some(reader) = open.pop() {
            for &source in &self.nodes[reader].sources {
                if is_computed(source)? && needed.insert(source) {
                    open.push(source);
                }
            }
        }
        // What is read comes before its readers.
        let mut known: BTreeMap<usize, Refresh> = BTreeMap::new();
        for position in needed {
            let node = &self.nodes[position];
            let Some(view) = &node.facts()?.view else { continue };
            let mut refresh = view.refresh.clone();
            for read in node.sources.iter().filter_map(|source| known.get(source)) {
                refresh.raise(read.clone().without_state());
            }
            known.insert(position, refresh);
        }
        Ok(known.remove(&position))
    }

    /// Returns for each column of the relation at `position` its doc: its own, or else that of the column
    /// which a view passes on in it. A column of a `union` has the doc that those of all sides have.
    ///
    /// # Errors
    ///
    /// Those of [`Node::facts`], for the relation or for one that it is computed from.
    pub fn docs(&self, position: usize) -> Result<&[Option<&'static str>], ViewError> {
        let mut needed = BTreeSet::from([position]);
        let mut open = vec![position];
        while let Some(reader) = open.pop() {
            for &source in &self.nodes[reader].sources {
                if self.nodes[source].docs.get().is_none() && needed.insert(source) {
                    open.push(source);
                }
            }
        }
        // What is read comes before its readers.
        for position in needed {
            let found = self.docs_over_sources(&self.nodes[position])?;
            self.nodes[position].docs.get_or_init(|| found);
        }
        Ok(self.nodes[position].docs.get().map(Vec::as_slice).unwrap_or_default())
    }

    /// The docs of a node whose sources have theirs.
    fn docs_over_sources(&self, node: &Node) -> Result<Vec<Option<&'static str>>, ViewError> {
        let facts = node.facts()?;
        let doc_of_source = |(source, name): &(usize, String)| {
            // Numbers of sources in the lineage are those of the graph's edges.
            let source = &self.nodes[*node.sources.get(*source)?];
            let columns = &source.facts.get()?.columns;
            let place = columns.iter().position(|column| column.name == *name)?;
            source.docs.get()?.get(place).copied().flatten()
        };
        let docs = facts.columns.iter().enumerate().map(|(place, column)| {
            let own = node.relation.doc_of(&column.name).filter(|doc| !doc.trim().is_empty());
            let lineage = facts.view.as_ref().and_then(|view| view.lineage.get(place));
            let mut passed_on = lineage.into_iter().flat_map(|of| &of.same_as).map(doc_of_source);
            let first = passed_on.next().flatten();
            own.or(first.filter(|_| passed_on.all(|other| other == first)))
        });
        Ok(docs.collect())
    }

    /// Returns the relation called `name`.
    ///
    /// # Errors
    ///
    /// As [`ViewGraph::position`].
    pub fn get(&self, name: &str) -> Result<&Node, ViewError> {
        Ok(&self.nodes[self.position(name)?])
    }
}

/// The relations that `relation` reads.
pub(crate) fn sources(relation: &Relation) -> Vec<&'static Relation> {
    match &relation.kind {
        RelationKind::Table | RelationKind::External { .. } => Vec::new(),
        RelationKind::View(text) => text.all_sources(),
    }
}

/// A descriptor names its sources by reference, so that even one whose registration a linker
/// dropped is found.
fn close_over_sources(
    relations: impl IntoIterator<Item = &'static Relation>,
) -> Result<BTreeMap<&'static str, &'static Relation>, ViewError> {
    let mut found: BTreeMap<&'static str, &'static Relation> = BTreeMap::new();
    let mut open: Vec<_> = relations.into_iter().collect();
    while let Some(relation) = open.pop() {
        match found.get(relation.name) {
            Some(known) if std::ptr::eq(*known, relation) => {}
            Some(known) => {
                let mut modules = [known.module, relation.module];
                modules.sort_unstable();
                return Err(ViewError::DuplicateName {
                    name: relation.name.to_owned(),
                    first: modules[0].to_owned(),
                    second: modules[1].to_owned(),
                });
            }
            None => {
                found.insert(relation.name, relation);
                open.extend(sources(relation));
            }
        }
    }
    check_capitals(found.keys().copied())?;
    Ok(found)
}

/// SQL folds what is not quoted to lower case, and finds a relation whose name has capitals because
/// no other differs from it in nothing else. Folders are one on some file systems, too.
fn check_capitals(sorted: impl Iterator<Item = &'static str>) -> Result<(), ViewError> {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for name in sorted {
        if let Some(first) = folded.insert(name.to_ascii_lowercase(), name) {
            return Err(ViewError::OneNameInSql {
                first: first.to_owned(),
                second: name.to_owned(),
            });
        }
    }
    Ok(())
}

/// The lexicographic topological order of `names`, given for each the positions that it reads.
fn topological_order(names: &[&str], edges: &[Vec<usize>]) -> Result<Vec<usize>, ViewError> {
    let mut missing: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut readers = vec![Vec::new(); names.len()];
    for (reader, sources) in edges.iter().enumerate() {
        for &source in sources {
            readers[source].push(reader);
        }
    }
    // Positions follow the names, so the smallest position is the smallest name.
    let mut ready: BinaryHeap<_> =
        (0..names.len()).filter(|&i| missing[i] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(names.len());
    while let Some(Reverse(next)) = ready.pop() {
        order.push(next);
        for &reader in &readers[next] {
            missing[reader] -= 1;
            if missing[reader] == 0 {
                ready.push(Reverse(reader));
            }
        }
    }
    if order.len() == names.len() {
        Ok(order)
    } else {
        Err(ViewError::Cycle { path: find_cycle(names, edges, &missing) })
    }
}

/// Every relation that is still missing a source reads another such one, so that following the
/// first of them must come back to a relation already seen.
fn find_cycle(names: &[&str], edges: &[Vec<usize>], missing: &[usize]) -> Vec<String> {
    let stuck = |index: usize| missing[index] > 0;
    let mut path = Vec::new();
    let mut next = (0..names.len()).find(|&index| stuck(index));
    while let Some(index) = next {
        if let Some(start) = path.iter().position(|&seen| seen == index) {
            path.drain(..start);
            path.push(index);
            break;
        }
        path.push(index);
        next = edges[index].iter().copied().find(|&source| stuck(source));
    }
    path.into_iter().map(|index| names[index].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ViewText;

    const fn table(name: &'static str) -> Relation {
        Relation::table(name, "m", "id: i64")
    }

    const fn view(name: &'static str, sources: &'static [&'static Relation]) -> Relation {
        Relation::view(name, "m", "id: i64", ViewText::new("", sources))
    }

    const fn of(
        name: &'static str,
        text: &'static str,
        sources: &'static [&'static Relation],
    ) -> Relation {
        Relation::view(name, "m", "id: i64", ViewText::new(text, sources))
    }

    static FILES: Relation = table("files");
    static CALLS: Relation = table("calls");
    static ATTRS: Relation = view("attrs", &[&CALLS, &FILES]);
    static COUNTS: Relation = view("counts", &[&ATTRS]);
    static LOOP_A: Relation = view("loop_a", &[&FILES, &LOOP_B]);
    static LOOP_B: Relation = view("loop_b", &[&LOOP_C]);
    static LOOP_C: Relation = view("loop_c", &[&LOOP_B]);

    fn names(graph: &ViewGraph) -> Vec<&str> {
        graph.nodes().iter().map(Node::name).collect()
    }

    #[test]
    fn order_depends_on_names_and_edges_alone() {
        let orders: [&[&'static Relation]; 3] =
            [&[&COUNTS], &[&FILES, &COUNTS, &ATTRS, &CALLS], &[&ATTRS, &COUNTS, &FILES]];
        for relations in orders {
            let graph = ViewGraph::from_relations(relations.iter().copied()).expect("a graph");
            assert_eq!(names(&graph), ["calls", "files", "attrs", "counts"]);
        }
    }

    #[test]
    fn sources_keep_the_order_of_the_text() {
        let graph = ViewGraph::from_relations([&COUNTS]).expect("a graph");
        assert_eq!(graph.get("attrs").expect("linked").sources(), [0, 1]);
        assert_eq!(graph.get("counts").expect("linked").sources(), [2]);
        assert!(!graph.nodes()[0].is_view());
    }

    #[test]
    fn a_refresh_goes_through_views_that_are_computed_where_they_are_read() {
        static FEW: Relation = of(
            "few",
            "#[view(materialize = view)] few = from files order by id limit 3",
            &[&FILES],
        );
        static TALLY: Relation = of(
            "tally",
            "#[view(materialize = view)] tally = from calls group by { id } aggregate { n: count() } \
             select { id }",
            &[&CALLS],
        );
        static OF_FEW: Relation = of("of_few", "of_few = from few where id > 1", &[&FEW]);
        static STORED: Relation = of("stored", "stored = from of_few distinct", &[&OF_FEW]);
        static OF_TALLY: Relation = of("of_tally", "of_tally = from tally where id > 1", &[&TALLY]);

        let graph = ViewGraph::from_relations([&STORED, &OF_TALLY]).expect("a graph");
        let refresh = |name: &str| {
            let position = graph.position(name).expect("linked");
            graph.refresh(position).expect("checked").map(|refresh| refresh.to_string())
        };
        assert_eq!(refresh("files"), None);
        assert_eq!(refresh("tally").as_deref(), Some("group state by id (group by)"));
        assert_eq!(refresh("of_tally").as_deref(), Some("key recompute by id (group by)"));
        assert_eq!(refresh("of_few").as_deref(), Some("full (limit)"));
        // A stored view has rows of its own, however they came to be.
        assert_eq!(refresh("stored").as_deref(), Some("key recompute by all columns (distinct)"));
    }

    #[test]
    fn docs_come_with_columns_that_are_passed_on() {
        static DOCS: &[(&str, &str)] = &[("id", "Who.")];
        static FILED: Relation = table("filed").with_docs(DOCS);
        static CALLED: Relation = table("called").with_docs(DOCS);
        static PLAIN: Relation = table("plain");
        static PASSED: Relation = of("passed", "passed = from filed", &[&FILED]);
        static LATER: Relation = of(
            "later",
            "later = with l = (from passed where id > 1) from l group by { id }",
            &[&PASSED],
        );
        static OWN: Relation =
            of("own", "own = from passed", &[&PASSED]).with_docs(&[("id", "Mine.")]);
        static BOTH: Relation =
            of("both", "both = from later union all called", &[&LATER, &CALLED]);
        static HALF: Relation = of("half", "half = from filed union all plain", &[&FILED, &PLAIN]);
        static OTHER: Relation = of("other", "other = from filed union all own", &[&FILED, &OWN]);
        static LESS: Relation = of("less", "less = from filed except plain", &[&FILED, &PLAIN]);
        static MADE: Relation =
            of("made", "made = from filed as f select { id: f.id + 1 }", &[&FILED]);

        let graph =
            ViewGraph::from_relations([&BOTH, &HALF, &OTHER, &LESS, &MADE]).expect("a graph");
        let doc =
            |name: &str| graph.docs(graph.position(name).expect("linked")).expect("checked")[0];
        for name in ["filed", "passed", "later", "both", "less"] {
            assert_eq!(doc(name), Some("Who."), "{name}");
        }
        assert_eq!(doc("own"), Some("Mine."));
        for name in ["plain", "half", "other", "made"] {
            assert_eq!(doc(name), None, "{name}");
        }
    }

    #[test]
    fn a_second_relation_of_a_name_is_refused() {
        static OTHER: Relation = Relation { module: "elsewhere", ..table("files") };
        let error = ViewGraph::from_relations([&FILES, &OTHER]).expect_err("two of a name");
        assert!(
            matches!(&error, ViewError::DuplicateName { name, first, second }
                if name == "files" && first == "elsewhere" && second == "m"),
            "{error}"
        );
    }

    #[test]
    fn names_that_differ_in_capitals_alone_are_refused() {
        static CAPITALS: Relation = table("Files");
        let error = ViewGraph::from_relations([&FILES, &CAPITALS]).expect_err("one name in SQL");
        assert!(
            matches!(&error, ViewError::OneNameInSql { first, second }
                if first == "Files" && second == "files"),
            "{error}"
        );
    }

    #[test]
    fn a_cycle_is_shown_whole_and_without_what_leads_to_it() {
        let error = ViewGraph::from_relations([&LOOP_A]).expect_err("a cycle");
        assert_eq!(
            error.to_string(),
            "views read each other in a circle: loop_b → loop_c → loop_b"
        );
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let graph = ViewGraph::from_relations([&COUNTS]).expect("a graph");
        let error = graph.get("atrs").expect_err("unknown");
        assert_eq!(error.to_string(), "no relation is called `atrs`\nhelp: did you mean `attrs`?");
    }
}
