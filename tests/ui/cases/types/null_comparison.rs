//! Never true.

use belvedere::view;
use belvedere_ui::schema::source_files;

view! {
    pub v = from source_files as f where f.size != null select { f.path }
}

fn main() {}
