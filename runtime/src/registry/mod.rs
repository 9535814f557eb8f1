//! All that is linked into a program: collected, checked, registered, described.
//!
//! Functions and relations register themselves when their crate is linked. [`Registry::linked`]
//! collects and checks the functions once; [`register_all`] gives them to a session;
//! [`Registry::to_json`] describes everything, sorted, so that link order does not show.

mod check;
mod error;
mod owned;
mod relations;
mod snapshot;
pub(crate) mod templates;

use std::sync::{Arc, LazyLock};

use datafusion::error::{DataFusionError, Result as EngineResult};
use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;

pub use self::error::{Problem, RegistryError};
use crate::udf::adapter::AsyncCalls;
use crate::udf::adapter::operators::{Asked, Operators};
use crate::udf::descriptor::Registration;
use crate::udf::{AsyncPolicy, EngineFunction, Function};
use crate::udtf::adapter::NamedArguments;

/// The functions of a program, sorted by name.
#[derive(Debug)]
pub struct Registry {
    functions: Vec<&'static Function>,
}

impl Registry {
    /// Collects and checks every function that is linked into the program.
    ///
    /// # Errors
    ///
    /// [`RegistryError::NothingLinked`], and those of [`Registry::from_functions`].
    pub fn linked() -> Result<&'static Self, &'static RegistryError> {
        static LINKED: LazyLock<Result<Registry, RegistryError>> = LazyLock::new(|| {
            let linked = inventory::iter::<Registration>().map(|registration| registration.0);
            let registry = Registry::from_functions(linked)?;
            if registry.functions.is_empty() {
                return Err(RegistryError::NothingLinked);
            }
            Ok(registry)
        });
        LINKED.as_ref()
    }

    /// Checks and sorts `functions`.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Problems`], all of them at once: a name that is taken, a signature whose
    /// words are not its types, a default that its own parameter refuses.
    pub fn from_functions(
        functions: impl IntoIterator<Item = &'static Function>,
    ) -> Result<Self, RegistryError> {
        let mut functions: Vec<&'static Function> = functions.into_iter().collect();
        functions.sort_unstable_by_key(|function| (function.name, function.path));
        let problems = check::check(&functions);
        if problems.is_empty() {
            Ok(Self { functions })
        } else {
            Err(RegistryError::Problems(problems))
        }
    }

    /// The functions, sorted by name.
    #[must_use]
    pub fn functions(&self) -> &[&'static Function] {
        &self.functions
    }

    /// The function of this name or alias.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&'static Function> {
        let known = |function: &&&'static Function| {
            function.name == name || function.aliases.contains(&name)
        };
        self.functions.iter().find(known).copied()
    }

    /// The functions with this tag, sorted by name.
    pub fn tagged(&self, tag: &str) -> impl Iterator<Item = &'static Function> {
        self.functions.iter().copied().filter(move |function| function.tags.contains(&tag))
    }

    /// Gives the functions to a session, but for table functions, which [`register_tables`] does. Async
    /// functions refuse to be called there until [`register_async`].
    ///
    /// # Errors
    ///
    /// What the session says.
    pub fn register(&self, session: &mut dyn FunctionRegistry) -> EngineResult<()> {
        for function in &self.functions {
            for function in function.to_register(AsyncPolicy::Refused) {
                function.register(session)?;
            }
        }
        let operators = Operators::planner(&self.functions, Asked::BeforeOthers);
        match operators.map(|planner| session.register_expr_planner(planner)) {
            // What has no SQL needs no operators.
            None | Some(Err(DataFusionError::NotImplemented(_))) => Ok(()),
            Some(registered) => registered,
        }
    }
}

/// Gives every table function that is linked into the program to a session, with arguments by name.
///
/// Other functions go by [`register_all`]: what DataFusion has in common for sessions has no place for
/// these.
///
/// # Errors
///
/// Those of [`Registry::linked`].
pub fn register_tables(session: &SessionContext) -> EngineResult<()> {
    let registry = Registry::linked().map_err(|error| DataFusionError::Plan(error.to_string()))?;
    let functions = registry.functions().iter();
    for function in functions.flat_map(|function| function.to_register(AsyncPolicy::Refused)) {
        if let EngineFunction::Table(name, table) = function {
            session.register_udtf(name, table);
        }
    }
    session.register_relation_planner(Arc::new(NamedArguments))
}

/// Allows the async functions that are linked into the program in a session, which [`register_all`]
/// gives it so that they refuse to be called. They ask services outside of the program.
///
/// # Errors
///
/// Those of [`Registry::linked`].
pub fn register_async(session: &SessionContext) -> EngineResult<()> {
    let registry = Registry::linked().map_err(|error| DataFusionError::Plan(error.to_string()))?;
    allow_async(session, registry.functions());
    Ok(())
}

/// Gives async functions to a session, and what moves their calls to where they are waited for.
pub(crate) fn allow_async(session: &SessionContext, functions: &[&'static Function]) {
    let functions = functions.iter().filter(|function| function.as_async().is_some());
    for function in functions.flat_map(|function| function.to_register(AsyncPolicy::Allowed)) {
        if let EngineFunction::Scalar(function) = function {
            session.register_udf(function.as_ref().clone());
        }
    }
    session.add_optimizer_rule(Arc::new(AsyncCalls));
}

/// Gives every function that is linked into the program to a session, but for table functions, which
/// [`register_tables`] does. Async functions refuse to be called there until [`register_async`].
///
/// ```ignore
/// use my_functions as _; // A crate that nothing names is not linked.
///
/// let mut session = SessionContext::new();
/// belvedere::register_all(&mut session)?;
/// ```
///
/// # Errors
///
/// Those of [`Registry::linked`], and what the session says.
pub fn register_all(session: &mut dyn FunctionRegistry) -> EngineResult<()> {
    let registry = Registry::linked().map_err(|error| DataFusionError::Plan(error.to_string()))?;
    registry.register(session)
}
