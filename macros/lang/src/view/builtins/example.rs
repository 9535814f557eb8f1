//! Examples of the built-in functions: a call and what it gives.

/// A call of a function and what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The call, as a view says it.
    pub call: &'static str,
    /// What it is computed over, if it needs rows.
    pub rows: Option<Rows>,
    /// What it gives, as a query prints it: one value, or one for each row of a window.
    pub values: Vec<&'static str>,
}

/// Rows that an example is computed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The values of each row, as a view writes them.
    pub values: Vec<Vec<&'static str>>,
}

impl Example {
    /// Reads `call of x = 1, 2 -> 3`; `None` where it is none of these.
    pub(super) fn read(text: &'static str) -> Option<Self> {
        let (head, values) = text.split_once(" -> ")?;
        let (call, rows) = match head.split_once(" of ") {
            Some((call, rows)) => (call, Some(Rows::read(rows)?)),
            None => (head, None),
        };
        Some(Self { call, rows, values: values.split(" | ").collect() })
    }

    /// A query that gives the values, over a relation that has one row.
    #[must_use]
    pub fn query(&self, one: &str) -> String {
        let Self { call, rows, .. } = self;
        let Some(rows) = rows else { return format!("from {one} select {{ y: {call} }}") };
        let fields = |row: &Vec<&str>| {
            let fields = rows.columns.iter().zip(row);
            let fields: Vec<_> = fields.map(|(name, value)| format!("{name}: {value}")).collect();
            format!("{{ {} }}", fields.join(", "))
        };
        let list: Vec<String> = rows.values.iter().map(fields).collect();
        let columns: Vec<_> = rows.columns.iter().map(|name| format!("{name}: r.{name}")).collect();
        let list = format!("from {one} unnest [{}] as r", list.join(", "));
        let (columns, first) = (columns.join(", "), rows.columns[0]);
        match call.contains(" over (") {
            true => format!(
                "{list} select {{ {columns} }} derive {{ y: {call} }} \
                 order by {first} limit {} select {{ y }}",
                rows.values.len()
            ),
            false => format!("{list} select {{ {columns} }} aggregate {{ y: {call} }}"),
        }
    }
}

impl Rows {
    /// Reads `x = 1, 2` or `y, x = (1, 2), (3, 4)`.
    fn read(text: &'static str) -> Option<Self> {
        let (columns, rows) = text.split_once(" = ")?;
        let columns: Vec<&str> = columns.split(", ").collect();
        let values: Vec<Vec<&str>> = match rows.strip_prefix('(') {
            Some(rows) => {
                let rows = rows.strip_suffix(')')?.split("), (");
                rows.map(|row| row.split(", ").collect()).collect()
            }
            None => rows.split(", ").map(|value| vec![value]).collect(),
        };
        values.iter().all(|row| row.len() == columns.len()).then_some(Self { columns, values })
    }
}

#[cfg(test)]
mod tests {
    use super::Example;

    #[test]
    fn rows_have_a_value_for_each_column() {
        let pairs = Example::read("corr(y, x) of y, x = (1.0, 2.0), (3.0, 4.0) -> 1.0").unwrap();
        let rows = pairs.rows.unwrap();
        assert_eq!(rows.columns, ["y", "x"]);
        assert_eq!(rows.values, [["1.0", "2.0"], ["3.0", "4.0"]]);
        for text in ["f(1)", "f(x) of x -> 1", "f(x) of y, x = 1, 2 -> 1", "f(x) of x = (1 -> 1"] {
            assert_eq!(Example::read(text), None, "{text}");
        }
    }
}
