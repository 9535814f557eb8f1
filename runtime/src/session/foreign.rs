//! The session of a program that does not know us: functions promise to work there too.

use datafusion::common::Result;
use datafusion::prelude::SessionContext;

/// A session with DataFusion's own settings and every linked function.
#[expect(clippy::disallowed_methods, reason = "other programs make their sessions themselves")]
pub(crate) fn session() -> Result<SessionContext> {
    let mut session = SessionContext::new();
    crate::registry::register_all(&mut session)?;
    crate::registry::register_tables(&session)?;
    Ok(session)
}
