//! Examples of the reference as what a user of the builders types, and what Python answers.
//!
//! The reference has them in SQL. A statement that builders can say is printed as a session of Python's
//! prompt, in which `rt` is a runtime, `f` the module of functions, `b` that of DataFusion's own and
//! `tables` that of table functions; any other statement stays SQL alone. All of them are run.

mod sql;
mod tokens;
mod value;

use std::collections::BTreeMap;

use self::sql::{Call, Expr, Key, Over, Source, Statement, statement};
use super::layout::{Code, escape, printable, string};
use super::{INDENT, WIDTH};
use crate::print::registry::{Example, Function, FunctionKind};
use crate::types::{IntType, Type, ValueType};
use crate::view::builtins::{self, Builtin, find, find_of_sessions};
use crate::view::signature::{self, Signature};

/// The functions that examples call.
pub(super) struct Examples<'a> {
    functions: BTreeMap<&'a str, &'a Function>,
}

impl<'a> Examples<'a> {
    pub(super) fn new(functions: &'a [Function]) -> Self {
        let names = functions.iter().flat_map(|function| {
            let names = function.aliases.iter().chain([&function.name]);
            names.map(move |name| (name.as_str(), function))
        });
        Self { functions: names.collect() }
    }

    /// The sessions of a function, each as its lines.
    pub(super) fn of(&self, function: &Function) -> Vec<Vec<String>> {
        let own = function.examples.iter().filter_map(|example| self.session(example, None));
        let own: Vec<_> = own.collect();
        let failing = function.twin_of.as_deref().and_then(|twin| self.functions.get(twin));
        match failing {
            // It gives the same where the other one does not fail.
            Some(failing) if own.is_empty() => {
                let twins = Some((failing.name.as_str(), function.name.as_str()));
                let examples = failing.examples.iter();
                examples.filter_map(|example| self.session(example, twins)).collect()
            }
            _ => own,
        }
    }

    /// The sessions of a built-in with these forms, each as its lines.
    pub(super) fn of_builtin(&self, forms: &[&Builtin]) -> Vec<Vec<String>> {
        let examples = forms.iter().flat_map(|form| &form.examples);
        examples.filter_map(|example| self.session(&in_sql(example), None)).collect()
    }

    /// An example as a session; `twins` are a function and the one to call in its place.
    fn session(&self, example: &Example, twins: Option<(&str, &str)>) -> Option<Vec<String>> {
        let mut statement = statement(&example.sql)?;
        if let Some((failing, twin)) = twins {
            for (item, _) in &mut statement.items {
                if let Expr::Call(call) = item
                    && call.name == failing
                {
                    twin.clone_into(&mut call.name);
                }
            }
        }
        let types: Vec<_> =
            statement.items.iter().map(|(item, _)| self.type_of(item, &statement)).collect();
        let rows = example.expected.lines().map(|row| value::row(row, &types));
        let mut rows = rows.collect::<Option<Vec<_>>>()?;
        self.leave_out_aliases(&mut statement, &mut rows);
        match &statement.source {
            None => self.constants(&statement, &rows),
            Some(Source::Values { rows: given, columns }) => {
                let mut lines = self.given(given, columns)?;
                lines.extend(self.over_rows(&statement, &rows)?);
                Some(lines)
            }
            Some(Source::Table(call)) => self.of_table(&statement, call, &rows),
        }
    }

    /// Two names of one function are one function in Python.
    fn leave_out_aliases(&self, statement: &mut Statement, rows: &mut [Vec<String>]) {
        let codes: Vec<_> = statement.items.iter().map(|(item, _)| self.code(item)).collect();
        let is_first = |position: usize| {
            codes[position].is_none() || !codes[..position].contains(&codes[position])
        };
        let kept: Vec<bool> = (0..codes.len()).map(is_first).collect();
        for row in rows {
            let mut kept = kept.iter();
            row.retain(|_| kept.next() == Some(&true));
        }
        let mut kept = kept.iter();
        statement.items.retain(|_| kept.next() == Some(&true));
    }

    /// The type of a value, as far as its text has to be read with it.
    fn type_of(&self, item: &Expr, statement: &Statement) -> ValueType {
        let ty = match item {
            Expr::Binary(_, operator, _) if !["+", "-", "*", "/"].contains(operator) => Type::Bool,
            Expr::Call(call) => self.returned(call),
            Expr::Column(name) => self.column_type(name, statement),
            _ => Type::Unknown,
        };
        ValueType::optional(ty)
    }

