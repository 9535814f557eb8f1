//! The hash of a function as it is written: what tells a stored result of yesterday's body from one
//! of today's.
//!
//! It is FNV-1a of 128 bits over the tokens, not over their display: compilers print tokens with
//! different blanks, and neither blanks nor comments change what is computed. Each token is hashed
//! with its kind and its length, so that no two lists of tokens run into each other. FNV is for
//! edits, which mean no harm; it is here because the macros have no dependency that hashes.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// The hash of items, one after the other, without their doc comments.
pub(crate) fn source_hash<'a>(items: impl IntoIterator<Item = &'a dyn ToTokens>) -> u128 {
    let mut hasher = Fnv::new();
    for item in items {
        hasher.tokens(item.to_token_stream());
    }
    hasher.0
}

/// FNV-1a of 128 bits over what it was given so far.
pub(crate) struct Fnv(u128);

impl Fnv {
    pub(crate) const fn new() -> Self {
        Self(OFFSET)
    }

    pub(crate) const fn value(&self) -> u128 {
        self.0
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }

    fn token(&mut self, kind: u8, text: &str) {
        self.bytes(&[kind]);
        self.bytes(&(text.len() as u64).to_le_bytes());
        self.bytes(text.as_bytes());
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(tree) = tokens.next() {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    // `#![doc = …]` is the comment of what it stands in.
                    let inner = tokens.next_if(|next| is_punct(next, '!'));
                    if tokens.next_if(is_doc).is_some() {
                        continue;
                    }
                    self.token(b'p', "#");
                    if inner.is_some() {
                        self.token(b'p', "!");
                    }
                }
                TokenTree::Punct(punct) => {
                    // A blank decides only here: `a && b` and `a & &b` are both meant. Everywhere
                    // else the parts of an operator can only be that operator.
                    let (c, joint) = (punct.as_char(), punct.spacing() == Spacing::Joint);
                    let twice = matches!(c, '&' | '|') && joint;
                    if twice && tokens.next_if(|next| is_punct(next, c)).is_some() {
                        self.token(b'p', if c == '&' { "&&" } else { "||" });
                    } else {
                        self.token(b'p', c.encode_utf8(&mut [0; 4]));
                    }
                }
                TokenTree::Ident(ident) => self.token(b'i', &ident.to_string()),
                TokenTree::Literal(literal) => self.token(b'l', &literal.to_string()),
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
            }
        }
    }

    fn group(&mut self, delimiter: Delimiter, tokens: TokenStream) {
        let name = match delimiter {
            Delimiter::Parenthesis => "()",
            Delimiter::Brace => "{}",
            Delimiter::Bracket => "[]",
            // What a macro hands over is wrapped or not as the compiler likes; it matters only where
            // there is more than one token, which operators outside could tear apart.
            Delimiter::None if tokens.clone().into_iter().nth(1).is_none() => {
                return self.tokens(tokens);
            }
            Delimiter::None => "",
        };
        self.token(b'<', name);
        self.tokens(tokens);
        self.token(b'>', name);
    }
}

fn is_punct(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

/// Whether it is `[doc = …]`, the form that comments reach a macro in.
fn is_doc(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else { return false };
    let mut inside = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inside.next(), Some(TokenTree::Ident(word)) if word == "doc")
        && inside.next().is_some_and(|equals| is_punct(&equals, '='))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

    use super::{Fnv, source_hash};

    fn of(text: &str) -> u128 {
        source_hash([&TokenStream::from_str(text).unwrap() as _])
    }

    /// The vectors that are published with the algorithm.
    #[test]
    fn it_is_fnv_1a() {
        for (text, hash) in [
            ("", 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128),
            ("a", 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964),
            ("foobar", 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18),
        ] {
            let mut hasher = Fnv::new();
            hasher.bytes(text.as_bytes());
            assert_eq!(hasher.0, hash, "{text}");
        }
    }

    /// A stored result is known by it: another number here makes every view of everybody new.
    #[test]
    fn it_stays_what_it_is() {
        assert_eq!(of("fn f(x: i64) -> i64 { x && 2 }"), 0xa687_d36e_b567_004f_2cc5_4698_d717_e511);
    }

    #[test]
    fn blanks_and_comments_do_not_matter() {
        let plain = of("fn f(a: Vec<Vec<i64>>) -> i64 { a[0] /= -1; b >>= 2 }");
        for same in [
            "fn f ( a : Vec < Vec < i64 > > )\n-> i64 {\n    a [ 0 ] /= - 1 ; b >>= 2\n}",
            "fn f(a: Vec<Vec<i64>>) -> i64 { /* why */ a[0] /=-1; // so\n b>>=2 }",
            "/// Text.\nfn f(a: Vec<Vec<i64>>) -> i64 { //! More.\n /** x */ a[0] /= -1; b >>= 2 }",
            "#[doc = \"t\"] fn f(a: Vec<Vec<i64>>) -> i64 { a[0] /= -1; b >>= 2 }",
        ] {
            assert_eq!(of(same), plain, "{same}");
        }
    }

    #[test]
    fn everything_else_does() {
        let texts = [
            "a & &b",
            "a && b",
            "a | | b",
            "a || b",
            "a",
            "b",
            "r#a",
            "\"a\"",
            "'a'",
            "1",
            "1.0",
            "1u8",
            "(a)",
            "[a]",
            "{ a }",
            "(a) b",
            "(a b)",
            "a b",
            "ab",
            "#[a] b",
            "#![a] b",
            "#[doc(a)] b",
            "# b",
            "a, b",
            "a, b,",
            "",
        ];
        for (i, text) in texts.iter().enumerate() {
            for other in &texts[..i] {
                assert_ne!(of(text), of(other), "`{text}` and `{other}`");
            }
        }
    }

    #[test]
    fn what_a_macro_wraps_counts_where_it_binds() {
        let wrapped = |text: &str| {
            let inside = TokenStream::from_str(text).unwrap();
            let group = TokenTree::from(Group::new(Delimiter::None, inside));
            source_hash([&TokenStream::from(group) as _])
        };
        assert_eq!(wrapped("1"), of("1"));
        assert_ne!(wrapped("1 + 1"), of("1 + 1"));
    }
}
