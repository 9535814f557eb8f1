//! Every function of the committed registry and every built-in, called by a spec and by a text.

use serde_json::Value;

use super::*;
use crate::types::Type;
use crate::view::builtins;
use crate::view::signature::{FunctionKind, Param, Signature};

/// The functions of the registry, each with its Rust name.
pub(super) fn registry() -> Vec<(String, String)> {
    let registry = include_str!("../../../../../registry.json");
    let registry: Value = serde_json::from_str(registry).unwrap();
    let functions = registry["functions"].as_array().unwrap().iter().map(|function| {
        let text = |name: &str| function[name].as_str().unwrap().to_owned();
        (text("rust").rsplit("::").next().unwrap().to_owned(), text("signature"))
    });
    functions.collect()
}

/// The columns, or the messages.
fn said(text: &str, findings: impl FnOnce(Vec<crate::sink::Diagnostic>) -> Findings) -> String {
    let sink = Sink::new();
    let model = tokens(text, QUERY_MAX, &sink)
        .and_then(|tokens| check_query(tokens, &Known("word"), &sink).model);
    let findings = findings(sink.into_diagnostics());
    match model.filter(|_| findings.is_empty()) {
        Some(model) => columns_to_text(&model.columns),
        None => findings.shown.iter().map(|finding| format!("{}\n", finding.message)).collect(),
    }
}

#[test]
fn a_spec_can_call_every_function() {
    let own = registry().into_iter();
    let own = own.map(|(name, signature)| (name, Signature::parse(&signature).unwrap()));
    let engine = builtins::all().map(|known| (known.name.to_owned(), known.signature.clone()));
    let (mut called, mut refused) = (0, Vec::new());
    for (name, signature) in own.chain(engine) {
        let (call, step) = call_of(&name, &signature);
        let args: Vec<String> = call.args.iter().map(meant).collect();
        let over = call.over.as_ref().map_or("", |_| " over (order by id)");
        let order = if call.order_by.is_empty() { "" } else { " order by id" };
        let call_text = format!("{name}({}{order}){over}", args.join(", "));
        let text = format!("from orders {step} {{ value: {call_text} }}");
        let item = ItemSpec::Value(NamedSpec {
            name: Some("value".to_owned()),
            value: ExprSpec::from(ExprForm::Call(Box::new(call))),
        });
        let step = match step {
            "select" => StepSpec::Select(vec![item]),
            _ => StepSpec::Aggregate(vec![item]),
        };
        let spec = QuerySpec::new("orders").step(step).print();
        assert!(spec.problems().is_empty(), "{text}");
        let by_text = said(&text, |diagnostics| Findings::new(diagnostics, &text));
        let by_spec = said(spec.text(), |diagnostics| spec.findings(diagnostics));
        assert_eq!(by_spec, by_text, "{text}");
        match by_spec.starts_with("value: ") {
            true => called += 1,
            false => refused.push(format!("{text}: {by_spec}")),
        }
    }
    // Functions of rows that are waited for and of tables have no place in a query, and a few want
    // values that are not made up here.
    assert!(called > 250 && refused.len() * 4 < called, "{called}: {}", refused.join(""));
}

/// A call with arguments of the types that a function takes, and the step that it stands in.
fn call_of(name: &str, signature: &Signature) -> (CallSpec, &'static str) {
    let params = signature.params.iter().filter(|param| param.default.is_none());
    let args = params.map(|param| argument(param, signature)).collect();
    let mut call = CallSpec { function: name.to_owned(), args, ..CallSpec::default() };
    let value = ExprSpec::column("id");
    let order = vec![SortSpec { value, descending: false, nulls: NullsSpec::Last }];
    match signature.kind {
        FunctionKind::Aggregate if matches!(name, "first_value" | "last_value" | "nth_value") => {
            call.order_by = order;
            (call, "aggregate")
        }
        FunctionKind::Aggregate => (call, "aggregate"),
        FunctionKind::Window => {
            call.over = Some(WindowSpec { order_by: order, ..WindowSpec::default() });
            (call, "select")
        }
        _ => (call, "select"),
    }
}

fn argument(param: &Param, signature: &Signature) -> ExprSpec {
    // What a type parameter stands for is an integer here.
    let mut text = String::new();
    for word in param.ty.ty.to_full_text().split_inclusive(|c: char| !c.is_alphanumeric()) {
        let name = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_param = signature.type_params.iter().any(|param| param.name == name);
        text.push_str(if is_param { "i64" } else { name });
        text.push_str(&word[name.len()..]);
    }
    match &param.ty.ty {
        Type::String if param.literal => "day".into(),
        Type::Bool if param.literal => true.into(),
        Type::Int(_) if param.literal => 2.into(),
        Type::F64 if param.literal => 0.5.into(),
        _ if param.any => 1.into(),
        _ => ExprForm::Cast(CastSpec { value: ExprSpec::default(), to: text }).into(),
    }
}
