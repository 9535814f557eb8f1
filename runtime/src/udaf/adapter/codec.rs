//! Values of a type parameter in the form that loops read, and back: `u64` or bytes of the same
//! order.

use std::sync::Arc;

use arrow::compute::cast;
use arrow::row::{RowConverter, SortField};
use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, BinaryArray, new_null_array};
use arrow_schema::{ArrowError, DataType};

use crate::udaf::descriptor::Erased;
use crate::udf::generic::has_order;
use crate::udf::words;

/// How values of one type are turned into another form.
#[derive(Clone, Debug)]
pub(super) struct Codec {
    ty: DataType,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// `u64`
    Words,
    /// Text and bytes: their bytes.
    Bytes,
    /// Everything else: Arrow's row format.
    Rows(Arc<RowConverter>),
    /// Numbers that are computed with: the widest of their kind.
    Number(Erased),
}

impl Codec {
    /// The codec for values of a type without encodings.
    ///
    /// # Errors
    ///
    /// The values have no order.
    pub(super) fn new(ty: &DataType) -> Result<Self, ArrowError> {
        let form = match ty {
            ty if words::is_word(ty) => Form::Words,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Form::Bytes,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Form::Bytes,
            ty if has_order(ty) => {
                Form::Rows(Arc::new(RowConverter::new(vec![SortField::new(ty.clone())])?))
            }
            _ => return Err(ArrowError::NotYetImplemented(format!("{ty} has no order"))),
        };
        Ok(Self { ty: ty.clone(), form })
    }

    /// The codec for numbers of a type: integers and floats, as the widest of their kind.
    pub(super) fn number(ty: &DataType) -> Option<Self> {
        let (ty, erased) = match ty {
            // NULL alone has no type.
            ty if ty.is_signed_integer() || ty.is_null() => (DataType::Int64, Erased::I64),
            ty if ty.is_unsigned_integer() => (DataType::UInt64, Erased::U64),
            ty if ty.is_floating() => (DataType::Float64, Erased::F64),
            _ => return None,
        };
        Some(Self { ty, form: Form::Number(erased) })
    }

    /// Whether values are numbers that are computed with.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.form, Form::Number(_))
    }

    /// The type of the values.
    pub(super) fn ty(&self) -> &DataType {
        &self.ty
    }

    /// What loops see.
    pub(super) fn erased(&self) -> Erased {
        match self.form {
            Form::Words => Erased::Word,
            Form::Bytes | Form::Rows(_) => Erased::Bytes,
            Form::Number(erased) => erased,
        }
    }

    /// The values in the form that loops read; encodings are resolved.
    pub(super) fn encode(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let flat =
            if *array.data_type() == self.ty { Arc::clone(array) } else { cast(array, &self.ty)? };
        match &self.form {
            Form::Number(_) => Ok(flat),
            Form::Words => match words::encode(&flat) {
                Some(words) => Ok(Arc::new(words)),
                None => Err(mismatch(flat.data_type())),
            },
            Form::Bytes => match &self.ty {
                DataType::Utf8 => cast(&flat, &DataType::Binary),
                DataType::LargeUtf8 => cast(&flat, &DataType::LargeBinary),
                DataType::Utf8View => cast(&flat, &DataType::BinaryView),
                _ => Ok(flat),
            },
            Form::Rows(converter) => {
                let nulls = flat.logical_nulls();
                let rows = converter.convert_columns(&[flat])?.try_into_binary()?;
                let (offsets, bytes, _) = rows.into_parts();
                Ok(Arc::new(BinaryArray::try_new(offsets, bytes, nulls)?))
            }
        }
    }

    /// The values of which loops gave the form.
    pub(super) fn decode(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        match &self.form {
            Form::Number(_) => Ok(Arc::clone(array)),
            Form::Words => array
                .as_primitive_opt()
                .and_then(|words| words::decode(words, &self.ty))
                .ok_or_else(|| mismatch(array.data_type())),
            Form::Bytes => cast(array, &self.ty),
            Form::Rows(converter) => {
                let bytes =
                    array.as_binary_opt::<i32>().ok_or_else(|| mismatch(array.data_type()))?;
                // A slot that is NULL holds no row; that of NULL stands in for it.
                let null = converter.convert_columns(&[new_null_array(&self.ty, 1)])?;
                let parser = converter.parser();
                let rows = bytes.iter().map(|row| row.map_or(null.row(0), |row| parser.parse(row)));
                let array = converter.convert_rows(rows)?.swap_remove(0);
                if *array.data_type() == self.ty { Ok(array) } else { cast(&array, &self.ty) }
            }
        }
    }
}

fn mismatch(found: &DataType) -> ArrowError {
    ArrowError::InvalidArgumentError(format!("values arrive as {found}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::{
        Array as _, ArrayRef, BinaryViewArray, Decimal128Array, DictionaryArray, LargeStringArray,
        ListArray, StringViewArray,
    };

    use super::Codec;
    use crate::udf::adapter::bind::flat;

    fn check(array: ArrayRef) {
        let codec = Codec::new(flat(array.data_type())).unwrap();
        let encoded = codec.encode(&array).unwrap();
        assert_eq!(encoded.logical_null_count(), array.logical_null_count());
        let flat = arrow::compute::cast(&array, codec.ty()).unwrap();
        assert_eq!(&codec.decode(&encoded).unwrap(), &flat);
    }

    #[test]
    fn what_is_encoded_comes_back() {
        check(Arc::new(LargeStringArray::from(vec![Some("a"), None, Some("")])));
        check(Arc::new(StringViewArray::from(vec![Some("a text that is not inline"), None])));
        check(Arc::new(BinaryViewArray::from(vec![Some(&b"a"[..]), None])));
        let decimals = Decimal128Array::from(vec![Some(-12), None, Some(12)]);
        check(Arc::new(decimals.with_precision_and_scale(20, 2).unwrap()));
        let lists = vec![Some(vec![Some(2), None]), None, Some(vec![])];
        check(Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)));
        let dictionary: DictionaryArray<Int32Type> =
            vec![Some("b"), None, Some("a")].into_iter().collect();
        check(Arc::new(dictionary));
    }
}
