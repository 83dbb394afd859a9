//! The OpenAPI document, judged by what others wrote for such documents: a validator, and a generator of clients.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use support::service::open_session;
use support::surroundings::surroundings;
use support::{Service, World, days};
use tokio::process::Command;

/// A directory that is gone after the test.
struct Place(PathBuf);

impl Place {
    /// With the document in it.
    async fn with_document(service: &Service, name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("convene-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&place).unwrap();
        let document = service.anonymous().get("/openapi.json").await.body;
        std::fs::write(place.join("openapi.json"), document.to_string()).unwrap();
        Self(place)
    }

    /// Runs a program of the Python environment here.
    async fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let program = PathBuf::from(&surroundings().schemathesis).with_file_name(program);
        // They call each other.
        let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
        Command::new(program).current_dir(&self.0).env("PATH", path).args(arguments).output().await.unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn succeeded(output: &Output) -> String {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    said
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
}

/// Every text for people in a document.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, inner)| match (key.as_str(), inner) {
                ("description" | "summary", Value::String(text)) => vec![text.as_str()],
                _ => texts(inner),
            })
            .collect(),
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_document_is_valid_and_describes_itself() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let place = Place::with_document(&service, "validator").await;

    succeeded(&place.run("openapi-spec-validator", &["openapi.json"]).await);

    let document = service.anonymous().get("/openapi.json").await.body;
    let mut ids = HashSet::new();
    let described: HashSet<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    for operation in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "two are {}", operation["operationId"]);
        for tag in operation["tags"].as_array().unwrap() {
            assert!(described.contains(tag), "{tag} is not described");
        }
    }
    assert!(document["servers"][0]["url"].is_string());
    for text in texts(&document) {
        for syntax in ["[`", "`]", "::", "](", "Option<", "Vec<"] {
            assert!(!text.contains(syntax), "{syntax} is Rust's, not the reader's: {text}");
        }
    }
}

#[tokio::test]
async fn a_client_that_is_generated_from_the_document_compiles_and_books() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.slot(&mentor, days(2)).await;
    let place = Place::with_document(&service, "client").await;
    let generate = ["generate", "--path", "openapi.json", "--output-path", "convene_client", "--meta", "none"];

    let said = succeeded(&place.run("openapi-python-client", &[&generate[..], &["--fail-on-warning"]].concat()).await);

    succeeded(&place.run("python3", &["-m", "compileall", "-q", "convene_client"]).await);
    std::fs::write(place.0.join("book.py"), include_str!("book.py")).unwrap();
    let token = open_session(&world, &mentee).await;
    let booked = place.run("python3", &["book.py", &format!("http://{}", service.address), &token]).await;
    let booked = succeeded(&booked);
    let id = booked.trim().parse::<uuid::Uuid>().unwrap_or_else(|_| panic!("{said}\n{booked}"));
    let kept: String = world.admin.value("SELECT status FROM convene.bookings WHERE id = $1", &[&id]).await;
    assert_eq!(kept, "canceled");
}
