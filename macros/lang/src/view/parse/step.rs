//! The steps of a view.

use proc_macro2::{Delimiter, Ident, Span};

use super::{Parser, skip_past_comma};
use crate::suggest::nearest;
use crate::tokens::{Range, Reader, name_of};
use crate::types::{parse_path, path_text};
use crate::view::messages;
use crate::view::model::JoinKind;
use crate::view::syntax::{Contract, Expr, ExprKind, Item, SortKey, Source, Step, StepKind};

/// The words that begin a step. Where an operand is wanted they are not names of columns unless
/// they are qualified (`c.limit`) or raw (`r#limit`).
pub(super) const STEP_WORDS: [&str; 13] = [
    "from",
    "join",
    "inner",
    "left",
    "where",
    "unnest",
    "derive",
    "select",
    "group",
    "aggregate",
    "order",
    "limit",
    "contract",
];

/// Words that begin a step in other languages or in a later version of this one, and what to write.
const OTHER_STEPS: [(&str, &str); 8] = [
    ("right", "swap the relations and write `left join`"),
    ("full", "there is `join` and `left join`"),
    ("cross", "write `join … on true`"),
    ("having", "filter the groups by a `where` after `aggregate { … }`"),
    ("distinct", "write `group by { … }`"),
    ("on", "`on` belongs to a `join`"),
    ("as", "an alias belongs to `from`, `join` or `unnest`"),
    ("with", "compute columns in `derive { … }`, rows in a view of their own"),
];

