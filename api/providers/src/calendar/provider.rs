//! The providers of calendars.

use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    Google,
    Microsoft,
}

impl Provider {
    pub const ALL: [Self; 2] = [Self::Google, Self::Microsoft];

    /// `google` or `microsoft`, as in addresses and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

impl std::fmt::Display for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no provider of that name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such provider of calendars")]
pub struct UnknownProvider;

impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == text).ok_or(UnknownProvider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_read_as_it_is_written() {
        assert_eq!("google".parse(), Ok(Provider::Google));
        assert_eq!("microsoft".parse(), Ok(Provider::Microsoft));
        assert_eq!("Google".parse::<Provider>(), Err(UnknownProvider));
    }
}
