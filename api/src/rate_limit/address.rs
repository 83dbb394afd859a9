//! Whose address a request comes from.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use ipnet::IpNet;

/// The other end of the connection; put into every request by the listener.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Proxies whose word about the sender's address is taken.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

/// What one sender has for themselves: an IPv4 address, or the /64 of an IPv6 address, any of whose addresses they can
/// take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpAddr);

impl Proxies {
    /// Addresses and networks, with commas.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(|one| one.trim().parse::<IpNet>().or_else(|_| one.trim().parse::<IpAddr>().map(IpNet::from)))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| "is not a list of addresses and networks such as 10.0.0.0/8,192.0.2.7".to_owned())
    }

    /// The sender's network: of the addresses that proxies vouch for in X-Forwarded-For, the last that is not a
    /// trusted proxy's; without a trusted proxy, the connection's.
    pub fn sender(&self, peer: Peer, headers: &HeaderMap) -> Network {
        let mut sender = peer.0.to_canonical();
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        for hop in hops.into_iter().rev() {
            if !self.trusts(sender) {
                break;
            }
            let Ok(address) = hop.parse::<IpAddr>() else { break };
            sender = address.to_canonical();
        }
        Network::of(sender)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Network {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self(address),
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into()),
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn sender(proxies: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let proxies = if proxies.is_empty() { Proxies::default() } else { Proxies::parse(proxies).unwrap() };
        proxies.sender(Peer(peer.parse().unwrap()), &headers).to_string()
    }

    #[test]
    fn without_trusted_proxies_nobody_can_say_they_are_somebody_else() {
        assert_eq!(sender("", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(sender("10.0.0.0/8", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_vouches_for_the_last_address_and_no_earlier_one() {
        assert_eq!(sender("10.0.0.0/8", "10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(sender("10.0.0.0/8", "10.0.0.1", &["192.0.2.66, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(sender("10.0.0.0/8", "10.0.0.1", &["192.0.2.66", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(sender("10.0.0.0/8,198.51.100.1", "10.0.0.1", &["192.0.2.66, 198.51.100.1"]), "192.0.2.66");
        assert_eq!(sender("10.0.0.0/8", "10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(sender("10.0.0.0/8", "::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn an_ipv6_sender_is_their_whole_network() {
        assert_eq!(sender("", "2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
    }

    #[test]
    fn a_list_with_nonsense_is_refused() {
        for text in ["", "10.0.0.0/33", "proxy.example", "10.0.0.1,,"] {
            assert!(Proxies::parse(text).is_err(), "{text}");
        }
    }
}
