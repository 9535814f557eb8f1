//! Which rows an aggregate or a window function sees.

use super::{Expr, Literal, SortKey};

/// Which rows an aggregate sees, and in which order.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// The condition on the rows.
    pub filter: Option<Box<Expr>>,
    /// The order in which they come; any, if there is none.
    pub order_by: Vec<SortKey>,
    /// Whether rows with a NULL argument are passed over.
    pub ignore_nulls: bool,
}

/// The rows around a row.
#[derive(Clone, Debug)]
pub struct Window {
    /// The values that they share with the row; without any they are all rows.
    pub partition_by: Vec<Expr>,
    /// How they are sorted.
    pub order_by: Vec<SortKey>,
    /// Which of them are seen.
    pub frame: Frame,
}

/// Which of the rows of a partition are seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// What is counted.
    pub units: FrameUnits,
    /// The first row.
    pub start: FrameBound,
    /// The last row.
    pub end: FrameBound,
}

/// What a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnits {
    /// Rows.
    Rows,
    /// The distance between values of the sort key. Rows with equal keys are peers: all of them are
    /// seen, or none.
    Range,
    /// Groups of peers.
    Groups,
}

/// An end of a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameBound {
    /// The first row of the partition.
    Start,
    /// So much before the row.
    Preceding(Distance),
    /// The row, or the first or last of its peers.
    Current,
    /// So much behind the row.
    Following(Distance),
    /// The last row of the partition.
    End,
}

/// How far an end of a frame is away.
#[derive(Clone, Debug, PartialEq)]
pub enum Distance {
    /// So many rows or groups.
    Count(u64),
    /// A difference of the sort key, of its type.
    Value(Literal),
    /// A length of time.
    Time {
        /// Months, as long as each is.
        months: i32,
        /// Days.
        days: i32,
        /// Microseconds.
        micros: i64,
    },
}

impl Frame {
    /// Whether the row itself is always seen.
    #[must_use]
    pub fn holds_row(&self) -> bool {
        let starts = matches!(
            self.start,
            FrameBound::Start | FrameBound::Preceding(_) | FrameBound::Current
        );
        starts
            && matches!(self.end, FrameBound::Current | FrameBound::Following(_) | FrameBound::End)
    }
}
