//! Everything that is linked, the code index above all: every relation's descriptor is read, every
//! view is planned over its sources' schemas and compared with what the checker derives.

use belvedere::testing::check_views;
use belvedere::view::{Relation, RelationKind, ViewGraph, ViewText};
use belvedere_views as _;

use super::fixture::Tested;

#[test]
fn every_linked_relation_is_what_it_was_checked_to_be() -> Tested {
    Ok(check_views(&ViewGraph::linked()?)?)
}

#[test]
fn a_view_that_was_compiled_otherwise_is_named() -> Tested {
    static LINES: Relation = Relation::table("lines", "it::linked", "text: String");
    static SIZES: Relation = Relation {
        kind: RelationKind::View(ViewText::new(
            "sizes = from lines as l select { size: length(l.text) }",
            &[&LINES],
        )),
        ..Relation::table("sizes", "it::linked", "size: String")
    };
    let error = check_views(&ViewGraph::from_relations([&SIZES])?).unwrap_err().to_string();
    let expected = "view `sizes`: the description of `sizes` cannot be read: checked again, they are \
                    `size: i32`\n";
    assert!(error.starts_with(expected), "{error}");
    Ok(())
}
