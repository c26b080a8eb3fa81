//! Time, ids and randomness come from one place.

use std::time::SystemTime;

use chrono::{DateTime, Duration, Utc};
use fugong_engine::source::{CannotMove, ClockMode, Sources};

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_582_680_600, 0).unwrap()
}

fn simulated(seed: u64) -> Sources {
    Sources::new(ClockMode::Simulated { start: start(), seed }, None).unwrap()
}

#[test]
fn a_simulated_clock_stands_until_it_is_moved_and_never_goes_back() {
    let sources = simulated(1);
    assert_eq!(sources.now(), start());
    let later = start() + Duration::hours(1);
    sources.move_to(later).unwrap();
    assert_eq!(sources.now(), later);
    let back = sources.move_to(start());
    assert_eq!(back, Err(CannotMove::Back { now: later, to: start() }));
    assert_eq!(sources.now(), later);
    let reopened = Sources::new(sources.mode(), Some(later)).unwrap();
    assert_eq!(reopened.now(), later);
}

#[test]
fn a_real_clock_counts_whole_microseconds_and_cannot_be_moved() {
    let sources = Sources::new(ClockMode::Real, None).unwrap();
    assert_eq!(sources.now().timestamp_subsec_nanos() % 1000, 0);
    assert!(DateTime::<Utc>::from(SystemTime::now()) - sources.now() < Duration::minutes(1));
    assert_eq!(sources.move_to(start()), Err(CannotMove::Real));
}

#[test]
fn ids_of_a_real_log_only_grow_also_when_the_clock_steps_back() {
    let sources = Sources::new(ClockMode::Real, None).unwrap();
    let ids: Vec<_> = (0..20_000)
        .map(|n| sources.event_id(start() - Duration::milliseconds(n / 100), "c", 0))
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(ids.iter().all(|id| id.get_version_num() == 7));
}

#[test]
fn one_seed_gives_the_same_ids_whatever_was_drawn_before() {
    let (one, other) = (simulated(1), simulated(1));
    let _drawn = (one.new_id(0), one.id_for("x", 0), one.event_id(start(), "x", 0));
    assert_eq!(one.event_id(start(), "c", 1), other.event_id(start(), "c", 1));
    assert_eq!(one.id_for("c", 1), other.id_for("c", 1));
    assert_eq!(one.new_id(8), other.new_id(8));
    assert_ne!(one.new_id(8), one.new_id(8));
    assert_ne!(one.event_id(start(), "c", 1), one.event_id(start(), "c", 2));
    assert_ne!(one.event_id(start(), "c", 1), one.event_id(start(), "d", 1));
    assert_ne!(one.event_id(start(), "c", 1), simulated(2).event_id(start(), "c", 1));
}
