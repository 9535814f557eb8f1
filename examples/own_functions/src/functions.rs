//! What a shop computes.

use belvedere::udf;

/// A price with tax, in cents; a half is rounded away from zero.
///
/// ```sql
/// SELECT with_tax(1000, 19), with_tax(NULL, 19);
/// ----
/// 1190 NULL
/// ```
#[udf(tags = [number])]
pub fn with_tax(cents: i64, percent: i64) -> Option<i64> {
    let hundredths = cents.checked_mul(percent.checked_add(100)?)?;
    Some((hundredths.checked_add(hundredths.signum() * 50)?) / 100)
}

/// The part of an e-mail address behind the `@` in lower case, or NULL where there is none.
///
/// ```sql
/// SELECT email_domain('Ann@Example.org'), email_domain('ann');
/// ----
/// example.org NULL
/// ```
#[udf(tags = [string])]
pub fn email_domain(email: &str) -> Option<String> {
    email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase())
}

/// The last digits of a card's number, the others as `*`; what is no digit stays.
///
/// ```sql
/// SELECT masked('4000 1234');
/// ----
/// **** 1234
/// ```
#[udf(tags = [string])]
pub fn masked(card: &str) -> String {
    let digits = card.chars().filter(char::is_ascii_digit).count();
    let mut seen = 0;
    let mask = |c: char| {
        seen += usize::from(c.is_ascii_digit());
        if c.is_ascii_digit() && seen + 4 <= digits { '*' } else { c }
    };
    card.chars().map(mask).collect()
}

/// Whether an EAN-13 has the right last digit.
///
/// ```sql
/// SELECT is_ean('4006381333931'), is_ean('4006381333930'), is_ean('x');
/// ----
/// true false false
/// ```
#[udf(tags = [string])]
pub fn is_ean(code: &str) -> bool {
    let digits: Option<Vec<u32>> = code.chars().map(|c| c.to_digit(10)).collect();
    let weighted =
        |digits: Vec<u32>| digits.iter().zip([1, 3].iter().cycle()).map(|(d, w)| d * w).sum();
    digits
        .filter(|digits| digits.len() == 13)
        .map(weighted)
        .is_some_and(|sum: u32| sum.is_multiple_of(10))
}

/// The words of a product's name that are worth looking for: in lower case, once each, three letters and more.
///
/// ```sql
/// SELECT keywords('The blue, blue Pen');
/// ----
/// [the, blue, pen]
/// ```
#[udf(tags = [string])]
pub fn keywords(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase) {
        if word.chars().count() >= 3 && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

#[test]
fn functions_are_what_they_promise() {
    let registry = belvedere::Registry::linked().unwrap();
    belvedere::testing::check_all(registry).unwrap();
}
