//! The steps of a view.

use proc_macro2::{Delimiter, Ident, Span};

use super::foreign::begins_step_in_any_case;
use super::{Parser, error_expr};
use crate::suggest::nearest;
use crate::tokens::{Range, Reader, name_of};
use crate::types::{parse_path, path_text};
use crate::view::messages;
use crate::view::model::JoinKind;
use crate::view::syntax::{Contract, Expr, SortKey, Source, Step, StepKind};

/// The words that begin a step. Where an operand is wanted they are not names of columns unless
/// they are qualified (`c.limit`) or raw (`r#limit`).
pub(in crate::view) const STEP_WORDS: [&str; 13] = [
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

/// Words that begin a step in other languages, and what to write.
const OTHER_STEPS: [(&str, &str); 22] = [
    ("right", "swap the relations and write `left join`"),
    ("full", "there is `join` and `left join`"),
    ("cross", "write `join … on true`"),
    ("having", "filter the groups by a `where` after `aggregate { … }`"),
    ("distinct", "`group by { … }` keeps one row of each"),
    ("on", "`on` belongs to a `join`"),
    ("as", "an alias belongs to `from`, `join` or `unnest`"),
    ("with", "compute columns in `derive { … }`, rows in a view of their own"),
    ("offset", "leave rows out by a `where` on what they are sorted by"),
    ("fetch", "write `limit 100`"),
    ("window", "there are no window functions: aggregate in a view of its own, join it"),
    ("set", "`derive { name: … }` adds columns"),
    ("in", "write `from relation as name`"),
    ("filter", "write `where`"),
    ("map", "write `select { … }`"),
    ("sort", "write `order by`"),
    ("take", "write `limit`"),
    ("let", "`derive { name: … }` adds columns"),
    ("return", "write `select { … }`"),
    ("union", UNION),
    ("intersect", "`join` keeps the rows of one view that another has"),
    ("except", "a `left join` and `where … is null` keep the rows that another lacks"),
];

const UNION: &str = "there is no `union`: each of the views is read where it is needed";

/// Words after which another query begins, of which nothing can be said here.
const SECOND_QUERIES: [&str; 3] = ["union", "intersect", "except"];

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
            if let Some((keyword, _)) = self.keyword(reader, "contract") {
                contract = self.contract(reader, keyword).or(contract);
                continue;
            }
            if steps.is_empty() && (self.select_first(reader) || self.no_from(reader)) {
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
        while !reader.is_end() && !begins_step_in_any_case(reader) {
            // A name after a dot is a column whatever it is called.
            if reader.punct('.').is_some() && reader.is_end() {
                return;
            }
            reader.skip();
        }
    }

    /// `select a from t`: SQL names the columns before the relation.
    fn select_first(&mut self, reader: &mut Reader<'_>) -> bool {
        let mut ahead = *reader;
        let Some(word) = ahead.ident().filter(|word| {
            word.to_string().eq_ignore_ascii_case("select") && !ahead.peek_group(Delimiter::Brace)
        }) else {
            return false;
        };
        self.error(word.span(), messages::starts_with_from());
        self.whole = false;
        *reader = ahead;
        self.skip_to_step(reader);
        true
    }

    /// A relation without `from`: what else could the first word be, if it is near to no step?
    fn no_from(&mut self, reader: &mut Reader<'_>) -> bool {
        let Some(word) = reader.peek_ident() else { return false };
        let text = word.to_string().to_lowercase();
        let step = nearest(&text, STEP_WORDS).is_some()
            || text == "pub"
            || OTHER_STEPS.iter().any(|(name, _)| *name == text);
        if step || !self.whole {
            return false;
        }
        self.error(word.span(), messages::starts_with_from());
        self.whole = false;
        reader.skip();
        self.skip_to_step(reader);
        true
    }

    fn step(&mut self, reader: &mut Reader<'_>) -> Option<Step> {
        let start = reader.span();
        let Some(word) = reader.ident() else {
            self.no_step(reader);
            return None;
        };
        let written = word.to_string();
        let folded = written.to_lowercase();
        let known = STEP_WORDS.contains(&folded.as_str());
        if known && folded != written {
            self.error(start, messages::operator(&written, &folded));
        }
        let kind = match if known { folded.as_str() } else { written.as_str() } {
            "from" => StepKind::From(self.source(reader)?),
            "join" => return self.join(reader, JoinKind::Inner, start),
            "inner" => return self.kind_of_join(reader, JoinKind::Inner, &word),
            "left" => return self.kind_of_join(reader, JoinKind::Left, &word),
            "where" => StepKind::Where(self.expr(reader)?),
            "unnest" => self.unnest(reader)?,
            "derive" => StepKind::Derive(self.items(reader, "derive")?),
            "select" => self.select(reader)?,
            "group" => return self.group(reader, start),
            "aggregate" => {
                let aggregates = self.items(reader, "aggregate")?;
                StepKind::Aggregate { keys: Vec::new(), aggregates }
            }
            "order" => return self.order(reader, start),
            "limit" => self.limit(reader)?,
            other => {
                self.unknown_step(reader, &word, other);
                return None;
            }
        };
        Some(Step { kind, keyword: (start, start) })
    }

    /// Something that is no word stands where a step is wanted.
    fn no_step(&self, reader: &Reader<'_>) {
        let advice = match reader.peek_punct().map(|punct| punct.as_char()) {
            Some(',') => "nothing stands between steps; `join … on …` reads another relation",
            Some(';') => "the brace of `view!` ends the view",
            _ => return self.expected(reader, "a step of the view"),
        };
        let sign = reader.describe();
        let message = messages::unknown_step(sign.trim_matches('`'), Some(advice), &[]);
        self.error(reader.span(), message);
    }

    fn unknown_step(&self, reader: &mut Reader<'_>, word: &Ident, text: &str) {
        let folded = text.to_lowercase();
        let advice = OTHER_STEPS.iter().find(|(name, _)| *name == folded).map(|(_, text)| *text);
        let another_view = text == "pub" && reader.peek_ident().is_some();
        if another_view {
            self.error(word.span(), messages::one_definition("view"));
        } else {
            self.error(word.span(), messages::unknown_step(text, advice, &STEP_WORDS));
        }
        if another_view || SECOND_QUERIES.contains(&folded.as_str()) {
            while !reader.is_end() {
                reader.skip();
            }
        }
    }

    /// `select { … }`; SQL's `select distinct` is a `group by`.
    fn select(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let mut ahead = *reader;
        if let Some(word) = ahead.ident()
            && word.to_string().eq_ignore_ascii_case("distinct")
            && !ahead.peek(',')
        {
            let advice = Some("`group by { … }` keeps one row of each");
            self.error(word.span(), messages::unknown_step("select distinct", advice, &[]));
            *reader = ahead;
        }
        Some(StepKind::Select(self.items(reader, "select")?))
    }

    /// `path [ "as" name ]`
    fn source(&mut self, reader: &mut Reader<'_>) -> Option<Source> {
        let start = reader.span();
        let absent = reader.peek_ident().is_none_or(|_| begins_step(reader));
        let path = if absent && !reader.peek(':') { None } else { parse_path(reader) };
        let Some(path) = path else {
            match reader.group(Delimiter::Parenthesis) {
                Some((_, span)) => self.sink.error_range(span, messages::subquery()),
                None => self.expected(reader, "the name of a table or view"),
            }
            return None;
        };
        let span = (start, reader.last_span());
        if self.keyword_of_rust(&path) {
            return None;
        }
        let index = self.sources.number(&path);
        let alias = match self.keyword(reader, "as") {
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
        let folded = text.to_lowercase();
        let using = folded == "using" || folded == "pub";
        let other = using || OTHER_STEPS.iter().any(|(name, _)| *name == folded);
        if other || STEP_WORDS.contains(&text.as_str()) || nearest(&text, STEP_WORDS).is_some() {
            return None;
        }
        self.error(word.span(), messages::alias_without_as(&text));
        reader.skip();
        Some(word)
    }

    /// The name after `as`.
    fn alias(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        let Some(ident) = reader.peek_ident() else {
            self.expected(reader, "a name after `as`");
            return None;
        };
        let mut ahead = *reader;
        ahead.skip();
        // `as where select` has an alias that cannot be one, `as where c.x > 1` has none.
        let missing = begins_step(reader) && !ahead.is_end() && !begins_step(&ahead);
        if missing {
            self.expected(reader, "a name after `as`");
            return None;
        }
        *reader = ahead;
        let reserved = STEP_WORDS.contains(&ident.to_string().as_str())
            || matches!(name_of(&ident).as_str(), "self" | "super" | "crate" | "Self" | "_");
        if reserved {
            self.error(ident.span(), messages::not_a_name(&ident.to_string(), None));
            return None;
        }
        Some(ident)
    }

    fn kind_of_join(
        &mut self,
        reader: &mut Reader<'_>,
        kind: JoinKind,
        word: &Ident,
    ) -> Option<Step> {
        if let Some(outer) = reader.word("outer") {
            let form = (format!("{word} outer join"), format!("{word} join"));
            self.sink.error_range((word.span(), outer), messages::operator(&form.0, &form.1));
        }
        if self.keyword(reader, "join").is_none() {
            self.expected(reader, &format!("`join` after `{word}`"));
            return None;
        }
        self.join(reader, kind, word.span())
    }

    /// `source "on" expr`
    fn join(&mut self, reader: &mut Reader<'_>, kind: JoinKind, start: Span) -> Option<Step> {
        let keyword = (start, reader.last_span());
        let source = self.source(reader)?;
        let on = match self.keyword(reader, "on") {
            Some(_) => self.expr(reader)?,
            None => self.missing_condition(reader, &source),
        };
        Some(Step { kind: StepKind::Join { kind, source, on }, keyword })
    }

    /// A join without `on`; SQL's `using (…)` is read over.
    fn missing_condition(&self, reader: &mut Reader<'_>, source: &Source) -> Expr {
        let span = reader.span();
        let alias = name_of(&source.alias);
        self.error(span, messages::join_without_on(&source.path, &alias));
        if reader.word("using").is_some() || reader.peek_other_case("using").is_some() {
            reader.group(Delimiter::Parenthesis);
        }
        error_expr((span, span))
    }

    /// `expr [ "outer" ] "as" name`
    fn unnest(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let list = self.expr(reader)?;
        let outer = self.keyword(reader, "outer").is_some();
        if self.keyword(reader, "as").is_none() {
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
        let aggregates = match self.keyword(reader, "aggregate") {
            Some(_) => self.items(reader, "aggregate")?,
            None => Vec::new(),
        };
        Some(Step { kind: StepKind::Aggregate { keys, aggregates }, keyword })
    }

    fn by(&self, reader: &mut Reader<'_>, word: &str) -> Option<Range> {
        let by = self.keyword(reader, "by");
        if by.is_none() {
            self.expected(reader, &format!("`by` after `{word}`"));
        }
        by
    }

    /// `"by" key { "," key }`
    fn order(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Step> {
        self.by(reader, "order")?;
        let keyword = (start, reader.last_span());
        let keys = match reader.group(Delimiter::Brace) {
            Some((mut inside, span)) => {
                let keys = self.sort_keys(&mut inside)?;
                let shown: Vec<_> = keys.iter().map(SortKey::to_short_text).collect();
                let form = format!("order by {}", shown.join(", "));
                self.sink.error_range(span, messages::operator("order by { … }", &form));
                keys
            }
            None => self.sort_keys(reader)?,
        };
        Some(Step { kind: StepKind::OrderBy(keys), keyword })
    }

    /// `key { "," key }`
    fn sort_keys(&mut self, reader: &mut Reader<'_>) -> Option<Vec<SortKey>> {
        let mut keys = vec![self.sort_key(reader)?];
        while reader.punct(',').is_some() {
            keys.push(self.sort_key(reader)?);
        }
        Some(keys)
    }

    fn sort_key(&mut self, reader: &mut Reader<'_>) -> Option<SortKey> {
        let expr = self.expr(reader)?;
        let descending = self.keyword(reader, "desc").is_some();
        if !descending {
            self.keyword(reader, "asc");
        }
        let mut nulls_first = false;
        if self.keyword(reader, "nulls").is_some() {
            nulls_first = self.keyword(reader, "first").is_some();
            if !nulls_first && self.keyword(reader, "last").is_none() {
                self.expected(reader, "`first` or `last`");
                return None;
            }
        }
        Some(SortKey { expr, descending, nulls_first })
    }

    fn limit(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let span = reader.span();
        let number = reader.literal().map(syn::Lit::new).and_then(|literal| match literal {
            syn::Lit::Int(int) if int.suffix().is_empty() => int.base10_parse::<u64>().ok(),
            _ => None,
        });
        if number.is_none() {
            self.error(span, messages::limit_number());
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
}

/// Whether the next word begins a step in another language and none here; an alias may follow.
pub(super) fn begins_other_step(reader: &Reader<'_>) -> bool {
    let word = reader.peek_ident().map(|word| word.to_string().to_lowercase());
    let word = word.filter(|word| word != "as");
    word.is_some_and(|word| OTHER_STEPS.iter().any(|(other, _)| *other == word))
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
