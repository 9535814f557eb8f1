//! How tables lie in files: partitions that are read back as they were written, files in order, and
//! nothing that dead runs leave in the folders of partitions.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use belvedere::Runtime;
use belvedere::refresh::{Observer, Silent, Step};
use belvedere::view::{Relation, ViewText};
use datafusion::prelude::ParquetReadOptions;

use crate::support::lines;
use crate::support::warehouse::{Lab, all_skipped, outcomes, texts};

const COLUMNS: &str = "path: String, number: i64, text: Option<String>";

/// A view of the lines.
fn view(
    name: &'static str,
    options: &str,
    select: &str,
    columns: &'static str,
) -> &'static Relation {
    static SOURCES: [&Relation; 1] = [&lines::LINES];
    let text = format!("{options} {name} = from lines as l select {{ {select} }}");
    let text = ViewText::new(text.leak(), &SOURCES);
    Box::leak(Box::new(Relation::view(name, "it::layouts", columns, text)))
}

fn of_text(name: &'static str, options: &str) -> &'static Relation {
    view(name, options, "l.path, l.number, l.text", COLUMNS)
}

/// A view of another view.
fn reader(
    name: &'static str,
    of: &'static Relation,
    steps: &str,
    columns: &'static str,
) -> &'static Relation {
    let sources: &'static [&'static Relation] = Box::leak(Box::new([of]));
    let text = ViewText::new(format!("{name} = from {} as v {steps}", of.name).leak(), sources);
    Box::leak(Box::new(Relation::view(name, "it::layouts", columns, text)))
}

