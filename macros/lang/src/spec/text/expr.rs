//! Expressions of a spec as text.
//!
//! An operand stands in parentheses where it binds less than its place wants: [`level`] is how much
//! each form binds, in the order of the grammar.

use super::{Printer, messages};
use crate::spec::expr::{
    BoundSpec, CallSpec, CaseSpec, ExprForm, ExprSpec, FrameSpec, FrameUnitsSpec, NamedSpec,
    NullsSpec, SortSpec, WindowSpec,
};
use crate::view::model::Literal;

const OR: u8 = 0;
const AND: u8 = 1;
const NOT: u8 = 2;
const COMPARE: u8 = 3;
pub(super) const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const UNARY: u8 = 6;
const POSTFIX: u8 = 7;
const PRIMARY: u8 = 8;

/// How many conditions stand in one chain. More of them are two chains in parentheses, so that a
/// thousand nest no deeper than ten.
const CHAIN_MAX: usize = 16;

/// Functions that are none: what the language writes otherwise.
const NO_FUNCTIONS: [(&str, &str); 5] = [
    ("cast", "{\"cast\": {\"value\": …, \"to\": \"i64\"}}"),
    ("try_cast", "{\"try_cast\": {\"value\": …, \"to\": \"i64\"}}"),
    ("case", "{\"case\": {\"when\": [{\"if\": …, \"then\": …}]}}"),
    ("exists", "{\"exists\": {\"from\": …}}"),
    ("not", "{\"not\": …}"),
];

/// An operator between two operands: how it is written, and how much it and its operands bind.
struct Infix<'s> {
    key: &'static str,
    sign: &'static str,
    level: u8,
    left: u8,
    right: u8,
    operands: &'s [ExprSpec; 2],
}

fn infix(form: &ExprForm) -> Option<Infix<'_>> {
    let comparison = (COMPARE, SUM, SUM);
    let (sum, product) = ((SUM, SUM, PRODUCT), (PRODUCT, PRODUCT, UNARY));
    let (key, sign, levels, operands) = match form {
        ExprForm::Eq(operands) => ("eq", " == ", comparison, operands),
        ExprForm::Ne(operands) => ("ne", " != ", comparison, operands),
        ExprForm::Lt(operands) => ("lt", " < ", comparison, operands),
        ExprForm::Le(operands) => ("le", " <= ", comparison, operands),
        ExprForm::Gt(operands) => ("gt", " > ", comparison, operands),
        ExprForm::Ge(operands) => ("ge", " >= ", comparison, operands),
        ExprForm::Add(operands) => ("add", " + ", sum, operands),
        ExprForm::Sub(operands) => ("sub", " - ", sum, operands),
        ExprForm::Mul(operands) => ("mul", " * ", product, operands),
        ExprForm::Div(operands) => ("div", " / ", product, operands),
        ExprForm::Rem(operands) => ("rem", " % ", product, operands),
        _ => return None,
    };
    let (level, left, right) = levels;
    Some(Infix { key, sign, level, left, right, operands })
}

/// How much an expression binds.
fn level(mut expr: &ExprSpec) -> u8 {
    // A list of one condition is the condition.
    while let ExprSpec::Form(form) = expr
        && let ExprForm::And(all) | ExprForm::Or(all) = &**form
        && let [one] = all.as_slice()
    {
        expr = one;
    }
    let form = match expr {
        ExprSpec::Literal(Literal::Int(value)) if *value < 0 => return UNARY,
        ExprSpec::Literal(Literal::Float(value)) if value.is_sign_negative() => return UNARY,
        // `1.name` is a number that goes on.
        ExprSpec::Literal(Literal::Int(_) | Literal::Float(_)) => return POSTFIX,
        ExprSpec::Literal(_) | ExprSpec::List(_) => return PRIMARY,
        ExprSpec::Form(form) => &**form,
    };
    match form {
        ExprForm::Or(_) => OR,
        ExprForm::And(_) => AND,
        ExprForm::Not(inner) => {
            if negates(inner) {
                COMPARE
            } else {
                NOT
            }
        }
        ExprForm::IsNull(_)
        | ExprForm::Between(_)
        | ExprForm::In(_)
        | ExprForm::InQuery(_)
        | ExprForm::Like(_) => COMPARE,
        ExprForm::Neg(_) => UNARY,
        other => infix(other).map_or(PRIMARY, |infix| infix.level),
    }
}

