//! The macros of Belvedere: entry points only. What they do is in `belvedere-lang`.

use proc_macro::TokenStream;

use belvedere_lang::expand;

/// Declares a table: a relation that a source writes.
///
/// ```ignore
/// belvedere::table! {
///     /// Files of the source tree.
///     pub source_files { file_id: String, path: String, size: i64, tags: Option<List<String>> }
/// }
/// ```
///
/// It becomes a module of the table's name with `Row`, a struct of its columns, and `RELATION`, its
/// descriptor, which registers itself with the program.
#[proc_macro]
pub fn table(tokens: TokenStream) -> TokenStream {
    expand::table::table(tokens.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish_table(tokens: TokenStream) -> TokenStream {
    expand::table::finish_table(tokens.into()).into()
}
