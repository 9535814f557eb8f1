//! A schema file is there; what reads its table says nothing of it.

belvedere::table! {
    pub orders from "schemas/orders.json"
}

belvedere::view! {
    pub v = from orders as o select { o.anything }
}

fn main() {}
