//! Graphs, given as one row for each edge: cycles, and what can be reached.
//!
//! An edge may come any number of times and in any order. Work is linear in the edges, and no path
//! is too long: nothing here recurses.

use std::collections::{BTreeMap, VecDeque};

use belvedere::{ArrowType, udaf};

/// A node of a graph, and the strong component that it is in.
#[derive(ArrowType, Clone, Debug, PartialEq, Eq)]
pub struct InComponent {
    /// The node.
    pub node: String,
    /// The smallest node of its component, by its bytes.
    pub component: String,
    /// How many nodes the component has. With more than one, each of them leads to each other.
    pub size: i64,
}

/// A node of a graph that can be reached, and how far it is.
#[derive(ArrowType, Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The node.
    pub node: String,
    /// The least number of edges that lead to it; 0 for a node that the search starts from.
    pub distance: i64,
}

/// The strong components of a graph: the largest groups of nodes of which each leads to each other.
///
/// Each row is an edge from `source` to `target`; one in which either is NULL is left out. The list
/// has all nodes, the smallest first. A node outside of all cycles is a component of its own, and so
/// is one whose only cycle is an edge to itself.
///
/// ```sql
/// SELECT strong_components(source, target)
/// FROM (VALUES ('a', 'b'), ('b', 'a'), ('b', 'c')) AS t(source, target)
/// ----
/// [{node: a, component: a, size: 2}, {node: b, component: a, size: 2}, {node: c, component: c, size: 1}]
/// ```
#[udaf(tags = [aggregate, deterministic, list], idempotent)]
impl Aggregate for StrongComponents {
    type State = Vec<(String, String)>;

    fn update(edges: &mut Self::State, source: &str, target: &str) {
        edges.push((source.to_owned(), target.to_owned()));
    }

    fn merge(edges: &mut Self::State, more: Self::State) {
        edges.extend(more);
    }

    fn finish(edges: &Self::State) -> Vec<InComponent> {
        let graph = Graph::new(edges, &[]);
        let components = graph.components();
        let mut sizes: BTreeMap<usize, i64> = BTreeMap::new();
        for component in &components {
            *sizes.entry(*component).or_default() += 1;
        }
        let rows = graph.nodes.iter().zip(&components).map(|(node, component)| InComponent {
            node: (*node).to_owned(),
            component: graph.nodes[*component].to_owned(),
            size: sizes.get(component).copied().unwrap_or(0),
        });
        rows.collect()
    }
}

/// The nodes that a search along the edges of a graph finds, with their distances.
///
/// Each row is an edge from `source` to `target`, and names a node to start from; any of the three may
/// be NULL, and an edge without one of its ends is left out. The list has the nearest nodes first, and
/// those of one distance by their bytes. A node to start from is found even where no edge has it.
///
/// ```sql
/// SELECT reachable(source, target, 'a')
/// FROM (VALUES ('a', 'b'), ('b', 'c'), ('d', 'a')) AS t(source, target)
/// ----
/// [{node: a, distance: 0}, {node: b, distance: 1}, {node: c, distance: 2}]
/// ```
#[udaf(tags = [aggregate, deterministic, list], idempotent)]
impl Aggregate for Reachable {
    type State = (Vec<(String, String)>, Vec<String>);

    fn update(
        (edges, starts): &mut Self::State,
        source: Option<&str>,
        target: Option<&str>,
        start: Option<&str>,
    ) {
        if let (Some(source), Some(target)) = (source, target) {
            edges.push((source.to_owned(), target.to_owned()));
        }
        // Nearly always the same in every row.
        if let Some(start) = start
            && starts.last().is_none_or(|last| last != start)
        {
            starts.push(start.to_owned());
        }
    }

    fn merge((edges, starts): &mut Self::State, (more, others): Self::State) {
        edges.extend(more);
        starts.extend(others);
    }

    fn finish((edges, starts): &Self::State) -> Vec<Reached> {
        let graph = Graph::new(edges, starts);
        let mut found: Vec<(i64, usize)> = graph
            .distances(starts)
            .into_iter()
            .enumerate()
            .filter_map(|(node, distance)| Some((distance?, node)))
            .collect();
        found.sort_unstable();
        let rows = found
            .into_iter()
            .map(|(distance, node)| Reached { node: graph.nodes[node].to_owned(), distance });
        rows.collect()
    }
}

