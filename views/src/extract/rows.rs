//! The rows of the base tables, and the sink that turns them into batches.
//!
//! What the columns mean is said once, where the tables are declared: `crate::schema`.

use arrow_array::RecordBatch;
use belvedere::refresh::source::SourceError;

use crate::extract::columns::{
    Bool, ByteSpan, FileColumns, Int, MaybeInt, MaybeText, Rows, Text, TextList, TextMap, rows,
};
use crate::schema;

rows! {
    /// A file that could be read.
    FileRow in FileRows {
        size: Int, line_count: Int, blank_lines: Int, comment_lines: Int, content_hash: Text,
        encoding: MaybeText, parsed: Bool, module: Text, module_path: Text,
    }
}

rows! {
    /// A node of a syntax tree.
    NodeRow in NodeRows {
        node: Int, parent: MaybeInt, depth: Int, kind: Text, field: MaybeText,
        bstart: Int, bend: Int, start_line: Int, end_line: Int,
    }
}

rows! {
    /// A call.
    CallRow in CallRows {
        call_id: Text, kind: Text, callee: Text, name: MaybeText, qualifier: MaybeText,
        arg_count: Int, def_id: MaybeText,
        span: ByteSpan, bstart: Int, bend: Int, start_line: Int, end_line: Int, attrs: TextMap,
    }
}

rows! {
    /// A use of a name.
    RefRow in RefRows {
        kind: Text, space: Text, text: Text, name: Text, qualifier: MaybeText, binding: MaybeInt,
        bound_def_id: MaybeText, bound_import_id: MaybeText, call_id: MaybeText, def_id: MaybeText, scope: Int, bstart: Int, bend: Int, start_line: Int,
    }
}

rows! {
    /// A scope.
    ScopeRow in ScopeRows {
        scope: Int, parent: MaybeInt, kind: Text, def_id: MaybeText, module_depth: Int,
        bstart: Int, bend: Int, start_line: Int, end_line: Int,
    }
}

rows! {
    /// A bound name.
    BindingRow in BindingRows {
        scope: Int, scope_kind: Text, in_def_id: MaybeText, name: Text, kind: Text,
        spaces: TextList, def_id: MaybeText, import_id: MaybeText, type_name: MaybeText,
        type_binding: MaybeInt, value_name: MaybeText, value_binding: MaybeInt, of_def_id: MaybeText,
        of_import_id: MaybeText, use_count: Int, bstart: Int, bend: Int, start_line: Int,
    }
}

rows! {
    /// A line.
    LineRow in LineRows { line: Int, bstart: Int, bend: Int, text: Text }
}

rows! {
    /// A definition.
    DefRow in DefRows {
        def_id: Text, parent_id: MaybeText, kind: Text, name: Text, qualname: Text,
        is_public: Bool, param_count: MaybeInt, trait_name: MaybeText, decorators: TextList,
        body_hash: MaybeText, body_tokens: MaybeInt, doc: MaybeText,
        span: ByteSpan, bstart: Int, bend: Int, start_line: Int, end_line: Int, attrs: TextMap,
    }
}

rows! {
    /// An imported name.
    ImportRow in ImportRows {
        import_id: Text, kind: Text, module: Text, name: MaybeText, alias: MaybeText,
        binds: MaybeText, level: Int, is_public: Bool, def_id: MaybeText,
        span: ByteSpan, bstart: Int, bend: Int, start_line: Int, end_line: Int,
    }
}

rows! {
    /// A syntax error.
    ErrorRow in ErrorRows {
        error_id: Text, kind: Text, message: Text,
        span: ByteSpan, bstart: Int, bend: Int, start_line: Int, end_line: Int,
    }
}

rows! {
    /// An input that gives no rows, and why.
    FailureRow in FailureRows { lang: MaybeText, kind: Text, message: Text }
}

rows! {
    /// A package.
    PackageRow in PackageRows {
        package_id: Text, kind: Text, name: Text, normal_name: Text, version: MaybeText,
        series: MaybeText, crate_name: MaybeText, folder: Text, lib_path: MaybeText,
        source_folder: MaybeText,
        span: ByteSpan, bstart: Int, bend: Int, start_line: Int, end_line: Int,
    }
}

rows! {
    /// A dependency of a package.
    DependencyRow in DependencyRows {
        dependency_id: Text, package_id: MaybeText, kind: Text, name: Text, package: Text,
        requirement: MaybeText, series: MaybeText, folder: Text, target_folder: MaybeText,
        is_inherited: Bool, is_optional: Bool,
        span: ByteSpan, bstart: Int, bend: Int, start_line: Int, end_line: Int,
    }
}

/// Takes the batches of one input: the table's position in `schema::TABLES`, then the rows.
pub(crate) type Emit<'a> = dyn FnMut(usize, RecordBatch) -> Result<(), SourceError> + 'a;

/// A batch is handed on when it has so many rows: memory stays small for any file.
const BATCH_ROWS: usize = 8192;

/// Collects the rows of one file.
pub(crate) struct Sink<'a> {
    pub(crate) file: FileColumns<'a>,
    pub(crate) emit: &'a mut Emit<'a>,
    pub(crate) files: FileRows,
    pub(crate) lines: LineRows,
    pub(crate) nodes: NodeRows,
    pub(crate) calls: CallRows,
    pub(crate) refs: RefRows,
    pub(crate) scopes: ScopeRows,
    pub(crate) bindings: BindingRows,
    pub(crate) defs: DefRows,
    pub(crate) imports: ImportRows,
    pub(crate) errors: ErrorRows,
    pub(crate) failures: FailureRows,
    pub(crate) packages: PackageRows,
    pub(crate) dependencies: DependencyRows,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(file: FileColumns<'a>, emit: &'a mut Emit<'a>) -> Self {
        Self {
            file,
            emit,
            files: FileRows::default(),
            lines: LineRows::default(),
            nodes: NodeRows::default(),
            calls: CallRows::default(),
            refs: RefRows::default(),
            scopes: ScopeRows::default(),
            bindings: BindingRows::default(),
            defs: DefRows::default(),
            imports: ImportRows::default(),
            errors: ErrorRows::default(),
            failures: FailureRows::default(),
            packages: PackageRows::default(),
            dependencies: DependencyRows::default(),
        }
    }

    /// Hands on the batches that are full.
    pub(crate) fn flush_full(&mut self) -> Result<(), SourceError> {
        self.flush(BATCH_ROWS)
    }

    /// Hands on what is left.
    pub(crate) fn flush_all(&mut self) -> Result<(), SourceError> {
        self.flush(1)
    }

    fn flush(&mut self, rows_min: usize) -> Result<(), SourceError> {
        let tables: [&mut dyn Rows; schema::TABLE_COUNT] = [
            &mut self.files,
            &mut self.lines,
            &mut self.nodes,
            &mut self.calls,
            &mut self.refs,
            &mut self.scopes,
            &mut self.bindings,
            &mut self.defs,
            &mut self.imports,
            &mut self.errors,
            &mut self.failures,
            &mut self.packages,
            &mut self.dependencies,
        ];
        for (table, rows) in tables.into_iter().enumerate() {
            if rows.len() >= rows_min {
                let schema = schema::schema(table)?;
                (self.emit)(table, rows.finish(&schema, &self.file)?)?;
            }
        }
        Ok(())
    }
}
