//! Running `convene` and Postgres's programs to their end.

use std::process::Stdio;

use tokio::process::Command;
use tokio_postgres::Config;

use crate::database::TestDatabase;
use crate::surroundings::{surroundings, url_of};

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `convene` with these settings and no others.
pub async fn convene(arguments: &[&str], settings: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(&surroundings().convene);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CONVENE_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).envs(settings.iter().copied());
    run(command).await
}

pub async fn convene_migrate(database: &Config, options: &[&str]) -> Ended {
    let arguments = [&["migrate"], options].concat();
    convene(&arguments, &[("CONVENE_ADMIN_DATABASE_URL", &url_of(database))]).await
}

/// Runs `convene doctor` as one who installed it properly would.
pub async fn convene_doctor(database: &TestDatabase) -> Ended {
    convene_doctor_with(&url_of(&database.admin()), &url_of(&database.role("convene_service"))).await
}

pub async fn convene_doctor_with(admin: &str, service: &str) -> Ended {
    convene(&["doctor"], &[("CONVENE_ADMIN_DATABASE_URL", admin), ("CONVENE_DATABASE_URL", service)]).await
}

/// Runs one of Postgres's programs, such as pg_dump.
pub async fn postgres_program(name: &str, arguments: &[&str]) -> Ended {
    let mut command = Command::new(surroundings().postgres_programs.join(name));
    command.args(arguments);
    run(command).await
}

async fn run(mut command: Command) -> Ended {
    let output = command
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ended { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ended {
    /// What it printed, if it succeeded.
    pub fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// The lines that start so.
    pub fn lines(&self, start: &str) -> Vec<&str> {
        self.stdout.lines().filter(|line| line.starts_with(start)).collect()
    }
}