/// Whether the opposite is a form of its own: `is not null`.
fn negates(inner: &ExprSpec) -> bool {
    let ExprSpec::Form(form) = inner else { return false };
    matches!(
        **form,
        ExprForm::IsNull(_)
            | ExprForm::Between(_)
            | ExprForm::In(_)
            | ExprForm::InQuery(_)
            | ExprForm::Like(_)
    )
}

impl Printer {
    /// An expression where one stands that binds as much as `wanted` at least.
    pub(super) fn expr(&mut self, expr: &ExprSpec, wanted: u8) {
        let parentheses = level(expr) < wanted;
        self.deeper(|printer| {
            printer.push(if parentheses { "(" } else { "" });
            match expr {
                ExprSpec::Literal(literal) => printer.literal(literal),
                ExprSpec::List(items) => {
                    printer.push("[");
                    printer.listed(items, ", ", |printer, item| printer.expr(item, OR));
                    printer.push("]");
                }
                ExprSpec::Form(form) => printer.form(form),
            }
            printer.push(if parentheses { ")" } else { "" });
        });
    }

    /// A part of an object that is an expression.
    pub(super) fn expr_at(&mut self, key: &'static str, expr: &ExprSpec, wanted: u8) {
        self.at(key, |printer| printer.expr(expr, wanted));
    }

    pub(super) fn literal(&mut self, literal: &Literal) {
        let text = match literal {
            Literal::Null => "null".to_owned(),
            Literal::Bool(value) => value.to_string(),
            Literal::Int(value) => value.to_string(),
            // A point or an exponent tells it from a whole number.
            Literal::Float(value) => format!("{value:?}"),
            // Whatever is in it, it is one token.
            Literal::String(text) => format!("{text:?}"),
            Literal::Decimal(_) => {
                let help = "`{\"cast\": {\"value\": \"1.25\", \"to\": \"Decimal<12, 2>\"}}`";
                self.misfit("a decimal is a cast of its text", help);
                "null".to_owned()
            }
        };
        self.push(&text);
    }

    fn form(&mut self, form: &ExprForm) {
        if let Some(Infix { key, sign, left, right, operands: [one, other], .. }) = infix(form) {
            self.at(key, |printer| {
                printer.at(0, |printer| printer.expr(one, left));
                printer.push(sign);
                printer.at(1, |printer| printer.expr(other, right));
            });
            return;
        }
        match form {
            ExprForm::Column(name) => self.at("column", |printer| printer.dotted(name)),
            ExprForm::Field(field) => self.at("field", |printer| {
                printer.expr_at("of", &field.of, PRIMARY);
                printer.push(".");
                printer.at("name", |printer| printer.name(&field.name));
            }),
            ExprForm::Index(index) => self.at("index", |printer| {
                printer.expr_at("of", &index.of, PRIMARY);
                printer.push("[");
                printer.expr_at("at", &index.at, OR);
                printer.push("]");
            }),
            ExprForm::Struct(fields) => self.at("struct", |printer| {
                printer.push("{ ");
                printer.listed(fields, ", ", Self::named);
                printer.push(" }");
            }),
            ExprForm::Call(call) => self.at("call", |printer| printer.call(call)),
            ExprForm::Cast(cast) => self.at("cast", |printer| printer.cast("cast(", cast)),
            ExprForm::TryCast(cast) => {
                self.at("try_cast", |printer| printer.cast("try_cast(", cast))
            }
            ExprForm::Case(case) => self.at("case", |printer| printer.case(case)),
            ExprForm::And(all) => self.at("and", |printer| printer.chain(all, " and ", NOT)),
            ExprForm::Or(all) => self.at("or", |printer| printer.chain(all, " or ", AND)),
            ExprForm::Not(inner) => self.at("not", |printer| printer.not(inner)),
            ExprForm::Neg(inner) => self.at("neg", |printer| {
                printer.push("-");
                printer.expr(inner, POSTFIX);
            }),
            ExprForm::Exists(query) => self.at("exists", |printer| {
                printer.push("exists ");
                printer.subquery(query);
            }),
            ExprForm::Query(query) => self.at("query", |printer| printer.subquery(query)),
            other => self.comparison(other, ""),
        }
    }

