//! The tables that the shop's source fills.

use belvedere::table;

table! {
    /// Orders, each a line of a file.
    pub orders {
        /// The file, relative to the source: its rows go when it changes or goes.
        file: String,
        line: i64,
        order_id: i64,
        customer: String,
        email: Option<String>,
        cents: i64,
        day: Date,
        items: List<String>,
    }
}

table! {
    /// Lines that are no orders.
    pub order_errors { file: String, line: i64, message: String }
}
