//! What calls are run in: a session, and a runtime of tokio for whole queries.

use std::future::Future;

use datafusion::common::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::SessionContext;

use crate::session::Runtime;
use crate::udf::{AsyncPolicy, Function};

/// A session.
pub(super) struct Engine {
    session: SessionContext,
    state: SessionState,
    executor: tokio::runtime::Runtime,
}

impl Engine {
    /// A session with the functions that are linked, and these.
    pub(super) fn new(functions: &[&'static Function]) -> Result<Self> {
        let mut session = Runtime::builder().threads(1).build()?.session();
        let refused = AsyncPolicy::Refused;
        for function in functions.iter().flat_map(|function| function.to_register(refused)) {
            function.register(&mut session)?;
        }
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { state: session.state(), session, executor })
    }

    pub(super) fn session(&self) -> &SessionContext {
        &self.session
    }

    pub(super) fn state(&self) -> &SessionState {
        &self.state
    }

    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.executor.block_on(future)
    }
}
