//! Windows: the rows around a row.
//!
//! ```text
//! windows  = "{" name ":" window { "," name ":" window } [ "," ] "}"
//! window   = [ name ] [ "partition" "by" expr { "," expr } ] [ "order" "by" keys ] [ frame ]
//! frame    = ( "rows" | "range" | "groups" ) ( bound | "between" bound "and" bound )
//! bound    = "unbounded" ( "preceding" | "following" ) | "current" "row"
//!          | literal ( "preceding" | "following" )
//! ```

use proc_macro2::{Delimiter, Ident, Span};

use super::words::begins_order;
use super::{Parser, skip_past_comma};
use crate::tokens::{Range, Reader};
use crate::view::messages;
use crate::view::model::{FrameUnits, Literal};
use crate::view::syntax::{Frame, FrameBound, FrameBoundKind, StepKind, Window};

impl Parser<'_> {
    /// `name | "(" window ")"`, behind `over`.
    pub(super) fn over(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Window> {
        let Some((mut inside, (_, close))) = reader.group(Delimiter::Parenthesis) else {
            let begin = reader.span();
            let mut ahead = *reader;
            ahead.skip();
            let by = ahead.peek_word("by") || ahead.peek_other_case("by").is_some();
            if by && begins_clause(reader) {
                let window = self.window(reader, start)?;
                let span = (begin, reader.last_span());
                self.sink.error_range(span, messages::operator("over …", "over (…)"));
                return Some(window);
            }
            let name = reader.ident();
            let span = (start, reader.last_span());
            return Some(Window { base: name, ..Window::empty(span) });
        };
        let mut window = self.deeper(&mut inside, |parser, reader| parser.window(reader, start))?;
        if !inside.is_end() {
            self.misplaced_clause(&inside);
            return None;
        }
        window.span.1 = close;
        Some(window)
    }

    /// `"{" name ":" window { "," name ":" window } "}"`; SQL writes `window w as (…)`.
    pub(super) fn windows(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let Some((mut inside, _)) = reader.group(Delimiter::Brace) else {
            return self.windows_of_sql(reader);
        };
        let mut windows = Vec::new();
        while !inside.is_end() {
            let name = inside.ident().filter(|_| inside.punct(':').is_some());
            let Some(name) = name else {
                self.expected(&inside, "`name: partition by … order by …`");
                return None;
            };
            let start = inside.span();
            // What `over` is followed by stands in parentheses.
            let window = match inside.group(Delimiter::Parenthesis) {
                Some((mut nested, span)) => {
                    let form = (format!("{name}: (…)"), format!("{name}: …"));
                    self.sink.error_range(span, messages::operator(&form.0, &form.1));
                    self.window(&mut nested, start)?
                }
                None => self.window(&mut inside, start)?,
            };
            if !inside.is_end() && !inside.peek(',') {
                self.misplaced_clause(&inside);
            }
            windows.push((name, window));
            skip_past_comma(&mut inside);
        }
        Some(StepKind::Window(windows))
    }

    fn windows_of_sql(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let start = reader.span();
        let Some(name) = reader.ident() else {
            self.expected(reader, "`{ name: partition by … order by … }`");
            return None;
        };
        self.keyword(reader, "as");
        let group = reader.group(Delimiter::Parenthesis);
        let form = (format!("window {name} as (…)"), format!("window {{ {name}: … }}"));
        let span = (start, reader.last_span());
        self.sink.error_range(span, messages::operator(&form.0, &form.1));
        let (mut inside, _) = group?;
        let window = self.window(&mut inside, start)?;
        Some(StepKind::Window(vec![(name, window)]))
    }

    fn window(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Window> {
        let mut window = Window::empty((start, start));
        if !begins_clause(reader) && reader.peek_ident().is_some() {
            window.base = reader.ident();
        }
        if self.keyword(reader, "partition").is_some() {
            self.by(reader, "partition")?;
            window.partition_by.push(self.expr(reader)?);
            while reader.peek(',') && !begins_entry(reader) {
                reader.punct(',');
                window.partition_by.push(self.expr(reader)?);
            }
        }
        if begins_order(reader) {
            self.keyword(reader, "order");
            self.by(reader, "order")?;
            window.order_by.push(self.sort_key(reader)?);
            while reader.peek(',') && !begins_entry(reader) {
                reader.punct(',');
                window.order_by.push(self.sort_key(reader)?);
            }
        }
        window.frame = self.frame(reader)?;
        window.span.1 = reader.last_span();
        Some(window)
    }

    /// `[ frame ]`
    fn frame(&mut self, reader: &mut Reader<'_>) -> Option<Option<Frame>> {
        let start = reader.span();
        let words = [
            ("rows", FrameUnits::Rows),
            ("range", FrameUnits::Range),
            ("groups", FrameUnits::Groups),
        ];
        let found = words.into_iter().find(|(word, _)| self.keyword(reader, word).is_some());
        let Some((_, units)) = found else { return Some(None) };
        if self.keyword(reader, "between").is_none() {
            let bound = self.bound(reader)?;
            let end = FrameBound { kind: FrameBoundKind::Current, span: bound.span };
            let span = (start, reader.last_span());
            return Some(Some(Frame { units, start: bound, end, span }));
        }
        let first = self.bound(reader)?;
        if self.keyword(reader, "and").is_none() {
            self.expected(reader, "`and`");
            return None;
        }
        let end = self.bound(reader)?;
        let span = (start, reader.last_span());
        Some(Some(Frame { units, start: first, end, span }))
    }

    fn bound(&mut self, reader: &mut Reader<'_>) -> Option<FrameBound> {
        let start = reader.span();
        let kind = if self.keyword(reader, "current").is_some() {
            if self.keyword(reader, "row").is_none() {
                self.expected(reader, "`row` after `current`");
                return None;
            }
            FrameBoundKind::Current
        } else if self.keyword(reader, "unbounded").is_some() {
            match self.direction(reader)? {
                true => FrameBoundKind::Start,
                false => FrameBoundKind::End,
            }
        } else {
            let distance = self.distance(reader)?;
            match self.direction(reader)? {
                true => FrameBoundKind::Preceding(distance),
                false => FrameBoundKind::Following(distance),
            }
        };
        Some(FrameBound { kind, span: (start, reader.last_span()) })
    }

    /// Whether `preceding` is next, and not `following`.
    fn direction(&self, reader: &mut Reader<'_>) -> Option<bool> {
        if self.keyword(reader, "preceding").is_some() {
            return Some(true);
        }
        let following = self.keyword(reader, "following").is_some();
        if !following {
            self.expected(reader, "`preceding` or `following`");
        }
        following.then_some(false)
    }

    /// A number, or a length of time as text; SQL writes `interval '1 day'`.
    fn distance(&self, reader: &mut Reader<'_>) -> Option<Literal> {
        if let Some(word) = reader.peek_ident()
            && word.to_string().eq_ignore_ascii_case("interval")
        {
            reader.skip();
            self.error(word.span(), messages::operator("interval \"1 day\"", "\"1 day\""));
        }
        let start = reader.span();
        match reader.literal() {
            Some(literal) => self.literal(&literal, start),
            None => {
                self.expected(reader, "`unbounded`, `current row` or a number");
                None
            }
        }
    }

    /// What cannot stand where a window ends, most often a clause in the wrong order.
    fn misplaced_clause(&self, reader: &Reader<'_>) {
        let message = messages::expected("the end of the window", &reader.describe());
        self.error(
            reader.span(),
            message.help("first `partition by …`, then `order by …`, then `rows between … and …`"),
        );
    }
}

impl Window {
    fn empty(span: Range) -> Self {
        Self { base: None, partition_by: Vec::new(), order_by: Vec::new(), frame: None, span }
    }
}

/// Whether a clause of a window is next, not the name of another one.
fn begins_clause(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let Some(word) = ahead.ident().map(|word| word.to_string().to_lowercase()) else {
        return false;
    };
    let next = ahead.peek_ident().map(|next| next.to_string().to_lowercase());
    match (word.as_str(), next.as_deref()) {
        ("partition" | "order", Some("by")) => true,
        ("rows" | "range" | "groups", next) => {
            matches!(next, Some("between" | "unbounded" | "current" | "interval"))
                || ahead.peek_literal()
        }
        _ => false,
    }
}

/// Whether another named window comes behind the next comma.
fn begins_entry(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    ahead.punct(',');
    if ahead.is_end() {
        // The comma ends the list of windows.
        return true;
    }
    let name: Option<Ident> = ahead.ident();
    name.is_some() && ahead.peek(':') && !ahead.peek_path_separator()
}
