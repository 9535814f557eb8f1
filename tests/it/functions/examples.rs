//! Every example of every linked function is run: documents show what the engine does.

use belvedere::Registry;

use super::{rows, session};

#[tokio::test]
async fn examples_give_the_rows_that_they_show() {
    let session = session(Vec::new());
    let registry = Registry::linked().unwrap();
    let mut count = 0;
    for function in registry.functions() {
        for example in function.examples {
            let found = rows(&session, example.sql).await;
            // Documents separate values by a space.
            let found = found.replace(" | ", " ");
            assert_eq!(found, example.expected, "{}: {}", function.name, example.sql);
            count += 1;
        }
    }
    assert!(0 < count, "no function has an example");
}
