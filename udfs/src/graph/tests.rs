//! Graphs by their functions; that an engine computes the same is held by the laws.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Reachable, StrongComponents};

fn edges(text: &str) -> Vec<(String, String)> {
    let pairs = text.split_whitespace().map(|edge| edge.split_once('>').unwrap());
    pairs.map(|(source, target)| (source.to_owned(), target.to_owned())).collect()
}

#[track_caller]
fn check_components(text: &str, expected: &str) {
    let rows = StrongComponents::finish(&edges(text));
    let shown = rows.iter().map(|row| format!("{}:{}/{}", row.node, row.component, row.size));
    assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
}

#[track_caller]
fn check_reachable(text: &str, starts: &[&str], expected: &str) {
    let starts = starts.iter().map(|start| (*start).to_owned()).collect();
    let rows = Reachable::finish(&(edges(text), starts));
    let shown = rows.iter().map(|row| format!("{}:{}", row.node, row.distance));
    assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn cycles_are_components() {
    check_components("", "");
    check_components("a>a", "a:a/1");
    check_components("a>b b>c c>a c>d d>e e>d", "a:a/3 b:a/3 c:a/3 d:d/2 e:d/2");
    check_components("b>a c>b a>c a>c x>a", "a:a/3 b:a/3 c:a/3 x:x/1");
    // Two cycles through one node are one component, and one that is closed late is found.
    check_components("a>b b>a b>c c>b d>c c>d", "a:a/4 b:a/4 c:a/4 d:a/4");
    check_components("a>b b>c a>d d>c c>e e>d", "a:a/1 b:b/1 c:c/3 d:c/3 e:c/3");
}

proptest! {
    /// Nodes are in one component exactly if each can be reached from the other.
    #[test]
    fn components_are_mutual_reachability(pairs in vec((0..7_u8, 0..7_u8), 0..14)) {
        let edges: Vec<_> = pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        let rows = StrongComponents::finish(&edges);
        let reached = |from: &str| -> Vec<String> {
            let found = Reachable::finish(&(edges.clone(), vec![from.to_owned()]));
            found.into_iter().map(|row| row.node).collect()
        };
        for a in &rows {
            for b in &rows {
                let mutual =
                    reached(&a.node).contains(&b.node) && reached(&b.node).contains(&a.node);
                prop_assert_eq!(a.component == b.component, mutual, "{:?} {:?}", a, b);
            }
        }
    }
}

#[test]
fn the_nearest_come_first() {
    check_reachable("a>b b>c a>c c>d d>a x>a", &["a"], "a:0 b:1 c:1 d:2");
    check_reachable("a>b b>c", &["c", "b"], "b:0 c:0");
    check_reachable("a>b", &["z"], "z:0");
    check_reachable("a>b", &[], "");
}

#[test]
fn long_paths_need_no_stack() {
    let count = 200_000;
    let name = |at: usize| format!("{at:06}");
    let mut edges: Vec<_> = (1..count).map(|at| (name(at - 1), name(at))).collect();
    edges.push((name(count - 1), name(0)));
    let rows = StrongComponents::finish(&edges);
    assert!(rows.len() == count && rows.iter().all(|row| row.component == name(0)));
    let rows = Reachable::finish(&(edges, vec![name(0)]));
    assert_eq!(rows.last().map(|row| row.distance), Some(count as i64 - 1));
}
