//! Keys of events. A repeated write with the same key is the same event.

use uuid::Uuid;

use super::provider::Provider;
use crate::call_error::CallError;

/// Refuses a key that the provider would refuse.
pub(super) fn check(provider: Provider, key: &str) -> Result<(), CallError> {
    let is_good = match provider {
        // RFC 2938's base32hex in lower case, as Google's reference of events.insert has it.
        Provider::Google => {
            (5..=1024).contains(&key.len()) && key.bytes().all(|byte| matches!(byte, b'a'..=b'v' | b'0'..=b'9'))
        }
        Provider::Microsoft => Uuid::try_parse(key).is_ok(),
    };
    if is_good { Ok(()) } else { Err(CallError::refused("key", "an event's key is not one that the provider takes")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn google_takes_lowercase_base32hex() {
        for key in ["abcde", "0123456789abcdefghijklmnopqrstuv", "018f3f3e5c7a7bd2a1b0c3d4e5f60718"] {
            assert!(check(Provider::Google, key).is_ok(), "{key}");
        }
        for key in ["abcd", "ABCDE", "abcdw", "018f3f3e-5c7a-7bd2-a1b0-c3d4e5f60718", "", &"a".repeat(1025)] {
            assert!(check(Provider::Google, key).is_err(), "{key}");
        }
    }

    #[test]
    fn microsoft_takes_a_uuid() {
        assert!(check(Provider::Microsoft, "018f3f3e-5c7a-7bd2-a1b0-c3d4e5f60718").is_ok());
        assert!(check(Provider::Microsoft, "booking-7").is_err());
    }
}
