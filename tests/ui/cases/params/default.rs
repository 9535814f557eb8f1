//! A parameter of a view has a default, of its type, and a name of its own.

use belvedere::view;
use belvedere_ui::schema::source_files;

view! {
    pub v =
        param least: i64
        param most: i64 = "9"
        param lang: String = "rust"
        from source_files as f where f.size > least and f.size < most and f.lang == lang
}

fn main() {}
