//! docs/operations.md, followed to the letter on machines that have nothing but Postgres with pg_cron.

use std::time::Duration;

use support::machine::Machine;

/// From the settings of Postgres to a service that is ready.
const INSTALLING: &[&str] = &["Postgres's settings", "The database", "The service"];

/// Runs commands again until they print what is expected. pg_cron starts jobs at full minutes.
async fn until_it_prints(machine: &Machine, commands: &str, expected: &str) {
    let mut printed = String::new();
    for _ in 0..150 {
        printed = machine.run(commands).await;
        if printed.contains(expected) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("{commands} printed {printed}, not {expected}");
}

/// As a superuser.
fn query(database: &str, sql: &str) -> String {
    format!("runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d {database} <<'END'\n{sql}\nEND\n")
}

#[tokio::test]
async fn the_commands_for_installing_give_an_installation_that_is_healthy_can_be_booked_and_runs_its_jobs() {
    let machine = Machine::new().await;

    let said = machine.follow(INSTALLING).await;
    assert!(said.contains("jobs        17 scheduled with pg_cron"), "{said}");
    assert!(!said.contains("FAIL ") && !said.contains("warn "), "{said}");

    let said = machine.follow(&["The first organization", "Trying it"]).await;
    assert!(said.contains(r#""status": "confirmed""#), "{said}");

    let jobs = "SELECT string_agg(DISTINCT status || ' as ' || username, ', ') FROM cron.job_run_details WHERE end_time IS NOT NULL;";
    until_it_prints(&machine, &query("convene", jobs), "succeeded as convene_jobs").await;
    let status = "SELECT name, last_status FROM convene.job_status WHERE name = 'release_expired_holds';";
    until_it_prints(&machine, &query("convene", status), "release_expired_holds|success").await;

    let service = "tr '\\0' '\\n' < /proc/$(cat \"$MACHINE/pid\")/environ";
    let environment = machine.run(service).await;
    assert!(environment.contains("CONVENE_DATABASE_URL=") && !environment.contains("ADMIN"), "{environment}");

    let said = machine.follow(&["Signing in by mail"]).await;
    assert!(said.contains("ada@acme.test  magic_link"), "{said}");
    assert!(said.contains("https://app.example.org/sign-in#token="), "{said}");
}

#[tokio::test]
async fn a_backup_is_restored_where_pg_cron_is_in_another_database_and_its_jobs_sign_in_by_password() {
    let (old, new) = (Machine::new().await, Machine::new().await);
    old.follow(INSTALLING).await;
    old.follow(&["The first organization", "Trying it", "Backup"]).await;
    new.follow(&["Postgres's settings"]).await;
    let elsewhere = "sed -i \"s/cron.database_name = .*/cron.database_name = 'postgres'/\" /etc/postgresql/15/main/conf.d/convene.conf
        systemctl restart postgresql\n";
    new.run(elsewhere).await;
    for file in ["/etc/convene/convene.env", "/usr/local/sbin/convene-admin"] {
        new.bring(&old, file);
    }
    for file in ["convene.dump", "roles.sql"] {
        new.bring(&old, &format!("/var/backups/convene/{file}"));
    }

    let said = new.follow(&["Restoring"]).await;
    assert!(said.contains("jobs        not scheduled: pg_cron runs in the database postgres"), "{said}");
    new.follow(&["Jobs with a password", "If pg_cron is in another database", "The service"]).await;

    let booked = "SELECT count(*) || ' confirmed' FROM convene.bookings WHERE status = 'confirmed';";
    assert_eq!(new.run(&query("convene", booked)).await, "1 confirmed\n");
    let of_alan = "curl -sS --fail-with-body -H \"Authorization: Bearer $(convene-admin token alan@acme.test)\" \
        http://127.0.0.1:8080/v1/bookings/my-bookings";
    let bookings = new.run(of_alan).await;
    assert!(bookings.contains("Trying our new installation"), "{bookings}");
    let jobs = "SELECT string_agg(DISTINCT status || ' as ' || username, ', ') FROM cron.job_run_details WHERE end_time IS NOT NULL;";
    until_it_prints(&new, &query("postgres", jobs), "succeeded as convene_jobs").await;
    let status = "SELECT name, last_status FROM convene.job_status WHERE name = 'release_expired_holds' AND last_run_at > now() - interval '1 minute';";
    until_it_prints(&new, &query("convene", status), "release_expired_holds|success").await;
}
