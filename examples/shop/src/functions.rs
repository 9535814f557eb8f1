//! Functions of the shop.

use belvedere::udf;

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

#[test]
fn functions_are_what_they_promise() {
    let registry = belvedere::Registry::linked().unwrap();
    belvedere::testing::check_all(registry).unwrap();
}
