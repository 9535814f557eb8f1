//! What every table function has to be.
//!
//! The first rows of a call are the measure; each law says of another query over the same call that it
//! agrees. Arguments are those of examples, the same with one of them exchanged, and made-up ones.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::{DataType, SchemaRef};
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{Column, DataFusionError, Result as EngineResult, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, SessionContext};

use super::aggregates::sql;
use super::properties::{constants, domain};
use super::watch::{Check, calling};
use super::{CheckError, Failure, check_each};
use crate::registry::Registry;
use crate::session::Runtime;
use crate::udf::Function;
use crate::udf::adapter::{message, panic_text};
use crate::udf::descriptor::Body;
use crate::udtf::adapter::{fits, schema};

/// How many rows are looked at: more than a source is asked for at first.
const ROWS: usize = 150;

/// How many calls are made up at most.
const CALLS: usize = 40;

/// Rows, or the error in their place.
type Rows = Result<Vec<Vec<ScalarValue>>, String>;

/// Why a law does not hold: what is wrong, and the end of a statement that shows it.
struct Broken {
    message: String,
    select: String,
    end: String,
}

/// The law that the others build on.
const GIVES: &str = "that it gives rows";

struct Law {
    name: &'static str,
    check: fn(&Case<'_>) -> Result<(), Broken>,
}

const LAWS: [Law; 6] = [
    Law { name: "called twice", check: twice },
    Law { name: "in the columns that a plan knows", check: typed },
    Law { name: "with LIMIT", check: limits },
    Law { name: "with some of its columns", check: columns },
    Law { name: "in batches of another size", check: batches },
    Law { name: "with a filter", check: filters },
];

/// Holds every table function of a registry against what a table function has to be.
///
/// # Errors
///
/// [`CheckError::Failures`], one for each law that a table function breaks, or what keeps a session from
/// being made.
pub fn check_tables(registry: &Registry) -> Result<(), CheckError> {
    check_each(registry, start)
}

/// Holds one table function against the laws: for each that it breaks, the first failure.
///
/// # Errors
///
/// What keeps a session from being made.
pub fn check_table(function: &'static Function) -> EngineResult<Vec<Failure>> {
    super::apart(|| Engine::new()?.check(function))
}

/// Holds table functions against the laws.
pub(super) fn start(_: &[&'static Function]) -> EngineResult<Check> {
    let engine = Engine::new()?;
    Ok(Box::new(move |function| engine.check(function)))
}

/// What calls are run in.
struct Engine {
    session: SessionContext,
    /// Sessions with batches of other sizes.
    others: Vec<SessionContext>,
    executor: tokio::runtime::Runtime,
}

impl Engine {
    fn new() -> EngineResult<Self> {
        let runtime = Runtime::builder().threads(1).build()?;
        let of_size = |size: usize| {
            let session = runtime.session();
            let config = session.copied_config().with_batch_size(size);
            *session.state_ref().write().config_mut() = config;
            session
        };
        let (session, others) = (runtime.session(), Vec::from([1, 7].map(of_size)));
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { session, others, executor })
    }

    fn check(&self, function: &'static Function) -> EngineResult<Vec<Failure>> {
        let Body::Table(table) = function.body else { return Ok(Vec::new()) };
        let adapter = function.to_udtf(table);
        let mut failures: Vec<Failure> = Vec::new();
        let (mut called, mut refusal) = (false, None);
        for args in self.calls(function)? {
            let case = Case::new(self, function, adapter.as_ref(), args);
            let case = match case {
                Ok(case) => case,
                Err(Unusable::Refused(why)) => {
                    refusal = refusal.or(Some(why));
                    continue;
                }
                Err(Unusable::Wrong(broken)) => {
                    failures.push(broken);
                    break;
                }
            };
            called |= !case.is_null();
            for law in &LAWS {
                if failures.iter().any(|failure| failure.law == law.name) {
                    continue;
                }
                if let Err(Broken { message, select, end }) = (law.check)(&case) {
                    let sql = case.statement(&select, &end);
                    failures.push(Failure { function: function.name, law: law.name, message, sql });
                }
            }
        }
        if !called && failures.is_empty() {
            failures.extend(never_called(function, refusal));
        }
        Ok(failures)
    }

    /// The arguments of calls: those of examples first.
    fn calls(&self, function: &'static Function) -> EngineResult<Vec<Vec<ScalarValue>>> {
        let types: Vec<DataType> =
            function.params.iter().map(|param| param.value.ty.to_arrow()).collect();
        let values: Vec<Vec<ScalarValue>> = function
            .params
            .iter()
            .zip(&types)
            .map(|(param, ty)| match param.parse {
                Some(_) => constants(param, ty),
                None => domain(ty),
            })
            .collect();
        let mut calls = self.seeds(function);
        if function.required_args() == 0 {
            calls.push(Vec::new());
        }
        let rounds = values.iter().map(Vec::len).max().unwrap_or(0);
        for round in 0..rounds {
            let pick = |values: &Vec<ScalarValue>| match values.len() {
                0 => ScalarValue::Null,
                n => values[round % n].clone(),
            };
            for seed in calls.clone().iter().filter(|seed| seed.len() <= values.len()).take(3) {
                let position = round % seed.len().max(1);
                let mut exchanged = seed.clone();
                if let Some(arg) = exchanged.get_mut(position) {
                    *arg = pick(&values[position]);
                    calls.push(exchanged);
                }
            }
            calls.push(values.iter().map(pick).collect());
        }
        for (position, ty) in types.iter().enumerate() {
            let known = calls.iter().find(|call| position < call.len()).cloned();
            if let Some(mut call) = known {
                call[position] = ScalarValue::try_new_null(ty)?;
                calls.insert(0, call);
            }
        }
        calls.truncate(CALLS);
        Ok(calls)
    }

    /// The arguments of the calls in examples.
    fn seeds(&self, function: &'static Function) -> Vec<Vec<ScalarValue>> {
        let Body::Table(table) = function.body else { return Vec::new() };
        let seen = Arc::new(Recorder { inner: function.to_udtf(table), seen: Mutex::default() });
        for name in std::iter::once(&function.name).chain(function.aliases) {
            self.session.register_udtf(name, Arc::clone(&seen) as Arc<dyn TableFunctionImpl>);
        }
        for example in function.examples {
            // One that cannot be planned is [`super::check_examples`]'s to tell.
            let _ = self.executor.block_on(self.session.state().create_logical_plan(example.sql));
        }
        for name in std::iter::once(&function.name).chain(function.aliases) {
            self.session.register_udtf(name, Arc::clone(&seen.inner));
        }
        let mut seen = seen.seen.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *seen)
    }
}

