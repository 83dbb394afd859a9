//! How the text of a setting becomes a value. An error says what is expected, and never repeats the text.

use std::net::SocketAddr;
use std::time::Duration;

use http::HeaderValue;
use http::uri::Authority;
use reqwest::Url;

use super::limits::Rate;

/// Where telemetry is sent.
#[derive(Debug, Clone)]
pub struct Collector(String);

impl Collector {
    /// An http address, perhaps with a path.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri = text.parse::<http::Uri>().ok();
        let is_plain = |uri: &http::Uri| !text.contains('#') && uri.query().is_none();
        let named = |uri: &http::Uri| uri.authority().is_some_and(|name| !name.as_str().contains('@'));
        match uri.as_ref().and_then(http::Uri::scheme_str) {
            Some("https") => {
                Err("asks for TLS, which this build does not speak: send to a collector on a private network"
                    .to_owned())
            }
            Some("http") if uri.as_ref().is_some_and(|uri| is_plain(uri) && named(uri)) => {
                Ok(Self(text.trim_end_matches('/').to_owned()))
            }
            _ => Err("is not an address such as http://127.0.0.1:4318".to_owned()),
        }
    }

    /// The address of one kind of telemetry.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// `10s`, `500ms`, `2m`, `1h`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| DURATION.to_owned())?;
    let milliseconds: u64 = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(DURATION.to_owned()),
    };
    number.checked_mul(milliseconds).map(Duration::from_millis).ok_or_else(|| DURATION.to_owned())
}

const DURATION: &str = "is not a duration such as 10s, 500ms or 2m";

/// A duration of at least `shortest` and at most `longest`.
pub fn duration_within(text: &str, shortest: Duration, longest: Duration) -> Result<Duration, String> {
    let value = duration(text)?;
    if value < shortest || value > longest {
        return Err(format!("must be between {shortest:?} and {longest:?}"));
    }
    Ok(value)
}

/// Bytes: `4096`, `256KiB`, `1MiB`.
pub fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: usize = number.parse().map_err(|_| BYTES.to_owned())?;
    let factor: usize = match unit.trim() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return Err(BYTES.to_owned()),
    };
    match number.checked_mul(factor) {
        Some(size) if (1024..=1 << 30).contains(&size) => Ok(size),
        _ => Err("must be between 1KiB and 1024MiB".to_owned()),
    }
}

const BYTES: &str = "is not a size such as 65536, 256KiB or 1MiB";

/// `100/1m`, or `off`.
pub fn rate(text: &str) -> Result<Option<Rate>, String> {
    const RATE: &str = "is not a rate such as 100/1m, nor off";
    if text == "off" {
        return Ok(None);
    }
    let (requests, window) = text.split_once('/').ok_or(RATE)?;
    let requests = requests.trim().parse().map_err(|_| RATE)?;
    let window = duration(window.trim()).map_err(|_| RATE)?;
    let hour = Duration::from_secs(3600);
    if !(1..=1_000_000).contains(&requests) || window < Duration::from_secs(1) || window > hour {
        return Err("must be 1 to 1000000 requests in 1s to 1h".to_owned());
    }
    Ok(Some(Rate { requests, window }))
}

pub fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "is not an address with a port such as 127.0.0.1:8080 or [::]:8080".to_owned())
}

/// The same, or `off`.
pub fn address_or_off(text: &str) -> Result<Option<SocketAddr>, String> {
    if text == "off" { Ok(None) } else { address(text).map(Some).map_err(|problem| format!("{problem}, nor off")) }
}

/// An http(s) address without a fragment: the service adds one.
pub fn web_address(text: &str) -> Result<String, String> {
    let address = text.parse::<http::Uri>().ok().filter(|uri| uri.host().is_some());
    match address.as_ref().and_then(http::Uri::scheme_str) {
        Some("http" | "https") if !text.contains('#') => Ok(text.to_owned()),
        _ => Err("is not an address such as https://example.org/sign-in".to_owned()),
    }
}

/// The http(s) address of a service, to which paths are added. It has no query, no fragment and no credentials.
pub fn service_address(text: &str) -> Result<Url, String> {
    let address = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    let is_plain = |url: &Url| url.query().is_none() && url.fragment().is_none();
    let has_nobody = |url: &Url| url.username().is_empty() && url.password().is_none();
    address
        .filter(|url| is_plain(url) && has_nobody(url))
        .ok_or_else(|| "is not an address such as https://service.example/v1, without a query".to_owned())
}

/// Origins as browsers send them: scheme, host and port, and nothing after.
pub fn origins(text: &str) -> Result<Vec<HeaderValue>, String> {
    let is_origin = |one: &&str| {
        let Some((scheme, authority)) = one.split_once("://") else { return false };
        let named =
            authority.parse::<Authority>().is_ok_and(|name| !name.host().is_empty() && !authority.contains('@'));
        ["http", "https"].contains(&scheme) && named && one.chars().all(|c| !c.is_ascii_uppercase())
    };
    text.split(',')
        .map(str::trim)
        .map(|one| Some(one).filter(is_origin).and_then(|one| HeaderValue::from_str(one).ok()))
        .collect::<Option<_>>()
        .ok_or_else(|| "is not a list of origins such as https://app.example.org, without a path".to_owned())
}

pub fn whole_number(text: &str, smallest: usize, largest: usize) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (smallest..=largest).contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from {smallest} to {largest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for nonsense in ["", "10", "s", "-1s", "1.5s", "10 parsecs", "99999999999999999999s", "18446744073709551615h"] {
            assert!(duration(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn sizes_have_binary_units_and_bounds() {
        assert_eq!(bytes("65536"), Ok(65_536));
        assert_eq!(bytes("256KiB"), Ok(262_144));
        for nonsense in ["", "0", "12KB", "KiB", "-1", "9999999MiB"] {
            assert!(bytes(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn rates_have_a_number_and_a_window() {
        assert_eq!(rate("100/1m"), Ok(Some(Rate { requests: 100, window: Duration::from_secs(60) })));
        assert_eq!(rate("off"), Ok(None));
        for nonsense in ["", "100", "/1m", "100/", "0/1m", "100/500ms", "100/2h", "-1/1m", "1000001/1m"] {
            assert!(rate(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn origins_have_no_path_and_no_star() {
        assert_eq!(origins("https://a.test, http://localhost:5173").unwrap().len(), 2);
        for nonsense in
            ["", "*", "a.test", "https://a.test/", "https://a.test/x", "ftp://a.test", "https://", "https://A.test"]
        {
            assert!(origins(nonsense).is_err(), "{nonsense}");
        }
    }
}
