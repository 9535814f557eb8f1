//! The statements of SQL that examples are written in, as far as builders can say the same.
//!
//! It is one SELECT without a subquery: calls and literals, over nothing, over rows that stand in it, or
//! over a table function. What it does not know makes the whole statement none: the example stays SQL.

use super::tokens::{Token, tokens};

/// A statement.
#[derive(Debug, PartialEq)]
pub(super) struct Statement {
    /// The values, with the names that they are given.
    pub(super) items: Vec<(Expr, Option<String>)>,
    pub(super) source: Option<Source>,
    pub(super) condition: Option<Expr>,
    pub(super) order_by: Vec<Key>,
}

/// Where rows come from.
#[derive(Debug, PartialEq)]
pub(super) enum Source {
    Values { rows: Vec<Vec<Expr>>, columns: Vec<String> },
    Table(Call),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Text(String),
    /// A number as it is written.
    Number(String),
    /// None is NULL.
    Bool(Option<bool>),
    Column(String),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Call(Call),
    Binary(Box<Self>, &'static str, Box<Self>),
    /// The `*` of `count(*)`.
    Star,
}

/// A call with all that SQL says around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Call {
    pub(super) name: String,
    /// The arguments, some by name.
    pub(super) arguments: Vec<(Option<String>, Expr)>,
    pub(super) distinct: bool,
    pub(super) order_by: Vec<Key>,
    pub(super) ignore_nulls: bool,
    pub(super) filter: Option<Box<Expr>>,
    pub(super) over: Option<Over>,
}

/// A window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Over {
    pub(super) partition_by: Vec<Expr>,
    pub(super) order_by: Vec<Key>,
}

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) value: Expr,
    pub(super) descending: bool,
}

/// Reads a statement, if it is one of these.
pub(super) fn statement(text: &str) -> Option<Statement> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let statement = parser.statement()?;
    parser.take(";");
    (parser.at == parser.tokens.len()).then_some(statement)
}

/// Operators from the loosest on, and what Python calls them.
const LEVELS: [&[(&str, &str)]; 3] = [
    &[("=", "=="), ("<>", "!="), ("<=", "<="), (">=", ">="), ("<", "<"), (">", ">")],
    &[("+", "+"), ("-", "-")],
    &[("*", "*"), ("/", "/")],
];

