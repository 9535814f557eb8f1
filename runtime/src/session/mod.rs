//! Sessions: [`Runtime`] is the only way to one.
//!
//! A session made elsewhere would lack the linked functions, the memory limit, and the settings on
//! which results depend. A `Runtime` is built once, is immutable afterwards, and hands out sessions
//! that share its memory pool, its caches and its temporary folder.

#[cfg(feature = "testing")]
pub(crate) mod foreign;
pub mod gate;
pub(crate) mod mended;
mod pauses;
mod pool;
mod settings;
pub mod shift;

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::catalog::{CatalogProviderList, TableFunction};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::TrackConsumersPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::prelude::{SessionConfig, SessionContext};

use self::mended::{CheckedArithmetic, KeysOnce, Memory};
use self::pauses::Pauses;
use self::pool::Pool;
pub use self::settings::{CATALOG, SCHEMA};
use crate::program;
use crate::registry::{Registry, RegistryError};
use crate::udf::adapter::AsyncCalls;
use crate::udf::adapter::operators::{Asked, Operators};
use crate::udf::{AsyncPolicy, EngineFunction};
use crate::udtf::adapter::NamedArguments;

/// The memory of queries when nothing is said, in bytes.
pub const DEFAULT_MEMORY: usize = 1 << 30;

/// How many sorted runs are read back from disk at once. Without a bound the first sort of a plan
/// takes all memory for its runs, and those behind it, which it feeds, have none to begin with.
const SPILL_FAN_IN: usize = 16;

/// How many consumers an out-of-memory error names.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);

/// Settings, functions and resources that every session shares.
#[derive(Clone, Debug)]
pub struct Runtime {
    config: SessionConfig,
    env: Arc<RuntimeEnv>,
    functions: Vec<EngineFunction>,
    operators: Option<Arc<dyn ExprPlanner>>,
    threads: usize,
    asynchronous: AsyncPolicy,
    #[cfg(feature = "delta")]
    warehouse: Option<PathBuf>,
}

/// Builds a [`Runtime`].
#[derive(Clone, Debug)]
pub struct RuntimeBuilder {
    memory: usize,
    threads: usize,
    spill_folder: Option<PathBuf>,
    settings: Vec<(String, String)>,
    asynchronous: AsyncPolicy,
    #[cfg(feature = "delta")]
    warehouse: Option<PathBuf>,
}

impl Runtime {
    /// Starts building a runtime with 1 GiB of memory and one thread for each processor.
    #[must_use]
    pub fn builder() -> RuntimeBuilder {
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        RuntimeBuilder {
            memory: DEFAULT_MEMORY,
            threads,
            spill_folder: None,
            settings: Vec::new(),
            asynchronous: AsyncPolicy::Refused,
            #[cfg(feature = "delta")]
            warehouse: None,
        }
    }

    /// Returns a session of its own: tables registered in it are seen by nobody else.
    #[must_use]
    pub fn session(&self) -> SessionContext {
        SessionContext::new_with_state(self.state())
    }

    /// Returns a session over the given catalogs.
    #[must_use]
    pub fn session_over(&self, catalogs: Arc<dyn CatalogProviderList>) -> SessionContext {
        // A default catalog would take the place of the given one of its name.
        let config = self.config.clone().with_create_default_catalog_and_schema(false);
        let builder = self.state_builder().with_config(config).with_catalog_list(catalogs);
        SessionContext::new_with_state(builder.build())
    }

    /// Returns the folder of tables that queries read, if one is named.
    #[cfg(feature = "delta")]
    #[must_use]
    pub const fn warehouse(&self) -> Option<&PathBuf> {
        self.warehouse.as_ref()
    }

    /// Returns how many threads a run uses at once.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.threads
    }

    fn state_builder(&self) -> SessionStateBuilder {
        let mut builder = SessionStateBuilder::new()
            .with_config(self.config.clone())
            .with_runtime_env(Arc::clone(&self.env))
            .with_default_features()
            .with_optimizer_rules(optimizer_rules())
            .with_physical_optimizer_rule(Arc::new(Pauses));
        // After the built-in ones, which would take the place of earlier ones of their names.
        builder.aggregate_functions().get_or_insert_default().extend(mended::aggregates());
        builder.scalar_functions().get_or_insert_default().extend(mended::scalars());
        for function in &self.functions {
            match function {
                EngineFunction::Scalar(function) => {
                    builder.scalar_functions().get_or_insert_default().push(Arc::clone(function));
                }
                EngineFunction::Aggregate(function) => {
                    builder
                        .aggregate_functions()
                        .get_or_insert_default()
                        .push(Arc::clone(function));
                }
                EngineFunction::Window(function) => {
                    builder.window_functions().get_or_insert_default().push(Arc::clone(function));
                }
                EngineFunction::Table(name, table) => {
                    let function = TableFunction::new((*name).to_owned(), Arc::clone(table));
                    let functions = builder.table_functions().get_or_insert_default();
                    functions.insert((*name).to_owned(), Arc::new(function));
                }
            }
        }
        builder.expr_planners().get_or_insert_default().extend(self.operators.clone());
        builder.relation_planners().get_or_insert_default().push(Arc::new(NamedArguments));
        if self.asynchronous == AsyncPolicy::Allowed {
            builder = builder.with_optimizer_rule(Arc::new(AsyncCalls));
        }
        #[cfg(feature = "delta")]
        let builder = builder
            .with_query_planner(deltalake_core::delta_datafusion::planner::DeltaPlanner::new());
        builder
    }

    /// Returns a state without tables, for planning and for writers. A statement begins with it: its
    /// time is the one that `now()` gives.
    #[must_use]
    pub fn state(&self) -> SessionState {
        let mut state = self.state_builder().build();
        state.mark_start_execution();
        state
    }
}

