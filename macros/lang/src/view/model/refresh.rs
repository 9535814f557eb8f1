//! What the stored rows of a view need to follow a change of what it reads.

use std::fmt;

/// What a refresh of a view would compute at least, as its steps say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// How much.
    pub class: RefreshClass,
    /// What makes it so; `None` where each row follows from one row.
    pub cause: Option<Cause>,
}

/// How much a refresh computes, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefreshClass {
    /// What becomes of the rows that have changed.
    Linear,
    /// The rows that have changed on either side of an inner join, with those of the other side.
    Bilinear,
    /// The rows that have changed, added to or taken from what is kept of each group.
    GroupState,
    /// All rows of the keys that occur in rows that have changed.
    KeyRecompute,
    /// All rows of the partitions of windows that rows have changed in.
    PartitionRecompute,
    /// All rows.
    Full,
}

impl RefreshClass {
    /// Its name, for readers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Bilinear => "bilinear",
            Self::GroupState => "group state",
            Self::KeyRecompute => "key recompute",
            Self::PartitionRecompute => "partition recompute",
            Self::Full => "full",
        }
    }
}

/// The operator that decides a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its word, or the function that it calls.
    pub operator: String,
    /// The columns that rows have to share, as the view speaks of them there.
    pub by: Vec<String>,
}

impl Refresh {
    /// The class of rows that also need what `other` does.
    ///
    /// Of two that need as much the last one decides, whose keys are the result's; the first one that
    /// needs all rows is what is to be changed.
    pub fn raise(&mut self, other: Self) {
        if other.class > self.class
            || (other.class == self.class && other.class < RefreshClass::Full)
        {
            *self = other;
        }
    }

    /// The class of rows that are read by something else than the table that stores them, beside which
    /// nothing of groups is kept.
    #[must_use]
    pub fn without_state(self) -> Self {
        let has_keys = self.cause.as_ref().is_some_and(|cause| !cause.by.is_empty());
        let class = match self.class {
            RefreshClass::GroupState if has_keys => RefreshClass::KeyRecompute,
            RefreshClass::GroupState => RefreshClass::Full,
            class => class,
        };
        Self { class, ..self }
    }
}

impl Default for Refresh {
    fn default() -> Self {
        Self { class: RefreshClass::Linear, cause: None }
    }
}

/// `key recompute by c.path (left join)`
impl fmt::Display for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class.name())?;
        let Some(Cause { operator, by, .. }) = &self.cause else { return Ok(()) };
        if !by.is_empty() {
            write!(f, " by {}", by.join(", "))?;
        }
        write!(f, " ({operator})")
    }
}