/// Words that end a value, and name no column.
const RESERVED: [&str; 14] = [
    "as", "asc", "desc", "distinct", "filter", "from", "group", "having", "ignore", "limit",
    "order", "over", "where", "union",
];

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn statement(&mut self) -> Option<Statement> {
        self.words(&["select"])?;
        let items = self.list(|parser| {
            let value = parser.value()?;
            let name = if parser.take("as") { Some(parser.name()?) } else { None };
            Some((value, name))
        })?;
        let source = if self.take("from") { Some(self.source()?) } else { None };
        let condition = if self.take("where") { Some(self.value()?) } else { None };
        let order_by = if self.take("order") {
            self.words(&["by"])?;
            self.list(Self::key)?
        } else {
            Vec::new()
        };
        Some(Statement { items, source, condition, order_by })
    }

    fn source(&mut self) -> Option<Source> {
        if !self.take("(") {
            let name = self.name()?;
            return Some(Source::Table(self.call(name)?));
        }
        self.words(&["values"])?;
        let rows = self.list(|parser| {
            parser.words(&["("])?;
            let row = parser.list(Self::value)?;
            parser.words(&[")"])?;
            Some(row)
        })?;
        self.words(&[")"])?;
        self.take("as");
        self.name()?;
        self.words(&["("])?;
        let columns = self.list(Self::name)?;
        self.words(&[")"])?;
        rows.iter()
            .all(|row| row.len() == columns.len())
            .then_some(Source::Values { rows, columns })
    }

    fn key(&mut self) -> Option<Key> {
        let value = self.value()?;
        let descending = self.take("desc");
        if !descending {
            self.take("asc");
        }
        // Where NULL goes is said in other words in Python; examples do not say it.
        (!self.is("nulls")).then_some(Key { value, descending })
    }

    fn value(&mut self) -> Option<Expr> {
        self.binary(0)
    }

    fn binary(&mut self, level: usize) -> Option<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.primary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, python)) = operators.iter().find(|(sql, _)| self.take(sql)) {
            let right = self.binary(level + 1)?;
            left = Expr::Binary(Box::new(left), python, Box::new(right));
        }
        Some(left)
    }

    fn primary(&mut self) -> Option<Expr> {
        if self.take("(") {
            let value = self.value()?;
            self.words(&[")"])?;
            return Some(value);
        }
        if self.take("*") {
            return Some(Expr::Star);
        }
        if self.take("[") {
            let items = self.until("]", Self::value)?;
            return Some(Expr::List(items));
        }
        if self.take("-") {
            return match self.next()? {
                Token::Number(number) => Some(Expr::Number(format!("-{number}"))),
                _ => None,
            };
        }
        match self.next()? {
            Token::Text(text) => Some(Expr::Text(text)),
            Token::Number(number) => Some(Expr::Number(number)),
            Token::Mark(_) => None,
            Token::Word(word) => self.word(word.to_ascii_lowercase()),
        }
    }

    /// What a word begins.
    fn word(&mut self, word: String) -> Option<Expr> {
        match word.as_str() {
            "null" => return Some(Expr::Bool(None)),
            "true" => return Some(Expr::Bool(Some(true))),
            "false" => return Some(Expr::Bool(Some(false))),
            "map" if self.take("{") => return Some(Expr::Map(self.until("}", Self::entry)?)),
            word if RESERVED.contains(&word) => return None,
            _ => {}
        }
        if self.is("(") {
            return Some(Expr::Call(self.call(word)?));
        }
        // The literal of a type is written `DATE '…'`.
        (!matches!(self.tokens.get(self.at), Some(Token::Text(_)))).then_some(Expr::Column(word))
    }

    fn entry(&mut self) -> Option<(Expr, Expr)> {
        let key = self.value()?;
        self.words(&[":"])?;
        Some((key, self.value()?))
    }

    /// What is behind the name of a function.
    fn call(&mut self, name: String) -> Option<Call> {
        let mut call = Call { name, ..Call::default() };
        self.words(&["("])?;
        call.distinct = self.take("distinct");
        if !self.is(")") && !self.is("order") {
            call.arguments = self.list(Self::argument)?;
        }
        if self.take("order") {
            self.words(&["by"])?;
            call.order_by = self.list(Self::key)?;
        }
        self.words(&[")"])?;
        if self.take("ignore") {
            self.words(&["nulls"])?;
            call.ignore_nulls = true;
        }
        if self.take("filter") {
            self.words(&["(", "where"])?;
            call.filter = Some(Box::new(self.value()?));
            self.words(&[")"])?;
        }
        if self.take("over") {
            call.over = Some(self.over()?);
        }
        Some(call)
    }

    fn argument(&mut self) -> Option<(Option<String>, Expr)> {
        let named = matches!(self.tokens.get(self.at), Some(Token::Word(_)))
            && matches!(self.tokens.get(self.at + 1), Some(Token::Mark("=>")));
        if !named {
            return Some((None, self.value()?));
        }
        let name = self.name()?;
        self.words(&["=>"])?;
        Some((Some(name), self.value()?))
    }

    fn over(&mut self) -> Option<Over> {
        let mut over = Over::default();
        self.words(&["("])?;
        if self.take("partition") {
            self.words(&["by"])?;
            over.partition_by = self.list(Self::value)?;
        }
        if self.take("order") {
            self.words(&["by"])?;
            over.order_by = self.list(Self::key)?;
        }
        self.words(&[")"])?;
        Some(over)
    }

    /// One or more, with commas between them.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take(",") {
            items.push(item(self)?);
        }
        Some(items)
    }

    /// Any number of them, up to a mark.
    fn until<T>(&mut self, end: &str, item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let items = if self.is(end) { Vec::new() } else { self.list(item)? };
        self.words(&[end])?;
        Some(items)
    }

    /// A name, in the case that SQL folds it to.
    fn name(&mut self) -> Option<String> {
        match self.next()? {
            Token::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn is(&self, word: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.is(word))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    fn words(&mut self, words: &[&str]) -> Option<()> {
        words.iter().all(|word| self.take(word)).then_some(())
    }
}
