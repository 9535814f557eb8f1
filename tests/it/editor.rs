//! The line editor of `belvedere query`, through a terminal of its own.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::command_line::child;
use crate::support::warehouse::Lab;

/// How long something may take that shows in the end.
const PATIENCE: Duration = Duration::from_secs(120);

const ENTER: &str = "\r";
const UP: &str = "\x1b[A";

/// Starts an editor on a terminal, and waits for its prompt.
fn open(lab: &Lab, history: &Path, args: &[&str], patience: Duration) -> PtySession {
    let mut command = child(&lab.warehouse, &[&["query"], args].concat());
    command.env("TERM", "xterm").env("BELVEDERE_HISTORY", history);
    let patience = u64::try_from(patience.as_millis()).unwrap();
    let options = Options::new().timeout_ms(Some(patience)).strip_ansi_escape_codes(true);
    spawn_with_options(command, options).unwrap()
}

/// Types something; a newline is the key Enter.
fn enter(editor: &mut PtySession, text: &str) {
    editor.send(&text.replace('\n', ENTER)).unwrap();
    editor.flush().unwrap();
}

/// Waits for a text, in ASCII, which the terminal is read as.
fn expect(editor: &mut PtySession, text: &str) {
    assert!(text.is_ascii());
    editor.exp_string(text).unwrap();
}

/// Waits for a text beside a query that still computes.
fn wait(editor: &mut PtySession, text: &str) {
    let begun = Instant::now();
    while let Err(error) = editor.exp_string(text) {
        assert!(begun.elapsed() < PATIENCE, "{error}");
    }
}

/// Ends a session that has answered, once it asks again: before that the key is nobody's.
fn end(editor: &mut PtySession) {
    expect(editor, "> ");
    editor.send_control('d').unwrap();
    editor.exp_eof().unwrap();
}

async fn published() -> Lab {
    let lab = Lab::with_files();
    lab.run().await;
    lab
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_are_written_completed_and_answered() {
    let lab = published().await;
    let history = lab.source.join("state").join("history");
    let mut editor = open(&lab, &history, &[], PATIENCE);
    expect(&mut editor, "`.help` tells more");
    // A query has lines.
    enter(&mut editor, "from files\nwhere bytes == 8;\n");
    expect(&mut editor, "| a.txt | 8     |");
    expect(&mut editor, "1 row in ");
    // An empty line ends it too.
    enter(&mut editor, "from files where bytes == 12\n\n");
    expect(&mut editor, "| b.txt | 12    |");
    // Tab completes a table and a column.
    enter(&mut editor, "from coun\t where pat\t == \"b.txt\";\n");
    expect(&mut editor, "| b.txt | 3 |");
    // What is wrong has its place.
    enter(&mut editor, "from files\nwhere byts == 8;\n");
    expect(&mut editor, "no column `byts` in `files` [V0050]");
    expect(&mut editor, "--> query:2:7");
    expect(&mut editor, "^^^^");
    end(&mut editor);

    let kept = fs::read_to_string(&history).unwrap();
    assert!(kept.contains("from files\\nwhere bytes == 8;\n"), "{kept}");
    let mut editor = open(&lab, &history, &[], PATIENCE);
    expect(&mut editor, "`.help` tells more");
    // In a query of several lines the key goes up a line first.
    enter(&mut editor, &format!("{UP}{UP}{UP}\n"));
    expect(&mut editor, "| b.txt | 3 |");
    end(&mut editor);
    let mut editor = open(&lab, &history, &["--no-history"], PATIENCE);
    enter(&mut editor, &format!("{UP}from files where bytes == 5;\n"));
    expect(&mut editor, "| c.txt | 5     |");
    end(&mut editor);
    assert!(!fs::read_to_string(&history).unwrap().contains("bytes == 5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_tell_and_set() {
    let lab = published().await;
    let mut editor = open(&lab, Path::new(""), &["--param", "least=8"], PATIENCE);
    enter(&mut editor, ".help\n");
    expect(&mut editor, ".describe NAME");
    enter(&mut editor, ".tables\n");
    expect(&mut editor, "counts");
    expect(&mut editor, "publication 1");
    enter(&mut editor, ".describe counts\n");
    expect(&mut editor, "3 rows in 1 file");
    enter(&mut editor, ".describe cuonts\n");
    expect(&mut editor, "did you mean `counts`?");
    enter(&mut editor, ".functions coalesce\n");
    expect(&mut editor, "coalesce<T>(");
    enter(&mut editor, ".functions utf8_normalize\n");
    expect(&mut editor, "utf8_normalize(");
    enter(&mut editor, ".format xml\n");
    expect(&mut editor, "help: table, csv, json");
    // What is typed before it is asked for is read.
    enter(&mut editor, ".format csv\nparam least: i64 from files where bytes > least;\n");
    expect(&mut editor, "path,bytes\r\nb.txt,12\r\n");
    // A query without the parameter is not asked for it.
    enter(&mut editor, ".params least=11\n.params\nfrom files where bytes == 5;\n");
    expect(&mut editor, "least=11");
    expect(&mut editor, "c.txt,5\r\n");
    enter(&mut editor, ".params least\nparam least: i64 from files where bytes > least;\n");
    expect(&mut editor, "error: ");
    expect(&mut editor, "least");
    enter(&mut editor, ".tabels\n");
    expect(&mut editor, "did you mean `.tables`?");
    enter(&mut editor, "quit\n");
    editor.exp_eof().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn control_c_leaves_a_line_and_stops_a_query() {
    let lab = published().await;
    let mut editor = open(&lab, Path::new(""), &[], Duration::from_secs(2));
    let joins: String = (0..16).map(|i| format!(" cross join lines as l{i}")).collect();
    enter(
        &mut editor,
        &format!("from lines as l{joins} aggregate {{ n: sum(l.number + l15.number) }};\n"),
    );
    // When the query has begun is not shown; before and after it the key leaves an empty line.
    let begun = Instant::now();
    while editor.exp_string("stopped").is_err() {
        assert!(begun.elapsed() < PATIENCE, "the query goes on");
        editor.send_control('c').unwrap();
    }
    wait(&mut editor, "> ");
    enter(&mut editor, "from nonsense");
    wait(&mut editor, "from nonsense");
    editor.send_control('c').unwrap();
    wait(&mut editor, "> ");
    enter(&mut editor, "from files where bytes == 8;\n");
    wait(&mut editor, "| a.txt | 8     |");
    wait(&mut editor, "> ");
    editor.send_control('d').unwrap();
}
