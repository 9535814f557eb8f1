//! Where the rows of the tables come from: a folder of files `*.jsonl`, each line an order as JSON.

use belvedere::refresh::files::Files;
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
        open: |folder, options| Ok(Box::new(Orders(Files::open(folder, options, "jsonl")?))),
    };
}

struct Orders(Files);

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

impl Source for Orders {
    fn list(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        self.0.list(progress)
    }

    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError> {
        // The file may have changed since it was listed: rows are those of what is read.
        let (input, content) = self.0.read(input)?;
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
        Ok(input)
    }
}
