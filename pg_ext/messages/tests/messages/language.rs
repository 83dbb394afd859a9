use convene_messages::Language;

#[test]
fn a_tags_language_counts_and_not_its_region() {
    for tag in ["de", "de-AT", "de-CH-1996", "DE", "de_LU", "de-Latn-DE"] {
        assert_eq!(Language::of_tag(tag), Language::German, "{tag}");
    }
    for tag in ["en", "en-GB", "EN_us"] {
        assert_eq!(Language::of_tag(tag), Language::English, "{tag}");
    }
}

#[test]
fn what_is_not_spoken_is_english() {
    for tag in ["", "fr", "den", "deu", "-", "-de", "🦀", "d e"] {
        assert_eq!(Language::of_tag(tag), Language::English, "{tag}");
    }
}

#[test]
fn a_tag_stands_for_its_language() {
    for language in Language::ALL {
        assert_eq!(Language::of_tag(language.tag()), language);
        assert_eq!(language.to_string(), language.tag());
    }
}
