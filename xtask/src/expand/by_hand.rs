//! The `impl ScalarUDFImpl` that one would write without Belvedere, as Rust that compiles.
//!
//! It computes what the function computes, for a function over plain types. It leaves to the
//! planner what the adapter does itself: every argument is cast to one Arrow type first, where the
//! adapter reads other encodings in place and refuses types that do not fit.

use belvedere_lang::tokens::name_of;
use belvedere_lang::types::{IntType, Type};
use belvedere_lang::udf::{
    Constant, Function, Metadata, Param, ParamKind, Volatility, WordKind, pieces_to_text,
};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::imports::imports;

/// How a plain type is read, written and named in Arrow.
struct Plain {
    /// `DataType::…`
    data_type: TokenStream,
    /// The downcast of an array.
    downcast: TokenStream,
    /// The builder of results.
    builder: TokenStream,
}

/// The file, or why there is none.
pub(super) fn by_hand(function: &Function, twin: bool) -> Result<TokenStream, &'static str> {
    if function.metadata != Metadata::None {
        return Err("its result has metadata of its own");
    }
    if function.awaits.is_some() {
        return Err("its answers are waited for");
    }
    if function.planned.is_some() {
        return Err("it is asked when a call is planned");
    }
    // A hand-written one gathers the text of a row, unless that row may fail.
    let writes = function.writes() && !function.returns.fallible && function.inner.len() == 1;
    if !function.inner.is_empty() && !writes {
        return Err("it is given more than its arguments");
    }
    let params = function.params.iter().map(plain_param).collect::<Result<Vec<_>, _>>()?;
    let returns = plain_type(&function.returns.word.without_option().0.kind)?;
    let name = if twin { format!("try_{}", function.name) } else { function.name.clone() };
    let user = &function.item.sig.ident;
    let ident = format_ident!("{}", camel_case(&name));
    let definition = definition(function, &name, &ident, twin);
    let planning = planning(function, &name, &params, &returns, twin);
    let invoke = invoke(function, &name, user, &params, &returns, twin);
    let body = quote! {
        #definition
        impl ScalarUDFImpl for #ident {
            fn name(&self) -> &str {
                #name
            }
            fn aliases(&self) -> &[String] {
                &self.aliases
            }
            fn signature(&self) -> &Signature {
                &self.signature
            }
            #planning
            #invoke
        }
    };
    let imports = imports(&body);
    Ok(quote! { #imports #body })
}

fn plain_param(param: &Param) -> Result<Plain, &'static str> {
    match param.kind {
        _ if param.any => Err("it takes arguments of any type"),
        ParamKind::Variadic => Err("it takes any number of arguments"),
        ParamKind::Column => Err("it takes whole columns"),
        ParamKind::Parsed if !matches!(param.ty, syn::Type::Path(_)) => {
            Err("it is lent a constant that is parsed")
        }
        ParamKind::Parsed => Ok(plain(&Type::String).ok_or("it takes a constant")?),
        ParamKind::Value | ParamKind::Literal => plain_type(&param.word.without_option().0.kind),
    }
}

fn plain_type(kind: &WordKind) -> Result<Plain, &'static str> {
    const NESTED: &str = "it takes or gives a list, a map or a struct";
    match kind {
        WordKind::Plain(ty) => plain(ty).ok_or(NESTED),
        WordKind::Param(_) => Err("it takes or gives values of any type"),
        WordKind::Result(inner) => plain_type(&inner.without_option().0.kind),
        _ => Err(NESTED),
    }
}

