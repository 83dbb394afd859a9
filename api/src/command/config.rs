//! `convene config`

use std::process::ExitCode;

use convene_api::config::{Config, SETTINGS};

/// Prints the settings, then what is wrong with them.
pub fn run() -> ExitCode {
    println!("Settings are environment variables, or lines of a file .env in the working directory.\n");
    for setting in SETTINGS {
        println!("{} = {}\n    {}", setting.name, setting.shown(), setting.meaning);
    }
    match Config::from_environment() {
        Ok(_) => ExitCode::SUCCESS,
        Err(faults) => {
            eprintln!("\nerror: {faults}");
            ExitCode::FAILURE
        }
    }
}
