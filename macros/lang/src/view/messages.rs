//! What can be wrong with a table or a view: every text, its code and its explanation.
//!
//! A constructor is named after what is wrong. Its doc comment is the page that
//! `belvedere explain CODE` prints: what it means, an example, the fix. A code is never given a
//! second meaning.
//!
//! | codes | file |
//! |---|---|
//! | `V000…` | [`syntax`]: words, operators and forms |
//! | `V003…` | [`types`]: names of types |
//! | `V005…` | [`names`]: columns, fields and relations |
//! | `V007…` | [`expressions`]: operators, comparisons, casts |
//! | `V0085…` | [`calls`]: functions and aggregates |
//! | `V010…` | [`steps`]: what a step needs of its row |
//! | `V012…` | [`constants`]: constants that make no sense where they stand |
//! | `V013…` | [`promises`]: contracts, row types, options |
//! | `V015…` | [`tables`]: columns of tables |
//! | `V016…` | [`rows`]: joins and sets of rows |
//! | `V018…` | [`windows`]: windows, and the clauses of aggregates |
//! | `V020…` | [`queries`]: queries inside of a view |
//! | `V023…` | [`builtins`]: built-in functions |
//! | `V024…` | [`audits`]: what is asked of rows |
//! | `V025…` | [`files`]: schema files of tables that others write |
//! | `V0270…` | [`texts`]: texts that arrive while a program runs |

pub mod audits;
pub mod builtins;
pub mod calls;
pub mod constants;
pub mod expressions;
pub mod files;
pub mod names;
pub mod promises;
pub mod queries;
pub mod rows;
pub mod steps;
pub mod syntax;
pub mod tables;
pub mod texts;
pub mod types;
pub mod wanted;
pub mod windows;

pub use self::audits::*;
pub use self::builtins::*;
pub use self::calls::*;
pub use self::constants::*;
pub use self::expressions::*;
pub use self::files::*;
pub use self::names::*;
pub use self::promises::*;
pub use self::queries::*;
pub use self::rows::*;
pub use self::steps::*;
pub use self::syntax::*;
pub use self::tables::*;
pub use self::texts::*;
pub use self::types::*;
pub use self::wanted::*;
pub use self::windows::*;
use crate::messages::{Message, join_tables};

join_tables! {
    syntax types names expressions calls steps constants promises tables rows windows queries
    builtins audits files texts
}

/// A message whose code the table fills in.
fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}
