//! Rows as text: a table, CSV or JSON.

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringBuilder};
use arrow::csv;
use arrow::json::WriterBuilder as JsonBuilder;
use arrow::json::writer::{EncoderOptions, JsonFormat, Writer as JsonWriter, make_encoder};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use comfy_table::{ContentArrangement, Table};

use super::output::Format;

/// How wide a column is on a terminal at least, with its rule, for its cells to be read.
const LEAST_WIDTH: usize = 12;

/// The rules of a table, in the order of comfy-table's presets.
const RULES: &str = "||--+-++|    ++++++";

type Result<T> = std::result::Result<T, ArrowError>;

/// Writes batches in a format.
pub(super) enum RowWriter<W: Write> {
    /// Widths of columns depend on all rows, so they are kept until the end.
    Table {
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
        out: W,
    },
    Csv {
        schema: SchemaRef,
        writer: Box<csv::Writer<W>>,
        begun: bool,
    },
    Json(JsonWriter<W, ObjectPerLine>),
}

/// A JSON array with one object on each line.
#[derive(Debug, Default)]
pub(super) struct ObjectPerLine;

impl JsonFormat for ObjectPerLine {
    fn start_stream<W: Write>(&self, writer: &mut W) -> Result<()> {
        writer.write_all(b"[")?;
        Ok(())
    }

    fn start_row<W: Write>(&self, writer: &mut W, is_first_row: bool) -> Result<()> {
        writer.write_all(if is_first_row { b"\n" } else { b",\n" })?;
        Ok(())
    }

    fn end_stream<W: Write>(&self, writer: &mut W) -> Result<()> {
        writer.write_all(b"\n]\n")?;
        Ok(())
    }
}

impl<W: Write> RowWriter<W> {
    pub(super) fn new(format: Format, schema: SchemaRef, out: W) -> Self {
        match format {
            Format::Table => Self::Table { schema, batches: Vec::new(), out },
            Format::Csv => {
                Self::Csv { schema, writer: Box::new(csv::Writer::new(out)), begun: false }
            }
            Format::Json => Self::Json(JsonBuilder::new().with_explicit_nulls(true).build(out)),
        }
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match self {
            Self::Table { batches, .. } => {
                batches.push(batch.clone());
                Ok(())
            }
            Self::Csv { writer, begun, .. } => {
                *begun = true;
                flat(batch).map_err(keyed).and_then(|batch| writer.write(&batch))
            }
            Self::Json(writer) => writer.write(batch).map_err(keyed),
        }
    }

    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Table { schema, batches, mut out } => {
                // A terminal that does not know its size says that it has none.
                let width = Table::new().width().filter(|width| *width > 0);
                writeln!(out, "{}", table(&schema, &batches, width)?)?;
                Ok(())
            }
            Self::Csv { schema, mut writer, begun } => {
                if !begun {
                    // An empty result has a header too.
                    let empty = flat(&RecordBatch::new_empty(schema)).map_err(keyed)?;
                    writer.write(&empty)?;
                }
                Ok(())
            }
            Self::Json(mut writer) => writer.finish(),
        }
    }
}

/// Rows between rules, as Arrow prints them, but no wider than the terminal where there is one: long
/// cells take several lines then. Columns that would be slivers are left as wide as they are.
fn table(schema: &Schema, batches: &[RecordBatch], width: Option<u16>) -> Result<Table> {
    let options = FormatOptions::default().with_null("NULL");
    let mut table = Table::new();
    table.load_preset(RULES).set_content_arrangement(ContentArrangement::Disabled);
    let least = LEAST_WIDTH * schema.fields().len();
    if let Some(width) = width.filter(|width| usize::from(*width) >= least) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(schema.fields().iter().map(|field| field.name()));
    for batch in batches {
        let columns =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            let cells = columns.iter().map(|column| column.value(row).try_to_string());
            let cells = cells.map(|cell| cell.map(|text| shown(&text).into_owned()));
            table.add_row(cells.collect::<Result<Vec<_>>>()?);
        }
    }
    Ok(table)
}

