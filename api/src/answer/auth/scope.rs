//! What an API key may do.
//!
//! A scope is a resource and whether it is read or written: `bookings:read`, `bookings:write`. The resource of a route
//! is its tag in the OpenAPI document; a method that changes nothing reads.

use http::Method;

/// Resources that keys can have scopes for. Signing in and the keys themselves are not among them.
const RESOURCES: [&str; 13] = [
    "analytics",
    "availability",
    "bookings",
    "calendars",
    "coordinator",
    "event-types",
    "exceptions",
    "mentors",
    "slots",
    "tags",
    "teams",
    "tiers",
    "users",
];

/// The resource of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource(usize);

/// The scopes of a key, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u32);

/// The name of every scope.
pub fn all() -> Vec<String> {
    RESOURCES.iter().flat_map(|resource| [format!("{resource}:read"), format!("{resource}:write")]).collect()
}

impl Resource {
    /// The resource of that tag. `None` for what no key may do.
    pub fn of_tag(tag: &str) -> Option<Self> {
        RESOURCES.iter().position(|resource| *resource == tag).map(Self)
    }

    /// The scope that a request of this method needs.
    pub fn scope(self, method: &Method) -> String {
        let access = if method.is_safe() { "read" } else { "write" };
        format!("{}:{access}", RESOURCES[self.0])
    }

    fn bit(self, method: &Method) -> u32 {
        1 << (2 * self.0 + usize::from(!method.is_safe()))
    }
}

impl Scopes {
    /// Reads the names of scopes. An unknown one is the error.
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let known = all();
        let mut scopes = Self::default();
        for name in names {
            match known.iter().position(|scope| scope == name) {
                Some(bit) => scopes.0 |= 1 << bit,
                None => return Err(name.to_owned()),
            }
        }
        Ok(scopes)
    }

    /// Their names.
    pub fn names(self) -> Vec<String> {
        all().into_iter().enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0).map(|(_, name)| name).collect()
    }

    /// Whether a request of that method to that resource is within them.
    pub fn allow(self, resource: Resource, method: &Method) -> bool {
        self.0 & resource.bit(method) != 0
    }
}

impl FromIterator<Self> for Scopes {
    fn from_iter<I: IntoIterator<Item = Self>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |all, one| all | one.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_lets_through_what_it_names_and_nothing_else() {
        for name in all() {
            let scopes = Scopes::parse([name.as_str()]).unwrap();
            for resource in RESOURCES.map(|tag| Resource::of_tag(tag).unwrap()) {
                for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                    assert_eq!(scopes.allow(resource, &method), resource.scope(&method) == name, "{name} {method}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_scope_is_named() {
        assert_eq!(Scopes::parse(["bookings:read", "bookings:erase"]).unwrap_err(), "bookings:erase");
        assert_eq!(Resource::of_tag("auth"), None);
    }
}
