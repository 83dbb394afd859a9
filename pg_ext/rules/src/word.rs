//! Words that stand for one of a few things, such as a status or a tier: as stored and sent.

use std::str::FromStr;

use strum::VariantArray;

use crate::refusal::Refusal;

/// Declares an enum whose values are such words: `no_show` for `NoShow`, as stored and sent.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($values:tt)* }) => {
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            Hash,
            serde::Serialize,
            serde::Deserialize,
            strum::AsRefStr,
            strum::Display,
            strum::EnumString,
            strum::VariantArray,
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        $(#[$meta])*
        pub enum $name { $($values)* }
    };
}
pub(crate) use words;

/// The thing that a word stands for. Refuses other words under the field's name, and says which there are.
pub(crate) fn parse<W: FromStr + VariantArray + AsRef<str>>(field: &str, text: &str) -> Result<W, Refusal> {
    text.parse().map_err(|_| Refusal::invalid(field, format!("must be {}", any_of::<W>())))
}

/// `bronze, silver, gold or platinum`
fn any_of<W: VariantArray + AsRef<str>>() -> String {
    let words: Vec<&str> = W::VARIANTS.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        words => words.concat(),
    }
}
