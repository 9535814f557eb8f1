//! The loops of functions whose results lie side by side in one buffer.
//!
//! They are compiled for each function, since what is around a call costs more than to write its
//! result. Rows come in blocks: those that are called all are read from and written into slices
//! of the same length, which compiles to vector instructions where the function allows it; of others, the
//! bits of a word say which are called.

use arrow_buffer::NullBuffer;

use super::error::CallError;
use super::live::{Block, Live, WORD};

/// A function, called for the rows of a batch.
pub trait Calls {
    /// What a call gives.
    type Item;

    /// The arguments of a block of rows.
    type Columns;

    /// The arguments of so many rows.
    fn block(&self, first: usize, rows: usize) -> Self::Columns;

    /// Calls the function for a row of a block.
    fn call_in(&self, columns: &Self::Columns, row: usize) -> Self::Item;

    /// Calls the function for a row of the batch.
    fn call_at(&self, row: usize) -> Self::Item;
}

/// The values of the rows that are called, and something in the places of the others.
#[inline]
pub(super) fn collect<N: Copy + Default, C: Calls>(
    live: Live<'_>,
    calls: &C,
    value: impl Fn(C::Item) -> N,
) -> Result<Vec<N>, CallError> {
    let mut values = Vec::with_capacity(live.rows());
    live.each_block(&mut |block| {
        match block {
            Block::All(first, rows) => {
                let columns = calls.block(first, rows);
                // A loop of `Vec::extend` would be a function of its own, which does not see how
                // long the columns are. Zeroes of a block are written into a cache.
                let at = values.len();
                values.resize(at + rows, N::default());
                for (row, slot) in (0..rows).zip(&mut values[at..]) {
                    *slot = value(calls.call_in(&columns, row));
                }
            }
            Block::Some(first, rows, bits) => {
                let mut word = [N::default(); WORD];
                let mut left = bits;
                while left != 0 {
                    let row = left.trailing_zeros() as usize;
                    word[row % WORD] = value(calls.call_at(first + row));
                    left &= left - 1;
                }
                values.extend_from_slice(&word[..rows]);
            }
            Block::None(rows) => values.resize(values.len() + rows, N::default()),
        }
        Ok(())
    })?;
    Ok(values)
}

/// The values that there are for the rows that are called, and which of all rows have none.
#[inline]
pub(super) fn try_collect<N: Copy + Default, C: Calls>(
    live: Live<'_>,
    calls: &C,
    value: impl Fn(usize, C::Item) -> Result<Option<N>, CallError>,
) -> Result<(Vec<N>, Option<NullBuffer>), CallError> {
    let mut values = Vec::with_capacity(live.rows());
    let mut missing = Vec::new();
    live.each_block(&mut |block| {
        let at = values.len();
        match block {
            Block::All(first, rows) => {
                let columns = calls.block(first, rows);
                values.resize(at + rows, N::default());
                for (row, slot) in (0..rows).zip(&mut values[at..]) {
                    match value(first + row, calls.call_in(&columns, row))? {
                        Some(value) => *slot = value,
                        None => missing.push(first + row),
                    }
                }
            }
            Block::Some(first, rows, bits) => {
                let mut word = [N::default(); WORD];
                let mut left = bits;
                while left != 0 {
                    let row = left.trailing_zeros() as usize;
                    match value(first + row, calls.call_at(first + row))? {
                        Some(value) => word[row % WORD] = value,
                        None => missing.push(first + row),
                    }
                    left &= left - 1;
                }
                values.extend_from_slice(&word[..rows]);
            }
            Block::None(rows) => values.resize(at + rows, N::default()),
        }
        Ok(())
    })?;
    Ok((values, live.nulls_and(&missing)))
}

/// Bits of bytes that are 0 or 1.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    /// Multiplied by it, the lowest bit of each byte is in the highest byte: those of the first
    /// byte lowest.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut bits = Vec::with_capacity(bytes.len().div_ceil(8));
    bits.extend(eights.iter().map(|eight| {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(GATHER);
        gathered.to_be_bytes()[0]
    }));
    if !rest.is_empty() {
        bits.push(rest.iter().enumerate().map(|(at, bit)| bit << at).sum());
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::bits;

    #[test]
    fn bytes_are_bits_in_their_order() {
        for len in [0, 1, 7, 8, 9, 64, 65] {
            let bytes: Vec<u8> = (0..len).map(|at| u8::from(at % 3 == 0 || at % 7 == 2)).collect();
            let bits = bits(&bytes);
            assert_eq!(bits.len(), bytes.len().div_ceil(8));
            for (at, byte) in bytes.iter().enumerate() {
                assert_eq!(bits[at / 8] >> (at % 8) & 1, *byte, "bit {at} of {len}");
            }
        }
    }
}
