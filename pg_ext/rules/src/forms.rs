//! The form of what functions in SQL are given to make something new: everything that is wrong with it, at once.

use jiff::Timestamp;

use crate::email;
use crate::matching::TagKind;
use crate::profile::NAME_LONGEST;
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::role::Role;
use crate::zone::Zone;

const KEY_NAME_LONGEST: usize = 100;
const SCOPES_MOST: usize = 50;
const TAG_LONGEST: usize = 100;
const IDENTITY_LONGEST: usize = 255;

/// A user who is to be added: `email`, `name` (a line of 1 to 200 characters), `role`, and perhaps `time_zone`. Refuses
/// with the name of each field; `INVALID_TIME_ZONE` where only that is wrong.
pub fn new_user(
    email: Option<&str>,
    name: Option<&str>,
    role: Option<&str>,
    time_zone: Option<&str>,
) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    let is_address = |email: &str| {
        if email::is_address(email) { Ok(()) } else { Err(Refusal::invalid("email", "must be an email address")) }
    };
    problems.note(given("email", email).and_then(is_address));
    problems.note(given("name", name).and_then(|name| request::line("name", name, 1, NAME_LONGEST)));
    problems.note(given("role", role).and_then(Role::parse));
    problems.note(time_zone.map(Zone::iana).transpose());
    problems.check()
}

/// An API key that is to be made: `name` (a line of 1 to 100 characters), `scopes` (1 to 50), and perhaps `expires_at`,
/// after `now`; `Err` is an end that is no instant. Which scopes there are is for whoever checks them. Refuses with the name
/// of each field.
pub fn new_api_key(
    name: Option<&str>,
    scopes: Option<&[Option<String>]>,
    expires_at: Result<Option<Timestamp>, Refusal>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    problems.note(given("name", name).and_then(|name| request::line("name", name, 1, KEY_NAME_LONGEST)));
    problems.note(given("scopes", scopes).and_then(|scopes| {
        let are_some = (1..=SCOPES_MOST).contains(&scopes.len()) && scopes.iter().all(Option::is_some);
        if are_some { Ok(()) } else { Err(Refusal::invalid("scopes", "must name at least one scope, and at most 50")) }
    }));
    problems.note(expires_at.and_then(|end| match end {
        Some(end) if end <= now => Err(Refusal::invalid("expires_at", "must be in the future")),
        _ => Ok(()),
    }));
    problems.check()
}

/// A tag that is to be made: `kind`, and `name` (a line of 1 to 100 characters). Refuses with the name of each field.
pub fn new_tag(kind: Option<&str>, name: Option<&str>) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    problems.note(given("kind", kind).and_then(TagKind::parse));
    problems.note(given("name", name).and_then(|name| request::line("name", name, 1, TAG_LONGEST)));
    problems.check()
}

/// A subject of an outside issuer: `issuer` and `subject`, each exactly as tokens have it, a line of 1 to 255 characters.
/// Refuses with the name of each field.
pub fn identity(issuer: Option<&str>, subject: Option<&str>) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    problems.note(given("issuer", issuer).and_then(|issuer| exactly("issuer", issuer)));
    problems.note(given("subject", subject).and_then(|subject| exactly("subject", subject)));
    problems.check()
}

fn given<'a, T: ?Sized>(field: &str, value: Option<&'a T>) -> Result<&'a T, Refusal> {
    value.ok_or_else(|| Refusal::invalid(field, "must not be NULL"))
}

fn exactly(field: &str, text: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if !(1..=IDENTITY_LONGEST).contains(&length) {
        return Err(Refusal::invalid(field, format!("must be 1 to {IDENTITY_LONGEST} characters")));
    }
    if request::is_one_line(text) {
        Ok(())
    } else {
        Err(Refusal::invalid(field, "must be one line without control characters"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn wrong(outcome: Result<(), Refusal>) -> Vec<String> {
        match outcome.unwrap_err().details()["fields"].take() {
            Value::Object(fields) => fields.into_iter().map(|(field, _)| field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn everything_that_is_wrong_with_a_new_user_is_named() {
        assert!(new_user(Some("a@b.test"), Some("Ada"), Some("mentor"), Some("Europe/Berlin")).is_ok());
        assert!(new_user(Some("a@b.test"), Some("Ada"), Some("mentor"), None).is_ok());
        let fields = wrong(new_user(Some("a"), Some(" "), Some("boss"), Some("Mars")));
        assert_eq!(fields, ["email", "name", "role", "time_zone"]);
        assert_eq!(wrong(new_user(None, None, None, None)), ["email", "name", "role"]);
        let zone = new_user(Some("a@b.test"), Some("Ada"), Some("mentor"), Some("Mars")).unwrap_err();
        assert_eq!(zone.code(), "INVALID_TIME_ZONE");
    }

    #[test]
    fn everything_that_is_wrong_with_a_new_key_is_named() {
        let scopes = [Some("users:read".to_owned())];
        let later = NOW + jiff::SignedDuration::from_secs(1);
        assert!(new_api_key(Some("wall"), Some(&scopes), Ok(Some(later)), NOW).is_ok());
        assert!(new_api_key(Some("wall"), Some(&scopes), Ok(None), NOW).is_ok());
        let fields = wrong(new_api_key(Some("x\ny"), Some(&[]), Ok(Some(NOW)), NOW));
        assert_eq!(fields, ["expires_at", "name", "scopes"]);
        let never = Err(Refusal::invalid("expires_at", "must be in the future"));
        assert_eq!(wrong(new_api_key(None, Some(&[None]), never, NOW)), ["expires_at", "name", "scopes"]);
    }

    #[test]
    fn everything_that_is_wrong_with_a_new_tag_is_named() {
        assert!(new_tag(Some("stage"), Some(" Seed ")).is_ok());
        assert_eq!(wrong(new_tag(Some("colour"), Some("\t"))), ["kind", "name"]);
    }

    #[test]
    fn everything_that_is_wrong_with_an_identity_is_named() {
        assert!(identity(Some("https://issuer.test"), Some(" auth0|7")).is_ok());
        assert_eq!(wrong(identity(Some(""), Some(&"x".repeat(256)))), ["issuer", "subject"]);
        assert_eq!(wrong(identity(None, Some("a\tb"))), ["issuer", "subject"]);
    }
}
