//! A constant that cannot be parsed from text.

use belvedere::udf;

#[derive(Clone)]
pub struct Form;

#[udf]
pub fn normalized(text: &str, #[literal] form: Form) -> String {
    let _ = form;
    text.to_owned()
}

fn main() {}
