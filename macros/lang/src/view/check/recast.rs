//! What takes the place of a cast that there is not: a function, or two casts.

use crate::types::{IntType, StructType, Type};

/// How a value that is written as `shown` becomes one of another type, for a help.
pub(super) fn form(shown: &str, from: &Type, to: &Type) -> Option<String> {
    if shown.contains('…') {
        return None;
    }
    match (from, to) {
        (Type::Date, to) if to.is_number() => {
            let days = format!("{shown} - cast(\"1970-01-01\" as Date)");
            Some(format!("`{}` is days since 1970", as_number(&days, Type::Int(IntType::I64), to)))
        }
        (Type::Timestamp | Type::LocalTimestamp, to) if to.is_number() => {
            let seconds = format!("date_part(\"epoch\", {shown})");
            Some(format!("`{}` is seconds since 1970", as_number(&seconds, Type::F64, to)))
        }
        (from, Type::Timestamp | Type::LocalTimestamp | Type::Date) if from.is_number() => {
            let moment = match from {
                Type::Int(IntType::U64) | Type::F32 | Type::F64 | Type::Decimal(_) => {
                    format!("from_unixtime(cast({shown} as i64))")
                }
                _ => format!("from_unixtime({shown})"),
            };
            let form = match to {
                Type::Timestamp => moment,
                to => format!("cast({moment} as {to})"),
            };
            Some(format!("`{form}`, if it is seconds since 1970"))
        }
        (Type::Decimal(_), Type::Bool) => Some(format!("`{shown} != 0`")),
        (Type::Bytes, to) if Type::String.casts_to(to) => {
            Some(format!("`cast(cast({shown} as String) as {to})`, if it is text"))
        }
        (Type::Duration | Type::Time, to) => through(shown, &Type::Int(IntType::I64), to),
        (from, Type::Duration | Type::Time) if from.casts_to(&Type::Int(IntType::I64)) => {
            through(shown, &Type::Int(IntType::I64), to)
        }
        (Type::Struct(StructType { fields, .. }), to) => {
            let field = fields.iter().find(|field| field.ty.ty.casts_to(to))?;
            let path = format!("{shown}.{}", field.name);
            let form = if field.ty.ty == *to { path } else { format!("cast({path} as {to})") };
            Some(format!("cast a field of it: `{form}`"))
        }
        (Type::List(item), Type::String) if item.ty.casts_to(&Type::String) => {
            Some(format!("`array_to_string({shown}, \",\")`"))
        }
        _ => None,
    }
}

fn as_number(shown: &str, from: Type, to: &Type) -> String {
    if from == *to { shown.to_owned() } else { format!("cast({shown} as {to})") }
}

fn through(shown: &str, middle: &Type, to: &Type) -> Option<String> {
    middle.casts_to(to).then(|| format!("`cast(cast({shown} as {middle}) as {to})`"))
}
