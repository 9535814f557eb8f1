//! What the views make of orders.

use belvedere::view_test;

use crate::tables::orders;
use crate::views::{best_customers, customers};

/// The engine plans all views of the program with the columns that the compiler has derived.
#[test]
fn views_are_planned_as_they_were_checked() {
    let views = belvedere::view::ViewGraph::linked().unwrap();
    belvedere::testing::check_views(&views).unwrap();
}

view_test! {
    /// Orders of one customer are one row; an address that is missing hides no other.
    orders_are_summed: customers
    given {
        orders: [
            { customer: "ada", email: "ada@example.org", cents: 1200, day: "2024-02-01", .. },
            { customer: "ada", email: null, cents: 300, day: "2024-03-01", .. },
            { customer: "bob", email: null, cents: 50, day: "2024-02-02", .. },
        ],
    }
    expect [
        { customer: "ada", domain: "example.org", orders: 2, cents: 1500, last_day: "2024-03-01" },
        { customer: "bob", domain: null, orders: 1, cents: 50, last_day: "2024-02-02" },
    ]
}

view_test! {
    /// The order of the rows counts, since the view ends with `order by`.
    best_customers
    given { orders: [ { customer: "ada", cents: 6000, .. }, { customer: "bob", cents: 70000, .. }, { customer: "eve", cents: 1, .. } ] }
    expect [ { customer: "bob", euros: 700.0, .. }, { customer: "ada", euros: 60.0, .. } ]
}