    /// `not e`; of a form that has an opposite, that.
    fn not(&mut self, inner: &ExprSpec) {
        match inner {
            ExprSpec::Form(form) if negates(inner) => self.comparison(form, "not "),
            _ => {
                self.push("not ");
                self.expr(inner, NOT);
            }
        }
    }

    /// The comparisons that are words.
    fn comparison(&mut self, form: &ExprForm, not: &str) {
        match form {
            ExprForm::IsNull(value) => self.at("is_null", |printer| {
                printer.expr(value, SUM);
                printer.push(&format!(" is {not}null"));
            }),
            ExprForm::Between(between) => self.at("between", |printer| {
                printer.expr_at("value", &between.value, SUM);
                printer.push(&format!(" {not}between "));
                printer.expr_at("low", &between.low, SUM);
                printer.push(" and ");
                printer.expr_at("high", &between.high, SUM);
            }),
            ExprForm::In(among) => self.at("in", |printer| {
                printer.expr_at("value", &among.value, SUM);
                printer.push(&format!(" {not}in ("));
                printer.list("items", &among.items, |printer, item| printer.expr(item, OR));
                printer.push(")");
            }),
            ExprForm::InQuery(among) => self.at("in_query", |printer| {
                printer.expr_at("value", &among.value, SUM);
                printer.push(&format!(" {not}in "));
                printer.at("query", |printer| printer.subquery(&among.query));
            }),
            ExprForm::Like(like) => self.at("like", |printer| {
                printer.expr_at("value", &like.value, SUM);
                printer.push(&format!(" {not}like "));
                printer.expr_at("pattern", &like.pattern, SUM);
            }),
            _ => {}
        }
    }

    /// Conditions in a row; many are halved.
    fn chain(&mut self, all: &[ExprSpec], sign: &str, wanted: u8) {
        if all.is_empty() {
            self.misfit(
                "a list of conditions is empty",
                "leave it out, or write `true` or `false`",
            );
        }
        // One alone is what it is, and stands in the parentheses of the list if in any.
        let wanted = if all.len() == 1 { OR } else { wanted };
        self.chain_from(0, all, sign, wanted);
    }

    fn chain_from(&mut self, first: usize, all: &[ExprSpec], sign: &str, wanted: u8) {
        if all.len() > CHAIN_MAX {
            let (left, right) = all.split_at(all.len() / 2);
            self.push("(");
            self.chain_from(first, left, sign, wanted);
            self.push(&format!("){sign}("));
            self.chain_from(first + left.len(), right, sign, wanted);
            self.push(")");
            return;
        }
        for (i, one) in all.iter().enumerate() {
            self.push(if i > 0 { sign } else { "" });
            self.at(first + i, |printer| printer.expr(one, wanted));
        }
    }

    /// `name: value`
    pub(super) fn named(&mut self, named: &NamedSpec) {
        match &named.name {
            Some(name) => {
                self.at("name", |printer| printer.name(name));
                self.push(": ");
                self.expr_at("value", &named.value, OR);
            }
            None => self.expr_at("value", &named.value, OR),
        }
    }

    fn cast(&mut self, word: &str, cast: &crate::spec::expr::CastSpec) {
        self.push(word);
        self.expr_at("value", &cast.value, OR);
        self.push(" as ");
        self.at("to", |printer| printer.ty(&cast.to));
        self.push(")");
    }

    fn case(&mut self, case: &CaseSpec) {
        self.push("case ");
        self.at("when", |printer| {
            printer.listed(&case.when, " ", |printer, branch| {
                printer.push("when ");
                printer.expr_at("if", &branch.condition, OR);
                printer.push(" then ");
                printer.expr_at("then", &branch.then, OR);
            });
        });
        if case.when.is_empty() {
            self.misfit("a `case` without a condition", "`\"when\": [{\"if\": …, \"then\": …}]`");
        }
        if let Some(otherwise) = &case.otherwise {
            self.push(" else ");
            self.expr_at("else", otherwise, OR);
        }
        self.push(" end");
    }

