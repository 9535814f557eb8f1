//! A rust-analyzer that is spoken to as an editor speaks to it: messages of JSON over its pipes.
//!
//! What it says in between is read on a thread of its own and waited for here, with a limit: a server
//! that hangs fails the test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take: the macros are built, and the whole crate is analysed.
const LIMIT: Duration = Duration::from_secs(600);

/// What the protocol calls answers that are out of date before they are given.
const OUTDATED: [i64; 2] = [-32801, -32802];

pub(super) struct Server {
    process: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    last_id: i64,
    started: Instant,
}

impl Server {
    /// Starts it in a folder and waits until it knows the project.
    pub(super) fn start(mut command: Command, folder: &Path, options: &Value) -> Self {
        let errors = std::fs::File::create(folder.join("stderr.txt")).unwrap();
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut process = command.spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let started = Instant::now();
        let mut server = Self { process, input, output: receiver, last_id: 0, started };
        let capabilities = json!({
            "experimental": { "serverStatusNotification": true },
            "textDocument": { "diagnostic": {}, "hover": { "contentFormat": ["plaintext"] } },
        });
        let root = uri(folder);
        server.ask(
            "initialize",
            &json!({
                "processId": std::process::id(), "rootUri": root, "capabilities": capabilities,
                "initializationOptions": options,
            }),
        );
        server.tell("initialized", &json!({}));
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) {
        loop {
            let message = self.next();
            if message["method"] != "experimental/serverStatus" {
                continue;
            }
            let status = &message["params"];
            assert_ne!(status["health"], "error", "{status}");
            if status["quiescent"] == true {
                return;
            }
        }
    }

    pub(super) fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The answer to a question; one that is out of date is asked again.
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> Value {
        loop {
            self.last_id += 1;
            let id = self.last_id;
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
            let mut answer = loop {
                let message = self.next();
                if message["id"] == id && message.get("method").is_none() {
                    break message;
                }
            };
            match answer["error"]["code"].as_i64() {
                None => return answer["result"].take(),
                Some(code) if OUTDATED.contains(&code) => {}
                Some(_) => panic!("{method}: {}", answer["error"]),
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// The next message. Questions of the server are answered by nothing, which they may be.
    fn next(&mut self) -> Value {
        let left = LIMIT.saturating_sub(self.started.elapsed());
        let message = self.output.recv_timeout(left).expect("rust-analyzer answers in time");
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
        message
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A message; `None` when the server has ended.
fn read(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

pub(super) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
