//! Collecting everything that is wrong with a request, so that all of it can be corrected at once.

use std::collections::BTreeMap;

use super::Refusal;

/// What was found wrong so far, in the order in which it was found.
#[derive(Debug, Default)]
pub struct Problems(Vec<Refusal>);

impl Problems {
    /// The value; or none, and why is noted.
    pub fn note<T>(&mut self, checked: Result<T, Refusal>) -> Option<T> {
        checked.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// The value; or the one there was before, and why is noted.
    pub fn note_or<T: Clone>(&mut self, checked: Result<T, Refusal>, before: &T) -> T {
        self.note(checked).unwrap_or_else(|| before.clone())
    }

    /// One refusal for everything that was noted: the only one as it is, several as `VALIDATION_ERROR` with every field.
    /// A refusal that is about no field goes before all others.
    pub fn refusal(mut self) -> Option<Refusal> {
        let about_no_field = self.0.iter().position(|refusal| wrong_fields(refusal).is_empty());
        if let Some(index) = about_no_field {
            return Some(self.0.swap_remove(index));
        }
        if self.0.len() < 2 {
            return self.0.pop();
        }
        Refusal::wrong(self.0.iter().flat_map(wrong_fields))
    }

    /// Refuses if anything was noted.
    pub fn check(self) -> Result<(), Refusal> {
        self.refusal().map_or(Ok(()), Err)
    }
}

/// The fields that a refusal is about, each with one problem; none, if it is about something else.
fn wrong_fields(refusal: &Refusal) -> Vec<(String, String)> {
    match refusal {
        Refusal::ValidationError { field, problem, fields } => {
            let first = (field.clone(), problem.clone());
            let pairs = fields.iter().flat_map(|(name, problems)| problems.iter().map(|it| (name.clone(), it.clone())));
            let others: Vec<_> = pairs.filter(|pair| *pair != first).collect();
            std::iter::once(first).chain(others).collect()
        }
        Refusal::InvalidTimeZone { time_zone } => {
            vec![("time_zone".to_owned(), format!("is {time_zone:?}, which is not a known time zone"))]
        }
        _ => Vec::new(),
    }
}

impl Refusal {
    /// The same refusal as one of the field `time_zone`, where that is one of several and must be told apart.
    pub fn as_field(self) -> Self {
        match self {
            Self::InvalidTimeZone { .. } => Self::wrong(wrong_fields(&self)).unwrap_or(self),
            other => other,
        }
    }

    /// The same refusal with fields named as the caller knows them.
    pub fn renamed(self, name: impl Fn(&str) -> String) -> Self {
        match self {
            Self::ValidationError { field, problem, fields } => Self::ValidationError {
                field: name(&field),
                problem,
                fields: fields.into_iter().map(|(field, problems)| (name(&field), problems)).collect(),
            },
            other => other,
        }
    }

    /// A refusal of several fields, each with a problem; the first of them is the one that it names. None of none.
    pub fn wrong(problems: impl IntoIterator<Item = (String, String)>) -> Option<Self> {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut first = None;
        for (field, problem) in problems {
            first.get_or_insert_with(|| (field.clone(), problem.clone()));
            let known = fields.entry(field).or_default();
            if !known.contains(&problem) {
                known.push(problem);
            }
        }
        first.map(|(field, problem)| Self::ValidationError { field, problem, fields })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn noted(refusals: &[Refusal]) -> Option<Refusal> {
        let mut problems = Problems::default();
        for refusal in refusals {
            assert_eq!(problems.note::<()>(Err(refusal.clone())), None);
        }
        assert_eq!(problems.note(Ok(7)), Some(7));
        problems.refusal()
    }

    #[test]
    fn every_field_is_there_with_all_its_problems() {
        let zone = Refusal::InvalidTimeZone { time_zone: "Mars".to_owned() };
        let refusals = [Refusal::invalid("name", "is required"), zone, Refusal::invalid("bio", "is too long")];
        let refusal = noted(&refusals).unwrap();
        assert_eq!((refusal.code(), &refusal.details()["field"]), ("VALIDATION_ERROR", &json!("name")));
        let fields = json!({ "bio": ["is too long"], "name": ["is required"],
            "time_zone": ["is \"Mars\", which is not a known time zone"] });
        assert_eq!(refusal.details()["fields"], fields);
        assert_eq!(
            refusal.to_string(),
            "name is required; bio is too long; time_zone is \"Mars\", which is not a known time zone"
        );
    }

    #[test]
    fn one_refusal_stays_as_it_is() {
        let zone = Refusal::InvalidTimeZone { time_zone: "Mars".to_owned() };
        assert_eq!(noted(std::slice::from_ref(&zone)), Some(zone));
        assert_eq!(noted(&[]), None);
    }

    #[test]
    fn what_is_about_no_field_goes_before() {
        let absent = Refusal::UserNotFound { user_id: Uuid::nil() };
        assert_eq!(noted(&[Refusal::invalid("name", "is required"), absent.clone()]), Some(absent));
    }
}
