//! What is wrong with an installation, and what to do about it. Looks at everything and changes nothing.
//!
//! Each check is a function that returns its findings; a check that cannot be made is a finding too.

mod calendars;
mod clocks;
mod connections;
mod finding;
mod installation;
mod replica;
mod rights;
mod settings;
mod work;

use crate::config::Config;
use crate::database::Connection;

pub use finding::{Finding, Verdict};

/// Checks the installation that the settings in `lookup` describe; `names` are all the variables that are set.
pub async fn examine(lookup: impl Fn(&str) -> Option<String>, names: &[String]) -> Vec<Finding> {
    let (config, mut findings) = settings::check(lookup, names);
    let Some(config) = config else { return findings };
    let (admin, service) = connections::open(&config, &mut findings).await;
    if let Some(admin) = &admin {
        findings.extend(examine_database(&config, admin, service.as_ref()).await);
    }
    for connection in [admin, service].into_iter().flatten() {
        connection.close().await;
    }
    findings
}

async fn examine_database(config: &Config, admin: &Connection, service: Option<&Connection>) -> Vec<Finding> {
    let admin = &admin.client;
    let mut findings = vec![connections::room(config, admin).await];
    findings.push(clocks::skew(admin).await);
    let migrated = installation::migrations(admin).await;
    let usable = migrated.verdict != Verdict::Fail;
    findings.push(migrated);
    let extension = installation::extension(admin).await;
    let complete = usable && extension.verdict != Verdict::Fail;
    findings.push(extension);
    if !complete {
        findings.push(Finding::warn(
            "the rest",
            "not checked, because the installation is not complete",
            "Run `convene migrate` first.",
        ));
        return findings;
    }
    findings.push(clocks::zones(admin).await);
    findings.push(rights::functions(admin).await);
    findings.extend(replica::follows(config, admin).await);
    if let Some(service) = service {
        findings.push(connections::pooler(config, &service.client).await);
        findings.push(rights::service_role(&service.client).await);
        findings.push(rights::same_database(admin, &service.client).await);
    }
    findings.push(work::scheduled(admin).await);
    findings.push(work::job_runs(admin).await);
    findings.push(work::events(admin).await);
    findings.push(work::items(admin).await);
    findings.push(work::slots(admin).await);
    findings.push(calendars::connections(config, admin).await);
    findings.push(calendars::required(config, admin).await);
    findings.push(calendars::keys(config, admin).await);
    findings
}
