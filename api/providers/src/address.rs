//! Addresses of requests, which are always below the configured one.

use reqwest::Url;

use crate::call_error::CallError;

/// The address below `base` with these path segments, each encoded. An id that is not a segment (empty, `.` or `..`)
/// counts as unknown.
pub(crate) fn below(base: &Url, path: &[&str]) -> Result<Url, CallError> {
    if path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(CallError::gone("id", "nothing has such an id"));
    }
    let mut url = base.clone();
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(path),
        Err(()) => return Err(CallError::refused("address", "the provider's address has no path")),
    };
    Ok(url)
}

/// The address with these parameters added.
pub(crate) fn with_query(mut url: Url, parameters: &[(&str, &str)]) -> Url {
    url.query_pairs_mut().extend_pairs(parameters);
    url
}

/// The address of the next page, as the provider gave it. `None` unless it is below `base`: a token must not be sent
/// to another place because an answer says so.
pub(crate) fn continued(base: &Url, next: &str) -> Option<Url> {
    let next = Url::parse(next).ok()?;
    let has_same_place = next.origin() == base.origin();
    let has_nobody = next.username().is_empty() && next.password().is_none();
    let is_below =
        next.path().strip_prefix(base.path().trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    (has_same_place && has_nobody && is_below).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://graph.microsoft.com/v1.0").unwrap()
    }

    #[test]
    fn ids_are_encoded_as_one_segment() {
        let url = below(&base(), &["calendars", "ann/b?c#d%e @x.org", "events"]).unwrap();
        assert_eq!(url.as_str(), "https://graph.microsoft.com/v1.0/calendars/ann%2Fb%3Fc%23d%25e%20@x.org/events");
    }

    #[test]
    fn an_id_that_climbs_names_nothing() {
        for id in ["..", ".", ""] {
            assert_eq!(below(&base(), &["calendars", id]).unwrap_err().code, "id");
        }
    }

    #[test]
    fn a_base_may_end_with_a_slash() {
        let base = Url::parse("http://127.0.0.1:4000/calendar/v3/").unwrap();
        assert_eq!(below(&base, &["freeBusy"]).unwrap().as_str(), "http://127.0.0.1:4000/calendar/v3/freeBusy");
    }

    #[test]
    fn pages_go_on_below_the_configured_address_only() {
        assert!(continued(&base(), "https://graph.microsoft.com/v1.0/me/calendars?$skip=10").is_some());
        for elsewhere in [
            "https://graph.microsoft.com.evil.example/v1.0/me",
            "https://evil.example/v1.0/me",
            "http://graph.microsoft.com/v1.0/me",
            "https://graph.microsoft.com:8443/v1.0/me",
            "https://ann@graph.microsoft.com/v1.0/me",
            "https://graph.microsoft.com/v1.01/me",
            "https://graph.microsoft.com/v1.0/../beta/me",
            "https://graph.microsoft.com/v1.0/%2e%2e/beta/me",
            "/v1.0/me",
        ] {
            assert_eq!(continued(&base(), elsewhere), None, "{elsewhere}");
        }
    }
}
