//! Plans: what an execution is, with what it reads and the key under which its result is known.
//!
//! [`Bundle`] is what gets executed, [`Key`] identifies a result, [`Pins`] name the versions read;
//! [`plain()`] and `failure` have the words for one that failed.

pub(crate) mod failure;
mod key;
mod plain;
mod told;

use std::collections::BTreeMap;

use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;

pub use self::key::{Key, KeyHasher};
pub(crate) use self::plain::plain;
pub(crate) use self::told::types;
use crate::session::Runtime;

/// The versions of the tables that a plan reads, by name.
pub type Pins = BTreeMap<String, u64>;

/// One execution: a plan over pinned tables.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The node that the result becomes, or what errors call a query.
    pub name: String,
    /// The key of the result; `None` where nothing is kept of it.
    pub key: Option<Key>,
    /// What is read, resolved before planning.
    pub pins: Pins,
    /// The lowered plan.
    pub plan: LogicalPlan,
}

impl Bundle {
    /// Returns the plan as indented text, for people.
    #[must_use]
    pub fn display(&self) -> String {
        self.plan.display_indent_schema().to_string()
    }

    /// Executes the plan; rows arrive as they are computed.
    ///
    /// # Errors
    ///
    /// What the engine says when it plans.
    pub async fn execute(&self, runtime: &Runtime) -> Result<SendableRecordBatchStream> {
        let state = runtime.state();
        let physical = state.create_physical_plan(&self.plan).await?;
        execute_stream(physical, state.task_ctx())
    }
}
