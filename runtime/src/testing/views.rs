//! Unit tests of views: what `view_test!` runs.
//!
//! A view is lowered as in a run, over tables in memory that hold the rows which a test gives. What it
//! reads and is not given is empty, if it is a table, and computed, if it is a view. Rows are compared as
//! they print, since two sides of a test are read by people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::json::ReaderBuilder;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow_schema::SchemaRef;
use belvedere_lang::suggest::listed;
use belvedere_lang::view::model::Step;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, ViewTable, provider_as_source};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use crate::session::Runtime;
use crate::view::{Relation, RelationKind, ViewError, model, plan};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// Runs a unit test of a view; panics with a table of what differs. `given` are relations with their
/// rows as JSON, `columns` those that are compared, `expected` the rows as JSON.
///
/// # Panics
///
/// Where the rows of the view are others, or it cannot be computed.
#[expect(clippy::panic, reason = "a test fails by a panic")]
#[track_caller]
pub fn view_test(
    view: &'static Relation,
    given: &[(&'static Relation, &str)],
    columns: &[&str],
    expected: &str,
) {
    let failure = match compare(view, given, columns, expected) {
        Ok(None) => return,
        Ok(Some(difference)) => difference,
        Err(error) => format!("`{}` could not be tested: {error}", view.name),
    };
    panic!("{failure}");
}

/// What differs, as a text; `None` where nothing does.
fn compare(
    view: &'static Relation,
    given: &[(&'static Relation, &str)],
    columns: &[&str],
    expected: &str,
) -> Fallible<Option<String>> {
    let tables = given.iter().map(|(relation, rows)| {
        let schema = relation.arrow_schema()?;
        let batch = read(&schema, rows).map_err(|error| format!("`{}`: {error}", relation.name))?;
        Ok((relation.name, MemTable::try_new(schema, vec![vec![batch]])?))
    });
    let tables = tables.collect::<Fallible<BTreeMap<_, _>>>()?;
    let tables = tables.into_iter().map(|(name, table)| (name, Arc::new(table))).collect();
    check_read(view, given)?;
    let plan = plan_over(view, &tables)?;
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let session = Runtime::builder().threads(1).build()?.session();
    let schema = Arc::new(plan.schema().as_arrow().clone());
    let found = executor.block_on(rows_of(&session, plan))?;
    let indexes = columns.iter().map(|column| schema.index_of(column));
    let indexes = indexes.collect::<Result<Vec<_>, _>>()?;
    let narrow = Arc::new(schema.project(&indexes)?);
    let expected = cells(&[read(&narrow, expected)?])?;
    let found = found.iter().map(|batch| batch.project(&indexes)).collect::<Result<Vec<_>, _>>()?;
    let found = cells(&found)?;
    let lines =
        if is_sorted(view)? { in_order(expected, found) } else { in_any_order(expected, found) };
    let differs = lines.iter().any(|(sign, _)| *sign != ' ');
    Ok(differs.then(|| report(view.name, columns, &lines)))
}

async fn rows_of(session: &SessionContext, plan: LogicalPlan) -> Fallible<Vec<RecordBatch>> {
    Ok(session.execute_logical_plan(plan).await?.collect().await?)
}

/// Reads JSON objects, one on each line.
fn read(schema: &SchemaRef, rows: &str) -> Fallible<RecordBatch> {
    let mut reader = ReaderBuilder::new(Arc::clone(schema)).build(rows.as_bytes())?;
    let batches = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
    Ok(arrow::compute::concat_batches(schema, &batches)?)
}

/// A relation that the view does not read has been given by mistake.
fn check_read(view: &'static Relation, given: &[(&'static Relation, &str)]) -> Fallible<()> {
    let mut read: Vec<&'static Relation> = vec![view];
    let mut next = 0;
    while let Some(relation) = read.get(next).copied() {
        next += 1;
        if let RelationKind::View(text) = &relation.kind {
            // What is given is not computed, so that what it reads is read by nobody.
            let is_given = next > 1 && given.iter().any(|(given, _)| given.name == relation.name);
            let sources = text.sources.iter().filter(|_| !is_given);
            let known: Vec<&str> = read.iter().map(|relation| relation.name).collect();
            read.extend(sources.filter(|source| !known.contains(&source.name)));
        }
    }
    let names = || read.iter().skip(1).map(|relation| relation.name);
    match given.iter().find(|(given, _)| !names().any(|name| name == given.name)) {
        Some((given, _)) => {
            let known = listed(names());
            Err(format!("it does not read `{}`, which is given; it reads {known}", given.name)
                .into())
        }
        None => Ok(()),
    }
}

/// The plan of a view over the tables that are given.
fn plan_over(
    view: &'static Relation,
    tables: &BTreeMap<&str, Arc<MemTable>>,
) -> Result<LogicalPlan, ViewError> {
    let mut source = |relation: &'static Relation| {
        let provider: Arc<dyn TableProvider> = match (tables.get(relation.name), &relation.kind) {
            (Some(table), _) => Arc::clone(table) as Arc<dyn TableProvider>,
            (None, RelationKind::View(_)) => {
                Arc::new(ViewTable::new(plan_over(relation, tables)?, None))
            }
            (None, _) => {
                let schema = relation.arrow_schema()?;
                Arc::new(MemTable::try_new(schema, vec![Vec::new()])?)
            }
        };
        Ok((TableReference::bare(relation.name), provider_as_source(provider)))
    };
    plan(view, &mut source)
}

/// Whether the order of the rows is part of what the view says.
fn is_sorted(view: &Relation) -> Result<bool, ViewError> {
    let steps = model(view)?.steps;
    let mut last = steps.iter().rev().skip_while(|step| matches!(step, Step::Limit(_)));
    Ok(matches!(last.next(), Some(Step::OrderBy(_))))
}

/// The rows as texts, a cell each.
fn cells(batches: &[RecordBatch]) -> Fallible<Vec<Vec<String>>> {
    let options = FormatOptions::default().with_null("NULL");
    let mut rows = Vec::new();
    for batch in batches {
        let columns = batch.columns().iter();
        let columns = columns.map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let row = |row| columns.iter().map(|column| column.value(row).try_to_string()).collect();
        for index in 0..batch.num_rows() {
            let cells: Result<Vec<String>, _> = row(index);
            rows.push(cells?);
        }
    }
    Ok(rows)
}

/// A row with its sign: ` ` for one that is expected and there, `-` for one that is missing, `+` for one
/// that is too much.
type Line = (char, Vec<String>);

/// Rows whose order says nothing: each is there as often as it is expected.
fn in_any_order(expected: Vec<Vec<String>>, mut found: Vec<Vec<String>>) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in expected {
        match found.iter().position(|other| *other == row) {
            Some(position) => {
                found.swap_remove(position);
                lines.push((' ', row));
            }
            None => lines.push(('-', row)),
        }
    }
    found.sort();
    lines.extend(found.into_iter().map(|row| ('+', row)));
    lines
}

