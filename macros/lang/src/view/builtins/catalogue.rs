//! Reads `catalogue.txt`: every function of DataFusion that views can express, a line each.
//!
//! ```text
//! catalogue = { "# " title { text line } | "/// " docs | function | "> " example }
//! function  = signature { " @" mark }
//! signature = as of a user's function; a type parameter has a `Bound`: `<T: Float>`
//! mark      = "engine " name          its name in DataFusion, where that is another
//!           | "alias " { name }       what else it can be called
//!           | "words " param { "|" }  the texts that a constant is one of
//!           | "item " param           a NULL for this parameter is an item of the result
//!           | "constant"              a way to write one, not a function of DataFusion
//!           | "unsigned" | "total" | "distinct"
//!           | "all" | "never" | "norows" | "shifted"     its nulls, where they are others than usual
//! example   = call [ " of " columns " = " row { ", " row } ] " -> " value { " | " value }
//! ```
//! An example is of the function above it; rows are for functions that need some.
//!
//! Functions are strict, aggregates `Nulls::Group`, if no mark says otherwise. Several lines of one
//! name are forms of one function. The default of a parameter is given only where a later one is;
//! `null` says that there is none.
//!
//! A macro needs few of the lines and their names all the time, so a line is read when it is first
//! asked for.
//!
//! `sessions.txt` is written likewise: functions that a session computes and no view, because what they
//! give follows from the clock, from chance or from Arrow.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::{Bound, Builtin, Example, Nulls};
use crate::view::signature::{FunctionKind, Signature};

const TEXT: &str = include_str!("catalogue.txt");

const OF_SESSIONS: &str = include_str!("sessions.txt");

/// Functions of one topic.
#[derive(Clone, Debug)]
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// What holds for all of them.
    pub text: String,
    /// The functions, in the order of the catalogue.
    pub builtins: Vec<&'static Builtin>,
}

/// A line and, once somebody has asked, what it says.
struct Line {
    docs: &'static str,
    text: &'static str,
    examples: Vec<&'static str>,
    read: OnceLock<Option<Builtin>>,
}

struct Catalogue {
    lines: Vec<Line>,
    /// The lines of each name, of aliases too.
    by_name: HashMap<&'static str, Vec<usize>>,
    /// The titles and texts of the sections, with the number of lines before each.
    sections: Vec<(&'static str, String, usize)>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(TEXT));

static SESSIONS: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(OF_SESSIONS));

/// The forms of the built-in of this name; none if there is none.
#[must_use]
pub fn find(name: &str) -> Vec<&'static Builtin> {
    let lines = CATALOGUE.by_name.get(name).map_or(&[][..], Vec::as_slice);
    lines.iter().filter_map(|line| CATALOGUE.lines[*line].builtin()).collect()
}

/// Whether a bare name is a built-in's.
#[must_use]
pub fn is_builtin(name: &str) -> bool {
    CATALOGUE.by_name.contains_key(name)
}

/// The names of all of them, aliases too, in no order.
pub fn names() -> impl Iterator<Item = &'static str> {
    CATALOGUE.by_name.keys().copied()
}

/// All of them, in the order of the catalogue.
pub fn all() -> impl Iterator<Item = &'static Builtin> {
    CATALOGUE.lines.iter().filter_map(Line::builtin)
}

/// The functions that a session computes and no view.
pub fn of_sessions() -> impl Iterator<Item = &'static Builtin> {
    SESSIONS.lines.iter().filter_map(Line::builtin)
}

/// The forms of the function of this name that a session computes and no view.
#[must_use]
pub fn find_of_sessions(name: &str) -> Vec<&'static Builtin> {
    of_sessions().filter(|function| function.name == name).collect()
}

/// All of them by topic.
#[must_use]
pub fn sections() -> Vec<Section> {
    let starts = &CATALOGUE.sections;
    let ends = starts.iter().skip(1).map(|(_, _, start)| *start).chain([CATALOGUE.lines.len()]);
    let section = |((title, text, start), end): (&(&'static str, String, usize), usize)| Section {
        title,
        text: text.clone(),
        builtins: CATALOGUE.lines[*start..end].iter().filter_map(Line::builtin).collect(),
    };
    starts.iter().zip(ends).map(section).collect()
}

impl Catalogue {
    fn read(text: &'static str) -> Self {
        let mut catalogue =
            Self { lines: Vec::new(), by_name: HashMap::new(), sections: Vec::new() };
        let mut docs = "";
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(title) = line.strip_prefix("# ") {
                catalogue.sections.push((title, String::new(), catalogue.lines.len()));
            } else if let Some(text) = line.strip_prefix("/// ") {
                docs = text;
            } else if let Some(text) = line.strip_prefix("> ") {
                catalogue.lines.last_mut().into_iter().for_each(|line| line.examples.push(text));
            } else if docs.is_empty() {
                if let Some((_, text, _)) = catalogue.sections.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            } else {
                catalogue.push(std::mem::take(&mut docs), line);
            }
        }
        catalogue
    }

    fn push(&mut self, docs: &'static str, text: &'static str) {
        let aliases = marks(text).filter(|(mark, _)| *mark == "alias");
        let aliases = aliases.flat_map(|(_, names)| names.split_whitespace());
        for name in [name_of(text)].into_iter().chain(aliases) {
            self.by_name.entry(name).or_default().push(self.lines.len());
        }
        let examples = Vec::new();
        self.lines.push(Line { docs, text, examples, read: OnceLock::new() });
    }
}

