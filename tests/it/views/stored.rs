//! Views over views in a warehouse: lists and structs go through Delta tables and come back as what
//! the next view was checked against.

use belvedere::delta::catalog;
use belvedere::delta::publication::Publication;
use belvedere::delta::warehouse::Warehouse;
use belvedere::view::{Relation, ViewText, plan};
use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;

use super::fixture::Tested;
use crate::support::lines::LINES;
use crate::support::warehouse::{Lab, all_skipped, runtime};

static TEXTS: Relation = Relation::view(
    "texts",
    "it::views::stored",
    "path: String, texts: List<Option<String>>, whole: Span { bstart: i64, bend: i64, \
              line_base: i32, col_unit: String, end_exclusive: bool }",
    ViewText::new(
        "pub texts = from lines as l group by { l.path }
               aggregate { texts: list_of(l.text), n: count() }
               select { path, texts, whole: span_make(1, n) }",
        &[&LINES],
    )
    .calling(&[&belvedere_udfs::span_make::DESCRIPTOR]),
);

static NUMBERED: Relation = Relation::view(
    "numbered",
    "it::views::stored",
    "path: String, text: Option<String>, bend: i64, whole: Span { bstart: i64, \
              bend: i64, line_base: i32, col_unit: String, end_exclusive: bool }, \
              texts: List<Option<String>>",
    ViewText::new(
        "pub numbered = from texts as t unnest t.texts as text where span_len(t.whole) > 0
               select { t.path, text, t.whole.bend, t.whole, t.texts }",
        &[&TEXTS],
    )
    .calling(&[&belvedere_udfs::span_len::DESCRIPTOR]),
);

fn lab() -> Lab {
    let mut lab = Lab::with_files();
    lab.relations.extend([&TEXTS, &NUMBERED]);
    lab
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_stored_read_and_skipped() -> Tested {
    let lab = lab();
    lab.run().await;
    assert_eq!(
        lab.query("select path, text, bend, texts from numbered").await,
        [
            "a.txt|one|2|[one, two]",
            "a.txt|two|2|[one, two]",
            "b.txt|NULL|3|[three, NULL, four]",
            "b.txt|four|3|[three, NULL, four]",
            "b.txt|three|3|[three, NULL, four]",
        ]
    );
    assert!(all_skipped(&lab.run().await));
    lab.write("c.txt", "five\nsix\n");
    lab.run().await;
    assert_eq!(
        lab.query("select text, bend from numbered where path = 'c.txt'").await,
        ["five|2", "six|2"]
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_view_hands_on_is_never_cast() -> Tested {
    let lab = lab();
    lab.run().await;
    let runtime = runtime();
    let warehouse = Warehouse::open(&lab.warehouse)?;
    let publication = Publication::read(&runtime, &warehouse).await?.ok_or("nothing published")?;
    let session = catalog::session(&runtime, &warehouse, &publication).await?;
    let provider = session.table_provider("texts").await?;
    let lowered = plan(&NUMBERED, &mut |source| {
        Ok((TableReference::bare(source.name), provider_as_source(provider.clone())))
    })?;
    let text = lowered.display_indent().to_string();
    assert!(!text.contains("CAST"), "{text}");
    let state = runtime.state();
    let analysed =
        state.analyzer().execute_and_check(lowered.clone(), state.config_options(), |_, _| {})?;
    assert_eq!(analysed.display_indent().to_string(), text);
    Ok(())
}
