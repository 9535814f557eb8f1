//! Functions whose bodies are edited between two runs: the views that use them are computed again,
//! and nothing else is.
//!
//! One program cannot link two functions of one SQL name, so that each version here has a name of
//! its own, and stands in a run under the name of the first.

use belvedere::udf::{Args, CallError, Function, Out};
use belvedere::view::{Relation, ViewText};

use crate::support::lines::{COUNTS, LINES};
use crate::support::warehouse::{Lab, all_skipped, outcomes};

mod first {
    #[belvedere::udf(name = "it_price")]
    pub(super) fn price(n: i64) -> i64 {
        n.wrapping_mul(2)
    }
}

/// The same for an aggregate, whose source is the whole `impl`.
macro_rules! aggregate {
    ($module:ident, $name:literal, $weight:literal) => {
        mod $module {
            #[belvedere::udaf(name = $name)]
            impl Aggregate for Weight {
                type State = i64;

                fn update(weight: &mut i64, n: i64) {
                    *weight = weight.wrapping_add(n.wrapping_mul($weight));
                }

                fn merge(weight: &mut i64, other: i64) {
                    *weight = weight.wrapping_add(other);
                }

                fn finish(weight: &i64) -> i64 {
                    *weight
                }
            }
        }
    };
}

aggregate!(first_weight, "it_weight", 2);
aggregate!(edited_weight, "it_weight_edited", 3);

static EDITED_WEIGHT: Function = Function {
    path: first_weight::weight::DESCRIPTOR.path,
    source_hash: edited_weight::weight::DESCRIPTOR.source_hash,
    body: edited_weight::weight::DESCRIPTOR.body,
    ..Function::new::<i64>(
        first_weight::weight::DESCRIPTOR.name,
        first_weight::weight::DESCRIPTOR.signature,
        first_weight::weight::DESCRIPTOR.params,
        no_loop,
    )
};

const fn weights(functions: &'static [&'static Function]) -> Relation {
    Relation::view(
        "weights",
        "it::edited",
        "weight: i64",
        ViewText::new(
            "pub weights = from lines as l group by {} \
                   aggregate { weight: weight(l.number) }",
            &OF_LINES,
        )
        .calling(functions),
    )
}

static OF_LINES: [&Relation; 1] = [&LINES];
static WEIGHTS: Relation = weights(&[&first_weight::weight::DESCRIPTOR]);
static WEIGHTS_EDITED: Relation = weights(&[&EDITED_WEIGHT]);

mod commented {
    /// What so many cost.
    #[belvedere::udf(name = "it_price_commented", tags = [number])]
    #[rustfmt::skip]
    pub(super) fn price(n:i64)->i64{
        // Two each.
        n.wrapping_mul(2)
    }
}

mod second {
    #[belvedere::udf(name = "it_price_edited")]
    pub(super) fn price(n: i64) -> i64 {
        n.wrapping_mul(3)
    }
}

/// Is never called: the versions below bring their own.
fn no_loop(_: &Args<'_>, _: &mut Out<'_>) -> Result<(), CallError> {
    Ok(())
}

/// Another version under the name of the first.
macro_rules! version {
    ($name:ident, $version:ident) => {
        static $name: Function = Function {
            path: first::price::DESCRIPTOR.path,
            source_hash: $version::price::DESCRIPTOR.source_hash,
            body: $version::price::DESCRIPTOR.body,
            ..Function::new::<i64>(
                first::price::DESCRIPTOR.name,
                first::price::DESCRIPTOR.signature,
                first::price::DESCRIPTOR.params,
                no_loop,
            )
        };
    };
}

version!(COMMENTED, commented);
version!(EDITED, second);

static OF_COUNTS: [&Relation; 1] = [&COUNTS];

const fn prices(functions: &'static [&'static Function]) -> Relation {
    Relation::view(
        "prices",
        "it::edited",
        "path: String, price: i64",
        ViewText::new(
            "pub prices = from counts as c select { c.path, price: price(c.n) }",
            &OF_COUNTS,
        )
        .calling(functions),
    )
}

static PRICES: Relation = prices(&[&first::price::DESCRIPTOR]);
static PRICES_COMMENTED: Relation = prices(&[&COMMENTED]);
static PRICES_EDITED: Relation = prices(&[&EDITED]);

/// A view of the view that calls the function.
const fn dearest(sources: &'static [&'static Relation]) -> Relation {
    Relation::view(
        "dearest",
        "it::edited",
        "price: Option<i64>",
        ViewText::new(
            "pub dearest = from prices as p group by {} aggregate { price: max(p.price) }",
            sources,
        ),
    )
}

static DEAREST: Relation = dearest(&[&PRICES]);
static DEAREST_COMMENTED: Relation = dearest(&[&PRICES_COMMENTED]);
static DEAREST_EDITED: Relation = dearest(&[&PRICES_EDITED]);

/// A view beside it, of another function.
static LENGTHS: Relation = Relation::view(
    "lengths",
    "it::edited",
    "text: Option<String>",
    ViewText::new(
        "pub lengths = from lines as l select { text: utf8_null_if_blank(l.text) }",
        &[&LINES],
    )
    .calling(&[&belvedere_udfs::utf8_null_if_blank::DESCRIPTOR]),
);

/// rustc's tokens and those of a text are the same: so are all compilers' and all machines'.
#[test]
fn the_source_is_hashed_from_tokens() {
    let text = "pub(super) fn price(n: i64) -> i64 { n.wrapping_mul(2) }".parse().unwrap();
    let parsed = belvedere_lang::udf::Function::parse("name = \"it_price\"".parse().unwrap(), text);
    assert_eq!(first::price::DESCRIPTOR.source_hash, Some(parsed.unwrap().source_hash));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_body_computes_the_views_that_use_it_and_nothing_else() {
    let mut lab = Lab::with_files();
    lab.relations.extend([&PRICES, &DEAREST, &LENGTHS]);
    lab.run().await;
    assert_eq!(lab.query("select price from prices order by path").await, ["2", "4", "6"]);
    let base = lab.relations.len() - 3;

    lab.relations.truncate(base);
    lab.relations.extend([&PRICES_COMMENTED, &DEAREST_COMMENTED, &LENGTHS]);
    let report = lab.run().await;
    assert!(all_skipped(&report), "comments, blanks and tags: {:?}", outcomes(&report));

    lab.relations.truncate(base);
    lab.relations.extend([&PRICES_EDITED, &DEAREST_EDITED, &LENGTHS]);
    let mut written = outcomes(&lab.run().await);
    written.retain(|line| !line.contains("skipped"));
    assert_eq!(
        written,
        ["prices: written (definition changed)", "dearest: written (input prices changed)"]
    );
    assert_eq!(lab.query("select price from prices").await, ["3", "6", "9"]);
    assert_eq!(lab.query("select price from dearest").await, ["9"]);
    assert!(all_skipped(&lab.run().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_aggregate_computes_the_views_that_use_it() {
    let mut lab = Lab::with_files();
    lab.relations.push(&WEIGHTS);
    lab.run().await;
    let total = lab.query("select sum(number) from lines").await[0].parse::<i64>().unwrap();
    assert_eq!(lab.query("select weight from weights").await, [(2 * total).to_string()]);

    lab.relations.pop();
    lab.relations.push(&WEIGHTS_EDITED);
    let mut written = outcomes(&lab.run().await);
    written.retain(|line| !line.contains("skipped"));
    assert_eq!(written, ["weights: written (definition changed)"]);
    assert_eq!(lab.query("select weight from weights").await, [(3 * total).to_string()]);
}
