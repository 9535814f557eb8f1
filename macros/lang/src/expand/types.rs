//! Types as constant data: what a signature in words says, for descriptors.

use proc_macro2::TokenStream;
use quote::quote;

use crate::types::{IntType, Type, ValueType};
use crate::view::signature::{TypeParam, TypeSet};

/// `&[__b::TypeParam { … }]`
pub(super) fn type_params(params: &[TypeParam]) -> TokenStream {
    let params = params.iter().map(|TypeParam { name, set }| {
        let set = match set {
            TypeSet::Any => quote! { Any },
            TypeSet::Ordered => quote! { Ordered },
            TypeSet::Number => quote! { Number },
        };
        quote! { __b::TypeParam { name: #name, set: __b::TypeSet::#set } }
    });
    quote! { &[#(#params),*] }
}

/// `__b::ValueType { … }`, type parameters by their numbers among `params`.
pub(super) fn value_type(value: &ValueType, params: &[TypeParam]) -> TokenStream {
    let (ty, nullable) = (data_type(&value.ty, params), value.nullable);
    quote! { __b::ValueType { ty: #ty, nullable: #nullable } }
}

fn data_type(ty: &Type, params: &[TypeParam]) -> TokenStream {
    let variant = match ty {
        Type::Bool => quote! { Bool },
        Type::Int(int) => match int {
            IntType::I8 => quote! { I8 },
            IntType::I16 => quote! { I16 },
            IntType::I32 => quote! { I32 },
            IntType::I64 => quote! { I64 },
            IntType::U8 => quote! { U8 },
            IntType::U16 => quote! { U16 },
            IntType::U32 => quote! { U32 },
            IntType::U64 => quote! { U64 },
        },
        Type::F32 => quote! { F32 },
        Type::F64 => quote! { F64 },
        Type::Decimal(decimal) => {
            let (precision, scale) = (decimal.precision(), decimal.scale());
            quote! { Decimal(#precision, #scale) }
        }
        Type::String => quote! { String },
        Type::Bytes => quote! { Bytes },
        Type::FixedBytes(width) => {
            let width = width.cast_signed();
            quote! { FixedBytes(#width) }
        }
        Type::Uuid => quote! { Uuid },
        Type::Json => quote! { Json },
        Type::Date => quote! { Date },
        Type::Timestamp => quote! { Timestamp },
        Type::LocalTimestamp => quote! { LocalTimestamp },
        Type::Time => quote! { Time },
        Type::Duration => quote! { Duration },
        Type::Interval => quote! { Interval },
        Type::List(item) => {
            let item = value_type(item, params);
            quote! { List(&#item) }
        }
        Type::Map(key, value) => {
            let (key, value) = (data_type(key, params), value_type(value, params));
            quote! { Map(&#key, &#value) }
        }
        Type::Struct(ty) => {
            let name = ty.name.as_deref().unwrap_or_default();
            let fields = ty.fields.iter().map(|field| {
                let (name, value) = (&field.name, value_type(&field.ty, params));
                quote! { __b::FieldType { name: #name, value: #value } }
            });
            quote! { Struct(&__b::StructType { name: #name, fields: &[#(#fields),*] }) }
        }
        Type::AnyStruct => quote! { AnyStruct },
        Type::AnyUnion => quote! { AnyUnion },
        Type::Param(name) => {
            let number = params.iter().position(|param| param.name == *name);
            // A signature knows its own type parameters; no number is none of them.
            let number = number.unwrap_or(usize::MAX);
            quote! { Param(#number) }
        }
        Type::Null | Type::Unknown => {
            unreachable!("a signature in words says what its types are")
        }
    };
    quote! { __b::Type::#variant }
}
