//! The column went away upstream.

use belvedere::view;

view! {
    pub v = from belvedere_ui::schema::call_lengths as l where l.length > 3 select { l.call_id }
}

fn main() {}
