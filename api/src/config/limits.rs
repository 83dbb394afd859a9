//! Rate limits, and the proxies and API keys that are trusted.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::opaque_token::API_KEY_PREFIX;

/// Rate limits, and who is trusted.
#[derive(Debug, Clone)]
pub struct LimitsConfig {
    pub rates: Rates,
    /// Proxies whose X-Forwarded-For is believed.
    pub proxies: Proxies,
    /// API keys without a rate limit.
    pub trusted_keys: TrustedKeys,
}

/// A token bucket: it holds `requests`, and refills in `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub requests: u32,
    pub window: Duration,
}

/// The rate of every preset; `None` is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    pub api: Option<Rate>,
    pub auth: Option<Rate>,
    pub public: Option<Rate>,
    pub booking: Option<Rate>,
    pub push: Option<Rate>,
    pub organization: Option<Rate>,
}

/// Proxies whose X-Forwarded-For is believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Addresses and networks, with commas.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(|one| one.trim().parse::<IpNet>().or_else(|_| one.trim().parse::<IpAddr>().map(IpNet::from)))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| "is not a list of addresses and networks such as 10.0.0.0/8,192.0.2.7".to_owned())
    }

    /// Whether this is the address of one of them.
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// API keys without a rate limit, by their first characters.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(Vec<String>);

impl TrustedKeys {
    /// First characters, as `GET /v1/api-keys` shows them, with commas.
    pub fn parse(text: &str) -> Result<Self, String> {
        let prefixes: Vec<String> = text.split(',').map(|one| one.trim().to_owned()).collect();
        let is_prefix = |one: &String| one.starts_with(API_KEY_PREFIX) && one.len() >= API_KEY_PREFIX.len() + 8;
        if prefixes.iter().all(is_prefix) {
            Ok(Self(prefixes))
        } else {
            Err("is not a list of first characters of API keys, as GET /v1/api-keys shows them".to_owned())
        }
    }

    /// Whether this token, which has been authenticated, begins with one of them.
    pub fn hold(&self, token: &str) -> bool {
        self.0.iter().any(|prefix| token.starts_with(prefix.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_proxies_with_nonsense_is_refused() {
        for text in ["", "10.0.0.0/33", "proxy.example", "10.0.0.1,,"] {
            assert!(Proxies::parse(text).is_err(), "{text}");
        }
    }
}
