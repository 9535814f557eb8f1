//! What a condition keeps of a stored table is what it says of each row: files and groups of rows are
//! left out by their statistics, which know nothing of NaN, count signed zeros in their own way and
//! hold the beginnings of long texts.

use arrow::compute::concat_batches;
use belvedere::view::{Relation, ViewText};
use datafusion::prelude::SessionContext;

use crate::support::lines::LINES;
use crate::support::warehouse::{Lab, runtime, texts};

/// One table for each, so that each has statistics of its own.
const SETS: [(&str, &str); 10] = [
    ("one_and_nan", "1\nNaN\n"),
    ("nan", "NaN\nNaN\n"),
    ("zeros", "0.0\n-0.0\n"),
    ("minus_zero", "-0.0\n"),
    ("infinite", "inf\n-inf\n1e308\n"),
    ("with_null", "2\n\n"),
    ("large", "9007199254740993\n9223372036854775807\n-9223372036854775808\n"),
    ("before", "1969-12-31T23:59:59.999999\n0001-01-01T00:00:00\n"),
    ("long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n"),
    ("last", "the greatest text\n"),
];

const CONDITIONS: [&str; 44] = [
    "f > 5.0",
    "f >= 1.0",
    "f < 0.0",
    "f <= 0.0",
    "f < 5.0",
    "f = 0.0",
    "f = -0.0",
    "f <> 0.0",
    "f <> 1.0",
    "f < 0.0 or f > 0.0",
    "f > -0.0",
    "f >= 0.0",
    "f = 'NaN'::double",
    "f <> 'NaN'::double",
    "f > 'inf'::double",
    "f >= 'inf'::double",
    "f < 'NaN'::double",
    "f <= '-inf'::double",
    "f between -1.0 and 1.0",
    "f not between -1.0 and 1.0",
    "f in (1.0, 'NaN'::double)",
    "f not in (1.0, 2.0)",
    "not (f > 5.0)",
    "f is null",
    "f is not null",
    "f is distinct from 1.0",
    "isnan(f)",
    "f + 1.0 > 5.0",
    "n > 5",
    "n is null",
    "n = 9007199254740993",
    "n >= 9223372036854775807",
    "n <= -9223372036854775808",
    "at > timestamp '1970-01-01'",
    "at < timestamp '1970-01-01'",
    "at >= timestamp '1969-12-31T23:59:59.999500'",
    "at = timestamp '1969-12-31T23:59:59.999999'",
    "day < date '1970-01-01'",
    "t > 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
    "t like 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%'",
    "t like '%b'",
    "t >= 'z'",
    "t > '\u{10ffff}\u{10ffff}'",
    "t = ''",
];

fn table(set: &str) -> &'static Relation {
    let text = format!(
        "pub {set} = from lines as l where l.path == \"{set}.txt\"
           derive {{ t: case when l.path == \"last.txt\" then repeat(\"\u{10ffff}\", 40) else l.text end }}
           select {{ l.number, t, f: try_cast(t as f64), n: try_cast(t as i64),
                     at: try_cast(t as Timestamp), day: try_cast(t as Date) }}"
    );
    let columns = "number: i64, t: Option<String>, f: Option<f64>, n: Option<i64>, \
                   at: Option<Timestamp>, day: Option<Date>";
    let text = ViewText::new(text.leak(), const { &[&LINES] });
    let name: &'static str = set.to_owned().leak();
    Box::leak(Box::new(Relation::view(name, "it::conditions", columns, text)))
}

/// What is asked of a table.
fn queries(table: &str) -> Vec<String> {
    let conditions = CONDITIONS.iter();
    let conditions = conditions.map(|it| format!("select number from {table} where {it}"));
    let aggregates = ["f", "n", "t", "at", "day"];
    let aggregates = aggregates
        .map(|it| format!("select min({it}), max({it}), count({it}), count(*) from {table}"));
    let firsts = ["f desc", "f", "n desc nulls last", "t", "at desc"];
    let firsts = firsts.map(|it| format!("select * from {table} order by {it}, number limit 1"));
    conditions.chain(aggregates).chain(firsts).collect()
}

async fn answer(session: &SessionContext, query: &str) -> Vec<String> {
    texts(session.sql(query).await.unwrap().collect().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_lost_to_statistics() {
    let mut lab = Lab::new();
    lab.relations.truncate(2);
    for (set, lines) in SETS {
        lab.write(&format!("{set}.txt"), lines);
        lab.relations.push(table(set));
    }
    lab.run().await;
    let stored = lab.session().await;
    let mut wrong = String::new();
    for (set, lines) in SETS {
        let rows = stored.table(set).await.unwrap().collect().await.unwrap();
        let rows = concat_batches(&rows[0].schema(), &rows).unwrap();
        assert_eq!(rows.num_rows(), lines.lines().count(), "{set}");
        let in_memory = runtime().session();
        in_memory.register_batch(set, rows).unwrap();
        for query in queries(set) {
            let (read, right) = (answer(&stored, &query).await, answer(&in_memory, &query).await);
            if read != right {
                wrong += &format!("`{query}` gives {read:?}, its rows say {right:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
