//! What stands for a name that is nowhere, so that what waits for it goes on, and the traits by which
//! rustc says so of names that are something else.
//!
//! An expansion imports it by `*` behind the import of a name, which rustc prefers. rust-analyzer
//! may read a carrier before it has found what it would prefer, so it sees none here.

pub use crate::__belvedere_missing as carrier;
pub use crate::__belvedere_nothing as nothing;
#[cfg(not(rust_analyzer))]
pub use crate::{
    __belvedere_missing as columns, __belvedere_missing as signature,
    __belvedere_missing as template,
};

/// What a relation has that stops at a type without a carrier.
pub mod relation {
    /// Its carrier.
    pub mod __known {
        #[cfg(not(rust_analyzer))]
        pub use crate::__belvedere_hidden as columns;
    }

    /// Its descriptor, of a program that does not compile.
    pub static RELATION: crate::view::Relation = crate::view::Relation::table("?", "?", "?");
}

/// What a function has that stops at a type without a carrier.
pub mod function {
    /// Its carrier.
    pub mod __known {
        #[cfg(not(rust_analyzer))]
        pub use crate::__belvedere_hidden as signature;
    }

    /// Its descriptor, of a program that does not compile.
    pub static DESCRIPTOR: crate::__private::Function =
        crate::__private::Function::new::<i64>("?", "?", &[], crate::__private::broken);
}

/// What a template has that stops at a type without a carrier.
pub mod template_of_types {
    /// Its carrier.
    pub mod __known {
        #[cfg(not(rust_analyzer))]
        pub use crate::__belvedere_hidden as template;
    }

    /// Its descriptor, of a program that does not compile.
    pub static TEMPLATE: crate::view::Template = crate::view::Template {
        name: "?",
        module: "?",
        doc: "",
        text: "?",
        sources: &[],
        functions: &[],
        templates: &[],
    };
}

/// The static of a relation.
#[expect(non_upper_case_globals, reason = "expansions call it so")]
pub static definition: u8 = 0;

/// Nothing is one.
#[diagnostic::on_unimplemented(
    message = "this is neither a table nor a view",
    label = "tables and views are made by `table!` and `view!`"
)]
pub trait Relation: Sized {
    /// Asks for one.
    fn ask(self) {}
}

/// Nothing is one.
#[diagnostic::on_unimplemented(
    message = "a view calls a function that is not marked with `#[udf]`",
    label = "without `#[udf]`"
)]
pub trait MarkedUdf: Sized {
    /// Asks for one.
    fn ask(self) {}
}

/// Nothing is one.
#[diagnostic::on_unimplemented(
    message = "this is no template",
    label = "templates are made by `view!`, with `<R: Relation>(…)` behind the name"
)]
pub trait Template: Sized {
    /// Asks for one.
    fn ask(self) {}
}

/// Nothing: whoever calls it wants to know whether the one before is there.
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_nothing {
    ($($tokens:tt)*) => {};
}

/// The carrier of what an error hides.
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_hidden {
    ([$($texts:tt)*] [{ $($next:tt)* } $($rest:tt)*] $body:tt) => {
        $($next)* ! { [$($texts)* "?"] [$($rest)*] $body }
    };
}

/// The carrier of what is nowhere.
#[doc(hidden)]
#[macro_export]
macro_rules! __belvedere_missing {
    ([$($texts:tt)*] [{ $($next:tt)* } $($rest:tt)*] $body:tt) => {
        $($next)* ! { [$($texts)* "!"] [$($rest)*] $body }
    };
}
