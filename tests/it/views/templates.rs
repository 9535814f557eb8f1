//! Templates over tables: what their uses plan and which rows come.

use belvedere_views::schema::source_files;

use super::fixture::{Fixture, Tested};

belvedere::view! {
    /// The columns of the fixture's files, whose rows stand for it. The program of these tests has a
    /// source for every table that it links, so this is none.
    #[view(materialize = view)]
    pub it_template_files = from source_files as f
        select { f.file_id, f.path, lang: nullif(f.lang, ""), size: nullif(f.size, 0) }
}

belvedere::view! {
    /// A template that uses two others, one of them over a query.
    pub numbered_groups<R: Relation>(group, rank, least: i64 = 0, ...kept) =
        with known = (from R as r where r.rank >= least select { r.group, r.rank, ...r.kept })
        from belvedere_udfs::identify<known>(group_id, "g", group, rank) as i
        join belvedere_udfs::latest<known>(group, rank) as l on l.rank == i.rank and l.group == i.group
        select { i.group, i.group_id, ...l.kept }
}

belvedere::view! { #[view(materialize = view)] pub it_template_latest = from belvedere_udfs::latest<it_template_files>(lang, size) as l select { l.path } }
belvedere::view! { #[view(materialize = view)] pub it_template_identified =
from belvedere_udfs::identify<it_template_files>(id, "f", path, lang, size) as f select { f.path, f.id } }
belvedere::view! { #[view(materialize = view)] pub it_template_spans =
from belvedere_udfs::with_span<it_template_sized>(span, start, size) as f
select { f.path, f.span, l: belvedere_udfs::span_len(f.span) } }
belvedere::view! { #[view(materialize = view)] pub it_template_sized = from it_template_files as f where f.size is not null select { f.path, start: 0, f.size } }
belvedere::view! { #[view(materialize = view)] pub it_template_canonical =
from belvedere_udfs::canonicalize<it_template_files>(lang, language, casefold: false) as f
select { f.path, f.language } }
belvedere::view! { #[view(materialize = view)] pub it_template_numbered =
from numbered_groups<it_template_files>(lang, size, kept: path) as n
left join numbered_groups<it_template_files>(path, size, 5, file_id) as m on m.path == n.path
select { n.lang, n.group_id, n.path, m.file_id } }

#[tokio::test]
async fn the_standard_templates_keep_identify_and_canonicalize_rows() -> Tested {
    let fixture = Fixture::new()?;
    // One row for each language, for no language too, and with no size where there is none.
    let latest = fixture.rows_of(&it_template_latest::RELATION).await?;
    assert_eq!(latest, ["a.rs", "b.py", "c.txt"]);
    let identified = fixture.rows_of(&it_template_identified::RELATION).await?;
    let ids: Vec<_> = identified.iter().filter_map(|row| row.split_once(" | f:")).collect();
    assert_eq!(ids.iter().map(|(path, _)| *path).collect::<Vec<_>>(), ["a.rs", "b.py", "c.txt"]);
    assert!(ids.iter().all(|(_, id)| id.len() == 32), "{ids:?}");
    let spans = fixture.rows_of(&it_template_spans::RELATION).await?;
    assert_eq!(spans.len(), 2);
    assert!(spans[0].starts_with("a.rs | {bstart: 0, bend: 10,") && spans[0].ends_with("| 10"));
    let canonical = fixture.rows_of(&it_template_canonical::RELATION).await?;
    assert_eq!(canonical, ["a.rs | rust", "b.py | python", "c.txt | NULL"]);
    Ok(())
}

#[tokio::test]
async fn templates_use_templates() -> Tested {
    let fixture = Fixture::new()?;
    let rows = fixture.rows_of(&it_template_numbered::RELATION).await?;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(row.starts_with("rust | g:") && row.ends_with(" | a.rs | f1"), "{row}");
    Ok(())
}
