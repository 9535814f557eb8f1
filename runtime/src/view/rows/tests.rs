//! Rows of every type that a column can have, out of batches.

#![allow(missing_docs, unreachable_pub, reason = "fixtures of tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::json::ReaderBuilder;
use arrow_array::RecordBatch;

use super::{ReadRow, Shape, rows};
use crate::view::Relation;
use crate::{ArrowType, Row, table, view};
use crate::{Date, Decimal, LocalTimestamp, Timestamp};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, ArrowType)]
pub struct Piece {
    bstart: i64,
    bend: Option<i64>,
}

/// A piece that borrows, which no row can own; that a relation has one is no error.
#[derive(Clone, Copy, Debug, ArrowType)]
pub struct Lent<'a> {
    text: &'a str,
}

table! {
    pub read_everything {
        flag: bool, small: i8, count: i64, ratio: f64, text: String, maybe: Option<String>, price: Decimal<12, 2>,
        day: Date, at: Timestamp, local: Option<LocalTimestamp>, raw: Bytes, json: Json,
        names: List<Option<String>>, blobs: List<Bytes>, attrs: Map<String, Option<i64>>,
        piece: Piece, perhaps: Option<Piece>, pieces: List<Piece>,
        pos: { line: i64, inner: { col: Option<i32> } }, edges: Option<List<{ key: String, weight: f64 }>>,
        r#type: i32,
    }
}

table! { pub read_lent { id: i64, lent: Lent } }

/// Typed by hand.
#[derive(Debug, PartialEq, Row)]
pub struct Short {
    text: String,
    maybe: Option<String>,
    piece: Piece,
}

view! { <Short> pub read_short = from read_everything as e select { e.text, e.maybe, e.piece } }

const ROWS: &str = r#"
    {"flag": true, "small": -3, "count": 7, "ratio": 0.5, "text": "a", "maybe": "b", "price": "12.34",
     "day": "1970-01-03", "at": "1970-01-01T00:00:01Z", "local": "1970-01-01T00:00:02", "raw": "0102",
     "json": "[1]", "names": ["x", null], "blobs": ["ff", ""], "attrs": {"k": 1, "n": null},
     "piece": {"bstart": 1, "bend": 2}, "perhaps": {"bstart": 3}, "pieces": [{"bstart": 4, "bend": 5}],
     "pos": {"line": 6, "inner": {"col": 8}}, "edges": [{"key": "e", "weight": 1.5}], "type": 9}
    {"flag": false, "small": 0, "count": 0, "ratio": 0, "text": "", "price": "0.00", "day": "1970-01-01",
     "at": "1970-01-01T00:00:00Z", "raw": "", "json": "null", "names": [], "blobs": [], "attrs": {},
     "piece": {"bstart": 0}, "pieces": [], "pos": {"line": 0, "inner": {}}, "type": 0}
"#;

fn batch(relation: &Relation, rows: &str) -> Option<RecordBatch> {
    let schema = relation.arrow_schema().ok()?;
    let mut reader = ReaderBuilder::new(Arc::clone(&schema)).build(rows.as_bytes()).ok()?;
    reader.next()?.ok()
}

#[test]
fn every_type_is_read() {
    let rows: Vec<read_everything::Row> = rows(&batch(&read_everything::RELATION, ROWS).unwrap());
    let [first, second] = rows.as_slice() else { panic!("{} rows", rows.len()) };
    assert!(first.flag && !second.flag);
    assert_eq!((first.small, first.count, first.ratio, first.r#type), (-3, 7, 0.5, 9));
    assert_eq!((first.text.as_str(), first.maybe.as_deref()), ("a", Some("b")));
    assert_eq!((second.text.as_str(), second.maybe.as_deref()), ("", None));
    assert_eq!(first.price, Decimal::<12, 2>::new(1234).unwrap());
    assert_eq!((first.day, first.at), (Date(2), Timestamp(1_000_000)));
    assert_eq!((first.local, second.local), (Some(LocalTimestamp(2_000_000)), None));
    assert_eq!((first.raw.as_slice(), first.json.as_str()), ([1, 2].as_slice(), "[1]"));
    assert_eq!(first.names, [Some("x".to_owned()), None]);
    assert_eq!(first.blobs, [vec![255], vec![]]);
    let attrs = BTreeMap::from([("k".to_owned(), Some(1)), ("n".to_owned(), None)]);
    assert_eq!((&first.attrs, second.attrs.len()), (&attrs, 0));
    let piece = |bstart, bend| Piece { bstart, bend };
    assert_eq!((&first.piece, &second.piece), (&piece(1, Some(2)), &piece(0, None)));
    assert_eq!((&first.perhaps, &second.perhaps), (&Some(piece(3, None)), &None));
    assert_eq!(first.pieces, [piece(4, Some(5))]);
    assert_eq!((first.pos.line, first.pos.inner.col, second.pos.inner.col), (6, Some(8), None));
    let edges = first.edges.as_ref().unwrap();
    assert_eq!((edges[0].key.as_str(), edges[0].weight, second.edges.is_none()), ("e", 1.5, true));
}

#[test]
fn the_struct_that_types_a_view_is_its_row() {
    let batch = batch(
        &read_short::RELATION,
        r#"{"text": "a", "maybe": null, "piece": {"bstart": 1, "bend": null}}"#,
    )
    .unwrap();
    let piece = Piece { bstart: 1, bend: None };
    let short = Short { text: "a".to_owned(), maybe: None, piece };
    assert_eq!(rows::<Short>(&batch), [short]);
    let rows: Vec<read_short::Row> = rows(&batch);
    assert_eq!(rows[0].text, "a");
    let Shape::Fields { name, fields } = Short::shape() else { panic!("a relation's") };
    assert_eq!((name, fields.len()), ("Short", 3));
    assert_eq!(fields[1].value.to_string(), "Option<String>");
}

#[test]
fn a_slice_of_a_batch_has_its_own_rows() {
    let batch = batch(&read_everything::RELATION, ROWS).unwrap().slice(1, 1);
    let rows: Vec<read_everything::Row> = rows(&batch);
    assert_eq!((rows.len(), rows[0].names.len(), rows[0].piece.bstart), (1, 0, 0));
}

/// A row that cannot be read is a row nevertheless.
const _: fn() -> Shape = read_lent::Row::shape;