    fn column_type(&self, name: &str, statement: &Statement) -> Type {
        match &statement.source {
            Some(Source::Values { rows, columns }) => {
                let position = columns.iter().position(|column| column == name);
                position.map_or(Type::Unknown, |position| type_of_values(rows, position))
            }
            // A table function gives the type of a row, or that of its only column.
            Some(Source::Table(call)) => match self.returned(call) {
                Type::Struct(row) => {
                    let column = row.fields.into_iter().find(|field| field.name == name);
                    column.map_or(Type::Unknown, |column| column.ty.ty)
                }
                only => only,
            },
            None => Type::Unknown,
        }
    }

    fn returned(&self, call: &Call) -> Type {
        if is_count_of_rows(call) {
            return Type::Int(IntType::I64);
        }
        let of = |function: &&Function| Signature::parse(&function.signature).ok();
        let signature = match self.functions.get(call.name.as_str()) {
            Some(function) => of(function),
            None => form(call).map(|form| form.signature.clone()),
        };
        signature.map_or(Type::Unknown, |signature| signature.returns.ty)
    }

    /// Values of constants, one after the other.
    fn constants(&self, statement: &Statement, rows: &[Vec<String>]) -> Option<Vec<String>> {
        let ([values], None, []) = (rows, &statement.condition, statement.order_by.as_slice())
        else {
            return None;
        };
        let mut session = Vec::new();
        for ((item, _), value) in statement.items.iter().zip(values) {
            if !is_computed(item) {
                return None;
            }
            session.extend(prompt(&Code::call("rt.evaluate", [self.code(item)?]), "", ""));
            session.extend((value != "None").then(|| value.clone()));
        }
        Some(session)
    }

    /// The rows that stand in a statement.
    fn given(&self, rows: &[Vec<Expr>], columns: &[String]) -> Option<Vec<String>> {
        let columns = columns.iter().enumerate().map(|(position, name)| {
            let values = rows.iter().map(|row| Some(self.code(&row[position])?.flat()));
            let values = values.collect::<Option<Vec<_>>>()?;
            Some(format!("{}: [{}]", string(name), values.join(", ")))
        });
        let columns = columns.collect::<Option<Vec<_>>>()?;
        let rows = Code::atom(format!("{{{}}}", columns.join(", ")));
        Some(prompt(&Code::call("rt.from_pydict", [rows]), "rows = ", ""))
    }

    /// What is computed over them.
    fn over_rows(&self, statement: &Statement, rows: &[Vec<String>]) -> Option<Vec<String>> {
        let is_aggregate = |item: &Expr| match item {
            Expr::Call(call) => call.over.is_none() && self.is(call, FunctionKind::Aggregate),
            _ => false,
        };
        let names = self.names(statement);
        let mut steps = Vec::new();
        if let Some(condition) = &statement.condition {
            steps.push(Code::call(".filter", [self.code(condition)?]));
        }
        if statement.items.iter().all(|(item, _)| is_aggregate(item)) {
            if !statement.order_by.is_empty() {
                return None;
            }
            let mut call = Code::call(".aggregate", []);
            for ((item, _), name) in statement.items.iter().zip(&names) {
                call = call.with(name, self.code(item)?);
            }
            steps.push(call);
        } else {
            // Rows without an order cannot be compared.
            if statement.order_by.is_empty() && rows.len() > 1 {
                return None;
            }
            steps.extend(self.selected(statement, &names)?);
        }
        Some(chain("rows", None, steps, &columns_of(&names, rows)))
    }

    /// The columns that are computed, sorted.
    fn selected(&self, statement: &Statement, names: &[String]) -> Option<Vec<Code>> {
        let is_there = |key: &Key| matches!(&key.value, Expr::Column(name) if names.contains(name));
        let sort = self.sort(&statement.order_by)?;
        let mut select = Code::call(".select", []);
        if statement.order_by.iter().all(is_there) {
            let mut by_place = true;
            for ((item, _), name) in statement.items.iter().zip(names) {
                let column = matches!(item, Expr::Column(column) if column == name);
                by_place &= column;
                select = match item {
                    Expr::Column(column) if by_place => select.with_next(Code::string(column)),
                    Expr::Column(column) => select.with(name, Code::string(column)),
                    _ => select.with(name, self.code(item)?),
                };
            }
            return Some(std::iter::once(select).chain(sort).collect());
        }
        // What rows are sorted by is not among the results.
        let mut added = Code::call(".with_columns", []);
        for ((item, _), name) in statement.items.iter().zip(names) {
            if !matches!(item, Expr::Column(column) if column == name) {
                added = added.with(name, self.code(item)?);
            }
            select = select.with_next(Code::string(name));
        }
        Some(std::iter::once(added).chain(sort).chain([select]).collect())
    }

