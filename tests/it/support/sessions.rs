//! Sessions of programs other than the runtime itself.

use datafusion::error::Result;
use datafusion::prelude::SessionContext;

/// A session of any DataFusion program, with every linked function in it.
#[expect(clippy::disallowed_methods, reason = "other programs make their sessions themselves")]
pub(crate) fn plain_session() -> Result<SessionContext> {
    let mut context = SessionContext::new();
    belvedere::register_all(&mut context)?;
    Ok(context)
}
