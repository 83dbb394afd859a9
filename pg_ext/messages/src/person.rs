//! People, as texts name them.

use serde::Deserialize;

use crate::clean;
use crate::language::Language;
use crate::phrase::Phrase;
use crate::texts::{Args, write};

/// Tells one person from others who may have the same name: a user's id, or a guest's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PersonId(pub String);

/// Somebody with or without an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// None once the person's data has been erased, and where a guest gave none.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub account: Account,
}

/// Whether a person has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    #[default]
    User,
    Guest,
}

impl Person {
    pub(crate) fn shown(&self, language: Language) -> String {
        let unnamed = match self.account {
            Account::User => Phrase::ErasedPerson,
            Account::Guest => Phrase::UnnamedGuest,
        };
        clean::optional_line(self.name.as_deref()).unwrap_or_else(|| write(language, unnamed, &Args::default()))
    }
}

/// The lists of people that texts name, each by three variables.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Group {
    Others,
    Hosts,
    Attendees,
    FormerHosts,
    NewHosts,
    Absent,
}

impl Group {
    /// The variables of the list, of the list after "with", and of the number of people.
    fn variables(self) -> [&'static str; 3] {
        match self {
            Self::Others => ["others", "with-others", "others-count"],
            Self::Hosts => ["hosts", "with-hosts", "hosts-count"],
            Self::Attendees => ["attendees", "with-attendees", "attendees-count"],
            Self::FormerHosts => ["former-hosts", "with-former-hosts", "former-hosts-count"],
            Self::NewHosts => ["new-hosts", "with-new-hosts", "new-hosts-count"],
            Self::Absent => ["absent", "with-absent", "absent-count"],
        }
    }
}

/// People in their order, some of whom may not be named.
pub(crate) struct People<'a> {
    named: Vec<&'a Person>,
    count: usize,
}

impl<'a> People<'a> {
    pub(crate) fn new(named: impl IntoIterator<Item = &'a Person>) -> Self {
        let named: Vec<_> = named.into_iter().collect();
        Self { count: named.len(), named }
    }

    /// The same people, of `count` in all.
    pub(crate) fn of(self, count: usize) -> Self {
        Self { count: count.max(self.named.len()), ..self }
    }

    /// These people, then others.
    pub(crate) fn and(mut self, more: impl IntoIterator<Item = &'a Person>) -> Self {
        let named = self.named.len();
        self.named.extend(more);
        self.count += self.named.len() - named;
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether this is that one person and nobody else.
    pub(crate) fn is_only(&self, person: &PersonId) -> bool {
        matches!(self.named.as_slice(), [only] if self.count == 1 && only.id == *person)
    }

    /// Sets the variables of a group.
    pub(crate) fn tell(&self, group: Group, language: Language, args: &mut Args<'_>) {
        let [list, with_list, count] = group.variables();
        let (listed, with_listed) = self.in_phrases(language);
        args.text(list, listed);
        args.text(with_list, with_listed);
        args.number(count, self.count);
    }

    /// The list, such as "Ada, Grace and 3 others", and the list after "with".
    fn in_phrases(&self, language: Language) -> (String, String) {
        let mut args = Args::default();
        let names: Vec<String> = self.named.iter().take(3).map(|person| person.shown(language)).collect();
        for (variable, name) in ["first", "second", "third"].into_iter().zip(&names) {
            args.text(variable, name.as_str());
        }
        let unnamed_from = |place: usize| self.count.saturating_sub(place);
        let list = match (names.as_slice(), self.count) {
            ([], 0) => write(language, Phrase::PeopleNone, &args),
            ([only], 1) => only.clone(),
            ([_, _], 2) => write(language, Phrase::PeopleTwo, &args),
            ([_, _, _], 3) => write(language, Phrase::PeopleThree, &args),
            ([], count) => {
                args.number("count", count);
                write(language, Phrase::PeopleUnnamed, &args)
            }
            ([_], _) => {
                args.number("rest", unnamed_from(1));
                return both(language, Phrase::PeopleOneAndMore, Phrase::WithPeopleOneAndMore, &args);
            }
            (_, _) => {
                args.number("rest", unnamed_from(2));
                return both(language, Phrase::PeopleTwoAndMore, Phrase::WithPeopleTwoAndMore, &args);
            }
        };
        args.number("count", self.count);
        args.text("people", list.as_str());
        let with_list = write(language, Phrase::WithPeople, &args);
        (list, with_list)
    }
}

fn both(language: Language, list: Phrase, with_list: Phrase, args: &Args<'_>) -> (String, String) {
    (write(language, list, args), write(language, with_list, args))
}