    /// The rows of a table function.
    fn of_table(
        &self,
        statement: &Statement,
        call: &Call,
        rows: &[Vec<String>],
    ) -> Option<Vec<String>> {
        let mut steps = Vec::new();
        if let Some(condition) = &statement.condition {
            steps.push(Code::call(".filter", [self.code(condition)?]));
        }
        let table = self.code(&Expr::Call(call.clone()))?;
        if let [(Expr::Call(count), _)] = statement.items.as_slice()
            && is_count_of_rows(count)
            && statement.order_by.is_empty()
        {
            steps.push(Code::call(".count", []));
            return Some(chain("", Some(table), steps, rows.first()?.first()?));
        }
        let columns = statement.items.iter().map(|(item, _)| match item {
            Expr::Column(name) => Some(Code::string(name)),
            _ => None,
        });
        let columns = columns.collect::<Option<Vec<_>>>()?;
        let names = self.names(statement);
        steps.push(Code::call(".select", columns));
        steps.extend(self.sort(&statement.order_by)?);
        Some(chain("", Some(table), steps, &columns_of(&names, rows)))
    }

    fn sort(&self, keys: &[Key]) -> Option<Option<Code>> {
        let keys = keys.iter().map(|key| self.key(key)).collect::<Option<Vec<_>>>()?;
        Some((!keys.is_empty()).then(|| Code::call(".sort", keys)))
    }

