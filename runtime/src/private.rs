//! What expansions of the macros name, and nobody else: not part of the public interface.
//!
//! An expansion cannot ask which features this crate has (a `cfg` would be evaluated in the user's
//! crate), so whatever depends on one is a `macro_rules!` that is defined here in each form.

pub mod missing;

pub use inventory;

pub use belvedere_macros::__finish_promise as finish_promise;
pub use belvedere_macros::__finish_table as finish_table;
pub use belvedere_macros::__finish_template as finish_template;
#[cfg(not(rust_analyzer))]
pub use belvedere_macros::__finish_view as finish_view;
#[cfg(rust_analyzer)]
pub use belvedere_macros::__finish_view_in_editor as finish_view;
pub use belvedere_macros::__finish_view_test as finish_view_test;
pub use std::borrow::ToOwned;
pub use std::boxed::Box;
pub use std::collections::BTreeMap;
pub use std::string::String;
pub use std::vec::Vec;

pub use arrow_array::ArrayRef;
pub use belvedere_macros::__finish_text as finish_text;
pub use core::convert::Into;
pub use core::iter::IntoIterator;
pub use core::option::Option;
pub use core::result::Result;
pub use std::vec;

pub use crate::udaf::descriptor::{Aggregate, Erased, Variant};
pub use crate::udaf::heap::HeapSize;
pub use crate::udaf::kernel::{HasState, Kernel, OutputOf, RowOf};
pub use crate::udaf::lend::Lend;
pub use crate::udf::args::{Args, Out};
pub use crate::udf::asynchronous::{Awaited, Calls, Limits, calls, many, many_or, one};
pub use crate::udf::call::{Parameter, Try, call, call_variadic};
pub use crate::udf::columns::{column, set_column};
pub use crate::udf::constant::{Lent, LentOption, Literal, Parsed, ParsedOption};
pub use crate::udf::decimal::Decimal;
pub use crate::udf::descriptor::{
    Constant, Cost, Example, Function, Kind, Metadata, Param, Registration, Volatility,
};
pub use crate::udf::error::CallError;
pub use crate::udf::expr::{Call, Operand};
pub use crate::udf::generic::{Generic, Handle, Ordered};
pub use crate::udf::json::Json;
pub use crate::udf::nested::StructBuilder;
pub use crate::udf::node::Node;
pub use crate::udf::preimage::preimage;
pub use crate::udf::prepared::{Made, Shared, prepared};
pub use crate::udf::properties::Properties;
pub use crate::udf::read::{Read, Slot};
pub use crate::udf::scratch::{Pool, scratch};
pub use crate::udf::simplify::{Arguments, Given, Simplified};
pub use crate::udf::text::{Writes, written};
pub use crate::udf::types::{FieldType, StructType, Type, TypeParam, TypeSet, Typed, ValueType};
pub use crate::udf::values::{Date, Duration, Interval, LocalTimestamp, Time, Timestamp};
pub use crate::udf::write::{Target, Write, WriteSlot};
pub use crate::udtf::descriptor::{Gives, Table};
#[cfg(feature = "engine")]
pub use crate::udtf::relation::Relation;
pub use crate::udtf::source::{Source, opened, source};
pub use crate::udwf::descriptor::{Window, WindowVariant};
pub use crate::udwf::kernel::{
    NextRow, OverFrame, OverPartition, Tried, WindowResult, WindowRow, WindowRows, Windowed, failed,
};
pub use crate::view::rows::{Cell, Cells, borrowed, whole};
pub use uuid::Uuid;

#[cfg(feature = "engine")]
pub use datafusion::catalog::TableFunctionImpl;
#[cfg(feature = "engine")]
pub use datafusion::logical_expr::{AggregateUDF, LogicalPlan, ScalarUDF, WindowUDF};
#[cfg(feature = "engine")]
pub use std::sync::Arc;

pub use crate::{
    __belvedere_aggregate as aggregate, __belvedere_function as function, __belvedere_stub as stub,
    __belvedere_stub_type as stub_type, __belvedere_table as table,
    __belvedere_view_test as view_test, __belvedere_window as window,
};

/// What a function returns: the way to a type that may have a lifetime, without naming it.
pub trait Returns {
    /// The type.
    type Output;
}

impl<A, R> Returns for fn(A) -> R {
    type Output = R;
}

/// The type of a column whose type an error hides. The error is why it is never seen.
#[derive(Debug)]
pub enum Unknown {}

/// What a shim returns.
pub type Done = Result<(), CallError>;

/// The loop of a function whose errors hide it: the program that has it does not compile.
///
/// # Errors
///
/// Always.
pub fn broken(_: &Args<'_>, _: &mut Out<'_>) -> Result<(), CallError> {
    Err(CallError::whole("the function has errors"))
}

