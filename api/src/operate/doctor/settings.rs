//! The settings themselves.

use super::Finding;
use crate::config::{Config, SETTINGS};

/// Variables that scripts set for other programs.
const NOT_OURS: &[&str] = &["CONVENE_URL"];

/// The configuration, if it can be used, with findings about it.
pub fn check(lookup: impl Fn(&str) -> Option<String>, names: &[String]) -> (Option<Config>, Vec<Finding>) {
    const SUBJECT: &str = "settings";
    let mut findings: Vec<Finding> = names
        .iter()
        .filter(|name| name.starts_with("CONVENE_") && !NOT_OURS.contains(&name.as_str()))
        .filter(|name| !is_for_scripts(name) && !SETTINGS.iter().any(|setting| setting.name == name.as_str()))
        .map(|name| {
            Finding::warn(SUBJECT, format!("{name} is no setting"), "See `convene config` for those there are.")
        })
        .collect();
    match Config::read(lookup) {
        Ok(config) => {
            if findings.is_empty() {
                findings.push(Finding::ok(SUBJECT, "every setting can be used"));
            }
            (Some(config), findings)
        }
        Err(faults) => {
            let fault = |fault: crate::config::ConfigFault| Finding::fail(SUBJECT, fault.to_string(), "Correct it.");
            findings.extend(faults.0.into_iter().map(fault));
            (None, findings)
        }
    }
}

/// The Postgres and the ports of the private clusters, which the scripts of a checkout read.
fn is_for_scripts(name: &str) -> bool {
    ["_PG_CONFIG", "_PG_PORT", "_BIN"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::doctor::Verdict;

    #[test]
    fn a_misspelt_setting_is_pointed_out() {
        let (config, findings) = check(|_| None, &["CONVENE_LISTN", "CONVENE_PG_CONFIG", "HOME"].map(str::to_owned));
        assert!(config.is_some());
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].verdict, findings[0].text.as_str()), (Verdict::Warn, "CONVENE_LISTN is no setting"));
    }

    #[test]
    fn each_fault_fails() {
        let (config, findings) = check(|name| (name == "CONVENE_POOL_SIZE").then(|| "0".to_owned()), &[]);
        assert!(config.is_none());
        assert!(findings.iter().all(|finding| finding.verdict == Verdict::Fail) && findings.len() == 1);
    }
}
