//! Types as arguments and results of functions: each value goes through one and comes back as it was.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use belvedere::register_all;
use belvedere::view::data_type;
use belvedere_lang::types::Type;
use datafusion::prelude::SessionContext;

use super::{rows, sample, type_of};
use crate::support::warehouse::runtime;

fn session() -> SessionContext {
    let mut session = runtime().session();
    register_all(&mut session).unwrap();
    session
}

/// A cell of the only row, and its type.
pub(super) async fn value(session: &SessionContext, sql: &str) -> Result<(String, String), String> {
    let told = |error: datafusion::error::DataFusionError| error.strip_backtrace();
    let batches = session.sql(sql).await.map_err(told)?.collect().await.map_err(told)?;
    let column = batches[0].column(0);
    let options = FormatOptions::default().with_null("NULL");
    let text = ArrayFormatter::try_new(column, &options).unwrap().value(0).to_string();
    Ok((text, column.data_type().to_string()))
}

/// The function of a type that gives back what it is given.
pub(super) fn same(ty: &Type) -> String {
    let text = ty.to_string();
    let name = match text.split('<').next() {
        Some(name) if name.starts_with('{') => "struct",
        Some(name) if name.starts_with('[') => "fixed",
        name => name.unwrap_or_default(),
    };
    format!("it_same_{}", name.to_lowercase())
}