/// Remembers how a table function is called.
struct Recorder {
    inner: Arc<dyn TableFunctionImpl>,
    seen: Mutex<Vec<Vec<ScalarValue>>>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl TableFunctionImpl for Recorder {
    fn call_with_args(
        &self,
        args: TableFunctionArgs<'_, '_>,
    ) -> EngineResult<Arc<dyn TableProvider>> {
        let value = |expr: &Expr| match expr {
            Expr::Literal(value, _) => Some(value.clone()),
            _ => None,
        };
        if let Some(values) = args.exprs().iter().map(value).collect() {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(values);
        }
        self.inner.call_with_args(args)
    }
}

/// A function of which no call has rows is one that nothing is known of.
fn never_called(function: &Function, refusal: Option<String>) -> Option<Failure> {
    let why = refusal.unwrap_or_else(|| "it was not called".to_owned());
    let message =
        format!("no call that is made up succeeds; an example in its docs would be one: {why}");
    Some(Failure { function: function.name, law: GIVES, message, sql: String::new() })
}

/// A call, and the rows that it begins with.
struct Case<'a> {
    engine: &'a Engine,
    function: &'static Function,
    args: Vec<ScalarValue>,
    table: Arc<dyn TableProvider>,
    rows: Vec<Vec<ScalarValue>>,
}

/// Why a call says nothing of the laws.
enum Unusable {
    /// It may fail, and does.
    Refused(String),
    /// It must not fail like this.
    Wrong(Failure),
}

impl<'a> Case<'a> {
    fn new(
        engine: &'a Engine,
        function: &'static Function,
        adapter: &dyn TableFunctionImpl,
        args: Vec<ScalarValue>,
    ) -> Result<Self, Unusable> {
        let exprs: Vec<Expr> = args.iter().map(|value| lit(value.clone())).collect();
        let state = engine.session.state();
        let call = || adapter.call_with_args(TableFunctionArgs::new(&exprs, &state));
        let text = call_text(function, &args);
        let sql = format!("SELECT * FROM {text}");
        let watched = sql.clone();
        let refused = |error: DataFusionError| match error.strip_backtrace() {
            message if message.contains("panicked: ") => {
                Unusable::Wrong(Failure { function: function.name, law: GIVES, message, sql })
            }
            message => Unusable::Refused(message),
        };
        let table = calling(move || watched.clone(), call).map_err(refused)?;
        let mut case = Self { engine, function, args, table, rows: Vec::new() };
        let first = case.first(ROWS);
        case.rows = first.map_err(|error| case.blame(error))?;
        Ok(case)
    }