/// A value as a terminal may be given it: what would move its cursor, change its colours or end a row of
/// the table is written as an escape, and a backslash that would read as the start of one is doubled.
fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\\' || is_unseen(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.clone().next().is_some_and(reads_as_escape) => shown.push_str("\\\\"),
            c if is_unseen(c) => shown.extend(c.escape_debug()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether a backslash before this character would read as an escape, or as half of one.
fn reads_as_escape(next: char) -> bool {
    matches!(next, '\\' | '0' | 'n' | 'r' | 't' | 'u') || is_unseen(next)
}

/// Whether a character is none that is seen: controls, and what turns the direction of a line.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// JSON, which CSV has in its cells too, knows keys that are text and no others; Arrow says so of its
/// own writer and names no way out.
fn keyed(error: ArrowError) -> ArrowError {
    match error {
        ArrowError::JsonError(said) if said.contains("keys supported by JSON") => {
            ArrowError::JsonError(
                "JSON has no maps whose keys are no text: write `map_entries(…)` in the query, or \
                 `--format table`"
                    .to_owned(),
            )
        }
        error => error,
    }
}

/// Returns the batch with nested columns as JSON text, since CSV has only cells.
fn flat(batch: &RecordBatch) -> Result<RecordBatch> {
    let mut fields: Vec<FieldRef> = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if field.data_type().is_nested() {
            fields.push(Arc::new(Field::new(field.name(), DataType::Utf8, true)));
            columns.push(json(field, column)?);
        } else {
            fields.push(Arc::clone(field));
            columns.push(Arc::clone(column));
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn json(field: &FieldRef, column: &ArrayRef) -> Result<ArrayRef> {
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(field, column, &options)?;
    let mut text = StringBuilder::new();
    let mut cell = Vec::new();
    for row in 0..column.len() {
        if encoder.is_null(row) {
            text.append_null();
            continue;
        }
        cell.clear();
        encoder.encode(row, &mut cell);
        text.append_value(String::from_utf8_lossy(&cell));
    }
    Ok(Arc::new(text.finish()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, Int64Builder, ListArray, MapBuilder, StringArray};
    use arrow::datatypes::Int64Type;

    use super::*;

    fn write(format: Format, batches: &[RecordBatch], schema: SchemaRef) -> String {
        let mut out = Vec::new();
        let mut writer = RowWriter::new(format, schema, &mut out);
        for batch in batches {
            writer.write(batch).unwrap();
        }
        writer.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    fn batch() -> RecordBatch {
        let list =
            ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), None]), None]);
        RecordBatch::try_from_iter_with_nullable([
            ("n", Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef, true),
            ("text", Arc::new(StringArray::from(vec!["a,b", "c"])) as ArrayRef, false),
            ("list", Arc::new(list) as ArrayRef, true),
        ])
        .unwrap()
    }

    #[test]
    fn csv_has_nested_values_as_json() {
        let text = write(Format::Csv, &[batch()], batch().schema());
        assert_eq!(text, "n,text,list\n1,\"a,b\",\"[1,null]\"\n,c,\n");
    }

    #[test]
    fn json_is_one_array_with_all_columns() {
        let text = write(Format::Json, &[batch()], batch().schema());
        let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(rows[1], serde_json::json!({"n": null, "text": "c", "list": null}));
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn maps_with_keys_that_are_no_text_have_a_way_out() {
        let mut map = MapBuilder::new(None, Int64Builder::new(), Int64Builder::new());
        map.keys().append_value(1);
        map.values().append_value(2);
        map.append(true).unwrap();
        let column = Arc::new(map.finish()) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("map", column)]).unwrap();
        for format in [Format::Csv, Format::Json] {
            let mut writer = RowWriter::new(format, batch.schema(), Vec::new());
            let error = writer.write(&batch).unwrap_err().to_string();
            assert!(error.contains("write `map_entries(…)` in the query"), "{error}");
        }
    }

    #[test]
    fn a_table_is_no_wider_than_the_terminal() {
        let text = StringArray::from(vec!["a text of many words", "short"]);
        let batch = RecordBatch::try_from_iter([("text", Arc::new(text) as ArrayRef)]).unwrap();
        let show = |width| {
            table(&batch.schema(), std::slice::from_ref(&batch), width).unwrap().to_string()
        };
        let expected = "\
+------------+
| text       |
+------------+
| a text of  |
| many words |
| short      |
+------------+";
        assert_eq!(show(Some(14)), expected);
        for width in [None, Some(80), Some(5)] {
            assert_eq!(show(width).lines().count(), 6, "{width:?}");
        }
    }

    #[test]
    fn a_table_gives_a_terminal_no_orders() {
        let text = StringArray::from(vec!["a\nb", "\u{1b}[31mred\t\\n", "größe"]);
        let batch = RecordBatch::try_from_iter([("text", Arc::new(text) as ArrayRef)]).unwrap();
        let expected = "\
+--------------------+
| text               |
+--------------------+
| a\\nb               |
| \\u{1b}[31mred\\t\\\\n |
| größe              |
+--------------------+
";
        assert_eq!(write(Format::Table, std::slice::from_ref(&batch), batch.schema()), expected);
        let csv = write(Format::Csv, std::slice::from_ref(&batch), batch.schema());
        assert_eq!(csv, "text\n\"a\nb\"\n\u{1b}[31mred\t\\n\ngröße\n");
    }

    #[test]
    fn no_two_texts_are_shown_alike() {
        for (text, expected) in [
            ("a\nb", r"a\nb"),
            (r"a\nb", r"a\\nb"),
            ("a\\\nb", r"a\\\nb"),
            (r"\d+\.\w", r"\d+\.\w"),
            (r"C:\temp\users", r"C:\\temp\\users"),
            (r"\\server\x", r"\\\server\x"),
            ("a\\", r"a\"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_empty_result_keeps_its_columns() {
        assert_eq!(write(Format::Csv, &[], batch().schema()), "n,text,list\n");
        let json: serde_json::Value =
            serde_json::from_str(&write(Format::Json, &[], batch().schema())).unwrap();
        assert_eq!(json, serde_json::json!([]));
        assert!(write(Format::Table, &[], batch().schema()).contains("| n | text | list |"));
    }
}
