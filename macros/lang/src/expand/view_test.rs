//! `view_test!`: a unit test of a view.
//!
//! The first phase imports the view and the relations that are given, as `view!` does, and writes a
//! chain through their carriers. [`finish_view_test`] has their columns, checks the rows against them and
//! writes the test, whose rows are texts.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::carrier::{self, Arrived, arrived, chain};
use super::imports::{Imports, Kind, inside};
use super::relation::without_invisible_groups;
use super::table::named;
use crate::sink::{Sink, to_compile_errors};
use crate::tokens::name_of;
use crate::view::env::{MISSING, Relation};
use crate::view::unit_test::{Fixture, UnitTest, parse_unit_test};

/// Expands `view_test! { … }`.
#[must_use]
pub fn view_test(tokens: TokenStream) -> TokenStream {
    let tokens = without_invisible_groups(tokens);
    let sink = Sink::new();
    let parsed = parse_unit_test(tokens.clone(), &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());
    let Some(test) = parsed else { return errors };
    let name = name_of_test(&test);
    let hidden = carrier::unique(&name);
    let imports = Imports::new(Kind::Relation, &test.relations);
    let (outside, inside) = (imports.outside(&hidden), inside(&[&imports], &hidden));
    let carriers = imports.paths(&["columns"]);
    let chain = chain(&carriers, "finish_view_test", &quote!(#hidden #tokens));
    quote! {
        #errors
        #outside
        #[allow(unused_imports)]
        mod #name { #inside #chain }
    }
}

/// The second phase: `["columns" …] [] { hidden-name body }`, the view's first.
#[must_use]
pub fn finish_view_test(tokens: TokenStream) -> TokenStream {
    let Some((_, Arrived { texts, body })) = arrived(tokens.clone()).and_then(named) else {
        return carrier::not_by_hand(&tokens);
    };
    // The first phase has reported the errors.
    let Some(test) = parse_unit_test(body, &Sink::ignoring()) else { return TokenStream::new() };
    let imports = Imports::new(Kind::Relation, &test.relations);
    let something_else = texts.iter().enumerate().filter(|(_, text)| text.value == MISSING);
    let something_else: TokenStream =
        something_else.map(|(position, _)| imports.something_else(position)).collect();
    let columns = texts.iter().map(|text| Relation::parse("", &text.value).ok()?.columns);
    let columns: Vec<_> = columns.collect();
    let sink = Sink::new();
    let (given, expected) = test.check(&columns, &sink);
    let errors = sink.into_diagnostics();
    if !errors.is_empty() || columns.iter().any(Option::is_none) {
        let errors = to_compile_errors(&errors);
        return quote!(#errors #something_else);
    }
    written(&test, &imports.paths(&["RELATION"]), &given, &expected)
}

/// The test of rows without errors.
fn written(
    test: &UnitTest,
    relations: &[TokenStream],
    given: &[Fixture],
    expected: &Fixture,
) -> TokenStream {
    let Some((view, sources)) = relations.split_first() else { return TokenStream::new() };
    let doc = match test.doc.as_str() {
        "" => format!("The rows of `{}`.", name_of_view(test)),
        doc => doc.to_owned(),
    };
    let given = sources
        .iter()
        .zip(given)
        .map(|(relation, Fixture { rows, .. })| quote!((&#relation, #rows)));
    let Fixture { rows, columns } = expected;
    quote! {
        ::belvedere::__private::view_test! {
            #[doc = #doc]
            [&#view] [#(#given),*] [#(#columns),*] #rows
        }
    }
}

fn name_of_test(test: &UnitTest) -> Ident {
    match &test.name {
        Some(name) => name.clone(),
        None => {
            let span = test.relations.first().and_then(|path| path.segments.last());
            let mut name = format_ident!("test_{}", name_of_view(test));
            if let Some(segment) = span {
                name.set_span(segment.ident.span());
            }
            name
        }
    }
}

fn name_of_view(test: &UnitTest) -> String {
    let last = test.relations.first().and_then(|path| path.segments.last());
    last.map(|segment| name_of(&segment.ident)).unwrap_or_default()
}
