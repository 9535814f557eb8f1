//! What can be wrong with a function or a derived type: every text, its code, its explanation.
//!
//! | codes | file |
//! |---|---|
//! | `F000…`, `F001…` | [`items`]: what can be a function, and types |
//! | `F003…` | [`attributes`]: what `#[udf(…)]` says |
//! | `F005…` | [`parameters`]: what the attributes of a parameter say |
//! | `F007…` | [`derives`]: derived types, doc comments |
//! | `F009…` | [`mod@asynchronous`]: functions whose answers are waited for (and the form of examples) |

pub mod asynchronous;
pub mod attributes;
pub mod derives;
pub mod items;
pub mod parameters;

pub use self::asynchronous::*;
pub use self::attributes::*;
pub use self::derives::*;
pub use self::items::*;
pub use self::parameters::*;
use crate::messages::{Message, join_tables};

join_tables! { items attributes parameters derives asynchronous }

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}
