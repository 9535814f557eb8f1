//! `--param`: values of parameters, as they are written on a command line.

use crate::view::ParamValue;

/// Reads `name=value`.
pub(super) fn parse_param(text: &str) -> Result<(String, ParamValue), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => {
            Ok((name.to_owned(), ParamValue::Text(value.to_owned())))
        }
        _ => Err("write the name, `=` and the value: since=2024-01-01".to_owned()),
    }
}

/// Reads `view.name=value`.
pub(super) fn parse_param_of_view(text: &str) -> Result<(String, String, ParamValue), String> {
    let form = || "write the view, its parameter and the value: orders.since=2024-01-01".to_owned();
    let (path, value) = text.split_once('=').ok_or_else(form)?;
    match path.split_once('.') {
        Some((view, param)) if !view.is_empty() && !param.is_empty() => {
            Ok((view.to_owned(), param.to_owned(), ParamValue::Text(value.to_owned())))
        }
        _ => Err(form()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_have_any_sign_in_it() {
        let value = |text: &str| ParamValue::Text(text.to_owned());
        assert_eq!(parse_param("a=b=c.d"), Ok(("a".to_owned(), value("b=c.d"))));
        assert_eq!(
            parse_param_of_view("v.a=1.5"),
            Ok(("v".to_owned(), "a".to_owned(), value("1.5")))
        );
        for wrong in ["a", "=b", "a=1.b", ".a=1", "v.=1"] {
            assert!(parse_param_of_view(wrong).is_err(), "{wrong}");
        }
        assert!(parse_param("=b").is_err() && parse_param("b").is_err());
    }
}