    /// What columns of a result are called: each by another name.
    fn names(&self, statement: &Statement) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (item, given) in &statement.items {
            let name = match (given, item) {
                (Some(given), _) => escape(given),
                (None, Expr::Column(name)) => name.clone(),
                (None, Expr::Call(call)) => {
                    let function = self.functions.get(call.name.as_str());
                    escape(function.map_or(&call.name, |function| &function.name))
                }
                (None, _) => "value".to_owned(),
            };
            let mut unique = name.clone();
            let mut count = 1;
            while names.contains(&unique) {
                count += 1;
                unique = format!("{name}_{count}");
            }
            names.push(unique);
        }
        names
    }

    fn is(&self, call: &Call, kind: FunctionKind) -> bool {
        match self.functions.get(call.name.as_str()) {
            Some(function) => function.kind == kind,
            None => kind == FunctionKind::Aggregate && form(call).is_some_and(is_aggregate),
        }
    }

    /// A value as an expression of Python.
    fn code(&self, item: &Expr) -> Option<Code> {
        let flat = |item: &Expr| Some(self.code(item)?.flat());
        let text = match item {
            Expr::Text(text) => string(text),
            Expr::Number(number) => number.clone(),
            Expr::Bool(None) => "None".to_owned(),
            Expr::Bool(Some(true)) => "True".to_owned(),
            Expr::Bool(Some(false)) => "False".to_owned(),
            Expr::Column(name) => format!("col({})", string(name)),
            Expr::List(items) => {
                let items = items.iter().map(flat).collect::<Option<Vec<_>>>()?;
                format!("[{}]", items.join(", "))
            }
            Expr::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, item)| Some(format!("{}: {}", flat(key)?, flat(item)?)));
                format!("{{{}}}", entries.collect::<Option<Vec<_>>>()?.join(", "))
            }
            // Python would compute with two constants by itself.
            Expr::Binary(left, ..) if !is_computed(left) && !is_column(left) => return None,
            Expr::Binary(left, operator, right) => {
                let side = |side: &Expr| match side {
                    Expr::Binary(..) => Some(format!("({})", flat(side)?)),
                    _ => flat(side),
                };
                format!("{} {operator} {}", side(left)?, side(right)?)
            }
            Expr::Call(call) => return self.call(call),
            Expr::Star => return None,
        };
        Some(Code::atom(text))
    }

    fn call(&self, call: &Call) -> Option<Code> {
        if call.name == "named_struct" {
            let pairs = call.arguments.chunks(2).map(|pair| match pair {
                [(None, key), (None, item)] => Some((key.clone(), item.clone())),
                _ => None,
            });
            return self.code(&Expr::Map(pairs.collect::<Option<_>>()?));
        }
        let mut code = match self.functions.get(call.name.as_str()) {
            Some(function) if function.kind == FunctionKind::Table => {
                Code::call(format!("tables.{}", escape(&function.name)), [Code::atom("rt")])
            }
            Some(function) => Code::call(format!("f.{}", escape(&function.name)), []),
            None if matches!(call.name.as_str(), "interval" | "duration") => {
                return timedelta(call);
            }
            None => Code::call(format!("b.{}", escape(form(call)?.name)), []),
        };
        for (position, (name, argument)) in call.arguments.iter().enumerate() {
            let argument = self.argument(call, position, argument)?;
            code = match name {
                Some(name) => code.with(&escape(name), argument),
                None => code.with_next(argument),
            };
        }
        if call.distinct {
            code = code.with("distinct", Code::atom("True"));
        }
        if let Some(filter) = &call.filter {
            code = code.with("filter", self.code(filter)?);
        }
        if let Some(Over { partition_by, order_by }) = &call.over {
            if partition_by.is_empty() && order_by.is_empty() {
                return None;
            }
            let keys = partition_by.iter().map(|value| self.named(value));
            code = with_keys(code, "partition_by", &keys.collect::<Option<Vec<_>>>()?);
            code = self.ordered(code, order_by)?;
        }
        code = self.ordered(code, &call.order_by)?;
        if call.ignore_nulls {
            code = code.with("ignore_nulls", Code::atom("True"));
        }
        Some(code)
    }

    /// An argument; of a closed list of texts SQL takes each in any case, Python as it is listed.
    fn argument(&self, call: &Call, position: usize, argument: &Expr) -> Option<Code> {
        let function = self.functions.get(call.name.as_str());
        let param = function.and_then(|function| function.params.get(position));
        let listed = match (param, argument) {
            (Some(param), Expr::Text(text)) => {
                param.values.iter().find(|value| value.eq_ignore_ascii_case(text))
            }
            _ => None,
        };
        listed.map_or_else(|| self.code(argument), |value| Some(Code::string(value)))
    }

    fn ordered(&self, code: Code, keys: &[Key]) -> Option<Code> {
        let keys = keys.iter().map(|key| self.key(key)).collect::<Option<Vec<_>>>()?;
        Some(with_keys(code, "order_by", &keys))
    }

    fn key(&self, key: &Key) -> Option<Code> {
        match key.descending {
            true => {
                let value = self.code(&key.value)?.flat();
                Some(Code::atom(format!("{value}.sort(ascending=False)")))
            }
            false => self.named(&key.value),
        }
    }

    /// A column by its name alone, where names are taken.
    fn named(&self, value: &Expr) -> Option<Code> {
        match value {
            Expr::Column(name) => Some(Code::string(name)),
            _ => self.code(value),
        }
    }
}

/// The form of a built-in that takes as many arguments.
fn form(call: &Call) -> Option<&'static Builtin> {
    let mut forms = find(&call.name);
    if forms.is_empty() {
        forms = find_of_sessions(&call.name);
    }
    let given = call.arguments.len();
    let takes = |form: &&&'static Builtin| {
        form.required() <= given && (given <= form.params().len() || form.variadic())
    };
    forms.iter().find(takes).or(forms.first()).copied()
}

/// A length of time that is written as `1 hour`.
fn timedelta(call: &Call) -> Option<Code> {
    let [(None, Expr::Text(text))] = call.arguments.as_slice() else { return None };
    let (count, unit) = text.split_once(' ')?;
    let unit = format!("{}s", unit.trim_end_matches('s'));
    let known = ["days", "hours", "minutes", "seconds"].contains(&unit.as_str());
    known.then(|| Code::call("datetime.timedelta", []).with(&unit, Code::atom(count)))
}

fn is_aggregate(form: &Builtin) -> bool {
    form.kind() == signature::FunctionKind::Aggregate
}

