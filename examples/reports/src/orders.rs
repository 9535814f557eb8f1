//! The table of others, and the views over it.

use belvedere::{table, view};

table! {
    /// Orders of all shops.
    pub orders from "schemas/orders.json"
}

view! {
    /// What each region has ordered.
    #[view(key = [region])]
    pub regions =
        from orders as o
        group by { region: coalesce(o.region, "unknown") }
        aggregate { orders: count(), amount: sum(o.amount), last_day: max(o.day) }
}

view! {
    /// Orders that are sent to a city.
    #[view(materialize = view)]
    pub shipments =
        from orders as o
        where o.ship_to.city is not null
        select { o.order_id, city: o.ship_to.city, o.tags }
}