/// Rows in their order: the longest part that both have in it is what agrees.
fn in_order(expected: Vec<Vec<String>>, found: Vec<Vec<String>>) -> Vec<Line> {
    let (n, m) = (expected.len(), found.len());
    let mut longest = vec![vec![0_usize; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            longest[i][j] = match expected[i] == found[j] {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < n || j < m {
        if i < n && j < m && expected[i] == found[j] {
            lines.push((' ', expected[i].clone()));
            (i, j) = (i + 1, j + 1);
        } else if i < n && (j == m || longest[i + 1][j] >= longest[i][j + 1]) {
            lines.push(('-', expected[i].clone()));
            i += 1;
        } else {
            lines.push(('+', found[j].clone()));
            j += 1;
        }
    }
    lines
}

/// What differs, as an aligned table.
fn report(view: &str, columns: &[&str], lines: &[Line]) -> String {
    let count = |wanted| lines.iter().filter(|(sign, _)| *sign == wanted).count();
    let mut text = format!(
        "`{view}` has other rows: {} missing (-), {} not expected (+)\n",
        count('-'),
        count('+')
    );
    let width = |position: usize| {
        let cells = lines.iter().filter_map(|(_, row)| row.get(position));
        let cells = cells.map(|cell| cell.chars().count());
        cells.chain([columns[position].chars().count()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let heading = columns.iter().map(|column| (*column).to_owned()).collect();
    for (sign, row) in [(' ', heading)].iter().chain(lines) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join(" | ");
        // Writing to a `String` never fails.
        let _ = writeln!(text, "{}", format!("{sign} {line}").trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{in_any_order, in_order, report};

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.split_whitespace().map(|row| row.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn rows_are_counted_where_their_order_says_nothing() {
        let lines = in_any_order(rows("a,1 a,1 b,2"), rows("b,2 a,1 c,300"));
        let expected = "`v` has other rows: 1 missing (-), 1 not expected (+)\n  \
                        key | n\n  a   | 1\n- a   | 1\n  b   | 2\n+ c   | 300\n";
        assert_eq!(report("v", &["key", "n"], &lines), expected);
    }

    #[test]
    fn rows_in_order_differ_where_they_are_swapped() {
        let signs = |expected: &str, found: &str| -> String {
            in_order(rows(expected), rows(found)).iter().map(|(sign, _)| *sign).collect()
        };
        assert_eq!(signs("a b c", "a b c"), "   ");
        assert_eq!(signs("a b c", "b a c"), "- + ");
        assert_eq!(signs("a b", ""), "--");
        assert_eq!(signs("", "a"), "+");
    }
}