/// An example of a built-in as a statement of SQL.
fn in_sql(example: &builtins::Example) -> Example {
    let text = |code: &str| code.replace('"', "'");
    let call = text(example.call);
    let Some(rows) = &example.rows else {
        return Example { sql: format!("SELECT {call}"), expected: example.values.join("\n") };
    };
    let values: Vec<String> =
        rows.values.iter().map(|row| format!("({})", text(&row.join(", ")))).collect();
    let columns = rows.columns.join(", ");
    let from = format!("FROM (VALUES {}) AS t({columns})", values.join(", "));
    let key = rows.columns[0];
    if !call.contains(" over (") {
        return Example {
            sql: format!("SELECT {call} {from}"),
            expected: example.values.join("\n"),
        };
    }
    let keys = rows.values.iter().map(|row| row[0].trim_matches('"'));
    let lines = keys.zip(&example.values).map(|(key, value)| format!("{key} {value}"));
    Example {
        sql: format!("SELECT {key}, {call} {from} ORDER BY {key}"),
        expected: lines.collect::<Vec<_>>().join("\n"),
    }
}

fn with_keys(code: Code, keyword: &str, keys: &[Code]) -> Code {
    match keys {
        [] => code,
        [only] => code.with(keyword, only.clone()),
        several => {
            let keys: Vec<String> = several.iter().map(Code::flat).collect();
            code.with(keyword, Code::atom(format!("[{}]", keys.join(", "))))
        }
    }
}

const fn is_computed(item: &Expr) -> bool {
    matches!(item, Expr::Call(_) | Expr::Binary(..))
}

const fn is_column(item: &Expr) -> bool {
    matches!(item, Expr::Column(_))
}

fn is_count_of_rows(call: &Call) -> bool {
    call.name == "count" && matches!(call.arguments.as_slice(), [(None, Expr::Star)])
}

/// The type of a column of rows that stand in the statement.
fn type_of_values(rows: &[Vec<Expr>], position: usize) -> Type {
    let types = rows.iter().filter_map(|row| match &row[position] {
        Expr::Text(_) => Some(Type::String),
        Expr::Number(number) if number.contains('.') => Some(Type::F64),
        Expr::Number(_) => Some(Type::Int(IntType::I64)),
        Expr::Bool(Some(_)) => Some(Type::Bool),
        _ => None,
    });
    types.into_iter().next().unwrap_or(Type::Unknown)
}

/// Rows as `to_pydict` gives them.
fn columns_of(names: &[String], rows: &[Vec<String>]) -> String {
    let columns = names.iter().enumerate().map(|(position, name)| {
        let values: Vec<&str> = rows.iter().map(|row| row[position].as_str()).collect();
        format!("{}: [{}]", printable(name), values.join(", "))
    });
    format!("{{{}}}", columns.collect::<Vec<_>>().join(", "))
}

/// Methods one after the other, on a line if they fit, and what they give.
fn chain(start: &str, made: Option<Code>, mut steps: Vec<Code>, result: &str) -> Vec<String> {
    if steps.last().is_none_or(|step| step.flat() != ".count()") {
        steps.push(Code::call(".to_pydict", []));
    }
    let first = made.as_ref().map_or_else(|| start.to_owned(), Code::flat);
    let flat: String = steps.iter().map(Code::flat).collect();
    let mut lines = Vec::new();
    if first.chars().count() + flat.chars().count() <= PROMPT_WIDTH {
        lines.push(format!(">>> {first}{flat}"));
    } else {
        lines.extend(made.iter().flat_map(|made| prompt(made, "rows = ", "")));
        // A short last step stands behind the one before it.
        let last = steps.pop().filter(|_| !steps.is_empty());
        let after = last.map_or_else(String::new, |last| last.flat());
        for (position, step) in steps.iter().enumerate() {
            let is_last = position + 1 == steps.len();
            let before = if is_last { "rows" } else { "rows = rows" };
            lines.extend(prompt(step, before, if is_last { &after } else { "" }));
        }
    }
    lines.push(result.to_owned());
    lines
}

/// What fits behind the prompt in a docstring.
const PROMPT_WIDTH: usize = WIDTH - 2 * INDENT.len() - ">>> ".len();

/// How deep code is laid out, so that it fits behind the prompt.
const DEPTH: usize = (WIDTH - PROMPT_WIDTH) / INDENT.len();

/// A statement as Python's prompt shows it.
fn prompt(code: &Code, before: &str, after: &str) -> Vec<String> {
    let indent = INDENT.repeat(DEPTH);
    let text = code.print(DEPTH, before, after);
    let lines = text.lines().map(|line| line.strip_prefix(&indent).unwrap_or(line));
    let prompts = std::iter::once(">>> ").chain(std::iter::repeat("... "));
    prompts.zip(lines).map(|(prompt, line)| format!("{prompt}{line}")).collect()
}
