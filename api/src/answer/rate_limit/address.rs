//! Which address a request comes from.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;

use crate::config::Proxies;

/// The other end of the connection; put into every request by the listener.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// What counts as one sender: an IPv4 address, or the /64 network of an IPv6 address, because a sender can use any
/// address of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The sender's network. X-Forwarded-For is read from its end, as long as the address before is that of a trusted
    /// proxy; without a trusted proxy, it is the connection's address.
    pub fn of_sender(proxies: &Proxies, peer: Peer, headers: &HeaderMap) -> Self {
        let mut sender = peer.0.to_canonical();
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        for hop in hops.into_iter().rev() {
            if !proxies.trust(sender) {
                break;
            }
            let Ok(address) = hop.parse::<IpAddr>() else { break };
            sender = address.to_canonical();
        }
        Self::of(sender)
    }

    /// Of an address that is canonical.
    pub fn of(address: IpAddr) -> Self {
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
        Network::of_sender(&proxies, Peer(peer.parse().unwrap()), &headers).to_string()
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
}
