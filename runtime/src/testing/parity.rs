//! What `information_schema` shows of functions, against what is known of them.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use datafusion::common::types::NativeType;
use datafusion::common::{DataFusionError, Result};
use datafusion::prelude::SessionContext;

use super::Failure;
use crate::registry::Registry;
use crate::session::Runtime;
use crate::udf::adapter::documentation::example_types;
use crate::udf::{Body, Function, Kind, Volatility};

const ROUTINES: &str = "SELECT DISTINCT routine_name, function_type, is_deterministic \
                        FROM information_schema.routines";

const PARAMETERS: &str = "SELECT specific_name, ordinal_position, parameter_name, data_type \
                          FROM information_schema.parameters WHERE parameter_mode = 'IN' \
                          ORDER BY rid, ordinal_position";

/// The names and types of parameters, by their position.
type Parameters = BTreeMap<u64, (String, String)>;

pub(super) fn check(registry: &Registry) -> Result<Vec<Failure>> {
    let mut session = Runtime::builder().threads(1).build()?.session();
    registry.register(&mut session)?;
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let routines: Vec<[String; 3]> = executor.block_on(rows(&session, ROUTINES))?;
    let mut parameters: BTreeMap<String, Parameters> = BTreeMap::new();
    let shown: Vec<[String; 4]> = executor.block_on(rows(&session, PARAMETERS))?;
    for [name, position, param, ty] in shown {
        let position = position.parse().unwrap_or(0);
        parameters.entry(name).or_default().insert(position, (param, ty));
    }
    let none = Parameters::new();
    let mut failures = Vec::new();
    for function in registry.functions() {
        let shown: Vec<&[String; 3]> =
            routines.iter().filter(|[name, ..]| name == function.name).collect();
        let known = parameters.get(function.name).unwrap_or(&none);
        let what = routine(function, &shown).or_else(|| differing(function, known));
        failures.extend(what.map(|message| Failure {
            function: function.name,
            law: "in information_schema",
            message,
            sql: format!(
                "SELECT * FROM information_schema.parameters WHERE specific_name = '{}'",
                function.name
            ),
        }));
    }
    Ok(failures)
}

/// What is wrong with the name, the kind or the volatility.
fn routine(function: &Function, shown: &[&[String; 3]]) -> Option<String> {
    // DataFusion shows no function whose signature has no types.
    if function.is_engine() && shown.is_empty() {
        return None;
    }
    let kind = match function.kind() {
        Kind::Scalar => "SCALAR",
        Kind::Aggregate => "AGGREGATE",
        Kind::Window => "WINDOW",
        Kind::Table => "TABLE",
    };
    let immutable = function.volatility == Volatility::Immutable;
    let of_kind = shown.iter().find(|[_, shown, _]| shown == kind);
    let Some([_, _, deterministic]) = of_kind else {
        return Some(format!("there is no {kind} function of its name"));
    };
    // Of a table function DataFusion knows the name alone.
    (function.kind() != Kind::Table && *deterministic != immutable.to_string())
        .then(|| format!("`is_deterministic` is {deterministic}, not {immutable}"))
}

/// What is wrong with the parameters.
fn differing(function: &Function, shown: &Parameters) -> Option<String> {
    // What is re-exported has the parameters that DataFusion documents, and a table function none.
    if matches!(function.body, Body::Engine(_) | Body::Table(_)) {
        return None;
    }
    let types = example_types(function);
    let params = function.params.iter().zip(types);
    let known: Parameters = params
        .zip(1..)
        .map(|((param, ty), position)| (position, (param.name.to_owned(), shown_as(ty))))
        .collect();
    if known == *shown {
        return None;
    }
    let text = |params: &Parameters| {
        let params: Vec<String> =
            params.values().map(|(name, ty)| format!("{name} {ty}")).collect();
        params.join(", ")
    };
    Some(format!("shows ({}), not ({})", text(shown), text(&known)))
}

/// A type as `information_schema` shows it: without its encoding.
fn shown_as(ty: DataType) -> String {
    NativeType::from(ty).to_string()
}

async fn rows<const N: usize>(session: &SessionContext, sql: &str) -> Result<Vec<[String; N]>> {
    let batches = session.sql(sql).await?.collect().await?;
    batches.iter().map(rows_of).collect::<Result<Vec<_>>>().map(|rows| rows.concat())
}

fn rows_of<const N: usize>(batch: &RecordBatch) -> Result<Vec<[String; N]>> {
    let text = |column: &ArrayRef| arrow::compute::cast(column, &DataType::Utf8);
    let columns = batch.columns().iter().map(text).collect::<Result<Vec<_>, _>>()?;
    let columns: [ArrayRef; N] = columns.try_into().map_err(|_| {
        DataFusionError::Internal("a query gives other columns than it says".to_owned())
    })?;
    let cell = |column: &ArrayRef, row: usize| {
        let text = column.as_string::<i32>();
        if text.is_valid(row) { text.value(row).to_owned() } else { String::new() }
    };
    let row = |row: usize| std::array::from_fn(|i| cell(&columns[i], row));
    Ok((0..batch.num_rows()).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::{Parameters, differing, routine};
    use crate::udf::{Function, Param, Volatility};

    static HALF: Function = Function::new::<i64>(
        "half",
        "half(value: i64, unit: String) -> i64",
        &[Param::new::<i64>("value"), Param::new::<&str>("unit")],
        |_, _| Ok(()),
    );

    fn shown(params: [(&str, &str); 2]) -> Parameters {
        let params = params.map(|(name, ty)| (name.to_owned(), ty.to_owned()));
        (1..).zip(params).collect()
    }

    #[test]
    fn parameters_that_are_shown_otherwise_are_told() {
        let right = [("value", "Int64"), ("unit", "String")];
        assert_eq!(differing(&HALF, &shown(right)), None);
        for wrong in [
            [("unit", "String"), ("value", "Int64")],
            [("value", "Int64"), ("form", "String")],
            [("value", "Int32"), ("unit", "String")],
        ] {
            let found = differing(&HALF, &shown(wrong)).expect("it is wrong");
            assert!(found.ends_with("not (value Int64, unit String)"), "{found}");
        }
        let none = differing(&HALF, &Parameters::new()).expect("there are two");
        assert!(none.starts_with("shows (), not"), "{none}");
    }

    #[test]
    fn a_name_a_kind_and_a_volatility_that_are_shown_otherwise_are_told() {
        let row =
            |kind: &str, deterministic: &str| ["half", kind, deterministic].map(str::to_owned);
        let right = row("SCALAR", "true");
        assert_eq!(routine(&HALF, &[&right]), None);
        assert_eq!(routine(&HALF, &[]).as_deref(), Some("there is no SCALAR function of its name"));
        assert_eq!(
            routine(&HALF, &[&row("AGGREGATE", "true")]).as_deref(),
            Some("there is no SCALAR function of its name")
        );
        static DRAWN: Function = Function {
            volatility: Volatility::Volatile,
            ..Function::new::<i64>("half", "half() -> i64", &[], |_, _| Ok(()))
        };
        assert_eq!(
            routine(&DRAWN, &[&right]).as_deref(),
            Some("`is_deterministic` is true, not false")
        );
    }
}
