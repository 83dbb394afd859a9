//! Errors of a deserializer, in the words of the other refusals.

use crate::error::ApiError;

/// The refusal of the field at `place` (a path such as `materials_urls[1]`; `.` is the whole, called `whole`).
pub fn refusal(whole: &str, place: &str, problem: &str) -> ApiError {
    let place = if place == "." { "" } else { place };
    if let Some(name) = quoted_after(problem, "missing field `") {
        let field = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        return ApiError::invalid(&field, "must be given");
    }
    let field = if place.is_empty() { whole } else { place };
    if problem.starts_with("unknown field `") {
        return ApiError::invalid(field, "is not known here");
    }
    let reworded = [("duplicate field", "is given twice"), ("UUID parsing failed", "must be a UUID")];
    if let Some((_, text)) = reworded.iter().find(|(start, _)| problem.starts_with(start)) {
        return ApiError::invalid(field, *text);
    }
    match problem.split_once(": ") {
        Some(("invalid type", rest)) => ApiError::invalid(field, format!("has the wrong type: {rest}")),
        Some(("invalid value", rest)) => ApiError::invalid(field, format!("has a wrong value: {rest}")),
        _ => ApiError::invalid(field, problem),
    }
}

fn quoted_after<'a>(problem: &'a str, start: &str) -> Option<&'a str> {
    problem.strip_prefix(start)?.split('`').next()
}