    fn call(&mut self, call: &CallSpec) {
        self.at("function", |printer| {
            match NO_FUNCTIONS.iter().find(|(name, _)| *name == call.function) {
                Some((name, form)) => printer.problem(messages::not_a_function(name, form)),
                None => printer.path(&call.function),
            }
        });
        self.push("(");
        let none = call.args.is_empty() && call.named.is_empty();
        if call.distinct {
            if none {
                self.misfit("`distinct` without an argument", "equal arguments count once: `args`");
            }
            self.push("distinct ");
        }
        self.list("args", &call.args, |printer, arg| printer.expr(arg, OR));
        self.at("named", |printer| {
            for (i, (name, value)) in call.named.iter().enumerate() {
                printer.push(if i > 0 || !call.args.is_empty() { ", " } else { "" });
                printer.at_name(name, |printer| {
                    printer.name(name);
                    printer.push(" => ");
                    printer.expr(value, OR);
                });
            }
        });
        if !call.order_by.is_empty() {
            self.push(if none { "" } else { " " });
            self.order_by(&call.order_by);
        }
        self.push(")");
        if let Some(filter) = &call.filter {
            self.push(" filter (");
            self.expr_at("filter", filter, OR);
            self.push(")");
        }
        if call.ignore_nulls {
            self.push(" ");
            self.at("ignore_nulls", |printer| printer.push("ignore nulls"));
        }
        if let Some(window) = &call.over {
            self.push(" over (");
            self.at("over", |printer| printer.window(window));
            self.push(")");
        }
    }

    /// `order by key, …`
    pub(super) fn order_by(&mut self, keys: &[SortSpec]) {
        self.at("order_by", |printer| {
            printer.push("order by ");
            printer.sort_keys(keys);
        });
    }

    pub(super) fn sort_keys(&mut self, keys: &[SortSpec]) {
        self.listed(keys, ", ", |printer, key| {
            printer.expr_at("value", &key.value, OR);
            printer.push(if key.descending { " desc" } else { "" });
            printer.push(if key.nulls == NullsSpec::First { " nulls first" } else { "" });
        });
    }

    /// What stands in the parentheses of `over`, or behind the name of a window.
    pub(super) fn window(&mut self, window: &WindowSpec) {
        let mut parts = 0;
        let mut space = |printer: &mut Self| {
            printer.push(if parts > 0 { " " } else { "" });
            parts += 1;
        };
        if let Some(base) = &window.base {
            space(self);
            self.at("base", |printer| printer.name(base));
        }
        if !window.partition_by.is_empty() {
            space(self);
            self.push("partition by ");
            self.list("partition_by", &window.partition_by, |printer, key| printer.expr(key, OR));
        }
        if !window.order_by.is_empty() {
            space(self);
            self.order_by(&window.order_by);
        }
        if let Some(frame) = &window.frame {
            space(self);
            self.at("frame", |printer| printer.frame(frame));
        }
    }

    fn frame(&mut self, frame: &FrameSpec) {
        self.push(match frame.units {
            FrameUnitsSpec::Rows => "rows between ",
            FrameUnitsSpec::Range => "range between ",
            FrameUnitsSpec::Groups => "groups between ",
        });
        self.at("start", |printer| printer.bound(&frame.start));
        self.push(" and ");
        self.at("end", |printer| {
            printer.bound(frame.end.as_ref().unwrap_or(&BoundSpec::CurrentRow))
        });
    }

    fn bound(&mut self, bound: &BoundSpec) {
        match bound {
            BoundSpec::UnboundedPreceding => self.push("unbounded preceding"),
            BoundSpec::CurrentRow => self.push("current row"),
            BoundSpec::UnboundedFollowing => self.push("unbounded following"),
            BoundSpec::Preceding(length) => {
                self.at("preceding", |printer| printer.literal(length));
                self.push(" preceding");
            }
            BoundSpec::Following(length) => {
                self.at("following", |printer| printer.literal(length));
                self.push(" following");
            }
        }
    }

    pub(super) fn at_name(&mut self, name: &str, print: impl FnOnce(&mut Self)) {
        self.at(super::Segment::Name(name.to_owned()), print);
    }
}
