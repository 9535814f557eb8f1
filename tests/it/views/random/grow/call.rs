//! Calls of functions that are chosen by the type of their result.

use belvedere_lang::types::Type;
use belvedere_lang::view::builtins::Bound;
use belvedere_lang::view::signature::Param;

use super::super::functions::{Bindings, Form, SCALARS, put};
use super::super::tree::Expr;
use super::super::types::{NESTED, PLAIN, Ty};
use super::Grower;

/// How many functions are looked at for one that gives a type.
const TRIES: usize = 24;

impl Grower<'_> {
    /// A call of a function of rows that gives this type.
    pub(super) fn call(&mut self, ty: Ty, depth: u8) -> Option<Expr> {
        for _ in 0..TRIES {
            let form = self.one_of(&SCALARS);
            let Some(mut bindings) = form.giving(ty) else { continue };
            if !self.bind(form, &mut bindings) {
                continue;
            }
            if let Some(args) = self.args(form, &bindings, depth) {
                return Some(Expr::Call(form.name, args));
            }
        }
        None
    }

    /// Gives types to the type parameters that have none.
    pub(super) fn bind(&mut self, form: &Form, bindings: &mut Bindings) -> bool {
        for (name, bound) in form.open(bindings) {
            let fitting = |ty: &Ty| form.within(bound, *ty);
            let mut types: Vec<Ty> = PLAIN.into_iter().filter(fitting).collect();
            types.extend(NESTED.into_iter().filter(fitting));
            let of_row = self.column_with(|ty| form.within(bound, ty));
            let ty = match of_row {
                Some(column) if self.rng.u8(0..3) > 0 => self.ty(column),
                _ => *self.one_of(&types),
            };
            bindings.push((name, ty));
        }
        true
    }

    /// Arguments for a form; none where a parameter has a type of which there is nothing.
    pub(super) fn args(
        &mut self,
        form: &Form,
        bindings: &Bindings,
        depth: u8,
    ) -> Option<Vec<Expr>> {
        let mut args = Vec::new();
        for (position, param) in form.params.iter().enumerate() {
            if param.default.is_some() && self.rng.bool() {
                break;
            }
            let count = if param.variadic { self.rng.usize(1..4) } else { 1 };
            for _ in 0..count {
                let words = form.words.iter().find(|(at, _)| *at == position);
                args.push(match words {
                    Some((_, words)) => Expr::Text(self.one_of::<&str>(words.as_slice())),
                    None => self.arg(form, param, bindings, depth)?,
                });
            }
        }
        Some(args)
    }

    fn arg(&mut self, form: &Form, param: &Param, bindings: &Bindings, depth: u8) -> Option<Expr> {
        if param.any {
            // Bytes have no text.
            let ty = Some(self.plain()).filter(|ty| *ty != Ty::Bytes).unwrap_or(Ty::Text);
            return Some(self.expr(ty, depth.saturating_sub(1)));
        }
        let ty = put(&param.ty.ty, bindings)?;
        if param.literal {
            return Some(match (param.name.as_str(), ty) {
                ("share", _) => Expr::Float(0),
                ("separator", _) => Expr::Text(","),
                (_, Ty::I64) => Expr::Int(self.rng.u8(1..5)),
                // A constant is written, and not computed.
                (_, ty) if ty.is_nested() || ty == Ty::Json => return None,
                (_, ty) => self.constant(ty),
            });
        }
        if ty == Ty::Json && self.column_of(&[ty]).is_none() {
            return None;
        }
        // Functions of floats take every number but decimals, and an integer is widened anywhere.
        let taken = match (&param.ty.ty, ty) {
            (Type::F64 | Type::Int(_), ty) if self.rng.u8(0..3) == 0 => self.narrower(ty),
            (Type::Param(name), Ty::F64)
                if bound(form, name) == Some(Bound::Float) && form.params.len() == 1 =>
            {
                *self.one_of(&[Ty::F64, Ty::I64, Ty::I32])
            }
            (_, ty) => ty,
        };
        Some(self.expr(taken, depth.saturating_sub(1)))
    }
}

fn bound(form: &Form, name: &str) -> Option<Bound> {
    let all = form.open(&Bindings::new());
    all.into_iter().find(|(known, _)| known == name).map(|(_, bound)| bound)
}
