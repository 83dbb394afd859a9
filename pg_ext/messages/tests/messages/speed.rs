//! How many notices a second are read. Run in release: `cargo test --release -p convene-messages speed -- --ignored
//! --nocapture`.

use std::time::Instant;

use convene_messages::{Language, render_stored};

use crate::given::{examples, reader};

#[test]
#[ignore = "a measurement"]
fn notices_a_second() {
    let examples = examples();
    for language in Language::ALL {
        let reader = reader(language);
        let read = |rounds: usize| {
            let start = Instant::now();
            let mut length = 0;
            for example in std::iter::repeat_n(&examples, rounds).flatten() {
                length += render_stored(example.kind.as_str(), &example.facts, &reader).message.len();
            }
            assert!(length > 0);
            start.elapsed()
        };
        let first = read(1);
        let rounds = 500;
        let took = read(rounds);
        #[allow(clippy::cast_precision_loss)]
        let rate = (rounds * examples.len()) as f64 / took.as_secs_f64();
        println!("{language}: {rate:.0} a second; the first {} with the files' reading in {first:?}", examples.len());
    }
}
