//! Tuples as parts of states: structs whose fields have no names worth mentioning.

use arrow_array::ArrayRef;

use crate::udf::error::CallError;
use crate::udf::nested::StructBuilder;
use crate::udf::node::Node;
use crate::udf::read::{Read, Slot};
use crate::udf::types::{FieldType, StructType, Type, Typed};
use crate::udf::write::{Target, Write, WriteSlot};

macro_rules! tuple {
    ($($part:ident $index:tt $name:literal)*) => {
        impl<$($part: Slot),*> Typed for ($($part,)*) {
            const TYPE: Type = Type::Struct(&StructType {
                name: "",
                fields: &[$(FieldType::of::<$part>($name)),*],
            });
        }

        impl<$($part: Slot),*> Read for ($($part,)*) {
            type Item<'a> = ($($part::Item<'a>,)*);
            type Column<'a> = ($($part::Column<'a>,)*);
            const VEC: Type = Type::List(&<Self as Slot>::VALUE);

            fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
                ($($part::column(node.field($index)),)*)
            }

            fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
                ($($part::get(&column.$index, row),)*)
            }
        }

        impl<$($part: Slot + WriteSlot),*> Write for ($($part,)*) {
            type Item<'a> = ($(<$part as WriteSlot>::Item<'a>,)*);
            type Builder = StructBuilder<($($part::Builder,)*)>;

            fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
                let fields = ($($part::builder(rows, &target.part($index)),)*);
                StructBuilder::new(rows, fields, target)
            }

            fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
                $(<$part as WriteSlot>::append(&mut builder.fields.$index, item.$index);)*
                builder.append();
            }

            fn append_null(builder: &mut Self::Builder) {
                $($part::append_null(&mut builder.fields.$index);)*
                builder.append_null();
            }

            fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
                let (fields, rows) = builder.into_parts();
                rows.finish::<Self>(vec![$(<$part as WriteSlot>::finish(fields.$index)?),*])
            }
        }
    };
}

tuple! { A 0 "0" B 1 "1" }
tuple! { A 0 "0" B 1 "1" C 2 "2" }
