//! A path of two names, the first of which is a crate.

use belvedere::view;

view! {
    pub v = from belvedere_ui::call_lengths as l select { l.length }
}
view! {
    pub w = from belvedere_ui::call_length as l select { l.len }
}
view! {
    pub x = from no_crate::t as t select { t.id }
}

fn main() {}
