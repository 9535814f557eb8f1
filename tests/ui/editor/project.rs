//! A small project of two files, a rust-analyzer that has opened it, and what that says of a place in
//! it. `|` marks the place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::server::{Server, uri};

const MANIFEST: &str = r#"[package]
name = "project"
version = "0.0.0"
edition = "2024"

[dependencies]
belvedere = { path = "RUNTIME", default-features = false }

[workspace]
"#;

const LIB: &str = "pub mod tables;\npub mod views;\n";

/// What is known of the standard library: the types of columns, `derive`, and how a macro reports an
/// error. rust-analyzer would otherwise have rustup install the sources of the whole, which changes what
/// rustc prints.
const LIBRARY: &str = "
#[macro_export] #[rustc_builtin_macro] macro_rules! compile_error { () => {} }
pub mod prelude {
    pub mod v1 { #[rustc_builtin_macro] pub macro derive($item:item) {} }
    pub mod rust_2024 { pub use super::v1::*; }
}
pub mod option { pub enum Option<T> { None, Some(T) } }
pub mod primitive { pub use {bool, f64, i32, i64, u8, usize}; }
pub mod string { pub struct String; }
pub mod vec { pub struct Vec<T>(T); }
pub mod collections { pub struct BTreeMap<K, V>(K, V); }
";

/// What the protocol calls a field.
const FIELD: u64 = 5;

/// The command of a rust-analyzer that is there and runs.
pub(super) fn rust_analyzer() -> Result<Command, String> {
    let named = std::env::var_os("BELVEDERE_RUST_ANALYZER");
    let program = named.clone().unwrap_or_else(|| "rust-analyzer".into());
    let mut version = Command::new(&program);
    let version = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match version {
        // rustup has a program of that name for every toolchain, also for those that lack it.
        Ok(status) if status.success() => Ok(Command::new(program)),
        _ if named.is_some() => panic!("BELVEDERE_RUST_ANALYZER names no rust-analyzer that runs"),
        _ => Err("no `rust-analyzer` in PATH, and BELVEDERE_RUST_ANALYZER is not set".to_owned()),
    }
}

pub(super) struct Project {
    server: Server,
    folder: PathBuf,
    version: i64,
}

impl Project {
    /// Writes the project and opens it.
    pub(super) fn open(mut command: Command, tables: &str, views: &str) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.join("editor");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let runtime = workspace.join("runtime");
        let write = |path: &str, text: &str| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Cargo.toml", &MANIFEST.replace("RUNTIME", &runtime.display().to_string()));
        write("Cargo.lock", &fs::read_to_string(workspace.join("Cargo.lock")).unwrap());
        write("library/core/src/lib.rs", LIBRARY);
        for name in ["alloc", "std"] {
            write(&format!("library/{name}/src/lib.rs"), "pub use core::*;");
        }
        write("src/lib.rs", LIB);
        write("src/tables.rs", tables);
        write("src/views.rs", views);
        // The macros are those that this build has made already, or nearly.
        command.env("CARGO_TARGET_DIR", target.parent().unwrap()).env("CARGO_NET_OFFLINE", "true");
        let options = json!({
            "cachePriming": { "enable": false },
            "cargo": { "sysrootSrc": folder.join("library") },
            "checkOnSave": false,
            "completion": { "postfix": { "enable": false } },
            "files": { "watcher": "client" },
        });
        let server = Server::start(command, &folder, &options);
        let mut project = Self { server, folder, version: 0 };
        for (file, text) in [("src/tables.rs", tables), ("src/views.rs", views)] {
            let uri = project.uri(file);
            let document = json!({ "uri": uri, "languageId": "rust", "version": 0, "text": text });
            project.server.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        }
        project
    }

    fn uri(&self, file: &str) -> String {
        uri(&self.folder.join(file))
    }

    /// Types a text into a file; gives the place of the mark in it.
    fn typed(&mut self, file: &str, marked: &str) -> Value {
        let at = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        self.version += 1;
        let uri = self.uri(file);
        self.server.tell(
            "textDocument/didChange",
            &json!({
                "textDocument": { "uri": uri, "version": self.version },
                "contentChanges": [{ "text": text }],
            }),
        );
        let line = text[..at].matches('\n').count();
        let column = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
        json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": column } })
    }

    fn ask(&mut self, method: &str, file: &str, marked: &str) -> Value {
        let place = self.typed(file, marked);
        self.server.ask(method, &place)
    }

    /// What is completed at the mark: fields, which columns are, and whatever else.
    pub(super) fn completed(&mut self, marked: &str) -> (Vec<String>, Vec<String>) {
        let answer = self.ask("textDocument/completion", "src/views.rs", marked);
        let items = answer.get("items").unwrap_or(&answer).as_array().cloned().unwrap_or_default();
        let (fields, others): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| item["kind"].as_u64() == Some(FIELD));
        let labels = |items: Vec<&Value>| {
            items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
        };
        (labels(fields), labels(others))
    }

    /// The lines that a definition of the marked name is in, with the name in `‹›`.
    pub(super) fn definitions(&mut self, file: &str, marked: &str) -> Vec<String> {
        let answer = self.ask("textDocument/definition", file, marked);
        self.shown(&answer, marked, file)
    }

    /// As [`Self::definitions`], of the places where the marked name is used or defined.
    pub(super) fn references(&mut self, file: &str, marked: &str) -> Vec<String> {
        let mut place = self.typed(file, marked);
        place["context"] = json!({ "includeDeclaration": true });
        let answer = self.server.ask("textDocument/references", &place);
        let mut shown = self.shown(&answer, marked, file);
        shown.sort();
        shown
    }

    fn shown(&self, locations: &Value, marked: &str, file: &str) -> Vec<String> {
        let locations = locations.as_array().cloned().unwrap_or_default();
        let show = |location: &Value| {
            let uri = location["uri"].as_str().unwrap();
            let text = match uri == self.uri(file) {
                true => marked.replacen('|', "", 1),
                false => fs::read_to_string(uri.trim_start_matches("file://")).unwrap(),
            };
            let range = &location["range"];
            let number =
                |at: &str, of: &str| usize::try_from(range[at][of].as_u64().unwrap()).unwrap();
            let line = text.lines().nth(number("start", "line")).unwrap();
            let (start, end) = (number("start", "character"), number("end", "character"));
            let name = uri.rsplit('/').next().unwrap();
            let (before, rest) = line.split_at(start);
            let (word, behind) = rest.split_at(end - start);
            format!("{name}: {}‹{word}›{behind}", before.trim_start())
        };
        locations.iter().map(show).collect()
    }

    /// The declarations that hovering over the mark shows.
    pub(super) fn hover(&mut self, file: &str, marked: &str) -> Vec<String> {
        let answer = self.ask("textDocument/hover", file, marked);
        let text = answer["contents"]["value"].as_str().unwrap_or_default().to_owned();
        let declared = |line: &&str| line.starts_with("pub ") || line.starts_with("let ");
        let mut lines: Vec<String> = text.lines().filter(declared).map(str::to_owned).collect();
        lines.dedup();
        lines
    }

    /// The messages of the language about a text, which nobody has saved or built. What else
    /// rust-analyzer says comes from what it does not know of the standard library.
    pub(super) fn errors(&mut self, text: &str) -> Vec<String> {
        let place = self.typed("src/views.rs", &format!("{text}|"));
        let answer = self.server.ask("textDocument/diagnostic", &place);
        let found = answer["items"].as_array().unwrap().iter();
        let messages = found.map(|found| found["message"].as_str().unwrap().to_owned());
        messages.filter(|message| message.contains(" [V")).collect()
    }
}
