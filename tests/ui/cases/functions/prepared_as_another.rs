//! `prepare` gives what the function takes, and scratch is `Default`.

use belvedere::udf;

pub struct Table(Vec<i64>);

pub struct Scratch(Vec<u8>);

fn table_of(letters: &str) -> Table {
    Table(letters.chars().map(|letter| letter as i64).collect())
}

#[udf(prepare = table_of)]
pub fn code(text: &str, #[literal] letters: &str, #[prepared] table: &Table) -> i64 {
    (text.len() + letters.len() + table.0.len()) as i64
}

#[udf]
pub fn bytes(text: &str, #[state] scratch: &mut Scratch) -> i64 {
    scratch.0.extend(text.bytes());
    scratch.0.len() as i64
}

fn main() {}
