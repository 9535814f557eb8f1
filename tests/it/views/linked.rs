//! Everything that is linked, the code index above all: every relation's descriptor is read, every
//! view is planned over its sources' schemas and compared with what the checker derives.

use belvedere::testing::check_views;
use belvedere::view::{ViewGraph, arrow_schema, columns};
use belvedere_views as _;

use super::fixture::Tested;

#[test]
fn every_linked_relation_is_what_it_was_checked_to_be() -> Tested {
    let graph = ViewGraph::linked()?;
    for node in graph.nodes() {
        assert_eq!(node.facts()?.schema, arrow_schema(&columns(node.relation())?)?);
    }
    Ok(check_views(&graph)?)
}
