//! Who is asked for: the pages for operators answer to no public name.
//!
//! A page of somebody else can have its own name point to this address, and then read what is here in the browser of an
//! operator who visits it (DNS rebinding). Such a name is public: it has a dot, and is no address.

use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, header};

/// Refuses a request whose `Host` is neither an address nor a name of this machine or network.
pub async fn check(request: Request, next: Next) -> Response {
    if is_private(request.headers()) {
        return next.run(request).await;
    }
    let advice = "These pages answer to an address, localhost or a name without dots.\n";
    (StatusCode::MISDIRECTED_REQUEST, advice).into_response()
}

fn is_private(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (given.next(), given.next()) else { return false };
    let Ok(authority) = Authority::try_from(host.as_bytes()) else { return false };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    address.parse::<IpAddr>().is_ok() || !name.contains('.') || name.to_ascii_lowercase().ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepts(hosts: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_static(host));
        }
        is_private(&headers)
    }

    #[test]
    fn addresses_and_names_without_dots_are_private_and_public_names_are_not() {
        for host in ["127.0.0.1:9464", "10.1.2.3", "[::1]:9464", "localhost:9464", "convene", "a.localhost"] {
            assert!(accepts(&[host]), "{host}");
        }
        for hosts in [
            &["evil.test:9464"][..],
            &["127.0.0.1.evil.test"],
            &["localhost.evil.test"],
            &["evil.test."],
            &[""],
            &[],
            &["localhost", "evil.test"],
            &["me@evil.test"],
        ] {
            assert!(!accepts(hosts), "{hosts:?}");
        }
    }
}
