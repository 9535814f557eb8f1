//! Functions: what `#[udf]` leaves behind, and what the engine makes of it.

/// A scalar function.
#[derive(Debug)]
pub struct Function {
    /// The SQL name.
    pub name: &'static str,
}