#[tokio::test]
async fn every_type_is_an_argument_and_a_result() {
    let session = session();
    for row in rows() {
        let ty = type_of(&row);
        let wanted = data_type(&ty).unwrap();
        let constant = format!("arrow_cast({}, '{wanted}')", sample(&ty));
        // SQL has no names for the fields of structs, and casts are not needed there.
        let constant = if wanted.is_nested() { sample(&ty).to_owned() } else { constant };
        let (given, _) = value(&session, &format!("SELECT {constant}")).await.unwrap();
        let function = same(&ty);
        let column = format!("SELECT {function}(x) FROM (VALUES ({constant})) AS t (x)");
        for sql in [format!("SELECT {function}({constant})"), column] {
            let found =
                value(&session, &sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(found, (given.clone(), wanted.to_string()), "{sql}");
        }
        let null = value(&session, &format!("SELECT {function}(NULL)")).await.unwrap();
        assert_eq!(null, ("NULL".to_owned(), wanted.to_string()), "{function}");
    }
}

#[tokio::test]
async fn decimals_take_numbers_whose_digits_fit() {
    let session = session();
    let decimal = |text: &str, ty: &str| (text.to_owned(), format!("Decimal128({ty})"));
    for (argument, expected) in [
        ("1.5", "1.50"),
        ("-0.25", "-0.25"),
        ("7", "7.00"),
        ("CAST(7 AS TINYINT)", "7.00"),
        ("arrow_cast(7, 'UInt32')", "7.00"),
        ("CAST(1.5 AS DECIMAL(4, 1))", "1.50"),
        ("arrow_cast(1.5, 'Decimal32(5, 1)')", "1.50"),
        ("arrow_cast(1.5, 'Decimal256(12, 2)')", "1.50"),
        ("arrow_cast(1.5, 'Dictionary(Int8, Decimal128(3, 2))')", "1.50"),
    ] {
        let found = value(&session, &format!("SELECT it_same_decimal({argument})")).await;
        assert_eq!(found, Ok(decimal(expected, "12, 2")), "{argument}");
    }
    for (argument, expected) in [
        ("1.005", "the value does not fit"),
        ("10000000000", "the value does not fit"),
        ("'1.50'", "cast it: CAST(… AS DECIMAL(12, 2))"),
        ("x", "a value may not fit: cast it: CAST(… AS DECIMAL(12, 2))"),
        ("CAST(x AS DOUBLE)", "a value may not fit: cast it: CAST(… AS DECIMAL(12, 2))"),
        ("CAST(1.5 AS DECIMAL(12, 3))", "a value may not fit: cast it: CAST(… AS DECIMAL(12, 2))"),
    ] {
        let sql = format!("SELECT it_same_decimal({argument}) FROM (VALUES (1)) AS t (x)");
        let error = value(&session, &sql).await.unwrap_err();
        assert!(error.contains(expected), "{argument}: {error}");
    }
}

#[tokio::test]
async fn decimals_are_computed_with() {
    let session = session();
    let too_many = "arrow_cast([9999999999.99, 0.01], 'List(Decimal128(12, 2))')";
    let none = format!("try_it_decimal_total({too_many})");
    for (sql, expected) in [
        ("it_with_tax(19.99, 0.19)", "23.79"),
        ("it_with_tax(19.99)", "23.79"),
        ("it_with_tax(9999999999.99, 9.9999)", "109998999999.89"),
        ("it_decimal_total([CAST(1.5 AS DECIMAL(3, 1)), NULL, CAST(2 AS DECIMAL(1, 0))])", "3.50"),
        (none.as_str(), "NULL"),
        ("arg_max(CAST(x AS DECIMAL(5, 1)), CAST(x AS DECIMAL(7, 3)))", "3.0"),
        (
            "list_unique_sorted([CAST(2 AS DECIMAL(5, 1)), CAST(1.5 AS DECIMAL(5, 1))])",
            "[1.5, 2.0]",
        ),
    ] {
        let sql = format!("SELECT {sql} FROM (VALUES (1), (3), (2)) AS t (x)");
        let found = value(&session, &sql).await.map(|(text, _)| text);
        assert_eq!(found.as_deref(), Ok(expected), "{sql}");
    }
    let sql = format!("SELECT it_decimal_total({too_many})");
    let error = value(&session, &sql).await.unwrap_err();
    assert!(error.contains("the sum has more than 12 digits"), "{error}");
}

#[tokio::test]
async fn bytes_of_a_fixed_width_uuids_and_json() {
    let session = session();
    let id = "it_uuid('67e55044-10b1-426f-9247-bb680e5fe0c8')";
    for (sql, expected) in [
        (format!("it_uuid_text({id})"), "67e55044-10b1-426f-9247-bb680e5fe0c8"),
        (format!("arrow_typeof({id})"), "FixedSizeBinary(16)"),
        (format!("arrow_metadata({id}, 'ARROW:extension:name')"), "arrow.uuid"),
        (format!("arrow_metadata(it_same_uuid({id}), 'ARROW:extension:name')"), "arrow.uuid"),
        ("try_it_uuid('x')".to_owned(), "NULL"),
        ("it_json_field(it_json('{\"a\": [1]}'), 'a')".to_owned(), "[1]"),
        ("it_json_field(arrow_cast('{\"a\": 1}', 'Utf8View'), 'a')".to_owned(), "1"),
        ("arrow_metadata(it_json('1'), 'ARROW:extension:name')".to_owned(), "arrow.json"),
        ("arrow_metadata(it_json('1'), 'ARROW:extension:metadata')".to_owned(), ""),
        ("try_it_json('{')".to_owned(), "NULL"),
        ("try_it_json_field('{', 'a')".to_owned(), "NULL"),
        ("it_first_bytes([arrow_cast(X'01020304', 'FixedSizeBinary(4)')])".to_owned(), "[1]"),
        ("it_same_bytes(arrow_cast(X'01020304', 'FixedSizeBinary(4)'))".to_owned(), "01020304"),
    ] {
        let found = value(&session, &format!("SELECT {sql}")).await.map(|(text, _)| text);
        assert_eq!(found.as_deref(), Ok(expected), "{sql}");
    }
    for (argument, expected) in [
        ("X'01020304'", "cast it: arrow_cast(…, 'FixedSizeBinary(4)')"),
        ("arrow_cast(X'0102', 'FixedSizeBinary(2)')", "takes [u8; 4], this is FixedSizeBinary(2)"),
        ("'text'", "takes [u8; 4], this is Utf8"),
    ] {
        let error = value(&session, &format!("SELECT it_same_fixed({argument})")).await;
        let error = error.unwrap_err();
        assert!(error.contains(expected), "{argument}: {error}");
    }
}

/// A month has no one length, so what is cast to a length of time says which intervals that takes.
#[tokio::test]
async fn an_interval_becomes_a_length_of_time_where_it_has_one() {
    let session = session();
    let error = value(&session, "SELECT it_same_duration(INTERVAL '1 day')").await.unwrap_err();
    let expected = "which takes hours, minutes and seconds, `INTERVAL '24 hours'`";
    assert!(error.contains(expected), "{error}");
    let cast = "arrow_cast(INTERVAL '24 hours', 'Duration(µs)')";
    let sql = format!("SELECT it_same_duration({cast}) = {cast}");
    let same = value(&session, &sql).await.map(|(text, _)| text);
    assert_eq!(same.as_deref(), Ok("true"));
}
