//! `convene config`

use std::process::ExitCode;

use convene_api::config::{Config, SETTINGS, Setting};

/// Prints the settings, then what is wrong with them.
pub fn run() -> ExitCode {
    println!("Settings are environment variables, or lines of a file .env in the working directory.\n");
    for setting in SETTINGS {
        println!("{} = {}\n    {}", setting.name, value(setting), setting.meaning);
    }
    match Config::from_environment() {
        Ok(_) => ExitCode::SUCCESS,
        Err(faults) => {
            eprintln!("\nerror: {faults}");
            ExitCode::FAILURE
        }
    }
}

fn value(setting: &Setting) -> String {
    let given = std::env::var(setting.name).ok().filter(|text| !text.trim().is_empty());
    match (given, setting.default) {
        (Some(_), _) if setting.secret => "(set, not shown)".to_owned(),
        (Some(text), Some(default)) if text != default => format!("{text} (default: {default})"),
        (Some(text), _) => text,
        (None, Some(default)) => default.to_owned(),
        (None, None) => "(not set)".to_owned(),
    }
}