impl Line {
    fn builtin(&self) -> Option<&Builtin> {
        let read = || {
            let examples: Option<_> =
                self.examples.iter().map(|text| Example::read(text)).collect();
            Some(Builtin { examples: examples?, ..read(self.docs, self.text)? })
        };
        self.read.get_or_init(read).as_ref()
    }
}

/// `lower` of `aggregate lower<T>(…`.
fn name_of(text: &'static str) -> &'static str {
    let head = text.split(['<', '(']).next().unwrap_or(text);
    head.rsplit(' ').next().unwrap_or(head)
}

/// The marks behind the signature: word and argument.
fn marks(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.split(" @").skip(1).map(|mark| mark.split_once(' ').unwrap_or((mark, "")))
}

/// What a line says; `None` for one that is not in the grammar, which a test would find.
fn read(docs: &'static str, text: &'static str) -> Option<Builtin> {
    let signature = text.split(" @").next()?;
    let (bounds, signature) = without_bounds(signature)?;
    let signature = Signature::parse(&signature).ok()?;
    let name = name_of(text);
    let nulls = match signature.kind {
        FunctionKind::Aggregate => Nulls::Group,
        _ => Nulls::Strict,
    };
    let mut builtin = Builtin {
        name,
        aliases: Vec::new(),
        engine: name,
        docs,
        examples: Vec::new(),
        signature,
        bounds,
        words: Vec::new(),
        items: Vec::new(),
        constant: false,
        unsigned: false,
        total: false,
        distinct: false,
        nulls,
    };
    for (mark, argument) in marks(text) {
        builtin.mark(mark, argument)?;
    }
    Some(builtin)
}

impl Builtin {
    fn mark(&mut self, mark: &str, argument: &'static str) -> Option<()> {
        let position =
            |name: &str| self.signature.params.iter().position(|param| param.name == name);
        match mark {
            "engine" => self.engine = argument,
            "alias" => self.aliases = argument.split_whitespace().collect(),
            "words" => {
                let (param, words) = argument.split_once(' ')?;
                self.words.push((position(param)?, words.split('|').collect()));
            }
            "item" => self.items.push(position(argument)?),
            "constant" => self.constant = true,
            "unsigned" => self.unsigned = true,
            "total" => self.total = true,
            "distinct" => self.distinct = true,
            "all" => self.nulls = Nulls::All,
            "never" => self.nulls = Nulls::Never,
            "norows" => self.nulls = Nulls::NoRows,
            "shifted" => self.nulls = Nulls::Shifted,
            _ => return None,
        }
        Some(())
    }
}

/// The bounds of the type parameters, and the signature without them.
fn without_bounds(signature: &str) -> Option<(Vec<Bound>, String)> {
    let Some((head, rest)) = signature.split_once('<').filter(|(head, _)| !head.contains('('))
    else {
        return Some((Vec::new(), signature.to_owned()));
    };
    let (params, rest) = rest.split_once('>')?;
    let (mut bounds, mut names) = (Vec::new(), Vec::new());
    for param in params.split(", ") {
        let (name, bound) = match param.split_once(": ") {
            Some((name, bound)) => {
                (name, Bound::ALL.iter().find(|(text, _)| *text == bound).map(|(_, bound)| *bound)?)
            }
            None => (param, Bound::Any),
        };
        bounds.push(bound);
        names.push(name);
    }
    Some((bounds, format!("{head}<{}>{rest}", names.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::{CATALOGUE, all, find, names, read, sections};

    #[test]
    fn every_line_is_read() {
        for line in &CATALOGUE.lines {
            assert!(line.builtin().is_some(), "{}", line.text);
            assert!(line.docs.ends_with('.'), "{}", line.docs);
        }
        assert_eq!(sections().iter().map(|s| s.builtins.len()).sum::<usize>(), all().count());
    }

    #[test]
    fn a_name_is_one_functions() {
        for name in names() {
            let forms = find(name);
            assert!(forms.iter().all(|form| form.name == forms[0].name), "{name}");
            assert!(forms.iter().all(|form| form.kind() == forms[0].kind()), "{name}");
        }
    }

    #[test]
    fn parameters_that_can_be_left_out_come_last() {
        for builtin in all() {
            let optional = builtin.params().iter().map(|param| param.default.is_some());
            assert!(optional.is_sorted(), "{builtin}");
        }
    }

    #[test]
    fn topics_are_sorted() {
        for section in sections() {
            let names = section.builtins.iter().map(|builtin| builtin.name);
            assert!(names.is_sorted(), "{}", section.title);
        }
    }

    #[test]
    fn what_is_not_in_the_grammar_is_refused() {
        for text in ["f(x) -> i64", "f<T: Thing>(x: T) -> T", "f(x: i64) -> i64 @odd", "f"] {
            assert!(read("docs", text).is_none(), "{text}");
        }
    }
}
