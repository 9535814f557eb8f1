//! What a text can name: linked relations, published tables, linked functions, and the structs of all
//! of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use belvedere_lang::types::{Column, StructType, Type, columns_to_text};
use belvedere_lang::view::model;
use belvedere_lang::view::names::{Names, last_name};
use belvedere_lang::view::signature::Signature;
use datafusion::catalog::TableProvider;

use crate::registry::Registry;
use crate::udf::Function;
use crate::view::{Node, Relation, Template, ViewError, ViewGraph, columns, fails};

/// The names of a program and of a publication.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    graph: Arc<ViewGraph>,
    /// Published tables that are not linked; their columns once they have been looked up.
    stored: BTreeMap<String, Option<Vec<Column>>>,
    functions: &'static [&'static Function],
}

/// Returns the linked relations; none is no error. A view is checked once in a process.
pub(crate) fn linked() -> Result<Arc<ViewGraph>, ViewError> {
    static LINKED: OnceLock<Arc<ViewGraph>> = OnceLock::new();
    if let Some(graph) = LINKED.get() {
        return Ok(Arc::clone(graph));
    }
    let relations = inventory::iter::<&'static Relation>().copied();
    let graph = Arc::new(ViewGraph::from_relations(relations)?);
    Ok(Arc::clone(LINKED.get_or_init(|| graph)))
}

/// Tables of the program's own, by name.
pub(super) type Given = BTreeMap<String, Arc<dyn TableProvider>>;

impl Known {
    /// The names of the program, and of these published tables.
    pub(crate) fn new<'n>(published: impl Iterator<Item = &'n String>) -> Result<Self, ViewError> {
        let graph = linked()?;
        let stored = published.filter(|name| graph.get(name).is_err());
        let stored = stored.map(|name| (name.clone(), None)).collect();
        let functions = Registry::linked().map_or(&[][..], Registry::functions);
        Ok(Self { graph, stored, functions })
    }

    /// The linked relation of this name.
    pub(super) fn linked(&self, path: &str) -> Option<&Node> {
        self.graph.get(last_name(path)).ok()
    }

    pub(super) fn graph(&self) -> &ViewGraph {
        &self.graph
    }

    /// The published table of this name, if it is not linked: its name and its columns, if they are
    /// known.
    pub(super) fn stored(&self, path: &str) -> Option<(&str, Option<&[Column]>)> {
        let (name, columns) = self.stored.get_key_value(last_name(path))?;
        Some((name, columns.as_deref()))
    }

    /// Adds tables of the program's own; returns those whose names mean nothing else.
    pub(super) fn add_given(&mut self, given: &Given) -> Given {
        let is_free = |name: &str| self.linked(name).is_none() && self.stored(name).is_none();
        let free: Given = given
            .iter()
            .filter(|(name, _)| is_free(name))
            .map(|(n, t)| (n.clone(), Arc::clone(t)))
            .collect();
        self.stored.extend(free.keys().map(|name| (name.clone(), None)));
        free
    }

    /// Notes the columns of a published table.
    pub(super) fn set_stored(&mut self, name: &str, columns: Vec<Column>) {
        self.stored.insert(name.to_owned(), Some(columns));
    }

    /// The functions that a path can mean: by Rust path, else by SQL name.
    pub(super) fn functions_at(&self, path: &str) -> Vec<&'static Function> {
        let names: Vec<&str> = path.split("::").map(|name| name.trim_start_matches("r#")).collect();
        let here = |name: &&&str| matches!(**name, "" | "crate" | "self" | "super");
        let names = &names[names.iter().take_while(here).count()..];
        let ends_so = |function: &&&'static Function| {
            let known: Vec<&str> = function.path.split("::").collect();
            known.ends_with(names)
        };
        let by_path: Vec<_> = self.functions.iter().filter(ends_so).copied().collect();
        let [name] = names else { return by_path };
        if !by_path.is_empty() {
            return by_path;
        }
        let by_name = |function: &&&'static Function| {
            function.name == *name || function.aliases.contains(name)
        };
        self.functions.iter().find(by_name).copied().into_iter().collect()
    }

    /// The named structs of all columns and signatures.
    fn structs(&self) -> BTreeMap<String, StructType> {
        let mut found = BTreeMap::new();
        for node in self.graph.nodes() {
            for column in columns(node.relation()).unwrap_or_default() {
                note_structs(&column.ty.ty, &mut found);
            }
        }
        for columns in self.stored.values().flatten() {
            columns.iter().for_each(|column| note_structs(&column.ty.ty, &mut found));
        }
        for function in self.functions {
            let Ok(Some(signature)) = Signature::parse_carrier(function.signature) else {
                continue;
            };
            let types = signature.params.iter().map(|param| &param.ty.ty);
            types.chain([&signature.returns.ty]).for_each(|ty| note_structs(ty, &mut found));
        }
        found
    }
}

fn note_structs(ty: &Type, found: &mut BTreeMap<String, StructType>) {
    match ty {
        Type::List(item) => note_structs(&item.ty, found),
        Type::Map(key, value) => {
            note_structs(key, found);
            note_structs(&value.ty, found);
        }
        Type::Struct(ty) => {
            if let Some(name) = &ty.name {
                found.entry(name.clone()).or_insert_with(|| ty.clone());
            }
            ty.fields.iter().for_each(|field| note_structs(&field.ty.ty, found));
        }
        _ => {}
    }
}

/// The linked template of this name; of several the one whose module sorts first.
pub(super) fn template(path: &str) -> Option<&'static Template> {
    let name = last_name(path);
    let templates = inventory::iter::<&'static Template>().copied();
    templates.filter(|template| template.name == name).min_by_key(|template| template.module)
}

impl Names for Known {
    fn relation(&self, path: &str) -> Option<String> {
        if let Some(node) = self.linked(path) {
            return Some(node.relation().columns.to_owned());
        }
        let (_, columns) = self.stored(path)?;
        // One whose columns have not been looked up has any.
        Some(columns.map_or_else(|| "?".to_owned(), columns_to_text))
    }

    fn function(&self, path: &str) -> Result<Option<String>, Vec<String>> {
        match self.functions_at(path).as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.signature.to_owned())),
            several => Err(several.iter().map(|function| function.path.to_owned()).collect()),
        }
    }

    fn named_type(&self, path: &str) -> Option<String> {
        let found = self.structs().remove(last_name(path));
        found.map(|found| Type::Struct(found).to_full_text())
    }

    /// Paths are those of the folder in which the program runs, as those of tables are.
    fn schema_file(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        })
    }

    fn fails(&self, view: &model::View, expr: &model::Expr) -> Option<String> {
        fails(view, expr)
    }

    fn template(&self, path: &str) -> Option<String> {
        template(path).map(|template| template.text.to_owned())
    }

    fn templates(&self) -> Vec<String> {
        inventory::iter::<&'static Template>().map(|template| template.name.to_owned()).collect()
    }

    fn relations(&self) -> Vec<String> {
        let linked = self.graph.nodes().iter().map(|node| node.name().to_owned());
        let names: BTreeSet<String> = linked.chain(self.stored.keys().cloned()).collect();
        names.into_iter().collect()
    }

    fn functions(&self) -> Vec<String> {
        let rust = |function: &&'static Function| {
            function.path.rsplit("::").next().unwrap_or(function.name).to_owned()
        };
        let names: BTreeSet<String> = self.functions.iter().map(rust).collect();
        names.into_iter().collect()
    }

    fn types(&self) -> Vec<String> {
        self.structs().into_keys().collect()
    }
}
