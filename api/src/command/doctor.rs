//! `convene doctor`

use std::error::Error;
use std::process::ExitCode;

use convene_api::operate::doctor::{Verdict, examine};

pub async fn run() -> Result<ExitCode, Box<dyn Error>> {
    // Our names are UTF-8; others do not matter.
    let names: Vec<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    let findings = examine(|name| std::env::var(name).ok(), &names).await;
    findings.iter().for_each(|finding| println!("{finding}"));
    let failed = findings.iter().any(|finding| finding.verdict == Verdict::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
