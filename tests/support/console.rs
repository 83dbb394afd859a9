//! Documents whose examples are run: the blocks marked `console`.
//!
//! In such a block a line that starts with `$ ` is a command, lines with `> ` continue it, and the rest is what it
//! printed. The commands of a document run in one shell, in their order.

use std::ffi::OsString;
use std::process::Stdio;
use std::sync::LazyLock;

use regex::Regex;
use tokio::process::Command;

/// Printed after each command, on a line of its own.
const MARK: char = '\u{1e}';

/// Runs the examples of a document. Returns the document with what they printed now.
pub async fn replay(document: &str, environment: &[(&str, OsString)]) -> String {
    let pieces = pieces(document);
    let mut printed = print(&pieces, environment).await.into_iter();
    let mut text = String::new();
    for piece in &pieces {
        match piece {
            Piece::Text(line) => text.push_str(&format!("{line}\n")),
            Piece::Example(lines) => {
                text.push_str(&lines.join("\n"));
                text.push('\n');
                let output = printed.next().expect("the shell got this far");
                if !output.is_empty() {
                    text.push_str(&format!("{output}\n"));
                }
            }
        }
    }
    text
}

/// What is the same in every run: ids, times, tokens and the widths of columns are masked.
pub fn essence(document: &str) -> String {
    static MASKS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"req_[0-9a-f-]{36}", "<request>"),
            // The demo data's own ids start like this, and are the same everywhere.
            (r"01900000-0000-7000-8000-", "<demo>"),
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
            (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?", "<time>"),
            (r"\d{4}-\d\d-\d\d", "<date>"),
            (r"(duration_ms\W+)[\d.]+", "$1<ms>"),
            (r"cvs_[\w-]+", "<token>"),
            (r"127\.0\.0\.1:\d+", "<address>"),
            (r"--+", "-"),
            (r"[ \t]+", " "),
        ]
        .map(|(pattern, mask)| (Regex::new(pattern).expect("a pattern"), mask))
        .to_vec()
    });
    MASKS.iter().fold(document.to_owned(), |text, (pattern, mask)| pattern.replace_all(&text, *mask).into_owned())
}

/// What is the same however often the examples were run before on the same database: scores and tiers are masked, too.
pub fn outline(document: &str) -> String {
    static STANDING: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d+(\.\d+)?|bronze|silver|gold|platinum").expect("a pattern"));
    STANDING.replace_all(&essence(document), "<standing>").into_owned()
}

enum Piece {
    /// A line that is not part of an example.
    Text(String),
    /// The lines of one command.
    Example(Vec<String>),
}

fn pieces(document: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut in_examples = false;
    for line in document.lines() {
        if line.starts_with("```") {
            in_examples = line == "```console";
        }
        match pieces.last_mut() {
            _ if in_examples && line.starts_with("$ ") => pieces.push(Piece::Example(vec![line.to_owned()])),
            Some(Piece::Example(command)) if in_examples && line.starts_with("> ") => command.push(line.to_owned()),
            // What it printed when the document was written.
            Some(Piece::Example(_)) if in_examples => {}
            _ => pieces.push(Piece::Text(line.to_owned())),
        }
    }
    pieces
}

/// What each command printed, on either stream.
async fn print(pieces: &[Piece], environment: &[(&str, OsString)]) -> Vec<String> {
    let mut script = "exec 2>&1 </dev/null\n".to_owned();
    for piece in pieces {
        if let Piece::Example(lines) = piece {
            let command: Vec<&str> = lines.iter().map(|line| &line[2..]).collect();
            script.push_str(&format!("{}\nprintf '\\n{MARK}\\n'\n", command.join("\n")));
        }
    }
    let output = Command::new("bash")
        .args(["-c", &script])
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .output()
        .await
        .expect("there is a bash");
    // Headers of HTTP end in CR and LF, which a document should not.
    let text = String::from_utf8(output.stdout).expect("examples print UTF-8").replace("\r\n", "\n");
    let mut printed: Vec<String> = text.split(MARK).map(|part| part.trim_matches('\n').to_owned()).collect();
    printed.pop();
    printed
}
