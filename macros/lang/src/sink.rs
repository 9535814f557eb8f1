//! Where errors are collected, so that all of an item's are shown at once.
//!
//! A [`Sink`] is passed by `&`, takes every [`Diagnostic`], and is consumed by [`Sink::finish`] or
//! [`Sink::into_diagnostics`]. Dropping one unread panics: a forgotten report cannot stay silent.

use std::cell::RefCell;

use proc_macro2::{Span, TokenStream, TokenTree};

use crate::messages::Message;

/// One error: a message and the tokens that it is about.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What to say.
    pub message: Message,
    /// The first token's span.
    pub start: Span,
    /// The last token's span; the two differ for an expression of several tokens.
    pub end: Span,
}

/// The collected errors of one item.
#[derive(Debug, Default)]
pub struct Sink {
    errors: RefCell<Option<Vec<Diagnostic>>>,
}

impl Sink {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Self {
        Self { errors: RefCell::new(Some(Vec::new())) }
    }

    /// A sink for what is reported elsewhere: it keeps nothing.
    #[must_use]
    pub fn ignoring() -> Self {
        Self { errors: RefCell::new(None) }
    }

    /// Reports `message` at one token.
    pub fn error(&self, span: Span, message: Message) {
        self.error_range((span, span), message);
    }

    /// Reports `message` from the first to the last of several tokens.
    pub fn error_range(&self, (start, end): (Span, Span), message: Message) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(Diagnostic { message, start, end });
        }
    }

    /// Reports what another sink has been told.
    pub fn extend(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.extend(diagnostics);
        }
    }

    /// How many errors have been reported so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Changes what has been reported since there were `count` errors, and leaves out those for which
    /// `change` says no.
    pub fn change_since(&self, count: usize, mut change: impl FnMut(&mut Diagnostic) -> bool) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            let later = errors.split_off(count.min(errors.len()));
            errors.extend(
                later.into_iter().filter_map(|mut error| change(&mut error).then_some(error)),
            );
        }
    }

    /// Whether anything has been reported so far.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors.borrow().as_ref().is_some_and(|errors| !errors.is_empty())
    }

    /// The errors in the order in which they were reported.
    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.errors.borrow_mut().take().unwrap_or_default()
    }

    /// `Ok` when nothing was reported.
    ///
    /// # Errors
    ///
    /// All that was reported.
    pub fn finish(self) -> Result<(), Vec<Diagnostic>> {
        let errors = self.into_diagnostics();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let unread = self.errors.get_mut().is_some();
        if unread && !std::thread::panicking() {
            unreachable!("an error sink was dropped before anybody read it");
        }
    }
}

impl Diagnostic {
    /// The error as `compile_error!`, every token of it on the user's text: rustc underlines from
    /// the first span to the last, and would underline the whole macro if one token had another.
    #[must_use]
    pub fn to_compile_error(&self) -> TokenStream {
        let text = self.message.to_string();
        let (start, end) = (self.start, self.end);
        let head = quote::quote_spanned!(start=> ::core::compile_error!);
        let mut literal = proc_macro2::Literal::string(&text);
        literal.set_span(end);
        let mut group = proc_macro2::Group::new(
            proc_macro2::Delimiter::Brace,
            TokenTree::Literal(literal).into(),
        );
        group.set_span(end);
        let mut tokens = head;
        tokens.extend([TokenTree::Group(group)]);
        tokens
    }
}

/// All of `errors` as items, in order.
///
/// A module with a `compile_error!` of its own is one of which rustc no longer says what is missing
/// in it, so that a wrong column would hide an unknown table. Inside of a constant it is not the
/// module's.
#[must_use]
pub fn to_compile_errors(errors: &[Diagnostic]) -> TokenStream {
    let items = errors.iter().map(|error| {
        let error = error.to_compile_error();
        quote::quote! { const _: () = #error; }
    });
    items.collect()
}
