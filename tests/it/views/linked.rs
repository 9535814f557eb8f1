//! Everything that is linked, the code index above all: every relation's descriptor is read, every
//! view is planned over its sources' schemas and compared with what the checker derives.

use std::sync::Arc;

use belvedere::session::Runtime;
use belvedere::view::{RelationKind, ViewGraph, arrow_schema, columns, model, plan};
use belvedere_views as _;
use datafusion::common::TableReference;
use datafusion::logical_expr::logical_plan::builder::LogicalTableSource;

use super::agreement::{Named, agrees};
use super::fixture::Tested;

#[test]
fn every_linked_relation_is_what_it_was_checked_to_be() -> Tested {
    let runtime = Runtime::builder().build()?;
    let graph = ViewGraph::linked()?;
    let mut wrong = Vec::new();
    for node in graph.nodes() {
        assert_eq!(node.facts()?.schema, arrow_schema(&columns(node.relation())?)?);
    }
    for node in graph.nodes().iter().filter(|node| node.is_view()) {
        let relation = node.relation();
        let RelationKind::View(text) = &relation.kind else { continue };
        let mut widths = Vec::new();
        for source in text.all_sources() {
            widths.push(columns(source)?.len());
        }
        let plan = plan(relation, &mut |source| {
            let schema = arrow_schema(&columns(source)?)?;
            let source_name = TableReference::bare(source.name);
            Ok((source_name, Arc::new(LogicalTableSource::new(schema))))
        });
        let functions = text.all_functions();
        let named = Named { widths: &widths, functions: &functions };
        let checked = plan
            .map_err(Into::into)
            .and_then(|plan| agrees(&runtime, &model(relation)?, named, &plan));
        if let Err(error) = checked {
            wrong.push(format!("{}: {error}", node.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
