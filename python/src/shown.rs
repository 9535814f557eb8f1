//! What is known of tables and views, and of tables that others write, as JSON.

use belvedere::delta::publication::Pointer;
use belvedere::delta::pull::{Compared, PullError, Pulled};
use belvedere::query::{Defined, Shown, ShownAudit, ShownColumn, ShownParam};
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::error::{ContractError, WarehouseError, plan_error};
use crate::run::pointer_to_json;

/// A table or view.
pub(crate) fn relation(shown: &Shown) -> Value {
    let mut value = json!({
        "name": shown.name,
        "kind": shown.kind.name(),
        "doc": shown.doc,
        "columns": shown.columns.iter().map(column).collect::<Vec<_>>(),
        "audits": shown.audits.iter().map(audit).collect::<Vec<_>>(),
        "published": shown.published.as_ref().map(|it| pointer_to_json(&shown.name, it)),
        "warnings": shown.published.iter().flat_map(warnings).collect::<Vec<_>>(),
    });
    if let Some(Value::Object(defined)) = shown.defined.as_ref().map(defined)
        && let Value::Object(known) = &mut value
    {
        known.extend(defined);
    }
    value
}

fn defined(defined: &Defined) -> Value {
    let (uri, file) = defined.stored_at.clone().unzip();
    json!({
        "module": defined.module,
        "computed": defined.computed,
        "reads": defined.reads,
        "calls": defined.calls,
        "filled_by": defined.filled_by,
        "uri": uri,
        "file": file,
        "read_by": defined.read_by,
        "key": defined.key,
        "key_follows": defined.key_follows,
        "owner": defined.owner,
        "partition_by": defined.partition_by,
        "cluster_by": defined.cluster_by,
        "tags": defined.tags,
        "refresh": defined.refresh.as_deref().unwrap_or_default(),
        "influences": defined.influences,
        "params": defined.params.iter().map(param).collect::<Vec<_>>(),
    })
}

fn param(param: &ShownParam) -> Value {
    json!({ "name": param.name, "type": param.ty, "default": param.default })
}

fn column(column: &ShownColumn) -> Value {
    json!({
        "name": column.name,
        "type": column.ty,
        "nullable": column.nullable,
        "doc": column.doc,
        "values": column.values,
    })
}

fn audit(audit: &ShownAudit) -> Value {
    json!({ "name": audit.name, "outcome": audit.outcome.word(), "failed": audit.failed })
}

fn warnings(pointer: &Pointer) -> impl Iterator<Item = String> {
    pointer.warnings().map(|audit| audit.told(pointer.size.rows))
}

/// What a table of others holds.
pub(crate) fn pulled(pulled: &Pulled) -> Value {
    let columns = pulled.file.columns.iter().map(|column| {
        json!({
            "name": column.column.name,
            "type": column.column.ty.ty.to_string(),
            "nullable": column.column.ty.nullable,
            "doc": column.doc,
        })
    });
    json!({
        "uri": pulled.file.uri,
        "columns": columns.collect::<Vec<_>>(),
        "version": pulled.version,
        "left_out": pulled.left_out,
        "text": pulled.file.to_text(),
    })
}

/// A schema file beside what is stored.
pub(crate) fn compared(compared: &Compared) -> Value {
    json!({
        "table": compared.table,
        "file": compared.file.display().to_string(),
        "uri": compared.uri,
        "version": compared.version,
        "difference": compared.difference,
        "left_out": compared.left_out,
        "text": compared.to_string(),
    })
}

/// A table of this extension that could not be compared.
pub(crate) fn not_compared(table: &str, error: &PullError) -> Value {
    json!({ "table": table, "error": error.to_string() })
}

/// Why nothing is known of a table of others, or of a file.
pub(crate) fn pull_error(error: &PullError) -> PyErr {
    let text = error.to_string();
    match error {
        PullError::Table(_) => WarehouseError::new_err(text),
        PullError::Columns { .. } => ContractError::new_err(text),
        _ => plan_error(text),
    }
}