impl Parser<'_> {
    /// `{ step } [ contract ]`
    pub(super) fn steps(&mut self, reader: &mut Reader<'_>) -> (Vec<Step>, Option<Contract>) {
        let mut steps = Vec::new();
        let mut contract: Option<Contract> = None;
        if reader.is_end() {
            self.expected(reader, "`from …`");
            self.whole = false;
        }
        while !reader.is_end() {
            if let Some(contract) = &contract {
                self.error(contract.keyword, messages::contract_not_last());
            }
            if let Some(keyword) = reader.word("contract") {
                contract = self.contract(reader, keyword).or(contract);
                continue;
            }
            match self.step(reader) {
                Some(step) => steps.push(step),
                None => {
                    self.whole = false;
                    self.skip_to_step(reader);
                }
            }
        }
        (steps, contract)
    }

    /// Skips to the next word that begins a step, at least one token unless that word is next.
    pub(super) fn skip_to_step(&self, reader: &mut Reader<'_>) {
        while !reader.is_end() && !begins_step(reader) {
            // A name after a dot is a column whatever it is called.
            if reader.punct('.').is_some() && reader.is_end() {
                return;
            }
            reader.skip();
        }
    }

    fn step(&mut self, reader: &mut Reader<'_>) -> Option<Step> {
        let Some(word) = reader.ident() else {
            self.expected(reader, "a step of the view");
            return None;
        };
        let start = word.span();
        let kind = match word.to_string().as_str() {
            "from" => StepKind::From(self.source(reader)?),
            "join" => return self.join(reader, JoinKind::Inner, start),
            "inner" => return self.kind_of_join(reader, JoinKind::Inner, &word),
            "left" => return self.kind_of_join(reader, JoinKind::Left, &word),
            "where" => StepKind::Where(self.expr(reader)?),
            "unnest" => self.unnest(reader)?,
            "derive" => StepKind::Derive(self.items(reader, "derive")?),
            "select" => StepKind::Select(self.items(reader, "select")?),
            "group" => return self.group(reader, start),
            "aggregate" => {
                let aggregates = self.items(reader, "aggregate")?;
                StepKind::Aggregate { keys: Vec::new(), aggregates }
            }
            "order" => return self.order(reader, start),
            "limit" => self.limit(reader)?,
            other => {
                self.unknown_step(&word, other);
                return None;
            }
        };
        Some(Step { kind, keyword: (start, start) })
    }

    fn unknown_step(&self, word: &Ident, text: &str) {
        let advice = OTHER_STEPS.iter().find(|(name, _)| *name == text).map(|(_, advice)| *advice);
        self.error(word.span(), messages::unknown_step(text, advice, &STEP_WORDS));
    }

    /// `path [ "as" name ]`
    fn source(&mut self, reader: &mut Reader<'_>) -> Option<Source> {
        let start = reader.span();
        let absent = reader.peek_ident().is_none_or(|_| begins_step(reader));
        let path = if absent && !reader.peek(':') { None } else { parse_path(reader) };
        let Some(path) = path else {
            self.expected(reader, "the name of a table or view");
            return None;
        };
        let span = (start, reader.last_span());
        let index = self.sources.number(&path);
        let alias = match reader.word("as") {
            Some(_) => self.alias(reader)?,
            None => match self.alias_without_as(reader) {
                Some(alias) => alias,
                None => path.segments.last()?.ident.clone(),
            },
        };
        Some(Source { index, path: path_text(&path), span, alias })
    }

    /// A name right after a relation is an alias as SQL writes it, unless it looks like a step.
    fn alias_without_as(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        let word = reader.peek_ident().filter(|_| !begins_step(reader))?;
        let text = word.to_string();
        let other = OTHER_STEPS.iter().any(|(name, _)| *name == text);
        if other || STEP_WORDS.contains(&text.as_str()) || nearest(&text, STEP_WORDS).is_some() {
            return None;
        }
        self.error(word.span(), messages::alias_without_as(&text));
        reader.skip();
        Some(word)
    }

    /// The name after `as`.
    fn alias(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        match reader.peek_ident() {
            Some(ident) if !begins_step(reader) => {
                reader.skip();
                if matches!(name_of(&ident).as_str(), "self" | "super" | "crate" | "Self" | "_") {
                    self.error(ident.span(), messages::not_a_name(&ident.to_string()));
                    return None;
                }
                Some(ident)
            }
            _ => {
                self.expected(reader, "a name after `as`");
                None
            }
        }
    }

    fn kind_of_join(
        &mut self,
        reader: &mut Reader<'_>,
        kind: JoinKind,
        word: &Ident,
    ) -> Option<Step> {
        if reader.word("join").is_none() {
            self.expected(reader, &format!("`join` after `{word}`"));
            return None;
        }
        self.join(reader, kind, word.span())
    }

    /// `source "on" expr`
    fn join(&mut self, reader: &mut Reader<'_>, kind: JoinKind, start: Span) -> Option<Step> {
        let keyword = (start, reader.last_span());
        let source = self.source(reader)?;
        if reader.word("on").is_none() {
            self.error(reader.span(), messages::join_without_on(&source.path));
            return None;
        }
        let on = self.expr(reader)?;
        Some(Step { kind: StepKind::Join { kind, source, on }, keyword })
    }

    /// `expr [ "outer" ] "as" name`
    fn unnest(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let list = self.expr(reader)?;
        let outer = reader.word("outer").is_some();
        if reader.word("as").is_none() {
            self.expected(reader, "`as name`");
            return None;
        }
        let alias = self.alias(reader)?;
        Some(StepKind::Unnest { list, outer, alias })
    }

    /// `"by" items [ "aggregate" items ]`
    fn group(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Step> {
        self.by(reader, "group")?;
        let keyword = (start, reader.last_span());
        let keys = self.items(reader, "group by")?;
        let aggregates = match reader.word("aggregate") {
            Some(_) => self.items(reader, "aggregate")?,
            None => Vec::new(),
        };
        Some(Step { kind: StepKind::Aggregate { keys, aggregates }, keyword })
    }

    fn by(&self, reader: &mut Reader<'_>, word: &str) -> Option<Span> {
        let by = reader.word("by");
        if by.is_none() {
            self.expected(reader, &format!("`by` after `{word}`"));
        }
        by
    }

    /// `"by" key { "," key }`
    fn order(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Step> {
        self.by(reader, "order")?;
        let keyword = (start, reader.last_span());
        let mut keys = vec![self.sort_key(reader)?];
        while reader.punct(',').is_some() {
            keys.push(self.sort_key(reader)?);
        }
        Some(Step { kind: StepKind::OrderBy(keys), keyword })
    }

    fn sort_key(&mut self, reader: &mut Reader<'_>) -> Option<SortKey> {
        let expr = self.expr(reader)?;
        let descending = reader.word("desc").is_some();
        if !descending {
            reader.word("asc");
        }
        let mut nulls_first = false;
        if reader.word("nulls").is_some() {
            nulls_first = reader.word("first").is_some();
            if !nulls_first && reader.word("last").is_none() {
                self.expected(reader, "`first` or `last`");
                return None;
            }
        }
        Some(SortKey { expr, descending, nulls_first })
    }

    fn limit(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let number = reader.literal().map(syn::Lit::new).and_then(|literal| match literal {
            syn::Lit::Int(int) if int.suffix().is_empty() => int.base10_parse::<u64>().ok(),
            _ => None,
        });
        if number.is_none() {
            self.error(reader.last_span(), messages::limit_number());
        }
        number.map(StepKind::Limit)
    }

    fn contract(&mut self, reader: &mut Reader<'_>, keyword: Span) -> Option<Contract> {
        let Some((mut inside, _)) = reader.group(Delimiter::Brace) else {
            self.expected(reader, "`{ column: type, … }`");
            self.skip_to_step(reader);
            return None;
        };
        let (columns, whole) = self.columns(&mut inside);
        Some(Contract { keyword, columns, whole })
    }

    /// `"{" [ item { "," item } [ "," ] ] "}"`; an item that cannot be read stays as an error, so
    /// that the others are checked.
    fn items(&mut self, reader: &mut Reader<'_>, step: &str) -> Option<Vec<Item>> {
        let Some((mut inside, _)) = reader.group(Delimiter::Brace) else {
            self.expected(reader, &format!("`{{ … }}` after `{step}`"));
            return None;
        };
        let mut items = Vec::new();
        while !inside.is_end() {
            items.push(self.item(&mut inside));
            if inside.punct(',').is_none() && !inside.is_end() {
                skip_past_comma(&mut inside);
            }
        }
        Some(items)
    }

    /// `"*" | name "." "*" | [ name ":" ] expr`
    fn item(&mut self, reader: &mut Reader<'_>) -> Item {
        let start = reader.span();
        if let Some(span) = reader.punct('*') {
            return Item::Star { relation: None, span: (span, span) };
        }
        if let Some(item) = star_of_relation(reader) {
            return item;
        }
        let name = item_name(reader);
        if let Some(name) = &name
            && matches!(name_of(name).as_str(), "self" | "super" | "crate" | "Self" | "_")
        {
            self.error(name.span(), messages::not_a_name(&name.to_string()));
        }
        let expr = match self.expr(reader) {
            Some(expr) => {
                if !reader.is_end() && !reader.peek(',') {
                    self.after_item(reader);
                }
                expr
            }
            None => error_expr((start, reader.last_span())),
        };
        Item::Value { name, expr }
    }

    /// Something other than a comma stands after an item.
    fn after_item(&self, reader: &Reader<'_>) {
        if reader.peek_word("as") {
            self.error(reader.span(), messages::name_after_as());
        } else {
            self.expected(reader, "`,`");
        }
    }
}

/// An expression that could not be read.
pub(super) fn error_expr(span: Range) -> Expr {
    Expr { kind: ExprKind::Error, span }
}

/// `name "." "*"`
fn star_of_relation(reader: &mut Reader<'_>) -> Option<Item> {
    let mut ahead = *reader;
    let relation = ahead.ident()?;
    ahead.punct('.')?;
    let star = ahead.punct('*')?;
    *reader = ahead;
    Some(Item::Star { span: (relation.span(), star), relation: Some(relation) })
}

/// `name ":"`, but not the beginning of a path.
fn item_name(reader: &mut Reader<'_>) -> Option<Ident> {
    let mut ahead = *reader;
    let name = ahead.ident()?;
    if ahead.peek_path_separator() {
        return None;
    }
    ahead.punct(':')?;
    *reader = ahead;
    Some(name)
}

/// Whether the next word begins a step here. `left(…)` is a function, `group` alone a column.
pub(super) fn begins_step(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let Some(word) = ahead.ident() else { return false };
    match word.to_string().as_str() {
        "left" | "inner" => ahead.peek_word("join"),
        "group" | "order" => ahead.peek_word("by"),
        "select" | "derive" | "aggregate" | "contract" => ahead.peek_group(Delimiter::Brace),
        other => STEP_WORDS.contains(&other),
    }
}
