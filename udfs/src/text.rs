//! Text: Unicode normal forms, blanks, qualified names.
//!
//! Unicode's own data, from ICU4X, decides what a normal form and a case folding are.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use belvedere::{Text, udf};
use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

#[cfg(test)]
mod tests;

/// Text in a Unicode normal form: `nfc`, `nfd`, `nfkc` or `nfkd`.
///
/// `casefold` applies Unicode case folding, `collapse_ws` trims and makes each run of white space
/// one space. Blank text stays text: `utf8_null_if_blank` makes it NULL.
///
/// ```sql
/// SELECT utf8_normalize('  ﬁRST   Ａ ');
/// ----
/// first a
/// ```
///
/// ```sql
/// SELECT utf8_normalize('Straße', 'nfc', casefold => false);
/// ----
/// Straße
/// ```
#[udf(tags = [string_norm, string], aliases = [normalize_utf8], idempotent)]
pub fn utf8_normalize(
    value: &str,
    #[setting("belvedere.utf8_normalize.form")]
    #[literal(default = "nfkc", values = ["nfc", "nfd", "nfkc", "nfkd"])]
    form: Form,
    #[setting("belvedere.utf8_normalize.casefold")]
    #[literal(default = true)]
    casefold: bool,
    #[setting("belvedere.utf8_normalize.collapse_ws")]
    #[literal(default = true)]
    collapse_ws: bool,
) -> Cow<'_, str> {
    // All normal forms of ASCII are ASCII as it is.
    let text = if value.is_ascii() { Cow::Borrowed(value) } else { form.normalize(value) };
    let text = if casefold { fold(text, form) } else { text };
    if collapse_ws { collapse(text) } else { text }
}

/// The text itself, untouched, or NULL where it is blank.
/// ```sql
/// SELECT utf8_null_if_blank('a'), utf8_null_if_blank('  ');
/// ----
/// a NULL
/// ```
#[udf(tags = [string_norm, string], aliases = [null_if_blank], idempotent)]
pub fn utf8_null_if_blank(value: &str) -> Option<&str> {
    (!value.trim().is_empty()).then_some(value)
}

/// The qualified name of a symbol in a module: both in NFKC, white space collapsed, and joined.
///
/// They are joined by `::` in Rust, C++, Ruby and Perl and by `.` elsewhere; a symbol that holds a
/// separator already, or whose module is blank or NULL, stays alone. A blank symbol gives NULL.
/// Case is kept, except in SQL, Ada, Pascal, Fortran, COBOL and Visual Basic, where it is folded.
///
/// ```sql
/// SELECT qname_normalize('Foo', 'pkg.mod', 'python'), qname_normalize('Foo', 'Pkg', 'sql');
/// ----
/// pkg.mod.Foo pkg.foo
/// ```
#[udf(tags = [string_norm, symbol, string], aliases = [qualname_normalize])]
pub fn qname_normalize(
    symbol: &str,
    #[default = None] module: Option<&str>,
    #[default = None] lang: Option<&str>,
    out: &mut Text,
) -> Option<()> {
    let lang = lang.unwrap_or_default().trim();
    let casefold = names(&CASE_INSENSITIVE, lang);
    let symbol = utf8_normalize(symbol, Form::Nfkc, casefold, true);
    let qualified = symbol.is_empty() || symbol.contains('.') || symbol.contains("::");
    let module = module.filter(|_| !qualified).unwrap_or_default();
    let module = utf8_normalize(module, Form::Nfkc, casefold, true);
    let separator = if names(&COLON_SEPARATED, lang) { "::" } else { "." };
    if !module.is_empty() {
        [module.as_ref(), separator].into_iter().for_each(|part| out.push_str(part));
    }
    out.push_str(&symbol);
    (!symbol.is_empty()).then_some(())
}

/// Languages whose names are the same in every case, by all their usual spellings.
const CASE_INSENSITIVE: [&str; 15] = [
    "sql",
    "plsql",
    "pl/sql",
    "tsql",
    "t-sql",
    "ada",
    "pascal",
    "delphi",
    "fortran",
    "cobol",
    "visual basic",
    "visualbasic",
    "vb",
    "vb.net",
    "vba",
];

/// Languages that write `::` between a module and a name, by all their usual spellings.
const COLON_SEPARATED: [&str; 9] = ["rust", "rs", "c++", "cpp", "cxx", "ruby", "rb", "perl", "pl"];

fn names(languages: &[&str], lang: &str) -> bool {
    languages.iter().any(|language| language.eq_ignore_ascii_case(lang))
}

/// The case folding of a normalised text, normalised again: folding takes some characters apart
/// which the form wants composed.
fn fold(text: Cow<'_, str>, form: Form) -> Cow<'_, str> {
    if !text.is_ascii() {
        let folded = folded(&text);
        // It is compared, since a character may fold to itself.
        if folded == text {
            return text;
        }
        return match form.normalize(&folded) {
            Cow::Borrowed(_) => Cow::Owned(folded),
            Cow::Owned(normal) => Cow::Owned(normal),
        };
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let mut folded = text.into_owned();
        folded.make_ascii_lowercase();
        return Cow::Owned(folded);
    }
    text
}

/// The case folding of a text. No character depends on its neighbours, and ASCII, which is most of
/// most texts, needs no tables.
fn folded(text: &str) -> String {
    let mapper = CaseMapper::new();
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.bytes().take_while(u8::is_ascii).count();
        let (run, after) = rest.split_at(ascii);
        let start = folded.len();
        folded.push_str(run);
        folded[start..].make_ascii_lowercase();
        let other = after.find(|character: char| character.is_ascii()).unwrap_or(after.len());
        let (run, after) = after.split_at(other);
        folded.push_str(&mapper.fold_string(run));
        rest = after;
    }
    folded
}

/// The words of a text with one space between each two.
fn collapse(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_collapsed(&text) {
        return text;
    }
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    Cow::Owned(collapsed)
}

/// Whether all white space is single spaces between words.
fn is_collapsed(text: &str) -> bool {
    let mut after_space = true;
    for character in text.chars() {
        let is_space = character.is_whitespace();
        if is_space && (after_space || character != ' ') {
            return false;
        }
        after_space = is_space;
    }
    text.is_empty() || !after_space
}

/// A Unicode normal form: `nfc`, `nfd`, `nfkc` or `nfkd`, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Canonical composition: characters that look alike and mean the same become one.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition: ligatures, widths and the like are given up too.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    pub(crate) fn normalize(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Nfc => ComposingNormalizerBorrowed::new_nfc().normalize(text),
            Self::Nfd => DecomposingNormalizerBorrowed::new_nfd().normalize(text),
            Self::Nfkc => ComposingNormalizerBorrowed::new_nfkc().normalize(text),
            Self::Nfkd => DecomposingNormalizerBorrowed::new_nfkd().normalize(text),
        }
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(text: &str) -> Result<Self, UnknownForm> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "nfc" => Self::Nfc,
            "nfd" => Self::Nfd,
            "nfkc" => Self::Nfkc,
            "nfkd" => Self::Nfkd,
            _ => return Err(UnknownForm(text.to_owned())),
        })
    }
}

/// A text that names no [`Form`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownForm(String);

impl fmt::Display for UnknownForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(f, "unknown normal form `{text}`: use `nfc`, `nfd`, `nfkc` or `nfkd`")
    }
}

impl std::error::Error for UnknownForm {}
