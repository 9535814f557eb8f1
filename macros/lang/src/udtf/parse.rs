//! Tokens to the model: the result is looked at here, everything else by `#[udf]`.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, Item, ItemFn, PatType, PathArguments,
    ReturnType, Type,
};

use super::messages;
use crate::sink::{Diagnostic, Sink};
use crate::source_hash::source_hash;
use crate::udaf::types::inside;
use crate::udf::attributes::UDTF;
use crate::udf::collected;
use crate::udf::{Function, Piece, WordKind, keyword, range, text_of};

/// A table function.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it has in common with other functions; its result is a row, fallible when each can fail.
    pub function: Function,
    /// Whether it may fail before the first row.
    pub opens: bool,
    /// Whether it gives a plan and no iterator.
    pub plans: bool,
}

/// A table function whose errors are in the way of a model.
#[derive(Debug)]
pub struct Broken {
    /// The item below `#[udtf]`, if it is a function.
    pub item: Option<ItemFn>,
    /// What is wrong, in the order of the source.
    pub errors: Vec<Diagnostic>,
}

/// What a table function returns, taken apart.
struct Rows {
    /// The type of a row, or of the `Result` of one.
    item: Type,
    /// Whether there may be an error in place of the iterator.
    opens: bool,
    /// Whether it is a plan.
    plans: bool,
}

impl Table {
    /// Reads the tokens between the parentheses of `#[udtf(…)]` and the item below it.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(attribute: TokenStream, item: TokenStream) -> Result<Self, Box<Broken>> {
        let sink = Sink::new();
        let written = match syn::parse2::<Item>(item) {
            Ok(Item::Fn(written)) => written,
            other => {
                let span = match &other {
                    Ok(item) => range(&keyword(item)),
                    Err(error) => (error.span(), error.span()),
                };
                sink.error_range(span, messages::not_a_function());
                return Err(Box::new(Broken { item: None, errors: sink.into_diagnostics() }));
            }
        };
        check_params(&written, &sink);
        let rows = read_rows(&written, &sink);
        // A row in the place of the iterator is a function like any other; what is told of already is
        // left out.
        let mut row = written.clone();
        row.sig.inputs = row.sig.inputs.into_iter().filter(|input| !is_refused(input)).collect();
        row.sig.output = match &rows {
            Some(Rows { item, .. }) => syn::parse_quote!(-> #item),
            None => syn::parse_quote!(-> i64),
        };
        let parsed = Function::parse_as(&UDTF, attribute, row.to_token_stream());
        if let Ok(function) = &parsed
            && let WordKind::Option(_) = function.returns.word.kind
            && matches!(
                function.returns.word.without_option().0.kind,
                WordKind::Named(_) | WordKind::Generic(..)
            )
        {
            sink.error_range(function.returns.word.span, messages::optional_row());
        }
        if let (Ok(function), Some(Rows { plans: true, .. })) = (&parsed, &rows)
            && function.returns.fallible
        {
            let found = text_of(&function.returns.ty);
            sink.error_range(range(&function.returns.ty), messages::fallible_plan(&found));
        }
        let own = sink.finish().err().unwrap_or_default();
        match (parsed, rows) {
            (Ok(mut function), Some(rows)) if own.is_empty() => {
                function.source_hash = source_hash([&written.sig as _, &written.block as _]);
                function.item.sig.output = written.sig.output;
                Ok(Self { function, opens: rows.opens, plans: rows.plans })
            }
            (parsed, _) => {
                let more = parsed.err().map(|broken| broken.errors).unwrap_or_default();
                let errors = own.into_iter().chain(more).collect();
                Err(Box::new(Broken { item: Some(written), errors }))
            }
        }
    }

    /// The signature's text in pieces, under the name of the Rust function.
    #[must_use]
    pub fn signature(&self) -> Vec<Piece> {
        let mut pieces = vec![Piece::Text("table ".to_owned())];
        pieces.extend(self.function.signature(false));
        pieces
    }
}

/// What the parameters of a table function cannot be.
fn check_params(item: &ItemFn, sink: &Sink) {
    for param in &item.sig.generics.params {
        if !matches!(param, GenericParam::Const(_)) {
            sink.error_range(range(param), messages::generic());
        }
    }
    for input in &item.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        for attribute in &typed.attrs {
            let span = attribute.path().span();
            match name_of_attribute(attribute).as_str() {
                name @ ("cast" | "setting") => {
                    sink.error(span, messages::param_attribute(&format!("#[{name}]")));
                }
                name @ ("state" | "prepared") => {
                    sink.error(span, messages::inner(&format!("#[{name}]")));
                }
                _ => {}
            }
        }
        match typed.ty.as_ref() {
            _ if is_inner(typed) => {}
            Type::Reference(reference) if is_slice(&reference.elem) => {
                sink.error_range(range(&typed.ty), messages::variadic());
            }
            ty if lends(ty) => sink.error_range(range(ty), messages::lent(&text_of(ty))),
            _ => {}
        }
    }
}

fn name_of_attribute(attribute: &Attribute) -> String {
    attribute.path().get_ident().map(ToString::to_string).unwrap_or_default()
}

/// Whether a parameter is none of SQL.
fn is_inner(typed: &PatType) -> bool {
    let names = ["state", "prepared"];
    typed.attrs.iter().any(|attribute| names.contains(&name_of_attribute(attribute).as_str()))
}

/// Whether [`check_params`] has said all that there is to say.
fn is_refused(input: &FnArg) -> bool {
    let FnArg::Typed(typed) = input else { return false };
    let names = ["cast", "setting"];
    let refused = |attribute| names.contains(&name_of_attribute(attribute).as_str());
    typed.attrs.iter().any(refused) || is_inner(typed) || lends(&typed.ty)
}

/// `[T]`, unless it is bytes.
fn is_slice(ty: &Type) -> bool {
    matches!(ty, Type::Slice(slice) if text_of(&slice.elem) != "u8")
}

/// Whether a type has a lifetime: a reference, a view.
fn lends(ty: &Type) -> bool {
    let text = text_of(ty);
    text.contains('&') || text.contains('\'')
}

fn read_rows(item: &ItemFn, sink: &Sink) -> Option<Rows> {
    let ReturnType::Type(_, written) = &item.sig.output else {
        sink.error(item.sig.ident.span(), messages::no_rows());
        return None;
    };
    let given = first_of(written, "Result");
    let (ty, opens) = (given.unwrap_or(written), given.is_some());
    let plan = inside(ty, "Relation");
    if let Some(item) = plan.or_else(|| items(ty)) {
        return Some(Rows { item: item.clone(), opens, plans: plan.is_some() });
    }
    sink.error_range(range(written), messages::not_rows(&text_of(written)));
    None
}

/// `T` of `impl Iterator<Item = T>`, `Box<dyn Iterator<Item = T> + Send>` and `Vec<T>`.
fn items(ty: &Type) -> Option<&Type> {
    match inside(ty, "Box") {
        Some(Type::TraitObject(object)) => collected::item_of(&object.bounds),
        _ => collected::item(ty).or_else(|| inside(ty, "Vec")),
    }
}

/// The first argument of `Wrapper<T, …>`.
fn first_of<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
