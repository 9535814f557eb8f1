//! Structs of any fields: `AnyStruct` as an argument and as a result, and `returns`, which says the
//! fields of the latter when a call is planned.

use syn::Path;

use super::messages;
use super::model::{Param, Returns};
use super::words::{Word, WordKind, range, text_of};
use crate::sink::Sink;
use crate::types::Type;

/// A result of any fields has those that `returns` says, and takes them from an argument.
pub(super) fn check(path: Option<&Path>, params: &[Param], result: Option<&Returns>, sink: &Sink) {
    let words = params.iter().map(|param| &param.word).chain(result.map(|result| &result.word));
    let n_inside = words.filter(|word| is_inside(word.without_option().0, sink)).count();
    let Some(result) = result.filter(|_| n_inside == 0) else { return };
    let open = is_open(result.word.without_option().0);
    match path {
        Some(path) if !open => {
            let message = messages::returns_alone(&text_of(&result.ty));
            sink.error_range(range(path), message);
        }
        None if open => sink.error_range(result.word.span, messages::open_result()),
        _ => {}
    }
    if open && !params.iter().any(|param| is_open(param.word.without_option().0)) {
        sink.error_range(result.word.span, messages::no_struct());
    }
}

fn is_open(word: &Word) -> bool {
    matches!(word.kind, WordKind::Plain(Type::AnyStruct))
}

/// What is inside of a list or a map is read by its type; whether one is there that is of any.
fn is_inside(word: &Word, sink: &Sink) -> bool {
    let check = |part: &Word| {
        let value = part.without_option().0;
        let open = is_open(value);
        if open {
            sink.error_range(value.span, messages::any_struct_inside());
        }
        open | is_inside(value, sink)
    };
    match &word.kind {
        WordKind::List(item) | WordKind::Result(item) | WordKind::Variadic(item) => check(item),
        WordKind::Map(key, value) => check(key) | check(value),
        WordKind::Generic(_, parts) => parts.iter().fold(false, |found, part| found | check(part)),
        WordKind::Option(_)
        | WordKind::Plain(_)
        | WordKind::Named(_)
        | WordKind::Param(_)
        | WordKind::Unknown => false,
    }
}
