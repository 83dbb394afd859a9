//! Pairs of transactions, step by step: `tests/isolation` has a spec for each pair and what it must print.
//!
//! Run with `CONVENE_ACCEPT=1` to write what they print now, and look at what changes.

use std::process::Stdio;

use support::surroundings::{root, surroundings, url_of};
use support::{Sql, TestDatabase, document};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Plays a spec on a database of its own, and returns what isolationtester printed.
async fn play(name: &str) -> String {
    let database = TestDatabase::new().await;
    Sql::connect(&database.admin()).await.run(include_str!("../isolation/fixture.sql")).await;
    let mut tester = Command::new(&surroundings().isolationtester)
        .arg(url_of(&database.admin()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("isolationtester runs");
    let spec = document::read(&format!("tests/isolation/{name}.spec"));
    tester.stdin.take().unwrap().write_all(spec.as_bytes()).await.unwrap();
    let output = tester.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

macro_rules! specs {
    ($($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                let name = stringify!($name);
                document::check(&format!("tests/isolation/expected/{name}.out"), &play(name).await, str::to_owned);
            }
        )*

        #[test]
        fn every_spec_is_played() {
            let mut played = vec![$(stringify!($name).to_owned()),*];
            let mut there: Vec<String> = std::fs::read_dir(root().join("tests/isolation"))
                .unwrap()
                .filter_map(|file| file.unwrap().file_name().into_string().unwrap().strip_suffix(".spec").map(str::to_owned))
                .collect();
            played.sort();
            there.sort();
            assert_eq!(played, there);
        }
    };
}

specs! {
    book_book book_cancel book_reschedule cancel_reschedule claim_claim claim_link complete_no_show confirm_cancel confirm_decline
    deactivate_book dispatch_cancel dispute_correct expire_confirm idempotency join_cancel join_join lapsed_book link_give_issuer
    overlapping_blocks overlapping_mentee reassign reschedule_crossing weekly_limit weekly_limit_levels
}
