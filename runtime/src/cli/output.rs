//! Rows of a query on standard output, in the format that was asked for.

use std::cell::Cell;
use std::fs;
use std::io::{self, Read as _, Write};
use std::path::Path;

use arrow_schema::ArrowError;
use clap::{Args, ValueEnum};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt as _;

use super::Failure;
use super::rows::RowWriter;
use super::terminal::{Terminal, number};
use crate::plan::plain;

/// How the rows of a query are written.
#[derive(Clone, Debug, Args)]
pub(super) struct OutputArgs {
    /// How rows are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,

    /// How many rows a table shows at most; the other formats write all
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    max_rows: usize,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns, for people
    Table,
    /// A header and one line for each row; nested values as JSON, in which NaN and infinities are null
    Csv,
    /// An array with one object for each row; NaN and infinities are null
    Json,
}

/// A query from the command line, or from standard input where it is `-`.
pub(super) fn text_or_input(query: &str) -> Result<String, Failure> {
    match query {
        "-" => read_text(Path::new("-")).map_err(|text| Failure::Error(text.into())),
        query => Ok(query.to_owned()),
    }
}

/// The text of a file, or of standard input where it is `-`; else why there is none.
pub(super) fn read_text(file: &Path) -> Result<String, String> {
    let is_input = file == Path::new("-");
    let name = if is_input { "standard input".into() } else { file.to_string_lossy() };
    let mut bytes = Vec::new();
    let read = match is_input {
        true => io::stdin().read_to_end(&mut bytes).map(|_| ()),
        false => fs::read(file).map(|read| bytes = read),
    };
    match read {
        Ok(()) => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            format!(
                "`{name}` is no text in UTF-8: byte {at} begins no character\n\
                 help: a text in another encoding is converted first, by `iconv` for instance"
            )
        }),
        Err(_) if !is_input && file.is_dir() => Err(format!(
            "`{name}` is a folder\nhelp: name the files in it: `{}`",
            file.join("*.rs").display()
        )),
        Err(error) => Err(format!("`{name}` cannot be read: {error}")),
    }
}

impl OutputArgs {
    /// Writes rows as they arrive, and returns how many; `fail` words an error of the engine.
    pub(super) async fn write(
        &self,
        mut batches: SendableRecordBatchStream,
        terminal: &Terminal,
        fail: impl Fn(DataFusionError) -> Failure,
    ) -> Result<usize, Failure> {
        let limit = if self.format == Format::Table { self.max_rows } else { usize::MAX };
        let failed = Cell::new(None);
        let mut out = Outlet { out: io::stdout().lock(), failed: &failed };
        let arrow_failure = |error: ArrowError| match failed.take() {
            Some(error) => Failure::from(error),
            None => Failure::Error(plain(&error.to_string()).into()),
        };
        let mut writer = RowWriter::new(self.format, batches.schema(), &mut out);
        let (mut left, mut written) = (limit, 0);
        let mut cut = false;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(&fail)?;
            cut = left < batch.num_rows();
            let batch = batch.slice(0, batch.num_rows().min(left));
            left -= batch.num_rows();
            written += batch.num_rows();
            writer.write(&batch).map_err(arrow_failure)?;
            if cut {
                break;
            }
        }
        writer.finish().map_err(arrow_failure)?;
        out.flush()?;
        if cut {
            let limit = number(limit as u64);
            terminal.warning(&format!(
                "only the first {limit} rows are shown; --max-rows or another --format shows more"
            ));
        }
        Ok(written)
    }
}

/// Keeps the error of a writer: some formats keep only its text, and where nobody reads the output
/// any more that is no failure.
struct Outlet<'a, W> {
    out: W,
    failed: &'a Cell<Option<io::Error>>,
}

impl<W: Write> Outlet<'_, W> {
    fn keep<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            self.failed.set(Some(error));
            kind.into()
        })
    }
}

impl<W: Write> Write for Outlet<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.keep(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.keep(result)
    }
}
