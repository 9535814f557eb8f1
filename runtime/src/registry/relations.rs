//! Tables and views as the plain structs that printers take.

use std::collections::BTreeSet;

use belvedere_lang::print::registry as print;
use belvedere_lang::view::model::{Lineage, Literal, Value};

use super::RegistryError;
use crate::view::{Node, Relation, RelationKind, ViewFacts, ViewGraph};

/// Every relation that is linked into the program, sorted by name; a program of functions only has
/// none.
pub(super) fn linked() -> Result<Vec<print::Relation>, RegistryError> {
    let relations = inventory::iter::<&'static Relation>().copied();
    let graph = ViewGraph::from_relations(relations)?;
    let mut relations = graph
        .nodes()
        .iter()
        .enumerate()
        .map(|(position, node)| describe(&graph, position, node))
        .collect::<Result<Vec<_>, RegistryError>>()?;
    relations.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(relations)
}

fn describe(
    graph: &ViewGraph,
    position: usize,
    node: &Node,
) -> Result<print::Relation, RegistryError> {
    let (relation, facts) = (node.relation(), node.facts()?);
    let (sources, functions) = match &relation.kind {
        RelationKind::Table | RelationKind::External { .. } => (Vec::new(), Vec::new()),
        RelationKind::View(text) => (
            text.all_sources().iter().map(|source| source.name.to_owned()).collect(),
            text.all_functions().iter().map(|function| function.name.to_owned()).collect(),
        ),
    };
    let columns = columns(graph, position, &sources)?;
    let of_view = |names: fn(&ViewFacts) -> &Vec<String>| {
        facts.view.as_ref().map(|view| names(view).clone()).unwrap_or_default()
    };
    Ok(print::Relation {
        name: relation.name.to_owned(),
        module: relation.module.to_owned(),
        kind: match relation.kind {
            RelationKind::Table => print::RelationKind::Table,
            RelationKind::External { .. } => print::RelationKind::External,
            RelationKind::View(_) => print::RelationKind::View,
        },
        doc: relation.doc.to_owned(),
        columns,
        sources,
        functions,
        tags: of_view(|view| &view.tags),
        owner: of_view(|view| &view.owner),
        partition_by: of_view(|view| &view.partition_by),
        cluster_by: of_view(|view| &view.cluster_by),
        refresh: graph.refresh(position)?.map(|refresh| refresh.to_string()),
        params: facts.view.iter().flat_map(|view| &view.params).map(param).collect(),
    })
}

fn param(param: &Value) -> print::ViewParam {
    print::ViewParam {
        name: param.name.clone(),
        ty: param.ty.to_full_text(),
        default: param.default.as_ref().map(Literal::to_text),
    }
}

fn columns(
    graph: &ViewGraph,
    position: usize,
    sources: &[String],
) -> Result<Vec<print::RelationColumn>, RegistryError> {
    let facts = graph.nodes()[position].facts()?;
    let lineage = facts.view.as_ref().map(|view| view.lineage.as_slice()).unwrap_or_default();
    let of = |index: usize, pick: fn(&Lineage) -> &Vec<(usize, String)>| -> Vec<String> {
        let edges = lineage.get(index).map(pick).into_iter().flatten();
        let names = edges
            .filter_map(|(source, column)| Some(format!("{}.{column}", sources.get(*source)?)));
        // Two sources of a view may be one relation.
        names.collect::<BTreeSet<_>>().into_iter().collect()
    };
    let docs = graph.docs(position)?;
    let columns = facts.columns.iter().zip(docs).enumerate().map(|(index, (column, doc))| {
        print::RelationColumn {
            name: column.name.clone(),
            ty: column.ty.ty.to_full_text(),
            nullable: column.ty.nullable,
            doc: doc.unwrap_or_default().to_owned(),
            values: of(index, |lineage| &lineage.values),
            influences: of(index, |lineage| &lineage.influences),
        }
    });
    Ok(columns.collect())
}
