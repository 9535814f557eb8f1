//! Rows of published relations as Rust structs.

use belvedere::Row;
use belvedere::query::QueryError;
use belvedere::view;
use belvedere_views::schema::source_files;

use crate::code_index::project;

/// What is asked of a file.
#[derive(Debug, PartialEq, Row)]
struct FileRow {
    path: String,
    lang: String,
    size: i64,
}

view! {
    /// Files, typed by a struct.
    #[view(materialize = view)]
    <FileRow> it_typed_files = from source_files as f select { f.path, f.lang, f.size }
}

/// A struct of two views.
#[derive(Debug, Row)]
struct PathRow {
    path: String,
}

view! { #[view(materialize = view)] <PathRow> it_paths = from source_files as f select { f.path } }
view! { #[view(materialize = view)] <PathRow> it_python =
from source_files as f where f.lang == "python" select { f.path } }

/// A struct of no view.
#[derive(Debug, Row)]
struct Counted {
    lang: String,
    n: i64,
}

/// A struct that differs in everything.
#[derive(Debug, Row)]
#[allow(dead_code, reason = "it is never read")]
struct Wrong {
    lng: String,
    n: Option<i32>,
}

#[tokio::test]
async fn rows_are_structs() {
    let lab = project();
    lab.run().await;
    let runtime =
        belvedere::Runtime::builder().threads(2).warehouse(&lab.warehouse).build().unwrap();

    // A table, a view that is stored, a view that is computed where it is read.
    let files = runtime.read::<source_files::Row>().await.unwrap();
    let util = files.iter().find(|file| file.path == "pkg/util.py").unwrap();
    assert_eq!(
        (util.lang.as_str(), util.size),
        ("python", include_str!("code_index/util.py.txt").len() as i64)
    );
    let symbols = runtime.read::<belvedere_views::views::defs::symbols::Row>().await.unwrap();
    assert!(symbols.iter().any(|symbol| symbol.name == "helper"), "{} symbols", symbols.len());
    let typed = runtime.read::<FileRow>().await.unwrap();
    let same = FileRow { path: util.path.clone(), lang: util.lang.clone(), size: util.size };
    assert!(typed.contains(&same));
    assert_eq!(typed.len(), files.len());
    assert_eq!(runtime.read::<it_typed_files::Row>().await.unwrap().len(), files.len());

    // A text.
    let text = "from source_files group by { lang } aggregate { n: count() } order by lang";
    let counted = runtime.query(text).rows::<Counted>().await.unwrap();
    let counted: Vec<(&str, i64)> = counted.iter().map(|row| (row.lang.as_str(), row.n)).collect();
    assert_eq!(counted, [("python", 6), ("rust", 2)]);

    let several = runtime.read::<PathRow>().await.unwrap_err();
    assert_eq!(
        several.to_string(),
        "several views are typed by `PathRow`: `it_paths`, `it_python`\n\
         help: `read::<it_paths::Row>()` reads one of them"
    );
    assert!(matches!(several, QueryError::SeveralRelations { .. }));
    assert_eq!(runtime.read::<it_python::Row>().await.unwrap().len(), 6);
    let none = runtime.read::<Counted>().await.unwrap_err().to_string();
    assert!(none.starts_with("no view of this program is typed by `Counted`\nhelp: "), "{none}");
    let wrong = runtime.query(text).rows::<Wrong>().await.unwrap_err().to_string();
    assert_eq!(
        wrong,
        "the rows are none of `Wrong`: the rows have no column `lng`; did you mean `lang`?\n\
         the field is `n: Option<i32>`, the column is `n: i64`\n\
         there is no field for the column `lang: String`"
    );
}
