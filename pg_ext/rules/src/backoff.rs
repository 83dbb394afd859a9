//! When to try again what is owed to the outside world: soon at first, then ever later, with jitter, and not for ever
//! (DESIGN §6, deliveries).

use jiff::SignedDuration;

/// Tries after which something owed is given up until somebody retries it: about two days of an outage.
pub const MOST_ATTEMPTS: i32 = 20;

const FIRST: f64 = 2.0;
const LONGEST: f64 = 6.0 * 3600.0;
const LONGEST_PERSISTENT: f64 = 900.0;

/// How long to wait after so many failed tries, 1 or more; `None` when it is given up. `chance`, 0 to 1, spreads those
/// that failed together over the second half of the wait.
pub fn delay(attempts: i32, chance: f64) -> Option<SignedDuration> {
    (attempts < MOST_ATTEMPTS).then(|| doubled(attempts, chance, LONGEST))
}

/// How long to wait where an outage is asked about for as long as it lasts: every quarter of an hour in the end.
pub fn persistent_delay(attempts: i32, chance: f64) -> SignedDuration {
    doubled(attempts, chance, LONGEST_PERSISTENT)
}

fn doubled(attempts: i32, chance: f64, longest: f64) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).max(0);
    let wait = (FIRST * 2_f64.powi(doublings)).min(longest);
    let spread = if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 1.0 };
    SignedDuration::from_secs_f64(wait * (0.5 + spread / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(attempts: i32, chance: f64) -> Option<f64> {
        delay(attempts, chance).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn the_wait_doubles_from_two_seconds_to_six_hours_and_then_it_is_given_up() {
        let waits: Vec<_> = [1, 2, 3, 13, 14, 19, 20].map(|attempts| seconds(attempts, 1.0)).into();
        assert_eq!(waits, [Some(2.0), Some(4.0), Some(8.0), Some(8192.0), Some(16384.0), Some(21600.0), None]);
    }

    #[test]
    fn an_outage_is_asked_about_every_quarter_of_an_hour_in_the_end() {
        let waits = [1, 9, 10, 1000].map(|attempts| persistent_delay(attempts, 1.0).as_secs());
        assert_eq!(waits, [2, 512, 900, 900]);
    }

    #[test]
    fn chance_spreads_the_wait_over_its_second_half() {
        assert_eq!((seconds(3, 0.0), seconds(3, 0.5), seconds(3, 1.0)), (Some(4.0), Some(6.0), Some(8.0)));
    }

    #[test]
    fn whatever_is_given_a_wait_is_between_one_second_and_six_hours() {
        for attempts in [i32::MIN, -1, 0, 1, 19] {
            for chance in [f64::NAN, f64::INFINITY, -1.0, 0.0, 0.3, 2.0] {
                let wait = seconds(attempts, chance).unwrap();
                assert!((1.0..=21600.0).contains(&wait), "{attempts} {chance}: {wait}");
            }
        }
    }
}