/// A graph with numbered nodes, in the order of their names.
struct Graph<'a> {
    nodes: Vec<&'a str>,
    /// The targets of each node's edges are `targets[starts[node]..starts[node + 1]]`.
    starts: Vec<usize>,
    targets: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn new(edges: &'a [(String, String)], more: &'a [String]) -> Self {
        let ends = edges.iter().flat_map(|(source, target)| [source.as_str(), target.as_str()]);
        let mut nodes: Vec<&str> = ends.chain(more.iter().map(String::as_str)).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let number = |node: &str| nodes.partition_point(|known| *known < node);
        let mut numbered: Vec<(usize, usize)> =
            edges.iter().map(|(source, target)| (number(source), number(target))).collect();
        numbered.sort_unstable();
        numbered.dedup();
        let starts = (0..=nodes.len())
            .map(|node| numbered.partition_point(|(source, _)| *source < node))
            .collect();
        let targets = numbered.into_iter().map(|(_, target)| target).collect();
        Self { nodes, starts, targets }
    }

    fn targets(&self, node: usize) -> &[usize] {
        &self.targets[self.starts[node]..self.starts[node + 1]]
    }

    /// The smallest node of each node's component, by Tarjan's algorithm without its recursion.
    fn components(&self) -> Vec<usize> {
        let count = self.nodes.len();
        let mut search = Tarjan {
            order: vec![None; count],
            low: vec![0; count],
            component: vec![None; count],
            stack: Vec::new(),
            next: 0,
        };
        for root in 0..count {
            if search.order[root].is_none() {
                search.visit(self, root);
            }
        }
        search
            .component
            .into_iter()
            .enumerate()
            .map(|(node, found)| found.unwrap_or(node))
            .collect()
    }

    /// The distance of each node from the nearest start.
    fn distances(&self, starts: &[String]) -> Vec<Option<i64>> {
        let mut distances = vec![None; self.nodes.len()];
        let mut queue = VecDeque::new();
        for start in starts {
            if let Ok(node) = self.nodes.binary_search(&start.as_str())
                && distances[node].replace(0).is_none()
            {
                queue.push_back((node, 0));
            }
        }
        while let Some((node, distance)) = queue.pop_front() {
            for target in self.targets(node) {
                if distances[*target].is_none() {
                    distances[*target] = Some(distance + 1);
                    queue.push_back((*target, distance + 1));
                }
            }
        }
        distances
    }
}

struct Tarjan {
    /// When each node was met.
    order: Vec<Option<usize>>,
    /// The earliest node that is known to be reached from each.
    low: Vec<usize>,
    component: Vec<Option<usize>>,
    /// Nodes that were met and have no component yet.
    stack: Vec<usize>,
    next: usize,
}

impl Tarjan {
    fn visit(&mut self, graph: &Graph<'_>, root: usize) {
        self.meet(root);
        // Nodes that are being visited, with the edge that is next.
        let mut path = vec![(root, 0)];
        while let Some((node, edge)) = path.pop() {
            if let Some(target) = graph.targets(node).get(edge).copied() {
                path.push((node, edge + 1));
                match (self.order[target], self.component[target]) {
                    (None, _) => {
                        self.meet(target);
                        path.push((target, 0));
                    }
                    (Some(order), None) => self.low[node] = self.low[node].min(order),
                    _ => {}
                }
                continue;
            }
            if let Some((around, _)) = path.last() {
                self.low[*around] = self.low[*around].min(self.low[node]);
            }
            if self.order[node] == Some(self.low[node]) {
                self.close(node);
            }
        }
    }

    fn meet(&mut self, node: usize) {
        self.order[node] = Some(self.next);
        self.low[node] = self.next;
        self.next += 1;
        self.stack.push(node);
    }

    /// What was met since `node` is its component.
    fn close(&mut self, node: usize) {
        let start = self.stack.iter().rposition(|open| *open == node).unwrap_or(0);
        let members = self.stack.split_off(start);
        let smallest = members.iter().copied().min().unwrap_or(node);
        for member in members {
            self.component[member] = Some(smallest);
        }
    }
}

#[cfg(test)]
mod tests;
