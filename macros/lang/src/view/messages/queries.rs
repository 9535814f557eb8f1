//! Queries inside of a view.

use super::say;
use crate::messages::messages;
use crate::types::{Type, TypeSyntax, TypeSyntaxKind};
use crate::view::model::Literal;

messages! {
    /// A query in the place of a relation has no name of its own, so it is given one by which its
    /// columns are spoken of.
    ///
    /// ```text
    /// join (from files as f where f.size > 0) as g on g.file_id == c.file_id
    /// ```
    V0200 query_without_name(template: Option<&str>) {
        match template {
            Some(name) => say("the use of a template needs a name")
                .help(format!("write `as {name}` behind it, for instance")),
            None => say("a query in parentheses needs a name").help("write `as name` behind it"),
        }
    }

    /// Each `with` of a view has a name of its own.
    V0201 query_twice(name: &str) {
        say(format!("`{name}` is the name of another `with`")).help("give this one another name")
    }

    /// The contract is what readers of the view are promised; what a query inside of it gives is
    /// its own affair.
    V0202 contract_of_query() {
        say("a contract is for the view, not for a query inside of it")
            .help("write it behind the last step of the view")
    }

    /// What nothing reads is left out.
    V0203 unused_query(name: &str) {
        say(format!("nothing reads `{name}`"))
            .help("read it in a `from` or `join`, or leave it out")
    }

    /// Two columns of a query that have one name could not be told apart by what reads it.
    V0204 duplicate_in_query(name: &str, written: &str) {
        say(format!("the query has two columns `{name}`"))
            .help(format!("`select {{ …, other_name: {written} }}` at its end"))
    }

    /// A template is no relation until a use says over which relations it is.
    ///
    /// ```text
    /// from latest<ast_calls>(call_id, modified) as l
    /// ```
    V0205 template_without_arguments(name: &str) {
        say(format!("`{name}` is a template"))
            .help(format!("name what it reads and the columns: `{name}<…>(…) as name`"))
    }

    /// A use names as many relations as the template has.
    V0206 template_relations(wanted: usize, given: usize, form: &str) {
        let relations = if wanted == 1 { "relation" } else { "relations" };
        say(format!("the template is over {wanted} {relations}, {given} given"))
            .help(format!("it is written `{form}`"))
    }

    /// A parameter without a default is given by each use.
    V0207 template_argument(template: &str, param: &str, form: &str) {
        say(format!("`{template}` needs `{param}`")).help(format!("it is written `{form}`"))
    }

    /// The template has fewer parameters.
    V0208 template_too_many(count: usize, form: &str) {
        let parameters = if count == 1 { "parameter" } else { "parameters" };
        say(format!("the template has {count} {parameters}"))
            .help(format!("it is written `{form}`"))
    }

    /// What is given by name is given for a parameter of the template.
    V0209 template_parameter(template: &str, name: &str, near: Option<&str>, form: &str) {
        let message = say(format!("`{template}` has no parameter `{name}`"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("it is written `{form}`")),
        }
    }

    /// A parameter stands for one thing.
    V0210 template_argument_twice(name: &str) {
        say(format!("`{name}` is given twice")).help("leave one of them out")
    }

    /// A column is given by its name alone: in the template it belongs to a relation there.
    V0211 constant_for_column(name: &str, form: &str) {
        say(format!("`{name}` is a column of the relation, this is a constant"))
            .help(format!("it is written `{form}`"))
    }

    /// A constant is one of the type that is declared: text in quotes for `String`, `Date` and
    /// `Timestamp`, `true` or `false` for `bool`, a number that fits for the others.
    V0212 value_type(name: &str, ty: &TypeSyntax, given: Option<&Literal>) {
        let outside = match &ty.kind {
            TypeSyntaxKind::Plain(plain) => given.and_then(|given| given.outside(plain)),
            _ => None,
        };
        match outside {
            Some(numbers) => {
                say(format!("this number does not fit `{name}`, which is `{}`", type_text(ty))).help(numbers)
            }
            None => say(format!("`{name}` is a constant of type `{}`", type_text(ty)))
                .help(format!("write one, such as `{}`", sample(ty))),
        }
    }

    /// Constants can be written of `bool`, numbers, `String`, `Date` and timestamps, and they are
    /// never NULL.
    V0213 type_of_value(name: &str) {
        say(format!("no constant can be written for `{name}`"))
            .help("for instance `String`, `i64`, `bool`, `Date` or `Timestamp`")
    }

    /// Relations and parameters of a template have names of their own.
    V0214 parameter_twice(name: &str) {
        say(format!("two parameters are called `{name}`")).help("give one of them another name")
    }

    /// What a text does not mention its users need not give.
    V0215 parameter_unused(what: &str, name: &str) {
        say(format!("the {what} does not mention `{name}`"))
            .help("leave the parameter out, or read it in a step")
    }

    /// `...name` stands for several columns, so that what mentions it is repeated for each of them.
    ///
    /// ```text
    /// derive { id: stable_id(...r.parts) }
    /// ```
    V0216 columns_without_dots(name: &str) {
        say(format!("`{name}` may be several columns"))
            .help(format!("begin the entry with `...`, which repeats it for each: `...r.{name}`"))
    }

    /// A template is checked wherever it is used, and what it promised could hold for no relation. The
    /// view that uses it says whether it is stored, what its key is and what it promises.
    V0217 promise_of_template(what: &str) {
        say(format!("a template has no {}", what.trim_start_matches("a ")))
            .help("write it in the view that uses the template")
    }

    /// The name of a parameter stands for what a use gives, so that a column which is really called so
    /// could not be named.
    V0218 parameter_is_column(name: &str, relation: &str, what: &str) {
        say(format!("`{relation}` has a column that is called `{name}`"))
            .help(format!("give the parameter another name, such as `{name}_{what}`"))
    }

    /// A template that uses itself would have no end.
    V0219 template_of_itself(name: &str) {
        say(format!("the template `{name}` uses itself"))
            .help("read a relation, or another template")
    }

    /// No template of this name is linked into the program.
    V0220 unknown_template(name: &str, near: Option<&str>) {
        let message = say(format!("no template `{name}`"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help("`belvedere ls` lists templates beside views, in the program and not in the file"),
        }
    }

    /// A view that is stored, or that others read, is computed without anybody who gives it something.
    ///
    /// ```text
    /// param since: Date = "2024-01-01"
    /// ```
    V0221 param_without_default(name: &str, ty: &TypeSyntax) {
        say(format!("`{name}` has no default"))
            .help(format!("`param {name}: {} = {}`", type_text(ty), sample(ty)))
    }

    /// What a use of a template gives stands in the parentheses behind its name.
    V0222 param_of_template(name: &str) {
        say("a template has no `param`")
            .help(format!("write it in the parentheses behind the name: `({name}: …)`"))
    }

    /// A query gives a value in `where`, `derive` and `select`. `in (from …)` is a test of `where`: of a
    /// value that can be NULL it is NULL, which `exists` never is.
    V0223 subquery_here(is_in: bool) {
        match is_in {
            false => say("a query gives no value here")
                .help("`derive` a column from it before, and name that here"),
            true => say("`in (from …)` is a condition of `where`, alone or beside `and`")
                .help("`exists`, of a query that compares it in its `where`, stands anywhere"),
        }
    }

    /// A query speaks of the row around it in conditions of its own, before it groups, sorts, limits or
    /// selects its rows: they become the condition of a join.
    ///
    /// ```text
    /// exists (from files as f where f.path == c.path)
    /// ```
    V0224 outer_column(shown: &str) {
        say(format!("`{shown}` is of the row around the query"))
            .help("compare it in a `where` of the query, before it groups, limits or selects")
    }

    /// What a query behind `in`, or in the place of a value, gives is one column.
    V0225 subquery_of_one_column() {
        say("the query has to have one column").help("end it with a `select` of that column")
    }

    /// Each row finds its value by what it is equal to.
    V0226 subquery_by_equality() {
        say("the value of a query is found by `==` between the row and the query")
            .help("a `join` on the condition and a `group by` find it otherwise")
    }

    /// In the place of a value a query has one row.
    V0227 subquery_of_one_value() {
        say("the query may have several rows, or columns, for one value")
            .help("end it with `aggregate` of one value, a `max` or a `count`")
    }

    /// Where a query has no rows its value is NULL, or zero for a count. What is computed of an aggregate
    /// may be something else, and so may be what an aggregate of one's own says of no rows.
    V0228 subquery_of_no_rows(shown: &str) {
        say(format!("`{shown}` of no rows may be any value"))
            .help("aggregate alone, and compute outside of the parentheses")
    }

    /// `x not in (a, NULL)` is NULL for every `x`, which is not true: one NULL and no row is left.
    V0229 not_in_of_nulls(shown: &str) {
        say(format!("`not in` compares what can be NULL: `{shown}`"))
            .help("`not exists` of a query that compares them by `==` keeps the rows without an equal one")
    }
}

fn type_text(ty: &TypeSyntax) -> String {
    match &ty.kind {
        TypeSyntaxKind::Plain(ty) => ty.to_string(),
        _ => "?".to_owned(),
    }
}

/// A constant of a type, as it is written.
pub(in crate::view) fn sample(ty: &TypeSyntax) -> &'static str {
    match &ty.kind {
        TypeSyntaxKind::Plain(Type::Bool) => "true",
        TypeSyntaxKind::Plain(Type::String) => "\"text\"",
        TypeSyntaxKind::Plain(Type::Date) => "\"2024-02-29\"",
        TypeSyntaxKind::Plain(Type::Timestamp) => "\"2024-02-29T12:00:00Z\"",
        TypeSyntaxKind::Plain(Type::LocalTimestamp) => "\"2024-02-29T12:00:00\"",
        _ => "1",
    }
}
