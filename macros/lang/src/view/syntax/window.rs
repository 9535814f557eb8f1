//! Windows and their frames as they are written.

use proc_macro2::Ident;

use super::{Expr, SortKey};
use crate::tokens::Range;
use crate::view::model::{FrameUnits, Literal};

/// The rows around a row: `[ name ] [ partition by … ] [ order by … ] [ frame ]`.
#[derive(Clone, Debug)]
pub struct Window {
    /// The window that this one begins with.
    pub base: Option<Ident>,
    /// The values that the rows share.
    pub partition_by: Vec<Expr>,
    /// How the rows are sorted.
    pub order_by: Vec<SortKey>,
    /// Which of them a call sees.
    pub frame: Option<Frame>,
    /// Where it stands, from `over` on.
    pub span: Range,
}

/// `rows between … and …`
#[derive(Clone, Debug)]
pub struct Frame {
    /// What is counted.
    pub units: FrameUnits,
    /// Where it begins.
    pub start: FrameBound,
    /// Where it ends: at the row itself where that is not said.
    pub end: FrameBound,
    /// Where it stands.
    pub span: Range,
}

/// An end of a frame.
#[derive(Clone, Debug)]
pub struct FrameBound {
    /// Which.
    pub kind: FrameBoundKind,
    /// Where it stands.
    pub span: Range,
}

/// An end of a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameBoundKind {
    /// `unbounded preceding`
    Start,
    /// `1 preceding`
    Preceding(Literal),
    /// `current row`
    Current,
    /// `1 following`
    Following(Literal),
    /// `unbounded following`
    End,
}
