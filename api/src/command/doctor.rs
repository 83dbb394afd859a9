//! `convene doctor`

use std::error::Error;
use std::process::ExitCode;

use convene_api::doctor::{Verdict, examine};

pub async fn run() -> Result<ExitCode, Box<dyn Error>> {
    // Names that are not UTF-8 are none of ours.
    let names: Vec<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    let findings = examine(|name| std::env::var(name).ok(), &names).await;
    findings.iter().for_each(|finding| println!("{finding}"));
    let failed = findings.iter().any(|finding| finding.verdict == Verdict::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
