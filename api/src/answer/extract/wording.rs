//! A deserializer's messages in the words of the other refusals. They do not repeat what the client sent.

pub const MUST_BE_GIVEN: &str = "must be given";

/// The field that a message says is missing.
pub fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// What a message says about its field.
pub fn of(message: &str) -> String {
    let reworded = [
        ("unknown field `", "is not known here"),
        ("missing field `", MUST_BE_GIVEN),
        ("duplicate field", super::wrong::TWICE),
        ("UUID parsing failed", "must be a UUID"),
        ("invalid digit found in string", "must be a whole number"),
        ("cannot parse integer from empty string", "must be a whole number"),
        ("number too", "is out of range"),
        ("provided string was not `true` or `false`", "must be true or false"),
    ];
    if let Some((_, text)) = reworded.iter().find(|(start, _)| message.starts_with(start)) {
        return (*text).to_owned();
    }
    match message.rsplit_once(", expected ") {
        Some((given, expected)) if given.starts_with("invalid value: integer") => {
            format!("must be {} that is not so large", kind(expected))
        }
        Some((_, expected)) => format!("must be {}", kind(expected)),
        None => message.to_owned(),
    }
}

/// What Rust's types are called in JSON.
fn kind(expected: &str) -> String {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        uuid if uuid.contains("UUID") => "a UUID".to_owned(),
        other => other.replace('`', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_in_plain_words_and_repeat_nothing() {
        for (message, words) in [
            ("invalid type: string \"secret, expected i32\", expected i32", "must be a whole number"),
            ("invalid value: integer `3000000000`, expected i32", "must be a whole number that is not so large"),
            ("invalid type: null, expected a boolean", "must be true or false"),
            ("unknown variant `x`, expected one of `a`, `b`", "must be one of a, b"),
            ("unknown field `x`, expected `a`", "is not known here"),
            ("must be an email address", "must be an email address"),
        ] {
            assert_eq!(of(message), words);
        }
    }
}
