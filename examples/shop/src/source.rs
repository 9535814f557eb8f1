//! Where the rows of the tables come from: a folder of files `*.jsonl`, each line an order as JSON.

use std::fs;
use std::path::PathBuf;

use belvedere::refresh::source::{Emit, Input, Listing, Source, SourceError, SourceKind, rows};
use serde::{Deserialize, Serialize};

use crate::tables::{order_errors, orders};

belvedere::source! {
    /// Orders from files of JSON lines.
    pub static ORDERS: SourceKind = SourceKind {
        name: "orders",
        tables: &[&orders::RELATION, &order_errors::RELATION],
        key_column: "file",
        // Raise it when `extract` gives other rows for the same file.
        version: "1",
        open: |folder, _| Ok(Box::new(Folder { path: folder.to_owned() })),
    };
}

struct Folder {
    path: PathBuf,
}

/// An order as it stands in a file.
#[derive(Deserialize, Serialize)]
struct Order {
    order_id: i64,
    customer: String,
    email: Option<String>,
    cents: i64,
    day: String,
    items: Vec<String>,
}

/// A row of `orders`: a field for each column.
#[derive(Serialize)]
struct OrderRow<'a> {
    file: &'a str,
    line: i64,
    #[serde(flatten)]
    order: Order,
}

/// A row of `order_errors`.
#[derive(Serialize)]
struct ErrorRow<'a> {
    file: &'a str,
    line: i64,
    message: String,
}

impl Source for Folder {
    fn list(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        let mut listing = Listing::default();
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.ends_with(".jsonl") {
                listing.ignored += 1;
                continue;
            }
            let content = fs::read(self.path.join(&name))?;
            progress(content.len() as u64);
            listing.inputs.push(Input::of_content(name, &content));
        }
        Ok(listing)
    }

    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError> {
        let content = fs::read(self.path.join(&input.key))?;
        let file = input.key.as_str();
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (line, text) in (1..).zip(String::from_utf8_lossy(&content).lines()) {
            match serde_json::from_str(text) {
                Ok(order) => good.push(OrderRow { file, line, order }),
                Err(error) => bad.push(ErrorRow { file, line, message: error.to_string() }),
            }
        }
        emit(0, rows(&orders::RELATION, &good)?)?;
        emit(1, rows(&order_errors::RELATION, &bad)?)?;
        // The file may have changed since it was listed: these rows are those of what was read.
        Ok(Input::of_content(file, &content))
    }
}