/// The engine's rules behind ours: what they compute of constants has to be checked as well. One is the
/// last: what they make of a plan has to be fit for the engine.
fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![Arc::new(CheckedArithmetic)];
    rules.extend(mended::projections::mend(Optimizer::new().rules));
    rules.push(Arc::new(KeysOnce));
    rules
}

impl RuntimeBuilder {
    /// Sets the memory of all queries together, in bytes. Sorts, aggregations and joins that need
    /// more spill to disk or fail with an error that says who held it.
    #[must_use]
    pub const fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets how many threads work at once; zero counts as one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Sets the folder of temporary files, which is made if it is not there; the system's by default.
    #[must_use]
    pub fn spill_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.spill_folder = Some(folder.into());
        self
    }

    /// Names the folder of tables that [`Runtime::query`] reads. It need not exist
    /// until they do.
    #[cfg(feature = "delta")]
    #[must_use]
    pub fn warehouse(mut self, folder: impl Into<PathBuf>) -> Self {
        self.warehouse = Some(folder.into());
        self
    }

    /// Sets a default of functions, as `SET belvedere.FAMILY.NAME = …` does for one session. Views
    /// spell out all arguments and give the same rows whatever is set.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Allows async functions, which ask services outside of the program. Views have none, whatever is
    /// allowed.
    #[must_use]
    pub const fn allow_async(mut self) -> Self {
        self.asynchronous = AsyncPolicy::Allowed;
        self
    }

    /// Builds the runtime with the functions that are linked into the program. A program without
    /// any is no error here: its views may need none.
    ///
    /// # Errors
    ///
    /// When the linked functions contradict each other, the folder of temporary files cannot be
    /// used, the warehouse is a URL, or no function has a setting of a name, or it cannot have the value.
    pub fn build(self) -> Result<Runtime> {
        #[cfg(feature = "delta")]
        if let Some(warehouse) = &self.warehouse {
            crate::delta::warehouse::check_local(warehouse)
                .map_err(|error| DataFusionError::External(Box::new(error)))?;
        }
        let mode = match &self.spill_folder {
            Some(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
                DiskManagerMode::Directories(vec![folder.clone()])
            }
            None => DiskManagerMode::OsTmpDirectory,
        };
        let pool = TrackConsumersPool::new(Pool::new(self.memory), NAMED_CONSUMERS);
        let env = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
            .with_max_spill_merge_fan_in(SPILL_FAN_IN)
            .build_arc();
        let env = match (env, &self.spill_folder) {
            // Nothing else of it is on the disk.
            (Err(DataFusionError::IoError(error)), Some(folder)) => {
                return Err(unusable(folder, &error));
            }
            (env, _) => env?,
        };
        let linked = match Registry::linked() {
            Ok(registry) => registry.functions(),
            Err(RegistryError::NothingLinked) => &[],
            Err(error) => return Err(DataFusionError::Plan(error.to_string())),
        };
        let Self { threads, asynchronous, .. } = self;
        let mut config = settings::session_config(threads, &self.settings)?;
        config.options_mut().extensions.insert(Memory(self.memory));
        let functions = linked.iter().flat_map(|function| function.to_register(asynchronous));
        let functions = functions.collect();
        let operators = Operators::planner(linked, Asked::Last);
        Ok(Runtime {
            config,
            env,
            functions,
            operators,
            threads,
            asynchronous,
            #[cfg(feature = "delta")]
            warehouse: self.warehouse,
        })
    }
}

fn unusable(folder: &Path, error: &io::Error) -> DataFusionError {
    DataFusionError::Plan(format!(
        "the folder for temporary files `{}` cannot be used: {error}\n\
         help: name another one by {}",
        folder.display(),
        program::spill_folder()
    ))
}
