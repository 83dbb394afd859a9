//! The texts of each language, read once.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::language::Language;
use crate::phrase::Phrase;

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::English));
static GERMAN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::German));

/// The file of a language.
pub(crate) fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../texts/en.ftl"),
        Language::German => include_str!("../texts/de.ftl"),
    }
}

fn read(language: Language) -> FluentBundle<FluentResource> {
    // What cannot be read is left out; a test sees to it that there is nothing of the kind.
    let resource = FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = FluentBundle::new_concurrent(vec![language.tag().parse().unwrap_or_default()]);
    // Marks around each name would be characters that mail subjects and psql show.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Writes a phrase. Where one is missing, or a variable of it, its name is written instead; the tests, in which both
/// panic, write every phrase in every language.
pub(crate) fn write(language: Language, phrase: Phrase, args: &Args) -> String {
    let bundle = match language {
        Language::English => &*ENGLISH,
        Language::German => &*GERMAN,
    };
    let id: &'static str = phrase.into();
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        debug_assert!(false, "there is no {id} in {language}");
        return id.to_owned();
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args.0), &mut errors).into_owned();
    debug_assert!(errors.is_empty(), "{id} in {language}: {errors:?}");
    text
}

/// What a phrase's variables stand for.
#[derive(Default)]
pub(crate) struct Args<'a>(FluentArgs<'a>);

impl<'a> Args<'a> {
    pub(crate) fn text(&mut self, name: &'static str, text: impl Into<Cow<'a, str>>) {
        self.0.set(name, FluentValue::String(text.into()));
    }

    pub(crate) fn number(&mut self, name: &'static str, number: impl Into<FluentNumber>) {
        self.0.set(name, FluentValue::Number(number.into()));
    }
}
