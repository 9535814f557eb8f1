//! The rows of a batch for which a function is called.

use std::ops::Range;

use arrow_buffer::{BooleanBufferBuilder, NullBuffer};

use super::error::CallError;

/// A block has so many rows at most: what is written of it stays in the first cache of a processor.
pub const BLOCK: usize = 256;

/// Bits of a word.
pub const WORD: usize = u64::BITS as usize;

/// Rows that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// So many rows from the first on, all of which are called.
    All(usize, usize),
    /// At most [`WORD`] rows from the first on, of which those are called whose bits are set.
    Some(usize, usize, u64),
    /// So many rows of which none is called.
    None(usize),
}

/// All rows of a batch but those in which a NULL decides the result.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    rows: usize,
    nulls: Option<&'a NullBuffer>,
    /// Whether the function may be called for the others too.
    cheap: bool,
    /// Whether arguments can be read in blocks.
    blocks: bool,
}

impl<'a> Live<'a> {
    pub(crate) fn new(rows: usize, nulls: Option<&'a NullBuffer>) -> Self {
        Self { rows, nulls, cheap: false, blocks: false }
    }

    /// The same rows of arguments that can be read in blocks, if they can.
    pub(crate) fn in_blocks(self, cheap: bool, blocks: bool) -> Self {
        Self { cheap, blocks, ..self }
    }

    /// The number of rows, those that are not called too.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows that are not called are NULL in it; `None` when all are called.
    #[must_use]
    pub fn nulls(&self) -> Option<&'a NullBuffer> {
        self.nulls
    }

    /// Goes through the runs of rows that are called.
    ///
    /// Runs are handed out dynamically, so that what is compiled for each function is the loop
    /// within a run and not the search for runs.
    ///
    /// # Errors
    ///
    /// The first that a run gives.
    pub fn each_run(
        &self,
        run: &mut dyn FnMut(Range<usize>) -> Result<(), CallError>,
    ) -> Result<(), CallError> {
        match self.nulls {
            None => run(0..self.rows),
            Some(nulls) => nulls.valid_slices().try_for_each(|(start, end)| run(start..end)),
        }
    }

    /// Goes through all rows in blocks: long ones where all rows are called, words elsewhere.
    ///
    /// # Errors
    ///
    /// The first that a block gives.
    pub(super) fn each_block(
        &self,
        block: &mut dyn FnMut(Block) -> Result<(), CallError>,
    ) -> Result<(), CallError> {
        let nulls = self.nulls.filter(|_| !self.cheap);
        if nulls.is_none() && self.blocks {
            let firsts = (0..self.rows).step_by(BLOCK);
            return firsts.map(|at| Block::All(at, BLOCK.min(self.rows - at))).try_for_each(block);
        }
        let words = nulls.map(|nulls| nulls.inner().bit_chunks());
        let mut words = words.as_ref().map(|words| words.iter_padded());
        // So many rows before the word are all called, and not handed out yet.
        let mut waiting = 0;
        for first in (0..self.rows).step_by(WORD) {
            let rows = WORD.min(self.rows - first);
            let full = u64::MAX >> (WORD - rows);
            let bits = words.as_mut().map_or(full, |words| words.next().unwrap_or(0));
            if bits == full && self.blocks {
                waiting += rows;
                if waiting < BLOCK && first + rows < self.rows {
                    continue;
                }
                block(Block::All(first + rows - waiting, waiting))?;
                waiting = 0;
                continue;
            }
            if waiting > 0 {
                block(Block::All(first - waiting, waiting))?;
                waiting = 0;
            }
            block(if bits == 0 { Block::None(rows) } else { Block::Some(first, rows, bits) })?;
        }
        Ok(())
    }

    /// The NULLs of a result that is NULL in the rows that are not called and in these.
    #[must_use]
    pub fn nulls_and(&self, missing: &[usize]) -> Option<NullBuffer> {
        if missing.is_empty() {
            return self.nulls.cloned();
        }
        let mut valid = BooleanBufferBuilder::new(self.rows);
        match self.nulls {
            None => valid.append_n(self.rows, true),
            Some(nulls) => valid.append_buffer(nulls.inner()),
        }
        for row in missing {
            valid.set_bit(*row, false);
        }
        Some(NullBuffer::new(valid.finish()))
    }
}

#[cfg(test)]
mod tests {
    use arrow_buffer::NullBuffer;

    use super::{BLOCK, Block, Live};

    fn blocks(live: Live<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        live.each_block(&mut |block| {
            blocks.push(block);
            Ok(())
        })
        .unwrap();
        blocks
    }

    fn valid(rows: usize, is_valid: impl Fn(usize) -> bool) -> NullBuffer {
        (0..rows).map(is_valid).collect()
    }

    #[test]
    fn rows_without_null_are_long_blocks() {
        let live = Live::new(BLOCK + 1, None).in_blocks(false, true);
        assert_eq!(blocks(live), [Block::All(0, BLOCK), Block::All(BLOCK, 1)]);
        assert_eq!(blocks(Live::new(0, None).in_blocks(false, true)), []);
        let words = blocks(Live::new(65, None));
        assert_eq!(words, [Block::Some(0, 64, u64::MAX), Block::Some(64, 1, 1)]);
    }

    #[test]
    fn words_with_null_are_blocks_of_their_own() {
        let nulls = valid(300, |row| row != 130 && row < 256);
        let live = Live::new(300, Some(&nulls));
        let without = u64::MAX ^ (1 << 2);
        assert_eq!(
            blocks(live.in_blocks(false, true)),
            [
                Block::All(0, 128),
                Block::Some(128, 64, without),
                Block::All(192, 64),
                Block::None(44)
            ]
        );
        let all = [Block::All(0, BLOCK), Block::All(BLOCK, 300 - BLOCK)];
        assert_eq!(blocks(live.in_blocks(true, true)), all);
    }

    #[test]
    fn a_part_of_a_bitmap_begins_anywhere() {
        let nulls = valid(200, |row| row != 70).slice(3, 130);
        assert_eq!(
            blocks(Live::new(130, Some(&nulls)).in_blocks(false, true)),
            [Block::All(0, 64), Block::Some(64, 64, u64::MAX ^ (1 << 3)), Block::All(128, 2)]
        );
    }
}
