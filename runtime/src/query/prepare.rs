//! From a text to a plan over pinned tables.
//!
//! A text is read twice: once for the names in it, so that their tables can be opened, and once to be
//! checked against what these hold and lowered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use belvedere_lang::lex::{QUERY_MAX, tokens};
use belvedere_lang::sink::Sink;
use belvedere_lang::types::{Column, Type, path_text};
use belvedere_lang::view::model::View;
use belvedere_lang::view::query::check_query;
use belvedere_lang::view::{parse_query, syntax};
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::LogicalPlan;

use super::apart::apart;
use super::error::QueryError;
use super::names::{Given, Known, template};
use super::spec::Source;
use super::{QUERY, Query};
use crate::delta::Error;
use crate::delta::publication::{NodeKind, Publication};
use crate::delta::table::PinnedTable;
use crate::delta::views::{self, is_computed, stored_sources};
use crate::delta::warehouse::Warehouse;
use crate::plan::{Bundle, Pins};
use crate::session::Runtime;
use crate::view::{Input, Params, ViewError, column, columns, give, lower};

/// A query that can be executed.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) columns: Vec<Column>,
    pub(crate) bundle: Bundle,
}

/// The parameters that a text declares.
pub(super) async fn declared(text: String) -> Result<Vec<(String, Type)>, QueryError> {
    apart(move || {
        let sink = Sink::ignoring();
        let syntax = tokens(&text, QUERY_MAX, &sink).map(|tokens| parse_query(tokens, &sink));
        syntax.iter().flat_map(syntax::View::params).collect()
    })
    .await
}

/// Checks and lowers a text over what is published in a warehouse, and tables of the program's own.
pub(super) async fn prepare(query: &Query<'_>) -> Result<Prepared, QueryError> {
    let problems = query.source.problems();
    if !problems.is_empty() {
        return Err(QueryError::Text(problems));
    }
    let warehouse = query.runtime.warehouse_path()?;
    let runtime = query.runtime;
    let (params, offered) = (query.params.clone(), query.offered.clone());
    let opened = Opened::new(runtime, warehouse).await?;
    let (source, mut known) = (query.source.clone(), opened.known()?);
    let given = known.add_given(&query.tables);
    let mut mentioned = {
        let (source, known) = (source.clone(), known.clone());
        apart(move || mentioned(source.text(), &known)).await??
    };
    for name in mentioned.extract_if(.., |name| given.contains_key(name)) {
        known.set_stored(&name, given_columns(&name, &given)?);
    }
    let pinned = opened.pin(&mentioned, &mut known).await?;
    let missing = mentioned.into_iter().find(|name| !pinned.contains_key(name));
    let runtime = runtime.clone();
    let published = opened.publication.is_some();
    let root = warehouse.to_owned();
    apart(move || {
        let (mut model, syntax) = checked(&source, &known)?;
        model.name = QUERY.to_owned();
        for (param, value) in &params {
            give(&mut model, param, value)?;
        }
        for (param, value) in &offered {
            if model.values.iter().any(|known| known.name == *param) {
                give(&mut model, param, value)?;
            }
        }
        match missing {
            // Nothing at all is published, which says more.
            Some(_) if !published => return Err(Error::NotPublished(root).into()),
            Some(relation) => return Err(QueryError::NotPublished { relation }),
            None => {}
        }
        let scanned = Scanned { runtime: &runtime, known: &known, pinned: &pinned, given: &given };
        let plan = scanned.plan(&model, &syntax)?;
        let pins: Pins = pinned.into_iter().map(|(name, table)| (name, table.version())).collect();
        let bundle = Bundle { name: QUERY.to_owned(), key: None, pins, plan };
        Ok(Prepared { columns: model.columns, bundle })
    })
    .await?
}

/// A warehouse and what is published in it, if anything is.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    warehouse: Option<Warehouse>,
    publication: Option<Publication>,
}

impl Opened {
    /// Opens a warehouse; one that is not there is empty.
    pub(crate) async fn new(runtime: &Runtime, path: &Path) -> Result<Self, Error> {
        let warehouse = match Warehouse::open(path) {
            Ok(warehouse) => warehouse,
            Err(Error::NotPublished(_)) => return Ok(Self { warehouse: None, publication: None }),
            Err(error) => return Err(error),
        };
        let publication = Publication::read(runtime, &warehouse).await?;
        Ok(Self { warehouse: Some(warehouse), publication })
    }

    /// The warehouse and its publication, if there is one.
    pub(crate) fn published(&self) -> Option<(&Warehouse, &Publication)> {
        Some((self.warehouse.as_ref()?, self.publication.as_ref()?))
    }

    /// What a text can name.
    pub(crate) fn known(&self) -> Result<Known, ViewError> {
        let nodes = self.publication.iter().flat_map(|publication| &publication.nodes);
        let named = nodes.filter(|(_, pointer)| pointer.kind != NodeKind::Internal);
        Known::new(named.map(|(name, _)| name))
    }

