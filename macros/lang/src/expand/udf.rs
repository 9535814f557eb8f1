//! A function to Rust: the user's item, and beside it a module with all that belongs to it.
//!
//! The module calls the runtime's hidden module `__b`. It has a descriptor, one shim, a typed builder of
//! calls, a registration and the carrier of the signature; what is the same for every function is in
//! the runtime.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ItemFn, Path};

use super::asynchronous;
use super::inner::{self, is_constant};
use super::known::Known;
use super::lifetimes::{as_argument, as_result, as_static, relocated_path};
use super::params::{marker, param, preimage, properties, simplify};
use super::pieces::{Described, signature};
use super::types::{type_params, value_type};
use crate::sink::{Diagnostic, to_compile_errors};
use crate::tokens::name_of;
use crate::udf::collected;
use crate::udf::{Broken, Function, Inner, Param, ParamKind, Volatility, emitted_item, erased};

/// `#[udf(attribute)] item`, expanded.
#[must_use]
pub fn udf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Function::parse(attribute, item.clone()) {
        Ok(function) => expand(&function),
        Err(broken) => expand_broken(&broken, item),
    }
}

/// A function without errors.
#[must_use]
pub fn expand(function: &Function) -> TokenStream {
    let item = used_item(function);
    let function = &with_erased(function);
    let module = Module::new(function, false).expand();
    let twin = function.returns.fallible.then(|| Module::new(function, true).expand());
    quote! { #item #module #twin }
}

/// The user's item. Constants that only `prepare` reads are arguments of it all the same, and no slip
/// of the pen: the body begins by naming them, so that rustc sees them used.
fn used_item(function: &Function) -> ItemFn {
    let mut item = function.item.clone();
    if function.prepare.is_some() {
        let constants = function.params.iter().filter(|param| is_constant(param));
        let named = constants.filter(|param| !name_of(&param.ident).starts_with('_'));
        let used = named.map(|Param { ident, .. }| syn::parse_quote! { let _ = &#ident; });
        item.block.stmts.splice(0..0, used);
    }
    item
}

/// The function as its loop calls it: positions of values in the places of type parameters.
fn with_erased(function: &Function) -> Function {
    let mut function = function.clone();
    if function.columns.is_none() && !function.type_params.is_empty() {
        let types = function.params.iter_mut().map(|param| &mut param.ty);
        for ty in types.chain([&mut function.returns.ty]) {
            *ty = erased(ty, &function.type_params);
        }
    }
    function
}

/// A function with errors: the user's item, so that calls of it are no errors, and a module whose
/// carrier says that nothing is known.
fn expand_broken(broken: &Broken, item: TokenStream) -> TokenStream {
    let errors = to_compile_errors(&broken.errors);
    let Some(function) = &broken.item else { return quote! { #item #errors } };
    let item = emitted_item(function);
    // Where there is a `self`, there can be neither modules nor constants without a name.
    if function.sig.receiver().is_some() {
        let errors = broken.errors.iter().map(Diagnostic::to_compile_error);
        return quote! { #item #(#errors)* };
    }
    let vis = &function.vis;
    let name = name_of(&function.sig.ident);
    let stubs = [(name.clone(), false), (format!("try_{name}"), true)].map(|(name, twin)| {
        let of = format_ident!("{name}", span = function.sig.ident.span());
        let ident = if twin { of.clone() } else { function.sig.ident.clone() };
        let signature = format_ident!("signature");
        let carrier = Described::of_function(vis, &of, &signature).with_text("?");
        quote! {
            #[doc(hidden)]
            #vis mod #ident {
                ::belvedere::__private::stub! { #name }
                #carrier
            }
        }
    });
    quote! { #item #errors #(#stubs)* }
}

/// The module of a function, or of its twin.
struct Module<'a> {
    function: &'a Function,
    twin: bool,
}

impl<'a> Module<'a> {
    fn new(function: &'a Function, twin: bool) -> Self {
        Self { function, twin }
    }

    fn expand(&self) -> TokenStream {
        let function = self.function;
        let vis = &function.item.vis;
        let ident = self.ident();
        let title = format!(" The SQL function `{}`.", self.sql_name());
        let contents = self.contents();
        // The order of an erased value, which keys of maps need, is not that of its cells.
        let keys = (!function.type_params.is_empty())
            .then(|| quote! { #[allow(clippy::mutable_key_type)] });
        quote! {
            #[doc = #title]
            #[allow(unused_imports, dead_code, unused_qualifications, clippy::too_many_arguments)]
            #keys
            #vis mod #ident {
                use super::*;
                use ::belvedere::__private as __b;
                #contents
            }
        }
    }

    /// What is in the module: the carrier, and all that needs the types of the signature.
    fn contents(&self) -> TokenStream {
        let contents = |text: &TokenStream| {
            let descriptor = self.descriptor(text);
            let shim = match (&self.function.awaits, &self.function.columns) {
                (Some(awaits), _) => asynchronous::awaited(self.function, awaits, self.twin),
                (None, Some(_)) => self.columns_shim(),
                (None, None) => self.shim(),
            };
            let builder = self.builder();
            let types = types_module(&self.function.named_types());
            let preimage = preimage(self.function).filter(|_| !self.twin);
            let simplify = simplify(self.function);
            quote! {
                #descriptor
                __b::function! { DESCRIPTOR }
                #builder
                #shim
                #preimage
                #simplify
                #types
            }
        };
        let vis = &self.function.item.vis;
        signature((vis, &self.ident()), &self.function.signature(self.twin), contents)
    }

    fn ident(&self) -> Ident {
        let ident = &self.function.item.sig.ident;
        if self.twin {
            format_ident!("try_{}", name_of(ident), span = ident.span())
        } else {
            ident.clone()
        }
    }

    fn sql_name(&self) -> String {
        let name = &self.function.name;
        if self.twin { format!("try_{name}") } else { name.clone() }
    }

    fn descriptor(&self, text: &TokenStream) -> TokenStream {
        let name = self.sql_name();
        let type_params = &self.function.type_params;
        let params = self.function.params.iter().map(|item| param(item, type_params));
        let known = self.known();
        let new = match &self.function.columns {
            None if self.function.awaits.is_some() => {
                let result = self.result_marker();
                quote! { awaited::<#result>(#name, #text, &[#(#params),*], &AWAITED) }
            }
            None => {
                let result = self.result_marker();
                quote! { new::<#result>(#name, #text, &[#(#params),*], shim) }
            }
            Some(columns) => {
                let returns = value_type(&columns.signature.returns, &self.function.type_params);
                let resolve = users_path(&columns.returns);
                quote! {
                    over_columns(
                        #name,
                        #text,
                        &[#(#params),*],
                        #returns,
                        #resolve,
                        shim,
                    )
                }
            }
        };
        quote! {
            /// What is known of the function.
            pub static DESCRIPTOR: __b::Function =
                __b::Function {
                    path: ::core::module_path!(),
                    #known
                    ..__b::Function::#new
                };
        }
    }

    /// What the attributes and the doc comment say beyond the signature.
    fn known(&self) -> TokenStream {
        let function = self.function;
        let twin = format!("Like `{}`, but gives NULL where that one fails.", function.name);
        let first = self.twin.then_some(twin.as_str());
        let paragraphs = function.doc.paragraphs.iter().map(String::as_str);
        let alias = |alias: &String| if self.twin { format!("try_{alias}") } else { alias.clone() };
        let known = Known {
            aliases: function.aliases.iter().map(alias).collect(),
            tags: &function.tags,
            metadata: &function.metadata,
            paragraphs: first.into_iter().chain(paragraphs).collect(),
            examples: if self.twin { &[] } else { &function.doc.examples },
            since: function.since.as_deref(),
            deprecated: function.deprecated.as_deref(),
            version: function.version,
            source_hash: Some(function.source_hash),
        };
        let mut fields = known.fields();
        if !function.type_params.is_empty() {
            let type_params = type_params(&function.type_params);
            fields.extend(quote! { type_params: #type_params, });
        }
        match function.volatility {
            // What is waited for is volatile by itself.
            _ if function.awaits.is_some() => {}
            Volatility::Immutable => {}
            Volatility::Stable => fields.extend(quote! { volatility: __b::Volatility::Stable, }),
            Volatility::Volatile => {
                fields.extend(quote! { volatility: __b::Volatility::Volatile, })
            }
        }
        if function.cheap {
            fields.extend(quote! { cost: __b::Cost::Cheap, });
        }
        if let (Some(operator), false) = (&function.operator, self.twin) {
            fields.extend(quote! { operator: __b::Option::Some(#operator), });
        }
        if let Some(planned) = &function.planned {
            let planned = users_path(planned);
            fields.extend(quote! { planned: __b::Option::Some(#planned), });
        }
        if let Some(returns) = &function.fields {
            let returns = users_path(returns);
            fields.extend(quote! { fields: __b::Option::Some(#returns), });
        }
        fields.extend(properties(&function.properties, self.twin));
        if function.properties.preimage.is_some() && !self.twin {
            fields.extend(quote! { preimage: __b::Option::Some(preimage), });
        }
        if function.properties.simplify.is_some() {
            fields.extend(quote! { simplify: __b::Option::Some(simplify), });
        }
        if function.prepare.is_some() {
            fields.extend(quote! { prepare: __b::Option::Some(prepare), });
        }
        if self.twin {
            let name = &function.name;
            fields.extend(quote! { twin_of: __b::Option::Some(#name), });
        }
        fields
    }

    /// `expr(…)`: a call as data.
    fn builder(&self) -> TokenStream {
        let mut inputs = Vec::new();
        let mut values = Vec::new();
        let mut rest = None;
        for param in &self.function.params {
            let ident = &param.ident;
            if param.kind == ParamKind::Variadic {
                inputs.push(quote! {
                    #ident: impl __b::IntoIterator<
                        Item = impl __b::Into<__b::Operand>,
                    >
                });
                rest = Some(quote! { .and(#ident) });
            } else {
                inputs.push(quote! {
                    #ident: impl __b::Into<__b::Operand>
                });
                values.push(quote! { __b::Into::into(#ident) });
            }
        }
        quote! {
            /// A call of the function.
            #[must_use]
            pub fn expr(#(#inputs),*) -> __b::Call {
                __b::Call::new(&DESCRIPTOR, [#(#values),*]) #rest
            }
        }
    }

    fn shim(&self) -> TokenStream {
        let function = self.function;
        let user = &function.item.sig.ident;
        let mut borrows = false;
        let mut inputs = Vec::new();
        let mut markers = Vec::new();
        let mut rest = None;
        for param in &function.params {
            let ident = &param.ident;
            let (ty, found) = as_argument(&param.ty);
            borrows |= found;
            if param.kind == ParamKind::Variadic {
                inputs.push(quote! { #ident: &[#ty] });
                rest = Some(as_static(&param.ty));
            } else {
                inputs.push(quote! { #ident: #ty });
                markers.push(marker(param));
            }
        }
        let inner = inner::inputs(function);
        borrows |= function.inner.iter().any(|param| param.kind == Inner::Prepared);
        let (output, found) = as_result(&function.returns.ty);
        let lifetime = (borrows || found).then(|| quote! { <'a> });
        let names = function.params.iter().map(|param| &param.ident);
        let names = names.chain(function.inner.iter().map(|param| &param.ident));
        let (before, row) = inner::around(function);
        let prepare = inner::prepare(function);
        let written = &function.item.sig.output;
        let value = collected::collect(written, quote! { super::#user(#(#names),*) });
        let result = self.result_marker();
        let call = match rest {
            None => quote! { __b::call::<(#(#markers,)*), #result, _> },
            Some(rest) => quote! {
                __b::call_variadic::<(#(#markers,)*), #rest, #result, _>
            },
        };
        quote! {
            fn shim(
                args: &__b::Args<'_>,
                out: &mut __b::Out<'_>,
            ) -> __b::Done {
                fn row #lifetime (#(#inputs,)* #(#inner),*) -> #output {
                    #value
                }
                #before
                #call(args, out, #row)
            }
            #prepare
        }
    }

    /// The shim of a function over whole columns.
    fn columns_shim(&self) -> TokenStream {
        let user = &self.function.item.sig.ident;
        let positions = 0..self.function.params.len();
        quote! {
            fn shim(
                args: &__b::Args<'_>,
                out: &mut __b::Out<'_>,
            ) -> __b::Done {
                let array = super::#user(
                    #(__b::column(args, #positions)?),*
                );
                __b::set_column(out, array)
            }
        }
    }

    fn result_marker(&self) -> TokenStream {
        let ty = as_static(&self.function.returns.ty);
        let ty = if self.function.writes() {
            quote! { __b::Writes<#ty> }
        } else {
            quote! { #ty }
        };
        if self.twin {
            quote! { __b::Try<#ty> }
        } else {
            quote! { #ty }
        }
    }
}

/// The user's types under their own names, for views that have columns of them.
pub(super) fn types_module(types: &[&Path]) -> TokenStream {
    if types.is_empty() {
        return TokenStream::new();
    }
    let aliases = types.iter().map(|path| alias(path));
    quote! {
        #[doc(hidden)]
        pub mod __types {
            use super::super::*;
            #(#aliases)*
        }
    }
}

/// `pub type Span = …;` two modules below the user's.
fn alias(path: &Path) -> TokenStream {
    let name = path.segments.last().map(|segment| segment.ident.clone());
    let target = relocated_path(&relocated_path(path));
    let target = if path.segments.len() == 1 {
        quote! { super::super::#target }
    } else {
        quote! { #target }
    };
    let lifetime = path.segments.last().and_then(|segment| match &segment.arguments {
        syn::PathArguments::AngleBracketed(_) => Some(quote! { <'a> }),
        _ => None,
    });
    match lifetime {
        Some(lifetime) => {
            let mut bare = path.clone();
            for segment in &mut bare.segments {
                segment.arguments = syn::PathArguments::None;
            }
            let bare = relocated_path(&relocated_path(&bare));
            let bare = if path.segments.len() == 1 {
                quote! { super::super::#bare }
            } else {
                quote! { #bare }
            };
            quote! { pub type #name #lifetime = #bare #lifetime; }
        }
        None => quote! { pub type #name = #target; },
    }
}

/// A path to the user's function: one of its name may stand in the module too.
pub(super) fn users_path(path: &Path) -> TokenStream {
    let relocated = relocated_path(path);
    // What rustc says of the path is about what the user wrote.
    match path.get_ident() {
        Some(name) => quote_spanned! {name.span()=> super::#relocated },
        None => quote! { #relocated },
    }
}
