//! What a function says of its results: `monotone`, `injective`, `idempotent`, `commutative`,
//! `inverse = g`, `bounds = 0..=100`, `preimage = g`, `simplify = g`.
//!
//! Planners believe it and tests try to refute it, so each is said of those functions alone for which
//! it means one thing.

use proc_macro2::Span;
use syn::{Expr, ExprRange, Path, RangeLimits};

use super::messages;
use super::model::{Constant, Param, ParamKind, Returns, Volatility};
use super::param_attributes::constant;
use super::words::{Piece, Word, WordKind, pieces_to_text};
use crate::sink::Sink;
use crate::types::Type;

/// What a function says of its results.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// A larger argument gives no smaller result.
    pub monotone: bool,
    /// Different arguments give different results.
    pub injective: bool,
    /// A result is its own result.
    pub idempotent: bool,
    /// The two arguments can change places.
    pub commutative: bool,
    /// The function that gives the argument back.
    pub inverse: Option<Path>,
    /// The function that gives the arguments of a result.
    pub preimage: Option<Path>,
    /// The function that gives something shorter in the place of a call.
    pub simplify: Option<Path>,
    /// The least and the largest result.
    pub bounds: Option<(Option<Constant>, Option<Constant>)>,
}

/// The attributes, each where it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) properties: Properties,
    pub(crate) places: Vec<(&'static str, (Span, Span))>,
}

impl Said {
    /// `bounds = 0..=100`, open at either end; `None` for another form.
    pub(crate) fn take_bounds(&mut self, expr: &Expr) -> Option<()> {
        let Expr::Range(ExprRange { start, limits, end, .. }) = expr else { return None };
        let inclusive = matches!(limits, RangeLimits::Closed(_)) || end.is_none();
        if !inclusive || (start.is_none() && end.is_none()) {
            return None;
        }
        let bound = |expr: &Option<Box<Expr>>| match expr {
            Some(expr) => constant(expr).map(Some),
            None => Some(None),
        };
        self.properties.bounds = Some((bound(start)?, bound(end)?));
        Some(())
    }
}

/// Whether each property means something for this function.
pub(super) fn check(
    said: &Said,
    params: &[Param],
    returns: Option<&Returns>,
    volatility: Volatility,
    sink: &Sink,
) {
    let Some(returns) = returns else { return };
    for (name, place) in &said.places {
        let wants = match volatility {
            Volatility::Volatile => Some("gives equal results for equal arguments"),
            Volatility::Immutable | Volatility::Stable => unmet(name, params, returns),
        };
        if let Some(wants) = wants {
            sink.error_range(*place, messages::property(name, wants));
        }
    }
    if let Some((low, high)) = &said.properties.bounds
        && let Some((_, place)) = said.places.iter().find(|(name, _)| *name == "bounds")
        && is_number(returns.word.without_option().0)
        && let WordKind::Plain(ty) = &returns.word.without_option().0.kind
    {
        for bound in [low, high].into_iter().flatten().filter(|bound| !is_value(bound, ty)) {
            sink.error_range(*place, messages::bound(&bound.to_string(), &ty.to_string()));
        }
        if let (Some(low), Some(high)) = (low, high)
            && is_above(low, high)
        {
            sink.error_range(*place, messages::empty_bounds(&low.to_string(), &high.to_string()));
        }
    }
}

/// What a function has to be for a property, if it is not.
fn unmet(name: &str, params: &[Param], returns: &Returns) -> Option<&'static str> {
    let is_row = |param: &&Param| !matches!(param.kind, ParamKind::Literal | ParamKind::Parsed);
    let rows: Vec<&Param> = params.iter().filter(is_row).collect();
    let is_plain = |param: &Param| {
        param.kind == ParamKind::Value && !param.any && !param.word.without_option().1
    };
    let one = rows.len() == 1 && params.first().is_some_and(is_plain);
    let (result, nullable) = returns.word.without_option();
    let met = match name {
        "monotone" => one && !nullable && has_order(result) && has_order(&rows[0].word),
        "injective" => one && !nullable,
        "idempotent" => one && text(result) == text(&rows[0].word),
        "commutative" => match rows.as_slice() {
            [a, b] => {
                let plain = a.kind == ParamKind::Value && b.kind == ParamKind::Value;
                plain && !a.any && !b.any && text(&a.word) == text(&b.word)
            }
            _ => false,
        },
        "inverse" | "preimage" => one && params.len() == 1 && !nullable && !returns.fallible,
        "simplify" => true,
        _ => is_number(result),
    };
    let wants = match name {
        "monotone" => {
            "takes first and alone a value with an order that is no `Option`, constants apart, and \
             gives one"
        }
        "injective" => {
            "takes first and alone a value that is no `Option`, constants apart, and gives one"
        }
        "idempotent" => "takes first and alone a value of the type that it gives, constants apart",
        "commutative" => "takes two values of one type, constants apart",
        "inverse" | "preimage" => "takes one value and always gives one: no `Option`, no `Result`",
        _ => "gives a number",
    };
    (!met).then_some(wants)
}

fn has_order(word: &Word) -> bool {
    match &word.kind {
        WordKind::Plain(ty) => !matches!(ty, Type::AnyStruct | Type::AnyUnion),
        _ => false,
    }
}

fn is_number(word: &Word) -> bool {
    matches!(&word.kind, WordKind::Plain(Type::Int(_) | Type::F32 | Type::F64))
}

/// The text of a type; the user's types by their paths.
fn text(word: &Word) -> String {
    let mut pieces = Vec::new();
    word.pieces(&mut pieces);
    pieces_to_text(&pieces).unwrap_or_else(|| {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Type(path) | Piece::Generic(path, _) => {
                let names = path.segments.iter().map(|segment| segment.ident.to_string());
                names.collect::<Vec<_>>().join("::")
            }
        };
        pieces.iter().map(part).collect()
    })
}

/// Whether the first of two numbers is the larger one.
fn is_above(low: &Constant, high: &Constant) -> bool {
    match (low, high) {
        (Constant::Int(low), Constant::Int(high)) => low > high,
        (Constant::Int(low), Constant::Float(high)) => *low as f64 > *high,
        (Constant::Float(low), Constant::Int(high)) => *low > *high as f64,
        (Constant::Float(low), Constant::Float(high)) => low > high,
        _ => false,
    }
}

/// Whether a constant is a value of a number type.
fn is_value(constant: &Constant, ty: &Type) -> bool {
    match (constant, ty) {
        (Constant::Int(value), Type::Int(int)) => int.holds(i128::from(*value)),
        (Constant::Int(_) | Constant::Float(_), Type::F32 | Type::F64) => true,
        _ => false,
    }
}
