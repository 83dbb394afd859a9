//! What is wrong with a configuration.

/// One setting that cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct ConfigFault {
    /// The environment variable.
    pub name: &'static str,
    /// What is wrong with it and what it should be. Never its value: it may be a secret.
    pub problem: String,
}

/// Every fault of a configuration, so that one start shows them all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration cannot be used:{}", lines(.0))]
pub struct ConfigFaults(pub Vec<ConfigFault>);

fn lines(faults: &[ConfigFault]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}
