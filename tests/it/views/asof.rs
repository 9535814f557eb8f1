//! Asof joins against the definition: of all rows that fit, the nearest, and of those the largest.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use belvedere::session::Runtime;
use belvedere::view::{Input, arrow_schema, lower};
use belvedere_lang::sink::Sink;
use belvedere_lang::types::parse_columns;
use belvedere_lang::view::env::{Env, Relation};
use belvedere_lang::view::{check_view, parse_view};
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, provider_as_source};

use super::fixture::{Fixture, Tested, lines};

/// The same on both sides: what is equal, what is compared, and what tells rows apart.
const COLUMNS: &str = "id: i64, key: Option<String>, at: Option<i64>, note: Option<String>";

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: i64,
    key: Option<String>,
    at: Option<i64>,
    note: Option<String>,
}

/// Rows that meet often: few keys, few times, every sixth value NULL. Several rows can have one number.
fn rows(random: &mut fastrand::Rng, count: i64) -> Vec<Row> {
    let text = |random: &mut fastrand::Rng, of: &[&str]| {
        let letter = of[random.usize(..of.len())];
        (random.u8(..6) > 0).then(|| letter.to_owned())
    };
    let row = |id| Row {
        id: id / 2,
        key: text(random, &["a", "b", "c"]),
        at: (random.u8(..6) > 0).then(|| random.i64(-9..9)),
        note: text(random, &["x", "y"]),
    };
    (0..count).map(row).collect()
}

fn input(name: &str, rows: &[Row]) -> Result<Input, Box<dyn std::error::Error>> {
    let columns = parse_columns(COLUMNS)?;
    let schema = arrow_schema(&columns)?;
    let texts = |text: fn(&Row) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from(rows.iter().map(text).collect::<Vec<_>>()))
    };
    let ids = Int64Array::from_iter_values(rows.iter().map(|row| row.id));
    let times: Int64Array = rows.iter().map(|row| row.at).collect();
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(ids),
        texts(|row| row.key.as_deref()),
        Arc::new(times),
        texts(|row| row.note.as_deref()),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
    let table = MemTable::try_new(schema, vec![vec![batch]])?;
    let source = provider_as_source(Arc::new(table));
    Ok(Input { name: TableReference::bare(name), columns, source })
}

/// What the view gives: number on the left, number and note on the right.
async fn found(
    runtime: &Runtime,
    join: &str,
    (left, right): (&[Row], &[Row]),
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let text = format!("pub v = from l {join} select {{ a: l.id, b: r.id, n: r.note, t: r.at }}");
    let sink = Sink::new();
    let columns = Some(parse_columns(COLUMNS)?);
    let relation = |name: &str| Relation { name: name.to_owned(), columns: columns.clone() };
    let env = Env { relations: vec![relation("l"), relation("r")], ..Env::default() };
    let view = parse_view(text.parse()?, &sink).ok_or("no view")?;
    let model = check_view(&view, &env, &sink).ok_or("no model")?;
    assert!(sink.into_diagnostics().is_empty(), "{text}");
    let plan = lower(&model, &[input("l", left)?, input("r", right)?], &[])?;
    let batches = runtime.session().execute_logical_plan(plan).await?.collect().await?;
    let mut found = Vec::new();
    for batch in &batches {
        found.extend(lines(batch)?);
    }
    found.sort();
    Ok(found)
}

/// All pairs are looked at. The columns of a row are in the order in which rows are compared.
fn expected(
    (outer, keyed, op): (bool, bool, &str),
    (left, right): (&[Row], &[Row]),
) -> Vec<String> {
    let mut expected = Vec::new();
    for l in left {
        let fits = |r: &&Row| {
            let same = !keyed || (l.key.is_some() && l.key == r.key);
            let (Some(a), Some(b)) = (l.at, r.at) else { return false };
            same && match op {
                ">=" => a >= b,
                ">" => a > b,
                "<=" => a <= b,
                _ => a < b,
            }
        };
        let near = |r: &&Row| if op.starts_with('>') { r.at } else { r.at.map(|at| -at) };
        let best = right.iter().filter(fits).max_by_key(|r| (near(r), *r));
        if best.is_none() && !outer {
            continue;
        }
        let mut line = format!("{}", l.id);
        let id = best.map(|r| r.id.to_string());
        let at = best.and_then(|r| r.at).map(|at| at.to_string());
        for value in [id, best.and_then(|r| r.note.clone()), at] {
            write!(line, " | {}", value.unwrap_or_else(|| "NULL".to_owned())).unwrap();
        }
        expected.push(line);
    }
    expected.sort();
    expected
}

#[tokio::test]
async fn the_nearest_row_is_found() -> Tested {
    let runtime = Runtime::builder().threads(2).build()?;
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..6 {
        let (left, right) = (rows(&mut random, 60), rows(&mut random, round * 12));
        for op in [">=", ">", "<=", "<"] {
            for (outer, keyed) in [(true, true), (true, false), (false, true), (false, false)] {
                let kind = if outer { "left asof" } else { "asof" };
                let keys = if keyed { "r.key == l.key and " } else { "" };
                let join = format!("{kind} join r on {keys}l.at {op} r.at");
                let sides = (left.as_slice(), right.as_slice());
                let wanted = expected((outer, keyed, op), sides);
                assert_eq!(found(&runtime, &join, sides).await?, wanted, "{join}");
            }
        }
    }
    Ok(())
}

/// One partition of many rows: whoever compares pairs does not come back from here.
#[tokio::test]
async fn rows_are_sorted_and_not_compared_in_pairs() -> Tested {
    const COUNT: i64 = 100_000;
    let runtime = Runtime::builder().threads(2).build()?;
    let row = |id: i64, at: i64| Row { id, key: Some("a".to_owned()), at: Some(at), note: None };
    let left: Vec<Row> = (0..COUNT).map(|id| row(id, id * 10)).collect();
    // The first half of the left rows is far behind the last right one.
    let right: Vec<Row> = (0..COUNT).map(|id| row(id, id * 10 + 1 - COUNT * 5)).collect();
    let join = "asof join r on r.key == l.key and l.at > r.at";
    let found = found(&runtime, join, (&left, &right)).await?;
    assert_eq!(found.len(), usize::try_from(COUNT)?);
    let last = COUNT - 1;
    assert!(found.contains(&format!("{last} | {last} | NULL | {}", last * 10 + 1 - COUNT * 5)));
    assert!(found.contains(&format!("1 | {} | NULL | 1", COUNT / 2)));
    Ok(())
}

#[tokio::test]
async fn the_partner_brings_all_of_its_columns() -> Tested {
    let rows = Fixture::new()?
        .rows(
            "from calls as c left asof join calls as d on d.bend <= c.bstart
             select { c.call_id, other: d.call_id, d.tags, line: d.pos.line, d.attrs, d.at }",
        )
        .await?;
    assert_eq!(
        rows,
        [
            "c1 | NULL | NULL | NULL | NULL | NULL",
            "c2 | c1 | [x, y] | 1 | {k: v} | {line: 1, col: 0}",
            "c3 | NULL | NULL | NULL | NULL | NULL",
            "c4 | c3 | NULL | 3 | {j: w, k: NULL} | {line: 3, col: 0}",
        ]
    );
    Ok(())
}
