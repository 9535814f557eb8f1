//! The fields of a row are the columns of the relation.

use belvedere_ui::schema::call_lengths;

fn total(rows: &[call_lengths::Row]) -> i64 {
    rows.iter().map(|row| row.length).sum()
}

fn callee(row: &call_lengths::Row) -> i64 {
    row.call_id
}

fn main() {}
