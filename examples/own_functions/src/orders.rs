//! A table that programs of Python write, and a view over it.

use belvedere::{table, view};

use crate::functions::with_tax;

table! {
    /// What was ordered.
    pub orders from "schemas/orders.json"
}

view! {
    /// What each city has ordered, with tax.
    #[view(key = [city])]
    pub cities =
        param percent: i64 = 19
        from orders as o
        group by { city: coalesce(o.city, "unknown") }
        aggregate { orders: count(), cents: sum(with_tax(o.cents, percent)) }
}
