//! Views of the shop.

use belvedere::view;

use crate::functions::email_domain;
use crate::tables::orders;

view! {
    /// What customers have ordered.
    #[view(key = [customer])]
    pub customers =
        from orders as o
        group by { o.customer }
        aggregate {
            domain: max(email_domain(o.email)),
            orders: count(),
            cents: sum(o.cents),
            last_day: max(o.day),
        }
}

view! {
    /// The ten customers who have spent most.
    pub best_customers =
        from customers as c
        where c.cents > 5000
        select { c.customer, c.domain, euros: cast(c.cents as f64) / 100.0 }
        order by euros desc
        limit 10
}
