//! The binary, over a table that Python's `deltalake` 1.6.6 has written: partitioned, appended to, with
//! a row deleted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of the folder of the example, so that nothing is written into it.
struct Reports {
    _temp: tempfile::TempDir,
    folder: PathBuf,
}

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Reports {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("reports");
        copy(Path::new(env!("CARGO_MANIFEST_DIR")), &folder, &["data", "schemas"]);
        Self { _temp: temp, folder }
    }

    fn command(&self, args: &[&str]) -> Done {
        let output = Command::new(env!("CARGO_BIN_EXE_reports"))
            .args(args)
            .current_dir(&self.folder)
            .env_remove("BELVEDERE_WAREHOUSE")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn done(&self, args: &[&str]) -> Done {
        let done = self.command(args);
        assert_eq!(done.code, Some(0), "{}", done.err);
        done
    }

    fn rows(&self, query: &str) -> String {
        self.done(&["sql", query, "--format", "csv"]).out
    }
}

fn copy(from: &Path, to: &Path, names: &[&str]) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if !names.is_empty() && !names.iter().any(|known| *known == name) {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name), &[]);
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn views_read_what_others_have_written() {
    let reports = Reports::new();
    let done = reports.done(&["run"]);
    assert!(done.out.contains("orders") && done.out.contains("pinned"), "{}", done.out);
    assert_eq!(
        reports.rows("select * from regions order by region"),
        "region,orders,amount,last_day\n50 %,1,-1.00,2026-03-03\nnorth/east,1,12.50,2026-03-01\n\
         süd,1,80.00,2026-03-01\nunknown,1,,2026-03-03\n"
    );
    assert_eq!(
        reports.rows("select order_id, city from shipments order by order_id"),
        "order_id,city\n1,Oslo\n4,Rom\n"
    );
    assert_eq!(
        reports.rows("select count(*) as n, min(placed_at) as first from orders"),
        "n,first\n4,2026-03-01T12:00:00Z\n"
    );
    let ls = reports.done(&["ls"]).out;
    assert!(ls.lines().any(|line| line.contains("orders") && line.contains("external")), "{ls}");
    let show = reports.done(&["show", "orders"]).out;
    assert!(show.contains("data/orders"), "{show}");
    assert!(show.contains("schemas/orders.json") && show.contains("Counts up"), "{show}");
}

#[test]
fn a_schema_file_says_what_is_stored() {
    let reports = Reports::new();
    let file = reports.folder.join("schemas/orders.json");
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(reports.done(&["schema", "pull", "data/orders"]).out, written);
    reports.done(&["schema", "pull", "--check"]);
    reports.done(&["schema", "pull", "--check", "-o", "schemas/orders.json"]);

    let edited = written
        .replace("\"Option<Date>\"", "\"Date\"")
        .replace("    { \"name\": \"region\", \"type\": \"Option<String>\" }\n", "")
        .replace("String> }>\" },\n  ]", "String> }>\" }\n  ]")
        .replace("\"type\": \"String\" }", "\"type\": \"String\", \"doc\": \"Who pays.\" }");
    fs::write(&file, &edited).unwrap();
    let done = reports.command(&["schema", "pull", "--check", "-o", "schemas/orders.json"]);
    assert_eq!(done.code, Some(1));
    assert_eq!(
        done.err,
        "error: `schemas/orders.json` is not what `data/orders` holds, version 2 (- file, + table):\n\
         - day: Date\n+ day: Option<Date>\n+ region: Option<String>\n\
         help: `reports schema pull -o schemas/orders.json` writes it\n"
    );
    reports.done(&["schema", "pull", "-o", "schemas/orders.json"]);
    let pulled = fs::read_to_string(&file).unwrap();
    assert_eq!(
        pulled,
        written.replace("\"type\": \"String\" }", "\"type\": \"String\", \"doc\": \"Who pays.\" }"),
        "what the table says nothing of is kept"
    );
}

#[test]
fn wrong_uses_say_what_is_right() {
    let reports = Reports::new();
    for (args, code, said) in [
        (&["schema", "pull"][..], 1, "name a table: `schema pull URI`"),
        (&["schema", "pull", "nowhere"], 1, "nowhere` cannot be read: there is no Delta table"),
        (&["schema", "pull", "-o", "new.json"], 1, "`reports schema pull URI -o new.json`"),
        (&["schema", "pull", "--check", "-o", "new.json"], 1, "there is no file `new.json`"),
        (&["schema", "pull", "--check", "data/orders"], 1, "name it with `-o FILE`"),
        (&["run", "--table", "order=x"], 1, "did you mean `orders`?"),
        (&["run", "--table", "orders"], 2, "orders=data/orders"),
        (&["run", "--table", "orders=a", "--table", "orders=b"], 1, "cannot be in two places"),
        (&["run", "--table", "orders=data"], 1, "name another place with `--table orders=URI`"),
    ] {
        let done = reports.command(args);
        assert_eq!(done.code, Some(code), "{args:?}: {}", done.err);
        assert!(done.err.contains(said), "{args:?}: {}", done.err);
    }
    let moved = reports.folder.join("moved");
    fs::rename(reports.folder.join("data"), &moved).unwrap();
    reports.done(&["run", "--table", "orders=moved/orders"]);
    assert_eq!(reports.rows("select count(*) as n from regions"), "n\n4\n");
}
