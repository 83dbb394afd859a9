//! The command `convene`.

#![forbid(unsafe_code)]

mod command;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = command::Arguments::parse();
    // Before any thread: it sets environment variables.
    if let Err(problem) = command::load_env_file() {
        eprintln!("error: {problem}");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => {
            eprintln!("error: cannot start: {problem}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command::run(arguments.command)) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