fn lab(views: &[&'static Relation]) -> Lab {
    let mut lab = Lab::with_files();
    lab.relations = vec![&lines::FILES, &lines::LINES];
    lab.relations.extend(views);
    lab
}

/// The data files of a table, and the folders in it.
fn files(lab: &Lab, table: &str) -> (Vec<PathBuf>, Vec<String>) {
    let root = lab.warehouse.join(table);
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for path in lab.listing().into_keys() {
        let Ok(inside) = path.strip_prefix(&root) else { continue };
        if inside.starts_with("_delta_log") {
            continue;
        }
        match path.is_dir() {
            true => folders.push(inside.to_string_lossy().into_owned()),
            false => files.push(path),
        }
    }
    (files, folders)
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_read_back_as_they_were_written() {
    let partitioned = of_text("v", "#[view(partition_by = [text])]");
    let plain = of_text("plain", "");
    let steps = "where v.text like \"%a%\" or v.text is null group by { v.text } \
                 aggregate { n: count(), last: max(v.number) }";
    let columns = "text: Option<String>, n: i64, last: i64";
    let of_v = reader("of_v", partitioned, steps, columns);
    let of_plain = reader("of_plain", plain, steps, columns);
    let lab = lab(&[partitioned, plain, of_v, of_plain]);
    let values = "a b\na/b\na%20b\n100%\nü\na=b\nx:y\n..\n.\n+\nnull\nNULL\nRust\nrust\nrust\n#1\n\\a\n\n a\n\"a\"";
    lab.write("odd.txt", values);
    lab.run().await;
    let rows = lab.query("select * from v").await;
    assert_eq!(rows, lab.query("select * from plain").await);
    assert_eq!(lab.query("select * from of_v").await, lab.query("select * from of_plain").await);
    for condition in
        ["text = 'rust'", "text = 'a/b'", "text is null", "text > 'r'", "text = 'null'"]
    {
        let count = |table: &str| format!("select count(*) from {table} where {condition}");
        let (count, expected) = (lab.query(&count("v")).await, lab.query(&count("plain")).await);
        assert_eq!(count, expected, "{condition}");
        assert_ne!(count, ["0"], "{condition}");
    }
    let folders = files(&lab, "v").1;
    assert!(folders.iter().any(|folder| folder == "text=rust"), "{folders:?}");
    assert!(all_skipped(&lab.run().await));

    // What is not there any longer leaves no folder, when no publication that is kept has it.
    lab.write("odd.txt", "rust");
    for number in 0..5 {
        lab.write("more.txt", &format!("more{number}"));
        lab.run().await;
    }
    assert_eq!(lab.query("select * from v").await, lab.query("select * from plain").await);
    let (files, folders) = files(&lab, "v");
    assert!(
        !folders.iter().any(|folder| folder.contains("a=b") || folder.contains("a%2Fb")),
        "{folders:?}"
    );
    assert!(files.len() < 40, "{files:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_all_types_are_partitions() {
    let select = "l.path, l.number, flag: l.number > 1, \
        day: case when l.number == 1 then cast(\"2024-02-29\" as Date) end, \
        at: case when l.number == 2 then cast(\"1969-12-31 23:59:59.000001\" as Timestamp) end, \
        price: cast(\"-1.05\" as Decimal<10, 2>)";
    let columns = "path: String, number: i64, flag: bool, day: Option<Date>, at: Option<Timestamp>, \
                   price: Decimal<10, 2>";
    let options = "#[view(partition_by = [flag, number, day, at, price])]";
    let (typed, plain) = (view("v", options, select, columns), view("plain", "", select, columns));
    let copy = reader("copied", typed, "where v.number < 3", columns);
    let lab = lab(&[typed, plain, copy]);
    lab.run().await;
    let rows = lab.query("select * from v").await;
    assert_eq!(rows, lab.query("select * from plain").await);
    assert_eq!(rows[0], "a.txt|1|false|2024-02-29|NULL|-1.05");
    let types = "select arrow_typeof(number), arrow_typeof(flag), arrow_typeof(day), \
                 arrow_typeof(at), arrow_typeof(price) from";
    assert_eq!(lab.query(&format!("{types} v")).await, lab.query(&format!("{types} plain")).await);
    let few = lab.query("select * from plain where number < 3").await;
    assert_eq!(lab.query("select * from copied").await, few);
    let at = "select number from v where at < timestamp '1970-01-01T00:00:00Z'";
    assert_eq!(lab.query(at).await, ["2", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_not_read_back_stop_the_run() {
    let text = "l.path, text: coalesce(l.text, \"\")";
    let options = "#[view(partition_by = [text])]";
    let mut lab = lab(&[view("v", options, text, "path: String, text: String")]);
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "nothing was published: some nodes failed\n  \
         v: column `text` partitions the table and holds an empty text, which Delta Lake reads as NULL\n    \
         help: `nullif(text, \"\")` makes it NULL, or leave `text` out of `partition_by`\n\
         help: the next run keeps what was written and repeats what failed"
    );
    lab.write("b.txt", "three\n");
    lab.run().await;
    assert_eq!(lab.query("select text from v").await, ["five", "one", "three", "two"]);
    lab.relations[2] = of_text("v", options);
    lab.write("b.txt", "__HIVE_DEFAULT_PARTITION__\n\n");
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(error.contains("the name of the folder of NULL"), "{error}");
    lab.write("b.txt", &"long".repeat(100));
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(error.contains("holds a text of 400 bytes, too long"), "{error}");
    assert_eq!(lab.query("select text from v").await, ["five", "one", "three", "two"], "it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_in_another_layout_is_written_wholly() {
    let mut lab = lab(&[of_text("v", "")]);
    lab.run().await;
    let rows = lab.query("select * from v").await;
    let layouts = [
        ("#[view(partition_by = [path])]", "path=a.txt"),
        ("#[view(partition_by = [number, path])]", "number=1"),
        ("#[view(partition_by = [number], cluster_by = [path])]", "number=2"),
        ("", ""),
    ];
    for (options, folder) in layouts {
        lab.relations[2] = of_text("v", options);
        let report = lab.run().await;
        let written = outcomes(&report).into_iter().filter(|line| line.contains("written"));
        assert_eq!(written.collect::<Vec<_>>(), ["v: written (definition changed)"], "{options}");
        assert_eq!(lab.query("select * from v").await, rows, "{options}");
        let folders = files(&lab, "v").1;
        assert!(folder.is_empty() || folders.iter().any(|name| name == folder), "{folders:?}");
        lab.write("d.txt", "a new one");
        lab.run().await;
        assert_eq!(lab.query("select count(*) from v").await, ["7"], "{options}");
        lab.remove("d.txt");
        lab.run().await;
        assert_eq!(lab.query("select * from v").await, rows, "{options}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_clustered_tables_are_in_order() {
    let partitions = "#[view(cluster_by = [text, number], partition_by = [path])]";
    let lab =
        lab(&[of_text("v", "#[view(cluster_by = [text, number])]"), of_text("p", partitions)]);
    let mut random = fastrand::Rng::with_seed(7);
    for name in ["x.txt", "y.txt"] {
        let lines: Vec<String> = (0..20_000).map(|_| random.u32(..5_000).to_string()).collect();
        lab.write(name, &lines.join("\n"));
    }
    lab.run().await;
    assert_eq!(lab.query("select count(*) from v").await, ["40006"]);
    let (of_v, of_p) = (files(&lab, "v").0, files(&lab, "p").0);
    assert_eq!((of_v.len(), of_p.len()), (1, 5), "{of_v:?} {of_p:?}");
    // One thread, so that rows come in the order of the file.
    let session = Runtime::builder().threads(1).build().unwrap().session();
    for file in of_v.into_iter().chain(of_p) {
        let file = file.to_string_lossy().into_owned();
        let rows =
            session.read_parquet(file.as_str(), ParquetReadOptions::default()).await.unwrap();
        let rows = rows.select_columns(&["text", "number"]).unwrap().collect().await.unwrap();
        let mut keys = Vec::new();
        for batch in rows {
            for row in 0..batch.num_rows() {
                let mut cells = texts(vec![batch.slice(row, 1)]);
                let cells = cells.pop().unwrap();
                let (text, number) = cells.split_once('|').unwrap();
                keys.push((text == "NULL", text.to_owned(), number.parse::<u64>().unwrap()));
            }
        }
        let wrong = keys.windows(2).position(|pair| pair[0] > pair[1]);
        assert_eq!(wrong.map(|at| &keys[at..at + 2]), None, "{file}: {wrong:?} of {}", keys.len());
    }
}

/// Stops before a step, counted from the first.
struct StopAt(std::sync::atomic::AtomicUsize);

impl Observer for StopAt {
    fn step(&self, _: &Step<'_>) -> ControlFlow<()> {
        match self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) {
            0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_stops_anywhere_loses_no_partition() {
    let published = lab(&[of_text("v", "#[view(partition_by = [text], cluster_by = [number])]")]);
    published.run().await;
    published.write("a.txt", "one\nthree\n");
    published.remove("c.txt");
    let expected = published.rows_from_nothing().await;
    for step in 0.. {
        let lab = published.fork();
        let stopped = lab.try_run(StopAt(step.into())).await.is_err();
        lab.run().await;
        assert_eq!(lab.rows().await, expected, "stopped at step {step}");
        if !stopped {
            assert!(step > 5, "{step}");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_leaves_in_partitions_is_deleted() {
    let lab = lab(&[of_text("v", "#[view(partition_by = [text])]")]);
    lab.run().await;
    let folder = lab.warehouse.join("v");
    let leave = |path: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "rows").unwrap();
        path
    };
    let left = [leave("text=one/part-0.parquet#1"), leave("text=gone/part-1.parquet")];
    let theirs = leave("notes/part-0.parquet");
    fs::write(lab.warehouse.join("belvedere.lock"), "process 1 since then\n").unwrap();
    lab.run().await;
    for path in left {
        assert!(!path.exists(), "{}", path.display());
    }
    assert!(!folder.join("text=gone").exists());
    assert!(theirs.exists(), "it is somebody else's");
    assert_eq!(lab.query("select count(*) from v").await, ["6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_stay_on_their_side_of_a_join() {
    static SOURCES: [&Relation; 1] = [&lines::LINES];
    // A plan that is optimised twice asks `l.text` what is asked of `o.text`.
    let text = "#[view(partition_by = [path], cluster_by = [number])] v = from lines as l \
        left join lines as o on o.path == l.path and o.number == l.number + 1 \
        where l.text is not null and (o.text is null or not (o.text in (\"two\", \"five\"))) \
        select { l.path, l.number, l.text, next: o.text }";
    let columns = "path: String, number: i64, text: String, next: Option<String>";
    let view = Relation::view("v", "it::layouts", columns, ViewText::new(text, &SOURCES));
    let lab = lab(&[Box::leak(Box::new(view))]);
    lab.run().await;
    assert_eq!(
        lab.query("select * from v").await,
        ["a.txt|2|two|NULL", "b.txt|1|three|NULL", "b.txt|3|four|NULL", "c.txt|1|five|NULL"]
    );
}
