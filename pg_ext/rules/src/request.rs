//! What people may type into a request. Each check returns the text to store; lengths are counted in characters.

use crate::refusal::{Problems, Refusal};

const MATERIALS_MOST: usize = 10;
const SLUG_LONGEST: usize = 63;
const URL_LONGEST: usize = 2048;
const KEY_LONGEST: usize = 255;
const NOTES_LONGEST: usize = 2000;
const OVERRIDE_REASON_SHORTEST: usize = 10;
const OVERRIDE_REASON_LONGEST: usize = 2000;
const HOLD_MINUTES_MOST: i32 = 15;
const CANCELLATION_REASONS: [&str; 3] = ["emergency", "reschedule", "other"];

/// Text without the space around it, of a length that counts characters. Refuses, under the field's name, other lengths
/// and the character NUL, which Postgres cannot store.
pub fn text(field: &str, text: &str, shortest: usize, longest: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(Refusal::invalid(field, "must not contain the character NUL"));
    }
    let length = text.chars().count();
    if length < shortest && length == 0 {
        return Err(Refusal::invalid(field, "must not be empty"));
    }
    if length < shortest {
        return Err(Refusal::invalid(field, format!("must have at least {shortest} characters")));
    }
    if length > longest {
        return Err(Refusal::invalid(field, format!("must have at most {longest} characters")));
    }
    Ok(text.to_owned())
}

/// The same for a text of one line. Refuses also control characters, among them line breaks and tabs.
pub fn line(field: &str, line: &str, shortest: usize, longest: usize) -> Result<String, Refusal> {
    let line = text(field, line, shortest, longest)?;
    if is_one_line(&line) {
        Ok(line)
    } else {
        Err(Refusal::invalid(field, "must be one line without control characters"))
    }
}

/// Whether a text has no control character and none of Unicode's own line breaks.
pub(crate) fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// A short name in addresses: 1 to 63 lower-case letters of English, digits and hyphens, with no hyphen at either end.
/// Refuses others under the field's name.
pub fn slug(field: &str, slug: &str) -> Result<String, Refusal> {
    let is_known = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    if (1..=SLUG_LONGEST).contains(&slug.len())
        && slug.bytes().all(is_known)
        && !slug.starts_with('-')
        && !slug.ends_with('-')
    {
        return Ok(slug.to_owned());
    }
    let problem = "must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end";
    Err(Refusal::invalid(field, problem))
}

/// What a mentee wants from a meeting, within the organization's lengths. Field `meeting_goal`.
pub fn meeting_goal(goal: &str, shortest: i32, longest: i32) -> Result<String, Refusal> {
    let length = |limit: i32| usize::try_from(limit).unwrap_or(0);
    text("meeting_goal", goal, length(shortest), length(longest))
}

/// What someone adds in their own words: up to 2,000 characters, perhaps none.
pub fn notes(field: &str, notes: &str) -> Result<String, Refusal> {
    text(field, notes, 0, NOTES_LONGEST)
}

/// Why a mentee should be allowed above their tier: 10 to 2,000 characters. Field `reason`.
pub fn override_reason(reason: &str) -> Result<String, Refusal> {
    text("reason", reason, OVERRIDE_REASON_SHORTEST, OVERRIDE_REASON_LONGEST)
}

/// `emergency`, `reschedule` or `other`. Field `reason`.
pub fn cancellation_reason(reason: &str) -> Result<String, Refusal> {
    if CANCELLATION_REASONS.contains(&reason) {
        return Ok(reason.to_owned());
    }
    Err(Refusal::invalid("reason", "must be emergency, reschedule or other"))
}

/// For how long a time is held: 1 to 15 minutes. Refuses others under the field's name.
pub fn hold_minutes(field: &str, minutes: i32) -> Result<i32, Refusal> {
    if (1..=HOLD_MINUTES_MOST).contains(&minutes) {
        return Ok(minutes);
    }
    Err(Refusal::invalid(field, format!("must be between 1 and {HOLD_MINUTES_MOST}")))
}

/// 1 to 5. Field `rating`.
pub fn rating(rating: i32) -> Result<i32, Refusal> {
    if (1..=5).contains(&rating) {
        return Ok(rating);
    }
    Err(Refusal::invalid("rating", "must lie between 1 and 5"))
}

/// A client's name for one request: 1 to 255 printable ASCII characters. Field `idempotency_key`.
pub fn idempotency_key(key: &str) -> Result<String, Refusal> {
    let printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if printable && (1..=KEY_LONGEST).contains(&key.len()) {
        return Ok(key.to_owned());
    }
    Err(Refusal::invalid("idempotency_key", "must be 1 to 255 printable ASCII characters"))
}

/// At most ten addresses of things to read, each a [`web_address`]. Fields `materials_urls`, and `materials_urls[0]` and
/// so on.
pub fn materials_urls(urls: &[String]) -> Result<Vec<String>, Refusal> {
    if urls.len() > MATERIALS_MOST {
        return Err(Refusal::invalid("materials_urls", format!("must be at most {MATERIALS_MOST} addresses")));
    }
    let mut problems = Problems::default();
    for (index, url) in urls.iter().enumerate() {
        let named = |problem| Refusal::invalid(&format!("materials_urls[{index}]"), problem);
        problems.note(web_address(url).map_err(named));
    }
    problems.check()?;
    Ok(urls.to_vec())
}

/// `http` or `https`, a host, no user name or password, no spaces or control characters, up to 2,048 characters.
pub fn web_address(url: &str) -> Result<(), &'static str> {
    if url.chars().count() > URL_LONGEST {
        return Err("has more than 2048 characters");
    }
    if url.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '<' | '>' | '"')) {
        return Err("contains a character that no address has");
    }
    let rest = match url.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => rest,
        _ => return Err("must start with http:// or https://"),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("must not contain a user name or password");
    }
    if is_host_and_port(authority) { Ok(()) } else { Err("must name a host") }
}

fn is_host_and_port(authority: &str) -> bool {
    let (is_host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address.parse::<std::net::Ipv6Addr>().is_ok(), port),
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (is_host_name(host), port)
        }
    };
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port_number);
    is_host && is_port
}

fn is_port_number(digits: &str) -> bool {
    digits.bytes().all(|digit| digit.is_ascii_digit()) && digits.parse::<u16>().is_ok()
}

/// Labels of letters (of any script), digits, hyphens and underscores between dots; one dot may end it.
fn is_host_name(host: &str) -> bool {
    host.strip_suffix('.')
        .unwrap_or(host)
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')))
}
