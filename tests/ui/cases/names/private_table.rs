//! The table belongs to another crate's module alone.

use belvedere::view;

view! {
    pub v = from belvedere_ui::schema::internal as i select { i.id }
}

fn main() {}
