//! The steps of a view.

use proc_macro2::{Delimiter, Ident, Span, TokenTree};

use super::Parser;
use super::distinct::is_on;
use super::foreign::begins_step_in_any_case;
use super::words::{OTHER_STEPS, SORT_WORDS, STATEMENTS, STEP_WORDS, begins_step};
use crate::messages::Message;
use crate::suggest::nearest;
use crate::tokens::{Range, Reader, name_of};
use crate::view::messages;
use crate::view::model::{JoinKind, SetKind};
use crate::view::syntax::{Contract, Step, StepKind};

impl Parser<'_> {
    /// `{ step } [ audits ] [ contract ]`
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
            if let Some((keyword, _)) = self.keyword(reader, "audit") {
                self.audits(reader, keyword);
                continue;
            }
            if let Some((keyword, _)) = self.keyword(reader, "contract") {
                contract = self.contract(reader, keyword).or(contract);
                continue;
            }
            if let Some(audit) = self.audits.last().filter(|_| !self.audit_misplaced) {
                self.error(audit.keyword, messages::audit_not_last());
                self.audit_misplaced = true;
                // What it says is of another row than the last.
                self.audits.clear();
            }
            if self.ends(reader) {
                break;
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

    /// Whether a `;` ends the text. A query may be written with one, and a view of a file without `view!`.
    fn ends(&self, reader: &mut Reader<'_>) -> bool {
        let mut ahead = *reader;
        if !self.may_end || ahead.punct(';').is_none() || !ahead.is_end() {
            return false;
        }
        *reader = ahead;
        true
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
        self.whole = false;
        if let Some(form) = super::sql::as_view(reader.rest()) {
            self.translated(reader, word.span(), messages::starts_with_from(Some(&form)));
            return true;
        }
        self.error(word.span(), messages::starts_with_from(None));
        *reader = ahead;
        self.skip_to_step(reader);
        true
    }

    /// Reports what the help translates whole, so that nothing else needs to be said of it.
    fn translated(&self, reader: &mut Reader<'_>, span: Span, message: Message) {
        // That its texts stand in single quotes is a part of it.
        self.sink.change_since(0, |error| error.message.code != "V0021");
        self.error(span, message);
        while !reader.is_end() {
            reader.skip();
        }
    }

    /// `insert into t …`, `create table t as select …`: what changes something, or asks of a database.
    fn statement(&mut self, reader: &mut Reader<'_>, word: &Ident) -> bool {
        let folded = word.to_string().to_lowercase();
        let Some((_, advice)) = STATEMENTS.iter().find(|(known, _)| *known == folded) else {
            return false;
        };
        let mut ahead = *reader;
        ahead.skip();
        // A relation may be called so.
        let names_relation = begins_step(&ahead) && folded != "delete";
        if names_relation || ahead.is_end() || ahead.peek_word("as") {
            return false;
        }
        let mut form = None;
        while !ahead.is_end() && form.is_none() {
            if ahead.peek_word("select") || ahead.peek_other_case("select").is_some() {
                form = super::sql::as_view(ahead.rest());
            }
            ahead.skip();
        }
        let advice = match form {
            Some(form) if folded == "explain" => format!("`{form}`"),
            Some(form) => format!("`view! {{ pub name = {form} }}` is computed by a run"),
            None => (*advice).to_owned(),
        };
        self.whole = false;
        self.translated(reader, word.span(), messages::read_only(&word.to_string(), &advice));
        true
    }

    /// A relation without `from`: what else could the first word be, if it is near to no step?
    fn no_from(&mut self, reader: &mut Reader<'_>) -> bool {
        let Some(word) = reader.peek_ident() else { return false };
        if self.statement(reader, &word) {
            return true;
        }
        let text = word.to_string().to_lowercase();
        let mut ahead = *reader;
        ahead.skip();
        // `orders where …`: what is near to a step may be a relation nevertheless.
        let is_relation = !STEP_WORDS.contains(&text.as_str())
            && (ahead.is_end() || begins_step(&ahead) || ahead.peek('|'));
        let step = (nearest(&text, STEP_WORDS).is_some() && !is_relation)
            || text == "pub"
            || OTHER_STEPS.iter().any(|(name, _)| *name == text);
        if step || !self.whole {
            return false;
        }
        let form = is_relation.then(|| format!("from {word} …"));
        self.error(word.span(), messages::starts_with_from(form.as_deref()));
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
            "from" => {
                let source = self.source(reader)?;
                self.only_alias = Some(name_of(&source.alias));
                StepKind::From(source)
            }
            _ if folded == "natural" => {
                if let Some(step) = self.natural(reader, &word) {
                    return Some(step);
                }
                self.unknown_step(reader, &word, &written);
                return None;
            }
            "join" => return self.join(reader, JoinKind::Inner, start),
            "inner" => return self.kind_of_join(reader, JoinKind::Inner, &word),
            "left" if reader.peek_word("asof") => {
                reader.skip();
                return self.asof(reader, true, start);
            }
            "asof" => return self.asof(reader, false, start),
            "left" => return self.kind_of_join(reader, JoinKind::Left, &word),
            "right" => return self.kind_of_join(reader, JoinKind::Right, &word),
            "full" => return self.kind_of_join(reader, JoinKind::Full, &word),
            "semi" => return self.kind_of_join(reader, JoinKind::Semi, &word),
            "anti" => return self.kind_of_join(reader, JoinKind::Anti, &word),
            "cross" => return self.cross_join(reader, &word),
            "union" => return self.set(reader, SetKind::Union, start),
            "except" => return self.set(reader, SetKind::Except, start),
            "intersect" => return self.set(reader, SetKind::Intersect, start),
            "distinct" if is_on(reader) => return self.distinct_on(reader, start),
            "distinct" => StepKind::Distinct,
            "where" => StepKind::Where(self.expr(reader)?),
            "unnest" => self.unnest(reader)?,
            "window" => self.windows(reader)?,
            "derive" => StepKind::Derive(self.items(reader, "derive")?),
            "select" => self.select(reader)?,
            "group" => return self.group(reader, start),
            "aggregate" => {
                let aggregates = self.items(reader, "aggregate")?;
                StepKind::Aggregate { keys: Vec::new(), aggregates }
            }
            "pivot" => self.pivot(reader)?,
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
            Some(';') => match reader.rest().into_iter().nth(1) {
                Some(TokenTree::Ident(word)) if word == "from" || word == "param" => {
                    "one query is read here: give the next one by itself"
                }
                _ => "leave it out: steps follow each other without a sign",
            },
            Some('|') => "leave it out: steps follow each other without a sign",
            _ => return self.expected_step(reader),
        };
        let sign = reader.describe();
        let message = messages::unknown_step(sign.trim_matches('`'), Some(advice), &[]);
        self.error(reader.span(), message);
    }

    /// What stands where a step is wanted is no word: a sign, a constant, a group.
    fn expected_step(&self, reader: &Reader<'_>) {
        let message = messages::expected("a step of the view", &reader.describe());
        let help = match reader.peek_punct().map(|punct| punct.as_char()) {
            _ if reader.peek_literal() => "a constant stands in an expression: `where c.x == …`",
            Some('.') => "a relation has one name here, with `as` another one: `from t as c`",
            Some('#') => "a comment begins with `//`",
            _ => "`where`, `derive`, `select`, `join` and the others begin with their word",
        };
        self.error(reader.span(), message.help(help));
    }

    fn unknown_step(&self, reader: &mut Reader<'_>, word: &Ident, text: &str) {
        if text == "pub" && reader.peek_ident().is_some() {
            self.error(word.span(), messages::one_definition("view"));
            while !reader.is_end() {
                reader.skip();
            }
            return;
        }
        let folded = text.to_lowercase();
        if let Some((_, right)) = SORT_WORDS.iter().find(|(word, _)| *word == folded) {
            self.error(word.span(), messages::operator(text, right));
            return;
        }
        if let Some((written, right)) = joined_word(reader, word, &folded) {
            self.error(word.span(), messages::operator(&written, &right));
            return;
        }
        let advice = OTHER_STEPS.iter().find(|(name, _)| *name == folded).map(|(_, text)| *text);
        self.error(word.span(), messages::unknown_step(text, advice, &STEP_WORDS));
    }

    /// `select { … }`; SQL's `select distinct` is two steps.
    fn select(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let mut ahead = *reader;
        if let Some(word) = ahead.ident()
            && word.to_string().eq_ignore_ascii_case("distinct")
            && !ahead.peek(',')
        {
            let form = ("select distinct { … }", "select { … } distinct");
            self.error(word.span(), messages::operator(form.0, form.1));
            *reader = ahead;
        }
        Some(StepKind::Select(self.items(reader, "select")?))
    }

    /// `expr [ "outer" ] "as" name`
    fn unnest(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let list = self.expr(reader)?;
        let outer = self.keyword(reader, "outer").is_some();
        if self.keyword(reader, "as").is_none() {
            let message = messages::expected("`as name`", &reader.describe());
            let outer = if outer { " outer" } else { "" };
            let form = format!("`unnest {}{outer} as item`", list.to_form());
            self.error(reader.span(), message.help(form));
            return None;
        }
        let alias = self.alias(reader)?;
        Some(StepKind::Unnest { list, outer, alias })
    }

    /// `"by" items [ "aggregate" items ]`
    fn group(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Step> {
        self.by(reader, "group")?;
        let keyword = (start, reader.last_span());
        if self.keys_are_all(reader) {
            return None;
        }
        let keys = self.items(reader, "group by")?;
        let aggregates = match self.keyword(reader, "aggregate") {
            Some(_) => self.items(reader, "aggregate")?,
            None => Vec::new(),
        };
        Some(Step { kind: StepKind::Aggregate { keys, aggregates }, keyword })
    }

    /// `group by all`, as other languages write it; the step is left out.
    fn keys_are_all(&self, reader: &mut Reader<'_>) -> bool {
        let mut ahead = *reader;
        let Some(word) = ahead.ident().filter(|word| word.to_string().eq_ignore_ascii_case("all"))
        else {
            return false;
        };
        let aggregate = ahead.peek_word("aggregate");
        if !(ahead.is_end() || aggregate || begins_step_in_any_case(&ahead)) {
            return false;
        }
        self.error(word.span(), messages::keys_of_all(aggregate));
        *reader = ahead;
        if self.keyword(reader, "aggregate").is_some() {
            reader.group(Delimiter::Brace);
        }
        true
    }

    pub(super) fn by(&self, reader: &mut Reader<'_>, word: &str) -> Option<Range> {
        let by = self.keyword(reader, "by");
        if by.is_none() {
            self.expected(reader, &format!("`by` after `{word}`"));
        }
        by
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

/// `group_by` and `groupby` for `group by`; `top 3` for `limit 3`.
fn joined_word(reader: &Reader<'_>, word: &Ident, folded: &str) -> Option<(String, String)> {
    let plain = folded.replace('_', "");
    let two = [("groupby", "group by"), ("orderby", "order by"), ("sortby", "order by")];
    if let Some((_, right)) = two.iter().find(|(joined, _)| *joined == plain) {
        return Some((word.to_string(), (*right).to_owned()));
    }
    let two = [("leftjoin", "left join"), ("innerjoin", "join"), ("crossjoin", "cross join")];
    if let Some((_, right)) = two.iter().find(|(joined, _)| *joined == plain) {
        return Some((word.to_string(), (*right).to_owned()));
    }
    let number = reader.clone().literal()?;
    matches!(folded, "top" | "take" | "head" | "first")
        .then(|| (format!("{word} {number}"), format!("limit {number}")))
}
