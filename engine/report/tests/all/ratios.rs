//! Exact to the end.

use fugong_core::Ratio;
use fugong_report::{Cell, Share};

fn share(numerator: usize, base: usize) -> String {
    Cell::Share(Share { ratio: Ratio { numerator, base }, excluded: None }).printed()
}

#[test]
fn nearly_all_is_never_printed_as_all() {
    assert_eq!(share(2_499, 2_500), "99.96%");
    assert_eq!(share(99_999, 100_000), "99.99%");
    assert_eq!(share(100_000, 100_000), "100%");
}

#[test]
fn nothing_to_divide_by_is_a_dash() {
    assert_eq!(share(0, 0), "—");
    assert_eq!(Cell::Average { sum: 0, count: 0 }.printed(), "—");
    let (now, then) = (Ratio { numerator: 1, base: 2 }, Ratio { numerator: 0, base: 0 });
    assert_eq!(Cell::Points { now, then }.printed(), "—");
}

#[test]
fn an_average_is_cut_off_toward_nothing() {
    assert_eq!(Cell::Average { sum: 2, count: 3 }.printed(), "0.66");
    assert_eq!(Cell::Average { sum: -2, count: 3 }.printed(), "-0.66");
}