    /// The same call once more.
    fn again(&self) -> EngineResult<Self> {
        let Body::Table(table) = self.function.body else {
            return datafusion::common::internal_err!("`{}` is no table", self.function.name);
        };
        let exprs: Vec<Expr> = self.args.iter().map(|value| lit(value.clone())).collect();
        let state = self.engine.session.state();
        let adapter = self.function.to_udtf(table);
        let table = adapter.call_with_args(TableFunctionArgs::new(&exprs, &state))?;
        let (engine, function, args) = (self.engine, self.function, self.args.clone());
        Ok(Self { engine, function, args, table, rows: self.rows.clone() })
    }

    /// What is wrong with the way in which a call fails.
    fn blame(&self, error: String) -> Unusable {
        let name = self.function.name;
        let message = match () {
            () if error.contains("panicked: ") => error,
            () if !self.function.fallible => {
                format!("fails, though its type has no error: {error}")
            }
            () if !error.contains(&format!("`{name}`")) => {
                format!("fails without its name: {error}")
            }
            () => return Unusable::Refused(error),
        };
        let sql = self.statement("*", &format!(" LIMIT {ROWS}"));
        Unusable::Wrong(Failure { function: name, law: GIVES, message, sql })
    }

    /// `SELECT value FROM f(1, 4) LIMIT 2`
    fn statement(&self, select: &str, end: &str) -> String {
        format!("SELECT {select} FROM {}{end}", call_text(self.function, &self.args))
    }

    /// Whether an argument is NULL that sees none.
    fn is_null(&self) -> bool {
        let strict = |(position, value): (usize, &ScalarValue)| {
            value.is_null() && self.function.param_of(position).is_some_and(|p| !p.value.nullable)
        };
        self.args.iter().enumerate().any(strict)
    }

    /// Whether the call has no more rows than are known.
    fn is_whole(&self) -> bool {
        self.rows.len() < ROWS
    }

    fn first(&self, n: usize) -> Rows {
        self.query("*", &format!(" LIMIT {n}"), |frame| frame.limit(0, Some(n)))
    }

    fn query(
        &self,
        select: &str,
        end: &str,
        of: impl FnOnce(DataFrame) -> EngineResult<DataFrame>,
    ) -> Rows {
        self.query_in(&self.engine.session, (select, end), of)
    }

    fn query_in(
        &self,
        session: &SessionContext,
        (select, end): (&str, &str),
        of: impl FnOnce(DataFrame) -> EngineResult<DataFrame>,
    ) -> Rows {
        let run = || -> EngineResult<Vec<Vec<ScalarValue>>> {
            let frame = of(session.read_table(Arc::clone(&self.table))?)?;
            let batches = self.engine.executor.block_on(frame.collect())?;
            let rows = batches.iter().map(rows_of).collect::<EngineResult<Vec<_>>>()?;
            Ok(rows.into_iter().flatten().collect())
        };
        let sql = self.statement(select, end);
        calling(move || sql.clone(), || std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)))
            .unwrap_or_else(|panic| {
                Err(message::panicked(self.function, None, None, &panic_text(panic.as_ref())))
            })
            .map_err(|error| error.strip_backtrace())
    }

    /// Whether a query gives these rows.
    fn agree(
        &self,
        (select, end): (&str, &str),
        found: Rows,
        expected: &[Vec<ScalarValue>],
    ) -> Result<(), Broken> {
        let broken =
            |message: String| Broken { message, select: select.to_owned(), end: end.to_owned() };
        let found = found.map_err(broken)?;
        if let Some(row) = found.iter().zip(expected).position(|(found, wanted)| found != wanted) {
            let (found, wanted) = (shown(&found[row]), shown(&expected[row]));
            return Err(broken(format!("gives {found} in row {}, not {wanted}", row + 1)));
        }
        if found.len() != expected.len() {
            return Err(broken(format!("gives {} rows, not {}", found.len(), expected.len())));
        }
        Ok(())
    }
}

fn call_text(function: &Function, args: &[ScalarValue]) -> String {
    let args = args.iter().map(sql::value);
    format!("{}({})", function.name, args.collect::<Vec<_>>().join(", "))
}

fn rows_of(batch: &RecordBatch) -> EngineResult<Vec<Vec<ScalarValue>>> {
    let row = |row: usize| {
        batch.columns().iter().map(|column| ScalarValue::try_from_array(column, row)).collect()
    };
    (0..batch.num_rows()).map(row).collect()
}

