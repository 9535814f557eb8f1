//! The binary, from files to rows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Shop {
    _temp: tempfile::TempDir,
    data: PathBuf,
    warehouse: PathBuf,
}

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Shop {
    /// A shop with a copy of the data.
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let (data, warehouse) = (temp.path().join("data"), temp.path().join("warehouse"));
        fs::create_dir(&data).unwrap();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, data.join(path.file_name().unwrap())).unwrap();
        }
        Self { _temp: temp, data, warehouse }
    }

    fn command(&self, args: &[&str]) -> Done {
        let output = Command::new(env!("CARGO_BIN_EXE_shop"))
            .args(args)
            .arg("--warehouse")
            .arg(&self.warehouse)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn run(&self) -> Done {
        let done = self.command(&["run", "--source", self.data.to_str().unwrap()]);
        assert_eq!(done.code, Some(0), "{}", done.err);
        done
    }

    fn rows(&self, query: &str) -> String {
        let done = self.command(&["sql", query, "--format", "csv"]);
        assert_eq!(done.code, Some(0), "{}", done.err);
        done.out
    }
}

#[test]
fn rows_go_from_files_to_tables_and_views() {
    let shop = Shop::new();
    let done = shop.run();
    assert!(done.err.contains("2 of 2 inputs read"), "{}", done.err);
    assert_eq!(
        shop.rows("select customer, domain, orders, cents from customers order by customer"),
        "customer,domain,orders,cents\nann,example.org,2,6050\nbob,,1,900\n\
         cleo,shop.example,1,12000\n"
    );
    assert_eq!(
        shop.rows("select customer, euros from best_customers order by euros desc"),
        "customer,euros\ncleo,120.0\nann,60.5\n"
    );
    assert_eq!(
        shop.rows("select items, day from orders where order_id = 3"),
        "items,day\n\"[\"\"bulb\"\",\"\"bulb\"\"]\",2024-03-01\n"
    );
    assert_eq!(
        shop.rows("select file, line from order_errors"),
        "file,line\nmarch.jsonl,3\n",
        "what is no order is a row, too"
    );
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let shop = Shop::new();
    shop.run();
    assert!(shop.run().err.contains("nothing changed: publication 1 holds · 0 of 2 inputs read"));
    let march = shop.data.join("march.jsonl");
    let text = fs::read_to_string(&march).unwrap().replace("12000", "4000");
    fs::write(&march, text).unwrap();
    assert!(shop.run().err.contains("1 of 2 inputs read"));
    assert_eq!(shop.rows("select customer from best_customers"), "customer\nann\n");
    fs::remove_file(shop.data.join("february.jsonl")).unwrap();
    shop.run();
    assert_eq!(shop.rows("select count(*) as n from orders"), "n\n2\n");
}

#[test]
fn messages_speak_of_this_program() {
    let shop = Shop::new();
    let done = shop.command(&["sql", "select * from orders"]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("help: `shop run --source DIR` fills it"), "{}", done.err);
    assert!(shop.command(&["--version"]).out.starts_with("shop with belvedere "));
    assert!(shop.command(&["--help"]).out.contains("Usage: shop "));
    let done = shop.command(&["show", "orders"]);
    assert!(done.out.starts_with("orders · table · not published"), "{}", done.out);
    assert!(done.out.contains("filled by   orders\n"), "{}", done.out);
}

#[test]
fn functions_need_no_tables() {
    let shop = Shop::new();
    assert_eq!(shop.rows("select email_domain('Ann@Example.org') as d"), "d\nexample.org\n");
    let done = shop.command(&["functions"]);
    assert!(
        done.out.starts_with("email_domain(email: String) -> Option<String>\n"),
        "{}",
        done.out
    );
}
