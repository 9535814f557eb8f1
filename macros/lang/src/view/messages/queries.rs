//! Queries inside of a view.

use super::say;
use crate::messages::messages;

messages! {
    /// A query in the place of a relation has no name of its own, so it is given one by which its
    /// columns are spoken of.
    ///
    /// ```text
    /// join (from files as f where f.size > 0) as g on g.file_id == c.file_id
    /// ```
    V0200 query_without_name() {
        say("a query in parentheses needs a name").help("write `as name` behind it")
    }

    /// Each `with` of a view has a name of its own.
    V0201 query_twice(name: &str) {
        say(format!("`{name}` is the name of another `with`"))
    }

    /// The contract is what readers of the view are promised; what a query inside of it gives is
    /// its own affair.
    V0202 contract_of_query() {
        say("a contract is for the view, not for a query inside of it")
            .help("write it behind the last step of the view")
    }

    /// What nothing reads is left out.
    V0203 unused_query(name: &str) {
        say(format!("nothing reads `{name}`"))
            .help("read it in a `from` or `join`, or leave it out")
    }

    /// Two columns of a query that have one name could not be told apart by what reads it.
    V0204 duplicate_in_query(name: &str, written: &str) {
        say(format!("the query has two columns `{name}`"))
            .help(format!("`select {{ …, other_name: {written} }}` at its end"))
    }
}