fn shown(row: &[ScalarValue]) -> String {
    format!("({})", row.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// The same call has the same rows.
fn twice(case: &Case<'_>) -> Result<(), Broken> {
    let end = format!(" LIMIT {ROWS}");
    let again = case.again().map_err(|error| Broken {
        message: error.strip_backtrace(),
        select: "*".to_owned(),
        end: end.clone(),
    })?;
    case.agree(("*", &end), again.first(ROWS), &case.rows)?;
    // NULL for an argument that sees none gives no rows.
    match case.is_null() {
        true => case.agree(("*", &end), Ok(case.rows.clone()), &[]),
        false => Ok(()),
    }
}

/// Columns have the types that are declared, and NULL only where that is.
fn typed(case: &Case<'_>) -> Result<(), Broken> {
    let end = format!(" LIMIT {ROWS}");
    let broken = |message: String| Broken { message, select: "*".to_owned(), end: end.clone() };
    let (declared, planned): (SchemaRef, SchemaRef) = (schema(case.function), case.table.schema());
    if !fits(&planned, &declared) {
        return Err(broken(format!("is planned with {planned}, and declared with {declared}")));
    }
    for (number, row) in case.rows.iter().enumerate() {
        for (field, value) in declared.fields().iter().zip(row) {
            let (name, number) = (field.name(), number + 1);
            if value.is_null() && !field.is_nullable() {
                return Err(broken(format!("`{name}` is NULL in row {number}")));
            }
            if value.data_type() != *field.data_type() {
                let found = value.data_type();
                return Err(broken(format!("`{name}` is {found} in row {number}")));
            }
        }
    }
    Ok(())
}

/// A limit gives the rows that the call begins with.
fn limits(case: &Case<'_>) -> Result<(), Broken> {
    let n_rows = case.rows.len();
    for (skip, n) in [(0, 0), (0, 1), (0, 65), (0, n_rows), (2, 3), (n_rows, 1)] {
        let end = format!(" LIMIT {n} OFFSET {skip}");
        let found = case.query("*", &end, |frame| frame.limit(skip, Some(n)));
        // What is behind the known rows is not known.
        let last = (skip + n).min(n_rows);
        if !case.is_whole() && n_rows < skip + n {
            continue;
        }
        case.agree(("*", &end), found, &case.rows[skip.min(n_rows)..last])?;
    }
    Ok(())
}

/// Columns are the same whichever of them are asked for, in whatever order.
fn columns(case: &Case<'_>) -> Result<(), Broken> {
    let fields = schema(case.function);
    let n = fields.fields().len();
    let end = format!(" LIMIT {ROWS}");
    let alone = (0..n).map(|position| vec![position]);
    for wanted in alone.chain([(0..n).rev().collect()]) {
        let name = |position: &usize| fields.field(*position).name().clone();
        let names: Vec<String> = wanted.iter().map(name).collect();
        let exprs: Vec<Expr> =
            names.iter().map(|name| Expr::Column(Column::from_name(name))).collect();
        let select = names.join(", ");
        let found = case.query(&select, &end, |frame| frame.select(exprs)?.limit(0, Some(ROWS)));
        let pick = |row: &Vec<ScalarValue>| wanted.iter().map(|at| row[*at].clone()).collect();
        let expected: Vec<Vec<ScalarValue>> = case.rows.iter().map(pick).collect();
        case.agree((&select, &end), found, &expected)?;
    }
    let found = case.query("1", &end, |frame| frame.select([lit(1_i64)])?.limit(0, Some(ROWS)));
    case.agree(("1", &end), found, &vec![vec![1_i64.into()]; case.rows.len()])
}

/// Rows are the same however many are asked for at a time.
fn batches(case: &Case<'_>) -> Result<(), Broken> {
    let end = format!(" LIMIT {ROWS}");
    for session in &case.engine.others {
        let of = |frame: DataFrame| frame.limit(0, Some(ROWS));
        case.agree(("*", &end), case.query_in(session, ("*", &end), of), &case.rows)?;
    }
    Ok(())
}

/// A filter gives the rows that it is true for, whoever looks at it.
fn filters(case: &Case<'_>) -> Result<(), Broken> {
    let Some(some) = case.rows.get(case.rows.len() / 2).filter(|_| case.is_whole()) else {
        return Ok(());
    };
    for (position, field) in schema(case.function).fields().iter().enumerate() {
        let column = || Expr::Column(Column::from_name(field.name()));
        let value = &some[position];
        let (condition, text) = match value {
            value if value.is_null() => (column().is_null(), "IS NULL".to_owned()),
            value if value.data_type().is_nested() => continue,
            value => {
                let text = format!("= {}", sql::value(value));
                (column().eq(lit(value.clone())), text)
            }
        };
        let end = format!(" WHERE {} {text}", field.name());
        // NaN is equal to itself for an engine too.
        let is_it = |row: &&Vec<ScalarValue>| row[position] == *value;
        let expected: Vec<Vec<ScalarValue>> = case.rows.iter().filter(is_it).cloned().collect();
        let found = case.query("*", &end, |frame| frame.filter(condition.clone()));
        case.agree(("*", &end), found, &expected)?;
        let first = format!("{end} LIMIT 1");
        let found = case.query("*", &first, |frame| frame.filter(condition)?.limit(0, Some(1)));
        case.agree(("*", &first), found, &expected[..1.min(expected.len())])?;
    }
    Ok(())
}
