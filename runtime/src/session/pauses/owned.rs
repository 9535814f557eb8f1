//! Batches that are slices of something larger, with memory of their own.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, GenericByteViewArray, RecordBatch, UInt64Array};
use arrow::compute::take_arrays;
use arrow::datatypes::{ArrowNativeType as _, ByteViewType};
use arrow_schema::DataType;
use datafusion::error::Result;

/// How many times as large as its rows a batch is where they are copied.
const MUCH: usize = 2;

/// How many bytes more it may have, since small buffers are larger than what is in them.
const SLACK: usize = 1 << 16;

/// The rows of a batch, copied where it holds much more than them.
pub(super) fn owned(batch: RecordBatch) -> Result<RecordBatch> {
    let own: usize = batch.columns().iter().map(|column| own_bytes(column)).sum();
    if batch.get_array_memory_size() <= own.saturating_mul(MUCH) + SLACK {
        return Ok(batch);
    }
    let rows = UInt64Array::from_iter_values(0..batch.num_rows() as u64);
    let columns = take_arrays(batch.columns(), &rows, None)?.into_iter().map(without_others);
    Ok(RecordBatch::try_new(batch.schema(), columns.collect())?)
}

/// The bytes that values take, without what lies before and behind them.
fn own_bytes(array: &dyn Array) -> usize {
    let part = |values: &ArrayRef, offsets: &[i32]| {
        let ends = offsets.first().zip(offsets.last());
        let (start, end) = ends.map_or((0, 0), |(start, end)| (start.as_usize(), end.as_usize()));
        size_of_val(offsets) + own_bytes(&values.slice(start, end - start))
    };
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            part(list.values(), list.value_offsets())
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            part(&entries, map.value_offsets())
        }
        DataType::Struct(_) => array.as_struct().columns().iter().map(|part| own_bytes(part)).sum(),
        DataType::Utf8View => own_views(array.as_string_view()),
        DataType::BinaryView => own_views(array.as_binary_view()),
        _ => array.to_data().get_slice_memory_size().unwrap_or_default(),
    }
}

/// Views, and the texts that do not fit in them.
fn own_views<T: ByteViewType + ?Sized>(array: &GenericByteViewArray<T>) -> usize {
    size_of_val(&array.views()[..]) + array.total_buffer_bytes_used()
}

/// A taken view of a text still holds all the texts that there were, a taken list has room for all items.
fn without_others(mut array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => Arc::new(array.as_string_view().gc()),
        DataType::BinaryView => Arc::new(array.as_binary_view().gc()),
        _ => {
            array.shrink_to_fit();
            array
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, ListArray, StringArray, StringViewArray};
    use arrow::datatypes::Int64Type;

    use super::*;

    #[test]
    fn a_slice_holds_its_rows_and_no_others() {
        let numbers = Int64Array::from_iter_values(0..100_000);
        let texts = StringArray::from_iter_values((0..100_000).map(|n| format!("text {n}")));
        let views =
            StringViewArray::from_iter_values(texts.iter().map(|text| text.unwrap().repeat(3)));
        let lists = (0..100_000).map(|n| Some([Some(n), None]));
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
        let columns: [(&str, ArrayRef); 4] = [
            ("numbers", Arc::new(numbers)),
            ("texts", Arc::new(texts)),
            ("views", Arc::new(views)),
            ("lists", Arc::new(lists)),
        ];
        for column in columns {
            let batch = RecordBatch::try_from_iter([column]).unwrap();
            let (slice, name) =
                (batch.slice(50_000, 1_000), batch.schema().field(0).name().clone());
            let copy = owned(slice.clone()).unwrap();
            assert_eq!(copy, slice, "{name}");
            let (own, whole) = (copy.get_array_memory_size(), batch.get_array_memory_size());
            assert!(slice.get_array_memory_size() * 2 > whole, "{name}");
            assert!(own * 20 < whole, "{name}: {own} of {whole}");
            let again = owned(batch.clone()).unwrap();
            assert_eq!(again.get_array_memory_size(), whole, "{name}");
        }
    }
}
