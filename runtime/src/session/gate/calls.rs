//! What the engine says of a call that it cannot plan, in words for whoever wrote it.
//!
//! It has no types for these errors, only texts; one that is not recognised stays as it is.

use belvedere_lang::suggest;
use datafusion::execution::session_state::SessionState;

use super::error::SqlError;

/// What the engine says behind the name when a function is called without arguments and needs some.
const NO_ARGUMENTS: &str = "' does not support zero arguments";

/// What the engine says of arguments by name: around one that a function does not have, before those
/// that it has, and before one that is left out.
const UNKNOWN_PARAMETER: &str = "Unknown parameter name '";
const MISSING_PARAMETER: &str = "Missing required parameter '";
const VALID_PARAMETERS: &str = "'. Valid parameters are: [";

/// What the engine says before the name of a function that there is not.
const UNKNOWN_FUNCTION: &str = "Invalid function '";

/// What the engine says before a call with the types of its arguments, where none of the forms of the
/// function takes them, and before these forms.
const NO_MATCH: &str = "No function matches the given name and argument types '";
const CANDIDATES: &str = "Candidate functions:";

impl SqlError {
    /// Says what is wrong with a call.
    pub(super) fn with_calls(self: Box<Self>, state: &SessionState) -> Box<Self> {
        self.without_arguments(state).unknown_argument().unknown_function(state).no_form()
    }

    /// The engine does not say how a function is called when there are no arguments at all.
    fn without_arguments(mut self: Box<Self>, state: &SessionState) -> Box<Self> {
        let name = self.message.split_once(NO_ARGUMENTS).map(|(name, _)| name);
        let Some(name) = name.and_then(|name| name.strip_prefix('\'')).map(str::to_owned) else {
            return self;
        };
        let scalar = state.scalar_functions().get(&name).and_then(|f| f.documentation());
        let aggregate = || state.aggregate_functions().get(&name).and_then(|f| f.documentation());
        let window = || state.window_functions().get(&name).and_then(|f| f.documentation());
        if let Some(documentation) = scalar.or_else(aggregate).or_else(window) {
            self.helps.push(documentation.syntax_example.clone());
        }
        self.message = format!("`{name}` is called without arguments");
        self
    }

    /// The engine lists the names of a function's arguments; one is nearest to what was meant.
    fn unknown_argument(mut self: Box<Self>) -> Box<Self> {
        if let Some(name) = self.message.strip_prefix(MISSING_PARAMETER) {
            self.message = format!("the argument `{}` is missing", name.trim_end_matches('\''));
            self.helps.push("where a later argument is named, all before it are given".to_owned());
            return self;
        }
        let rest = self.message.strip_prefix(UNKNOWN_PARAMETER);
        let parts = rest.and_then(|rest| rest.split_once(VALID_PARAMETERS));
        let Some((name, known)) = parts else { return self };
        let known: Vec<&str> = known.trim_end_matches(']').split(", ").collect();
        let help = match suggest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", suggest::listed(known)),
        };
        self.message = format!("the function has no argument `{name}`");
        self.helps.push(help);
        self
    }

    /// The engine proposes some function, however far its name is.
    fn unknown_function(mut self: Box<Self>, state: &SessionState) -> Box<Self> {
        let rest = self.message.strip_prefix(UNKNOWN_FUNCTION);
        let Some(name) = rest.and_then(|rest| rest.split('\'').next()).map(str::to_owned) else {
            return self;
        };
        let known = (state.scalar_functions().keys())
            .chain(state.aggregate_functions().keys())
            .chain(state.window_functions().keys());
        self.notes.clear();
        if state.window_functions().contains_key(&name) {
            self.message = format!("`{name}` is a window function, and its call has no OVER");
            self.helps.push(format!("write `{name}(…) OVER (ORDER BY …)`"));
            return self;
        }
        if let Some(near) = suggest::nearest(&name, known.map(String::as_str)) {
            self.helps.push(format!("did you mean `{near}`?"));
        }
        self.message = format!("no function is called `{name}`");
        self
    }

    /// The engine tells what it has tried; what counts is what there was and what there could be.
    pub(super) fn no_form(mut self: Box<Self>) -> Box<Self> {
        let Some((_, rest)) = self.message.split_once(NO_MATCH) else { return self };
        let Some((call, rest)) = rest.split_once("'.") else { return self };
        let name = call.split('(').next().unwrap_or_default();
        let forms = rest.split_once(CANDIDATES).map_or("", |(_, forms)| forms);
        let forms: Vec<String> = forms
            .lines()
            .map(str::trim)
            .filter(|form| !form.is_empty())
            .map(|form| format!("`{form}`"))
            .collect();
        let message = format!("no form of `{name}` takes these arguments: `{call}`");
        if !forms.is_empty() {
            self.notes.push(format!("there is {}", forms.join(", ")));
        }
        self.message = message;
        self
    }
}
