//! What people say about themselves: JSON in, a checked profile or list of addresses out.

use serde_json::Value;

use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::zone::Zone;

pub(crate) const NAME_LONGEST: usize = 200;
pub(crate) const TITLE_LONGEST: usize = 200;
pub(crate) const COMPANY_LONGEST: usize = 200;
pub(crate) const BIO_LONGEST: usize = 2000;
const LABEL_LONGEST: usize = 100;
const URLS_MOST: usize = 10;
const PROFILE: Kind =
    Kind { argument: "changes", noun: "a profile", known: &["name", "title", "company", "bio", "slug", "time_zone"] };
const URL: Kind = Kind { argument: "urls", noun: "an address", known: &["label", "url"] };

/// Checks a text of a field, with the shortest and longest it may be.
type Check = fn(&str, &str, usize, usize) -> Result<String, Refusal>;

/// The part of a user that is theirs to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// One line of up to 200 characters.
    pub title: Option<String>,
    /// One line of up to 200 characters.
    pub company: Option<String>,
    /// Up to 2,000 characters.
    pub bio: Option<String>,
    /// Short name in the addresses of their pages, as [`request::slug`] has it.
    pub slug: Option<String>,
    /// In which messages show times.
    pub time_zone: Zone,
}

impl Profile {
    /// This profile with the changes of a JSON object: an absent field stays, null clears `title`, `company`, `bio`
    /// and `slug`, and so does text without characters. Refuses with the field's name: unknown fields, wrong types and lengths, a
    /// null `name` or `time_zone`; and `INVALID_TIME_ZONE`.
    pub fn changed(&self, changes: &Value) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(changes, &PROFILE, &mut problems)?;
        let optional =
            |field: &str, before: &Option<String>, check: Check, longest| -> Result<Option<String>, Refusal> {
                let wanted = fields.cleared_or_changed(field, fields::text, before.clone())?;
                let checked = wanted.map(|text| check(field, &text, 0, longest)).transpose()?;
                Ok(checked.filter(|text| !text.is_empty()))
            };
        let name = fields.changed("name", fields::text, &self.name);
        let name = name.and_then(|name| request::line("name", &name, 1, NAME_LONGEST));
        let title = optional("title", &self.title, request::line, TITLE_LONGEST);
        let company = optional("company", &self.company, request::line, COMPANY_LONGEST);
        let bio = optional("bio", &self.bio, request::text, BIO_LONGEST);
        let slug = fields.cleared_or_changed("slug", fields::text, self.slug.clone());
        let slug = slug.and_then(|slug| {
            let given = slug.filter(|slug| !slug.is_empty());
            given.map(|slug| request::slug("slug", &slug)).transpose()
        });
        let profile = Self {
            name: problems.note_or(name, &self.name),
            title: problems.note_or(title, &self.title),
            company: problems.note_or(company, &self.company),
            bio: problems.note_or(bio, &self.bio),
            slug: problems.note_or(slug, &self.slug),
            time_zone: problems.note_or(fields.changed("time_zone", fields::zone, &self.time_zone), &self.time_zone),
        };
        problems.check()?;
        Ok(profile)
    }
}

/// An address that a person shows the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserUrl {
    /// One line of 1 to 100 characters.
    pub label: String,
    /// As [`request::web_address`] has it.
    pub url: String,
}

/// A person's addresses in their order, from a JSON array of objects with `label` and `url`: at most ten. Refuses as
/// field `urls`, or `urls[0].label` and so on.
pub fn urls(json: &Value) -> Result<Vec<UserUrl>, Refusal> {
    let list = json.as_array().ok_or_else(|| Refusal::invalid("urls", "must be a list"))?;
    if list.len() > URLS_MOST {
        return Err(Refusal::invalid("urls", format!("must be at most {URLS_MOST} addresses")));
    }
    let mut problems = Problems::default();
    let urls = list
        .iter()
        .enumerate()
        .filter_map(|(index, one)| {
            problems.note(user_url(one).map_err(|refusal| refusal.renamed(|it| URL.at(index, it))))
        })
        .collect();
    problems.check()?;
    Ok(urls)
}

fn user_url(json: &Value) -> Result<UserUrl, Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(json, &URL, &mut problems)?;
    let label = fields.required("label", fields::text);
    let label = problems.note(label.and_then(|label| request::line("label", &label, 1, LABEL_LONGEST)));
    let is_address = |url: &String| request::web_address(url).map_err(|problem| Refusal::invalid("url", problem));
    let url = problems.note(fields.required("url", fields::text).and_then(|url| is_address(&url).map(|()| url)));
    problems.check()?;
    label
        .zip(url)
        .map(|(label, url)| UserUrl { label, url })
        .ok_or_else(|| Refusal::invalid("urls", "must be addresses"))
}
