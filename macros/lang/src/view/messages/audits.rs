//! Audits: what is asked of the rows of a view before they are published.

use super::say;
use crate::messages::messages;

messages! {
    /// Audits speak of the rows that the last step leaves, so they stand behind it; a contract may follow.
    V0240 audit_not_last() {
        say("`audit` stands behind the last step").help("move it behind the steps that follow")
    }

    /// Reports name audits, each by its name or its text.
    V0241 audit_twice(name: &str) {
        say(format!("two audits are called `{name}`")).help("`other_name: …` gives one a name")
    }

    /// An audit that rows do not pass fails the run, warns, or puts the rows aside. Without a word it
    /// fails the run: nothing is published.
    V0242 audit_outcome(word: &str, near: Option<&str>) {
        let message = say(format!("`{word}` is nothing that an audit does"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help("write `fail`, `warn` or `quarantine` behind the condition"),
        }
    }

    /// Audits look at rows before they are published. Those of a view that is computed where it is read
    /// never are.
    V0243 audit_of_computed_view() {
        say("`audit` of a view that is not stored").help("`materialize = table` stores it")
    }

    /// The rows that audits of a view `v` put aside are in the table `v__quarantine`.
    V0244 reserved_ending(name: &str, ending: &str) {
        say(format!("`{name}` ends with `{ending}`, which names the rows that audits put aside"))
            .help("give it another name")
    }

    /// Audits are asked of the rows of the view, and not of those of a query inside of it.
    V0245 audit_of_query() {
        say("a query inside of a view has no `audit`").help("audit the rows of the view")
    }

    /// Rows that are put aside have a column more, which says why.
    V0246 quarantine_column(name: &str) {
        say(format!("rows that are put aside have a column `{name}` of their own"))
            .help("give this column another name")
    }

    /// An audit without conditions asks nothing.
    V0247 empty_audit() {
        say("an audit has at least one condition").help("`audit { name: … }`")
    }

    /// A source gives the rows of a table, and reads again what has changed: a row that were put aside
    /// would be missing in its input.
    V0248 quarantine_of_table() {
        say("rows of a table are not put aside")
            .help("`fail` publishes nothing, `warn` tells it; `quarantine` is for the rows of a view")
    }

    /// The audits of a table speak of its columns, by what is built in: a table is defined before the
    /// functions and relations that its readers use.
    V0249 audit_of_table(name: &str) {
        say(format!("the audits of a table know no `{name}`"))
            .help("call built-in functions, or audit a view of the table")
    }
}
