//! Open definitions: qualified names, what encloses what, and the fingerprint of each body.
//!
//! The fingerprint hashes the tokens of a body and the extent of its blocks, not its white space
//! and comments, so that a copy is found however it was formatted.

use crate::extract::columns::Attr;
use crate::extract::lang::Lang;
use crate::extract::rows::{DefRow, Sink};
use crate::extract::visit::{Place, signed};

/// A longer qualified name is cut in front: each level repeats those around it, and generated code
/// can nest without end.
const QUALNAME_BYTES_MAX: usize = 1024;

/// Functions inside of so many others have no fingerprint, for the same reason.
const FINGERPRINTS_MAX: usize = 16;

/// What a language says of a definition.
#[derive(Debug)]
pub(crate) struct Definition<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) is_public: bool,
    pub(crate) param_count: Option<i64>,
    pub(crate) trait_name: Option<String>,
    /// First byte and the byte after the last of the body that is fingerprinted.
    pub(crate) body: Option<(usize, usize)>,
    pub(crate) attrs: Vec<Attr<'a>>,
    /// The first line of what is said of it inside.
    pub(crate) doc: Option<String>,
}

/// What stands before a definition.
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// Names of decorators or attributes.
    pub(crate) decorators: Vec<String>,
    /// The first line of a documentation comment.
    pub(crate) doc: Option<String>,
}

#[derive(Debug)]
struct Scope {
    id: String,
    parent_id: Option<String>,
    place: Place,
    kind: &'static str,
    name: String,
    qualname: String,
    is_public: bool,
    param_count: Option<i64>,
    trait_name: Option<String>,
    decorators: Vec<String>,
    attrs: Vec<(&'static str, String)>,
    doc: Option<String>,
    body: Option<Body>,
}

#[derive(Debug)]
struct Body {
    range: (usize, usize),
    hasher: Box<blake3::Hasher>,
    tokens: i64,
}

/// The definitions around a place, the outermost first.
#[derive(Debug)]
pub(crate) struct Scopes {
    lang: Lang,
    open: Vec<Scope>,
    /// Positions of those whose bodies are being fingerprinted.
    hashing: Vec<usize>,
    last_token: usize,
}

impl Scopes {
    pub(crate) fn new(lang: Lang) -> Self {
        Self { lang, open: Vec::new(), hashing: Vec::new(), last_token: 0 }
    }

    /// The id of the innermost definition.
    pub(crate) fn def_id(&self) -> Option<&str> {
        self.open.last().map(|scope| scope.id.as_str())
    }

    /// The kind of the innermost definition.
    pub(crate) fn kind(&self) -> Option<&'static str> {
        self.open.last().map(|scope| scope.kind)
    }

    /// How public the innermost definition is, as it is written; nothing for a private one.
    pub(crate) fn visibility(&self) -> Option<&str> {
        let attrs = &self.open.last()?.attrs;
        attrs.iter().find(|(key, _)| *key == "visibility").map(|(_, value)| value.as_str())
    }

    /// How many of them are modules: each of them is written in its place in Rust.
    pub(crate) fn inline_modules(&self) -> i64 {
        signed(self.open.iter().filter(|scope| scope.kind == "mod").count())
    }

    /// The trait that the innermost definition implements.
    pub(crate) fn trait_name(&self) -> Option<&str> {
        self.open.last().and_then(|scope| scope.trait_name.as_deref())
    }

    pub(crate) fn open(
        &mut self,
        id: String,
        place: Place,
        definition: Definition<'_>,
        before: Before,
    ) {
        let body = definition.body.filter(|_| self.hashing.len() < FINGERPRINTS_MAX);
        if body.is_some() {
            self.hashing.push(self.open.len());
        }
        self.open.push(Scope {
            parent_id: self.def_id().map(str::to_owned),
            qualname: self.qualname(&definition.name),
            id,
            place,
            kind: definition.kind,
            name: definition.name,
            is_public: definition.is_public,
            param_count: definition.param_count,
            trait_name: definition.trait_name,
            decorators: before.decorators,
            doc: definition.doc.or(before.doc),
            attrs: definition.attrs.into_iter().map(|(key, v)| (key, v.into_owned())).collect(),
            body: body.map(|range| Body { range, hasher: Box::default(), tokens: 0 }),
        });
    }

    /// Closes the innermost definition and writes its row.
    pub(crate) fn close(&mut self, sink: &mut Sink<'_>) {
        let Some(scope) = self.open.pop() else { return };
        self.hashing.pop_if(|at| *at == self.open.len());
        let attrs: Vec<Attr<'_>> =
            scope.attrs.iter().map(|(key, value)| (*key, value.as_str().into())).collect();
        let hash = scope.body.as_ref().map(|body| {
            let mut digest = [0; 16];
            body.hasher.finalize_xof().fill(&mut digest);
            digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        });
        let Place { span, lines } = scope.place;
        sink.defs.push(DefRow {
            def_id: &scope.id,
            parent_id: scope.parent_id.as_deref(),
            kind: scope.kind,
            name: &scope.name,
            qualname: &scope.qualname,
            is_public: scope.is_public,
            param_count: scope.param_count,
            trait_name: scope.trait_name.as_deref(),
            decorators: &scope.decorators,
            body_hash: hash.as_deref(),
            body_tokens: scope.body.as_ref().map(|body| body.tokens),
            doc: scope.doc.as_deref(),
            span,
            bstart: span.0,
            bend: span.1,
            start_line: lines.0,
            end_line: lines.1,
            attrs: &attrs,
        });
    }

    /// A token at a byte of the text: part of every body that it lies in.
    pub(crate) fn token(&mut self, text: &str, at: usize) {
        self.last_token = at;
        if text.is_empty() {
            return;
        }
        for scope in &self.hashing {
            let Some(body) = self.open.get_mut(*scope).and_then(|scope| scope.body.as_mut()) else {
                continue;
            };
            if body.range.0 <= at && at < body.range.1 {
                // The length keeps two tokens from running together.
                body.hasher.update(&(text.len() as u64).to_le_bytes());
                body.hasher.update(text.as_bytes());
                body.tokens += 1;
            }
        }
    }

    /// A token after the last one.
    pub(crate) fn token_at_end(&mut self, text: &str) {
        self.token(text, self.last_token);
    }

    /// Python's `__qualname__`; in Rust the path below the file.
    fn qualname(&self, name: &str) -> String {
        let Some(outer) = self.open.last() else { return name.to_owned() };
        let separator = match (self.lang, outer.kind) {
            (Lang::Rust, _) => "::",
            (Lang::Python, "class") => ".",
            (Lang::Python, _) => ".<locals>.",
        };
        let full = format!("{}{separator}{name}", outer.qualname);
        match full.len().checked_sub(QUALNAME_BYTES_MAX) {
            None | Some(0) => full,
            Some(excess) => {
                let cut = (excess..full.len()).find(|at| full.is_char_boundary(*at));
                format!("…{}", &full[cut.unwrap_or(full.len())..])
            }
        }
    }
}