    /// Opens those of the relations that are published, and notes the columns of those that are not
    /// linked.
    pub(crate) async fn pin(
        &self,
        names: &BTreeSet<String>,
        known: &mut Known,
    ) -> Result<BTreeMap<String, PinnedTable>, QueryError> {
        let mut pinned = BTreeMap::new();
        let Some((warehouse, publication)) = self.published() else { return Ok(pinned) };
        for name in names {
            let Some(table) = publication.pin(warehouse, name).await? else { continue };
            if known.stored(name).is_some() {
                let schema = table.schema();
                let columns = schema.fields().iter().map(|field| column(field));
                let columns = columns
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|column| QueryError::Unsupported { table: name.clone(), column })?;
                known.set_stored(name, columns);
            }
            pinned.insert(name.clone(), table);
        }
        Ok(pinned)
    }
}

/// The tables that a text reads, by itself and through views that are computed where they are read.
fn mentioned(text: &str, known: &Known) -> Result<BTreeSet<String>, QueryError> {
    // Errors are reported when the text is checked.
    let sink = Sink::ignoring();
    let syntax = tokens(text, QUERY_MAX, &sink).map(|tokens| parse_query(tokens, &sink));
    let mut names = BTreeSet::new();
    for path in syntax.iter().flat_map(sources) {
        match (known.linked(&path), known.stored(&path)) {
            (Some(node), _) if is_computed(node)? => {
                let sources = stored_sources(known.graph(), node)?;
                names.extend(sources.into_iter().map(str::to_owned));
            }
            (Some(node), _) => _ = names.insert(node.name().to_owned()),
            (None, Some((name, _))) => _ = names.insert(name.to_owned()),
            (None, None) => {}
        }
    }
    Ok(names)
}

/// Checks a text; all that is wrong with it is the error.
fn checked(source: &Source, known: &Known) -> Result<(View, syntax::View), QueryError> {
    let sink = Sink::new();
    let tokens = tokens(source.text(), QUERY_MAX, &sink);
    let query = tokens.map(|tokens| check_query(tokens, known, &sink));
    let findings = source.findings(sink.into_diagnostics());
    match query.and_then(|query| Some((query.model?, query.syntax))) {
        Some(checked) if findings.is_empty() => Ok(checked),
        _ => Err(QueryError::Text(findings)),
    }
}

/// The relations that a text reads: those that it names, then those that its templates do.
fn sources(syntax: &syntax::View) -> Vec<String> {
    let mut sources: Vec<String> = syntax.sources().iter().map(path_text).collect();
    for path in syntax.templates() {
        if let Some(template) = template(&path_text(path)) {
            template.for_each(&mut |template| {
                sources.extend(template.sources.iter().map(|source| source.name.to_owned()));
            });
        }
    }
    sources
}

/// What a query scans.
struct Scanned<'a> {
    runtime: &'a Runtime,
    known: &'a Known,
    pinned: &'a BTreeMap<String, PinnedTable>,
    given: &'a Given,
}

impl Scanned<'_> {
    /// The plan of a query whose tables are open.
    fn plan(&self, model: &View, syntax: &syntax::View) -> Result<LogicalPlan, QueryError> {
        let tables: Vec<PinnedTable> = self.pinned.values().cloned().collect();
        let inputs = sources(syntax).into_iter().map(|path| {
            self.input(&path, &tables)?.ok_or_else(|| {
                let name = path.clone();
                QueryError::from(ViewError::UnknownRelation { name, suggestion: None })
            })
        });
        let inputs = inputs.collect::<Result<Vec<_>, QueryError>>()?;
        let functions = syntax.functions().iter();
        let functions = functions.flat_map(|path| self.known.functions_at(&path_text(path)));
        let mut of_templates = Vec::new();
        for path in syntax.templates() {
            if let Some(template) = template(&path_text(path)) {
                template.for_each(&mut |template| of_templates.extend(template.functions));
            }
        }
        let functions = functions.chain(of_templates);
        let functions: Vec<_> = functions.map(|function| function.to_engine()).collect();
        Ok(lower(model, &inputs, &functions)?)
    }

    /// What is scanned for a relation: its table, or the plan of a view that is computed.
    fn input(&self, path: &str, tables: &[PinnedTable]) -> Result<Option<Input>, QueryError> {
        let linked = self.known.linked(path);
        let (name, columns) = match (linked, self.known.stored(path)) {
            (Some(node), _) => (node.name(), columns(node.relation())?),
            (None, Some((name, Some(columns)))) => (name, columns.to_vec()),
            (None, _) => return Ok(None),
        };
        let table = tables.iter().find(|table| table.name() == name);
        let provider: Arc<dyn TableProvider> = match (table, linked, self.given.get(name)) {
            (Some(table), ..) => table.provider(&self.runtime.state()).map_err(ViewError::from)?,
            (None, Some(node), _) => Arc::new(ViewTable::new(
                views::plan(self.runtime, node.relation(), &Params::default(), tables)?,
                None,
            )),
            (None, None, Some(given)) => Arc::clone(given),
            (None, None, None) => return Ok(None),
        };
        let name = TableReference::bare(name);
        Ok(Some(Input { name, columns, source: provider_as_source(provider) }))
    }
}

/// The columns of a table of the program's own.
fn given_columns(name: &str, given: &Given) -> Result<Vec<Column>, QueryError> {
    let schema = given.get(name).map(|table| table.schema());
    let fields = schema.iter().flat_map(|schema| schema.fields());
    let columns = fields.map(|field| column(field)).collect::<Result<Vec<_>, _>>();
    columns.map_err(|column| QueryError::Unsupported { table: name.to_owned(), column })
}