fn plain(ty: &Type) -> Option<Plain> {
    let primitive = |name: &str| {
        let (data_type, array) = (format_ident!("{name}"), format_ident!("{name}Type"));
        let builder = format_ident!("{name}Builder");
        Plain {
            data_type: quote! { DataType::#data_type },
            downcast: quote! { as_primitive::<#array>() },
            builder: quote! { #builder },
        }
    };
    Some(match ty {
        Type::Int(int) => primitive(arrow_name(*int)),
        Type::F32 => primitive("Float32"),
        Type::F64 => primitive("Float64"),
        Type::Bool => Plain {
            data_type: quote! { DataType::Boolean },
            downcast: quote! { as_boolean() },
            builder: quote! { BooleanBuilder },
        },
        Type::String => Plain {
            data_type: quote! { DataType::Utf8 },
            downcast: quote! { as_string::<i32>() },
            builder: quote! { StringBuilder },
        },
        Type::Bytes => Plain {
            data_type: quote! { DataType::Binary },
            downcast: quote! { as_binary::<i32>() },
            builder: quote! { BinaryBuilder },
        },
        _ => return None,
    })
}

const fn arrow_name(int: IntType) -> &'static str {
    match int {
        IntType::I8 => "Int8",
        IntType::I16 => "Int16",
        IntType::I32 => "Int32",
        IntType::I64 => "Int64",
        IntType::U8 => "UInt8",
        IntType::U16 => "UInt16",
        IntType::U32 => "UInt32",
        IntType::U64 => "UInt64",
    }
}

/// The struct and its constructor.
fn definition(function: &Function, name: &str, ident: &Ident, twin: bool) -> TokenStream {
    let doc = format!(" The SQL function `{name}`.");
    let volatility = match function.volatility {
        Volatility::Immutable => quote! { Volatility::Immutable },
        Volatility::Stable => quote! { Volatility::Stable },
        Volatility::Volatile => quote! { Volatility::Volatile },
    };
    let params = function.params.iter().map(|param| name_of(&param.ident));
    let aliases = function
        .aliases
        .iter()
        .map(|alias| if twin { format!("try_{alias}") } else { alias.clone() });
    let names = if function.params.is_empty() {
        quote! { Signature::nullary(#volatility) }
    } else {
        quote! { Signature::user_defined(#volatility).with_parameter_names(vec![#(#params),*])? }
    };
    let documentation = documentation(function, name, twin);
    quote! {
        #documentation
        #[doc = #doc]
        #[derive(Debug, PartialEq, Eq, Hash)]
        pub struct #ident {
            signature: Signature,
            aliases: Vec<String>,
        }
        impl #ident {
            pub fn try_new() -> Result<Self> {
                let signature = #names;
                Ok(Self { signature, aliases: vec![#(#aliases.to_owned()),*] })
            }
        }
    }
}

fn documentation(function: &Function, name: &str, twin: bool) -> TokenStream {
    let mut paragraphs = function.doc.paragraphs.clone();
    if twin {
        let like = format!("Like `{}`, but gives NULL where that one fails.", function.name);
        paragraphs.insert(0, like);
    }
    let description = paragraphs.join("\n\n");
    let params: Vec<_> = function.params.iter().map(|param| name_of(&param.ident)).collect();
    let syntax = format!("{name}({})", params.join(", "));
    let arguments = function.params.iter().zip(&params).map(|(param, name)| {
        let mut pieces = Vec::new();
        param.word.pieces(&mut pieces);
        let ty = match param.kind {
            ParamKind::Parsed => "String".to_owned(),
            _ => pieces_to_text(&pieces).unwrap_or_default(),
        };
        quote! { .with_argument(#name, #ty) }
    });
    quote! {
        static DOCUMENTATION: LazyLock<Documentation> = LazyLock::new(|| {
            Documentation::builder(DocSection::default(), #description, #syntax)
                #(#arguments)*
                .build()
        });
    }
}

/// What is said while a query is planned.
fn planning(
    function: &Function,
    name: &str,
    params: &[Plain],
    returns: &Plain,
    twin: bool,
) -> TokenStream {
    let data_type = &returns.data_type;
    let always = function.returns.word.without_option().1 || twin;
    let strict: Vec<bool> = function.params.iter().map(|param| !is_optional(param)).collect();
    let is_strict = !strict.is_empty() && strict.iter().all(|strict| *strict);
    let nullable = if always {
        quote! { true }
    } else if is_strict {
        quote! { args.arg_fields.iter().any(|field| field.is_nullable()) }
    } else {
        let strict = strict.iter().enumerate().filter(|(_, strict)| **strict);
        let strict = strict.map(|(at, _)| Literal::usize_unsuffixed(at));
        quote! { [#(#strict),*].iter().any(|at: &usize| args.arg_fields[*at].is_nullable()) }
    };
    let args = if always {
        quote! { _ }
    } else {
        quote! { args }
    };
    let types = params.iter().map(|param| &param.data_type);
    let most = params.len();
    let least = function.params.iter().filter(|param| param.default.is_none()).count();
    let wrong = format!("`{name}` takes {}, not {{}}", counted(least, most));
    let (low, high) = (Literal::usize_unsuffixed(least), Literal::usize_unsuffixed(most));
    let (is_wrong, given) = if least == most {
        (quote! { types.len() != #high }, quote! { wanted.to_vec() })
    } else {
        (
            quote! { !(#low..=#high).contains(&types.len()) },
            quote! { wanted[..types.len()].to_vec() },
        )
    };
    let coerce = (most > 0).then(|| {
        quote! {
            fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
                let wanted = [#(#types),*];
                if #is_wrong {
                    return plan_err!(#wrong, types.len());
                }
                Ok(#given)
            }
        }
    });
    quote! {
        #coerce
        fn return_type(&self, _: &[DataType]) -> Result<DataType> {
            Ok(#data_type)
        }
        fn return_field_from_args(&self, #args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
            let nullable = #nullable;
            Ok(Arc::new(Field::new(self.name(), #data_type, nullable)))
        }
        fn is_strict(&self) -> bool {
            #is_strict
        }
        fn documentation(&self) -> Option<&Documentation> {
            Some(&DOCUMENTATION)
        }
    }
}

/// `1 argument`, `1 to 3 arguments`
fn counted(least: usize, most: usize) -> String {
    match (least, most) {
        (1, 1) => "1 argument".to_owned(),
        _ if least == most => format!("{most} arguments"),
        _ => format!("{least} to {most} arguments"),
    }
}

/// The loop.
fn invoke(
    function: &Function,
    name: &str,
    user: &Ident,
    params: &[Plain],
    returns: &Plain,
    twin: bool,
) -> TokenStream {
    let builder = &returns.builder;
    let columns = function
        .params
        .iter()
        .zip(params)
        .enumerate()
        .map(|(at, (param, plain))| column(at, param, plain, name));
    let skips = skips(function);
    let values = function.params.iter().map(value);
    let call = quote! { super::#user(#(#values),*) };
    let nullable = function.returns.word.without_option().1;
    let values = function.params.iter().map(value);
    let call = match (function.writes(), nullable) {
        (true, true) => quote! {{
            let mut text = belvedere::Text::default();
            let written = super::#user(#(#values,)* &mut text);
            written.map(|()| text.as_str().to_owned())
        }},
        (true, false) => quote! { belvedere::Text::of(|text| super::#user(#(#values,)* text)) },
        (false, _) => call,
    };
    let call = match (function.returns.fallible, twin) {
        (true, true) if nullable => quote! { #call.ok().flatten() },
        (true, true) => quote! { #call.ok() },
        (true, false) => {
            let text = format!("`{name}`: {{error}} (row {{row}} of its batch)");
            quote! { #call.map_err(|error| exec_datafusion_err!(#text))? }
        }
        (false, _) => call,
    };
    let append = if nullable || twin {
        quote! { append_option }
    } else {
        quote! { append_value }
    };
    quote! {
        fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
            let rows = args.number_rows;
            #(#columns)*
            let mut out = #builder::new();
            for row in 0..rows {
                #skips
                out.#append(#call);
            }
            Ok(ColumnarValue::Array(Arc::new(out.finish())))
        }
    }
}

/// Rows with a NULL that the function does not see.
fn skips(function: &Function) -> TokenStream {
    let strict = || function.params.iter().filter(|param| !is_optional(param));
    let nulls: Vec<_> = strict()
        .filter(|param| param.kind != ParamKind::Parsed)
        .map(|param| {
            let ident = &param.ident;
            quote! { #ident.is_null(row) }
        })
        .collect();
    let nulls = (!nulls.is_empty()).then(|| {
        quote! {
            if #(#nulls)||* {
                out.append_null();
                continue;
            }
        }
    });
    let parsed = strict().filter(|param| param.kind == ParamKind::Parsed).map(|param| {
        let ident = &param.ident;
        quote! {
            let Some(#ident) = #ident.clone() else {
                out.append_null();
                continue;
            };
        }
    });
    quote! { #nulls #(#parsed)* }
}

/// An argument as an array of its one type; a constant is parsed once.
fn column(at: usize, param: &Param, plain: &Plain, name: &str) -> TokenStream {
    let ident = &param.ident;
    let at = Literal::usize_unsuffixed(at);
    let downcast = &plain.downcast;
    let array = match &param.default {
        None => quote! { let #ident = args.args[#at].to_array(rows)?; },
        Some(default) => {
            let scalar = scalar(default, plain);
            quote! {
                let #ident = match args.args.get(#at) {
                    Some(given) => given.to_array(rows)?,
                    None => #scalar.to_array_of_size(rows)?,
                };
            }
        }
    };
    let parse = (param.kind == ParamKind::Parsed).then(|| {
        let ty = parsed_type(param);
        let text = format!("`{name}`: argument `{}`: {{error}}", name_of(ident));
        quote! {
            let #ident = (rows > 0 && #ident.is_valid(0))
                .then(|| #ident.value(0).parse::<#ty>())
                .transpose()
                .map_err(|error| plan_datafusion_err!(#text))?;
        }
    });
    quote! {
        #array
        let #ident = #ident.#downcast;
        #parse
    }
}

/// The argument of the user's function.
fn value(param: &Param) -> TokenStream {
    let ident = &param.ident;
    match (param.kind, is_optional(param)) {
        (ParamKind::Parsed, true) => quote! { #ident.clone() },
        // What is not optional has its value by now.
        (ParamKind::Parsed, false) => quote! { #ident },
        (_, true) => quote! { #ident.is_valid(row).then(|| #ident.value(row)) },
        (_, false) => quote! { #ident.value(row) },
    }
}

fn scalar(default: &Constant, plain: &Plain) -> TokenStream {
    let data_type = &plain.data_type;
    let value = match default {
        Constant::Null => return quote! { ScalarValue::try_from(&#data_type)? },
        Constant::Bool(value) => quote! { #value },
        Constant::Int(value) => quote! { #value },
        Constant::Float(value) => quote! { #value },
        Constant::Text(value) => quote! { #value },
    };
    quote! { ScalarValue::from(#value).cast_to(&#data_type)? }
}

/// The type that a constant is parsed as.
fn parsed_type(param: &Param) -> TokenStream {
    let ty = &param.ty;
    if let (true, syn::Type::Path(path)) = (is_optional(param), ty)
        && let Some(segment) = path.path.segments.last()
        && let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments
    {
        let inner = &arguments.args;
        return quote! { super::#inner };
    }
    quote! { super::#ty }
}

/// `span_len` as a type: `SpanLen`.
fn camel_case(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars)
        })
        .collect()
}

fn is_optional(param: &Param) -> bool {
    param.word.without_option().1
}

#[cfg(test)]
mod tests;