/// Registers a descriptor and gives the function to sessions.
#[cfg(feature = "engine")]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_function {
    ($descriptor:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }

        /// The function for a session of DataFusion; one instance in a process.
        #[must_use]
        #[allow(unreachable_pub)]
        pub fn udf() -> $crate::__private::Arc<$crate::__private::ScalarUDF> {
            $descriptor.to_udf()
        }
    };
}

/// Registers a descriptor.
#[cfg(not(feature = "engine"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_function {
    ($descriptor:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }
    };
}

/// Registers a descriptor and gives the aggregate to sessions.
#[cfg(feature = "engine")]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_aggregate {
    ($descriptor:ident $aggregate:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }

        /// The aggregate for a session of DataFusion; one instance in a process.
        #[must_use]
        pub fn udaf() -> $crate::__private::Arc<$crate::__private::AggregateUDF> {
            $descriptor.to_udaf(&$aggregate)
        }
    };
}

/// Registers a descriptor.
#[cfg(not(feature = "engine"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_aggregate {
    ($descriptor:ident $aggregate:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }
    };
}

/// Registers a descriptor and gives the window function to sessions.
#[cfg(feature = "engine")]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_window {
    ($descriptor:ident $window:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }

        /// The window function for a session of DataFusion; one instance in a process.
        #[must_use]
        pub fn udwf() -> $crate::__private::Arc<$crate::__private::WindowUDF> {
            $descriptor.to_udwf(&$window)
        }
    };
}

/// Registers a descriptor.
#[cfg(not(feature = "engine"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_window {
    ($descriptor:ident $window:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }
    };
}

/// Registers a descriptor and gives the table function to sessions.
#[cfg(feature = "engine")]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_table {
    ($descriptor:ident $table:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }

        /// The table function for a session of DataFusion, which takes its arguments by position.
        #[must_use]
        #[allow(unreachable_pub)]
        pub fn udtf() -> $crate::__private::Arc<dyn $crate::__private::TableFunctionImpl> {
            $descriptor.to_udtf(&$table)
        }
    };
}

/// Registers a descriptor.
#[cfg(not(feature = "engine"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_table {
    ($descriptor:ident $table:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration(&$descriptor) }
    };
}

#[cfg(feature = "testing")]
pub use crate::testing::views::view_test as run_view_test;

/// A unit test of a view.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_view_test {
    (#[doc = $doc:literal] [$view:expr] [$($given:expr),*] [$($column:literal),*] $rows:literal) => {
        #[doc = $doc]
        #[test]
        fn rows() {
            $crate::__private::run_view_test($view, &[$($given),*], &[$($column),*], $rows);
        }
    };
}

/// What a unit test of a view is without what runs it.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_view_test {
    ($($tokens:tt)*) => {
        ::core::compile_error! {
            "`view_test!` needs the feature `testing` of `belvedere`: \
`belvedere = { version = \"…\", features = [\"testing\"] }` below `[dev-dependencies]`"
        }
    };
}

/// The descriptor of a function whose errors hide it, so that what mentions it is no second error.
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_stub {
    ($name:literal) => {
        pub static DESCRIPTOR: $crate::__private::Function =
            $crate::__private::Function::new::<::core::primitive::i64>(
                $name,
                "?",
                &[],
                $crate::__private::broken,
            );
    };
}

/// Reading and writing of a type whose errors hide it, so that functions over it are no second
/// errors.
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_stub_type {
    ([$($generics:tt)*] [$ty:ty] [$($clause:tt)*]) => {
        impl $($generics)* $crate::__private::Read for $ty $($clause)* {
            type Item<'__a> = Self;
            type Column<'__a> = ();
            const VEC: $crate::__private::Type =
                $crate::__private::Type::List(&<Self as $crate::__private::Slot>::VALUE);
            fn column<'__a>(_: &'__a $crate::__private::Node<'__a>) -> Self::Column<'__a> {}
            fn get<'__a>(_: &Self::Column<'__a>, _: ::core::primitive::usize) -> Self::Item<'__a> {
                ::core::unreachable!("a type with errors is never read")
            }
        }
        impl $($generics)* $crate::__private::Write for $ty $($clause)* {
            type Item<'__a> = Self;
            type Builder = $crate::__private::StructBuilder<()>;
            fn builder(
                rows: ::core::primitive::usize,
                target: &$crate::__private::Target<'_>,
            ) -> Self::Builder {
                $crate::__private::StructBuilder::new(rows, (), target)
            }
            fn append(builder: &mut Self::Builder, _: Self::Item<'_>) {
                builder.append();
            }
            fn append_null(builder: &mut Self::Builder) {
                builder.append_null();
            }
            fn finish(
                builder: Self::Builder,
            ) -> $crate::__private::Result<
                $crate::__private::ArrayRef,
                $crate::__private::CallError,
            > {
                builder.finish::<Self>($crate::__private::Vec::new())
            }
        }
    };
}
