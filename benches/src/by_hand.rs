//! What somebody who knows Arrow and DataFusion well would write for the functions of the benches,
//! as an implementation of `ScalarUDFImpl` over columns of one type.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanArray, DictionaryArray, GenericListArray,
    Int64Array, ListArray, PrimitiveArray, StringArray, StringBuilder, StringViewBuilder,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::kernels::arity::{binary, try_binary};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use arrow::error::ArrowError;
use blake2::digest::consts::U8;
use blake2::{Blake2b, Digest as _};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use regex::Regex;

use crate::rows::PATTERN;

type Kernel = fn(&[ArrayRef]) -> Result<ArrayRef>;

/// A call of a kernel.
pub(crate) fn call(name: &str, returns: DataType, kernel: Kernel, args: Vec<Expr>) -> Expr {
    let name = format!("by_hand_{name}");
    let signature = Signature::any(args.len(), Volatility::Immutable);
    ScalarUDF::new_from_impl(ByHand { name, signature, returns, kernel }).call(args)
}

#[derive(Debug)]
struct ByHand {
    name: String,
    signature: Signature,
    returns: DataType,
    kernel: Kernel,
}

impl PartialEq for ByHand {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ByHand {}

impl std::hash::Hash for ByHand {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for ByHand {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        (self.kernel)(&arrays).map(ColumnarValue::Array)
    }
}

pub(crate) fn add(args: &[ArrayRef]) -> Result<ArrayRef> {
    let (a, b) = (args[0].as_primitive::<Int64Type>(), args[1].as_primitive::<Int64Type>());
    let sums: Int64Array = binary(a, b, i64::wrapping_add)?;
    Ok(Arc::new(sums))
}

pub(crate) fn add3(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [a, b, c] = [0, 1, 2].map(|index| args[index].as_primitive::<Int64Type>());
    let sums: ScalarBuffer<i64> = a
        .values()
        .iter()
        .zip(b.values())
        .zip(c.values())
        .map(|((a, b), c)| a.wrapping_add(*b).wrapping_add(*c))
        .collect();
    let nulls = NullBuffer::union(NullBuffer::union(a.nulls(), b.nulls()).as_ref(), c.nulls());
    Ok(Arc::new(Int64Array::new(sums, nulls)))
}

/// The loop is expensive, so rows with a NULL are skipped.
pub(crate) fn gcd(args: &[ArrayRef]) -> Result<ArrayRef> {
    let (a, b) = (args[0].as_primitive::<Int64Type>(), args[1].as_primitive::<Int64Type>());
    let Some(nulls) = NullBuffer::union(a.nulls(), b.nulls()) else {
        let divisors: Int64Array = binary(a, b, crate::functions::gcd)?;
        return Ok(Arc::new(divisors));
    };
    let mut divisors = vec![0; a.len()];
    for row in nulls.valid_indices() {
        divisors[row] = crate::functions::gcd(a.value(row), b.value(row));
    }
    Ok(Arc::new(Int64Array::new(divisors.into(), Some(nulls))))
}

pub(crate) fn divide(args: &[ArrayRef]) -> Result<ArrayRef> {
    let (a, b) = (args[0].as_primitive::<Int64Type>(), args[1].as_primitive::<Int64Type>());
    let quotients: Int64Array =
        try_binary(a, b, |a, b| a.checked_div(b).ok_or(ArrowError::DivideByZero))?;
    Ok(Arc::new(quotients))
}

pub(crate) fn length(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = args[0].as_string::<i32>();
    let lengths: ScalarBuffer<i64> = if texts.is_ascii() {
        texts.offsets().windows(2).map(|ends| i64::from(ends[1] - ends[0])).collect()
    } else {
        (0..texts.len()).map(|row| texts.value(row).chars().count() as i64).collect()
    };
    Ok(Arc::new(Int64Array::new(lengths, texts.nulls().cloned())))
}

pub(crate) fn upper(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = args[0].as_string::<i32>();
    let mut results = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
    for text in texts {
        results.append_option(text.map(str::to_uppercase));
    }
    Ok(Arc::new(results.finish()))
}

pub(crate) fn trim(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = args[0].as_string::<i32>();
    let mut results = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
    for text in texts {
        results.append_option(text.map(|text| text.trim_matches(' ')));
    }
    Ok(Arc::new(results.finish()))
}

/// The results are views into the buffers of the argument.
pub(crate) fn trim_views(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = args[0].as_string_view();
    let mut results = StringViewBuilder::with_capacity(texts.len());
    for buffer in texts.data_buffers() {
        results.append_block(buffer.clone());
    }
    for (row, text) in texts.iter().enumerate() {
        match text {
            None => results.append_null(),
            Some(text) => {
                let trimmed = text.trim_matches(' ');
                if trimmed.len() <= 12 {
                    results.append_value(trimmed);
                } else {
                    let view = arrow::array::ByteView::from(texts.views()[row]);
                    let skipped = trimmed.as_ptr().addr() - text.as_ptr().addr();
                    let (skipped, length) = (skipped as u32, trimmed.len() as u32);
                    results.try_append_view(view.buffer_index, view.offset + skipped, length)?;
                }
            }
        }
    }
    Ok(Arc::new(results.finish()))
}

pub(crate) fn starts_with(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = args[0].as_string::<i32>();
    let bits = BooleanBuffer::collect_bool(texts.len(), |row| texts.value(row).starts_with(" ab"));
    Ok(Arc::new(BooleanArray::new(bits, texts.nulls().cloned())))
}

pub(crate) fn matches(args: &[ArrayRef]) -> Result<ArrayRef> {
    static REGEX: std::sync::LazyLock<Option<Regex>> =
        std::sync::LazyLock::new(|| Regex::new(PATTERN).ok());
    let Some(regex) = &*REGEX else { return datafusion::common::exec_err!("{PATTERN} is wrong") };
    let texts = args[0].as_string::<i32>();
    Ok(Arc::new(
        texts.iter().map(|text| text.map(|text| regex.is_match(text))).collect::<BooleanArray>(),
    ))
}

pub(crate) fn upper_dictionary(args: &[ArrayRef]) -> Result<ArrayRef> {
    let dictionary = args[0].as_dictionary::<Int32Type>();
    let values = upper(&[Arc::clone(dictionary.values())])?;
    Ok(Arc::new(DictionaryArray::<Int32Type>::new(dictionary.keys().clone(), values)))
}

pub(crate) fn list_sum(args: &[ArrayRef]) -> Result<ArrayRef> {
    let lists = args[0].as_list::<i32>();
    let values = lists.values().as_primitive::<Int64Type>().values();
    let sums: ScalarBuffer<i64> = lists
        .offsets()
        .windows(2)
        .map(|ends| {
            values[ends[0] as usize..ends[1] as usize]
                .iter()
                .fold(0, |sum: i64, value| sum.wrapping_add(*value))
        })
        .collect();
    Ok(Arc::new(PrimitiveArray::<Int64Type>::new(sums, lists.nulls().cloned())))
}

pub(crate) fn list_compact(args: &[ArrayRef]) -> Result<ArrayRef> {
    let lists: &GenericListArray<i32> = args[0].as_list::<i32>();
    let values = lists.values().as_primitive::<Int64Type>();
    let mut kept = Vec::with_capacity(values.len());
    let mut lengths = Vec::with_capacity(lists.len());
    for (row, ends) in lists.offsets().windows(2).enumerate() {
        let before = kept.len();
        if lists.is_valid(row) {
            let range = ends[0] as usize..ends[1] as usize;
            kept.extend(range.filter(|item| values.is_valid(*item)).map(|item| values.value(item)));
        }
        lengths.push(kept.len() - before);
    }
    Ok(list_array(lengths, kept, lists.nulls().cloned()))
}

pub(crate) fn list_unique_sorted(args: &[ArrayRef]) -> Result<ArrayRef> {
    let lists: &GenericListArray<i32> = args[0].as_list::<i32>();
    let values = lists.values().as_primitive::<Int64Type>();
    let mut kept = Vec::with_capacity(values.len());
    let mut lengths = Vec::with_capacity(lists.len());
    let mut list = Vec::new();
    for (row, ends) in lists.offsets().windows(2).enumerate() {
        list.clear();
        if lists.is_valid(row) {
            let range = ends[0] as usize..ends[1] as usize;
            list.extend(range.filter(|item| values.is_valid(*item)).map(|item| values.value(item)));
            list.sort_unstable();
            list.dedup();
        }
        kept.extend_from_slice(&list);
        lengths.push(list.len());
    }
    Ok(list_array(lengths, kept, lists.nulls().cloned()))
}

fn list_array(lengths: Vec<usize>, values: Vec<i64>, nulls: Option<NullBuffer>) -> ArrayRef {
    let item = Arc::new(Field::new_list_field(DataType::Int64, true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(ListArray::new(item, offsets, Arc::new(Int64Array::from(values)), nulls))
}

pub(crate) fn map_get_default(args: &[ArrayRef]) -> Result<ArrayRef> {
    let maps = args[0].as_map();
    let keys = maps.keys().as_string::<i32>();
    let values = maps.values().as_primitive::<Int64Type>();
    let found: ScalarBuffer<i64> = (0..maps.len())
        .map(|row| {
            let ends = &maps.offsets()[row..=row + 1];
            (ends[0] as usize..ends[1] as usize)
                .find(|entry| keys.value(*entry) == "wanted")
                .filter(|entry| maps.is_valid(row) && values.is_valid(*entry))
                .map_or(-1, |entry| values.value(entry))
        })
        .collect();
    Ok(Arc::new(Int64Array::new(found, None)))
}

/// As the function of the standard library: the ends of each span, and refusal of spans that cannot
/// be compared.
pub(crate) fn span_overlaps(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [x, y] = [&args[0], &args[1]].map(Spans::of);
    let nulls = NullBuffer::union(args[0].nulls(), args[1].nulls());
    for row in 0..args[0].len() {
        let comparable =
            x.bases.value(row) == y.bases.value(row) && x.units.value(row) == y.units.value(row);
        if !comparable && nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            return datafusion::common::exec_err!("the spans of row {row} cannot be compared");
        }
    }
    let bits = BooleanBuffer::collect_bool(args[0].len(), |row| {
        let ((a, a_end), (b, b_end)) = (x.bounds(row), y.bounds(row));
        a < a_end && b < b_end && a < b_end && b < a_end
    });
    Ok(Arc::new(BooleanArray::new(bits, nulls)))
}

struct Spans<'a> {
    starts: &'a Int64Array,
    ends: &'a Int64Array,
    bases: &'a PrimitiveArray<Int32Type>,
    units: &'a StringArray,
    exclusive: &'a BooleanArray,
}

impl<'a> Spans<'a> {
    fn of(array: &'a ArrayRef) -> Self {
        let columns = array.as_struct();
        Self {
            starts: columns.column(0).as_primitive(),
            ends: columns.column(1).as_primitive(),
            bases: columns.column(2).as_primitive(),
            units: columns.column(3).as_string(),
            exclusive: columns.column(4).as_boolean(),
        }
    }

    fn bounds(&self, row: usize) -> (i64, i64) {
        let end = self.ends.value(row);
        let end = if self.exclusive.value(row) { end } else { end.saturating_add(1) };
        (self.starts.value(row), end)
    }
}

pub(crate) fn stable_hash64(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = args[0].as_string::<i32>();
    let hashes: Int64Array = texts
        .iter()
        .map(|text| {
            text.map(|text| {
                let digest: [u8; 8] = Blake2b::<U8>::digest(text.as_bytes()).into();
                i64::from_be_bytes(digest) & i64::MAX
            })
        })
        .collect();
    Ok(Arc::new(hashes))
}
