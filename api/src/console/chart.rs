//! Charts as SVG: their geometry, in whole units. Colours and sizes of letters are the sheet's.

use chrono::{Datelike as _, NaiveDate as Date};

/// The size of a curve with what stands around it.
const WIDTH: i64 = 720;
const HEIGHT: i64 = 300;
/// Where the field of the curve begins and ends.
const LEFT: i64 = 66;
const RIGHT: i64 = 630;
const TOP: i64 = 44;
const BOTTOM: i64 = 256;
/// What stands at the top: 100 %, in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// Curves over days.
pub(super) struct Curve {
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) left: i64,
    pub(super) right: i64,
    pub(super) top: i64,
    pub(super) bottom: i64,
    pub(super) levels: Vec<Mark>,
    pub(super) days: Vec<Mark>,
    pub(super) lines: Vec<Path>,
    pub(super) target: Option<Mark>,
}

/// A line of the grid, with its words.
pub(super) struct Mark {
    pub(super) at: i64,
    pub(super) label: String,
    /// Whether it is left out where there is little room.
    pub(super) is_minor: bool,
}

/// A curve, with what stands at its end.
pub(super) struct Path {
    pub(super) class: &'static str,
    pub(super) points: String,
    pub(super) end: Option<(i64, i64)>,
    /// Where the words at the end stand, so that those of two curves do not meet.
    pub(super) label_y: i64,
    pub(super) label: String,
    pub(super) name: &'static str,
}

/// A curve to be drawn: its class, what it is called, the words at its end, and a value a day in hundredths.
pub(super) struct Series {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) values: Vec<Option<i64>>,
}

/// Draws curves over these days.
pub(super) fn curve(days: &[Date], series: Vec<Series>, target: Option<Date>) -> Curve {
    let x = |at: usize| across(at, days.len());
    let mut lines: Vec<_> = series.into_iter().map(|it| path(it, days.len())).collect();
    apart(&mut lines);
    let levels = [0, 25, 50, 75, 100].map(|percent: i64| Mark {
        at: height(percent.saturating_mul(100)),
        label: format!("{percent}%"),
        is_minor: percent % 50 != 0,
    });
    let step = days.len().div_euclid(7).max(1);
    let last = days.len().saturating_sub(1);
    let shown = days.iter().enumerate().filter(|(at, _)| at.is_multiple_of(step) || *at == last);
    // The last but one may stand too near to the last.
    let near = |at: usize| at != last && last.saturating_sub(at) < step.div_ceil(2).max(1);
    let marks = shown.filter(|(at, _)| !near(*at)).map(|(at, day)| Mark {
        at: x(at),
        label: format!("{}-{}", day.month(), day.day()),
        is_minor: !at.div_euclid(step).is_multiple_of(2) && at != last,
    });
    let target = target.and_then(|target| {
        let at = days.iter().position(|day| *day == target)?;
        let label = format!("{}-{}", target.month(), target.day());
        Some(Mark { at: x(at), label, is_minor: false })
    });
    Curve {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: RIGHT,
        top: TOP,
        bottom: BOTTOM,
        levels: levels.into(),
        days: marks.collect(),
        lines,
        target,
    }
}

fn path(Series { class, name, label, values }: Series, count: usize) -> Path {
    let point = |(at, value): (usize, &Option<i64>)| Some((across(at, count), height((*value)?)));
    let points: Vec<_> = values.iter().enumerate().filter_map(point).collect();
    let end = points.last().copied();
    let points = points.iter().map(|(x, y)| format!("{x},{y}"));
    let points = points.collect::<Vec<_>>().join(" ");
    Path { class, points, end, label_y: end.map_or(BOTTOM, |(_, y)| y), label, name }
}

/// Moves the words at the ends of curves as far apart as they need.
fn apart(lines: &mut [Path]) {
    const ROOM: i64 = 34;
    lines.sort_by_key(|line| line.label_y);
    let mut free = TOP;
    for line in lines.iter_mut() {
        line.label_y = line.label_y.max(free).min(BOTTOM);
        free = line.label_y.saturating_add(ROOM);
    }
}

fn across(at: usize, count: usize) -> i64 {
    let last = i64::try_from(count.saturating_sub(1)).unwrap_or(1).max(1);
    let at = i64::try_from(at).unwrap_or(0);
    let room = RIGHT.saturating_sub(LEFT);
    LEFT.saturating_add(room.saturating_mul(at).div_euclid(last))
}

fn height(hundredths: i64) -> i64 {
    let room = BOTTOM.saturating_sub(TOP);
    BOTTOM.saturating_sub(room.saturating_mul(hundredths).div_euclid(WHOLE))
}

/// How long a bar of a hundred units is; none where there is no base.
pub(super) fn bar(numerator: u64, base: u64) -> u64 {
    numerator.saturating_mul(100).checked_div(base).unwrap_or(0).min(100)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate as Date;

    use super::{BOTTOM, LEFT, RIGHT, Series, TOP, bar, curve};

    #[test]
    fn a_curve_goes_from_its_first_day_to_its_last_and_words_do_not_meet() {
        let first = Date::from_ymd_opt(2020, 2, 27).unwrap();
        let days: Vec<_> = first.iter_days().take(5).collect();
        let of = |class, values: [Option<i64>; 5]| Series {
            class,
            name: class,
            label: String::new(),
            values: values.into(),
        };
        let series = vec![
            of("a", [Some(0), Some(2_500), None, Some(10_000), Some(10_000)]),
            of("b", [None, Some(0), Some(0), Some(0), Some(9_900)]),
        ];
        let drawn = curve(&days, series, Date::from_ymd_opt(2020, 2, 29));
        let [a, b] = drawn.lines.as_slice() else { panic!("two curves") };
        assert!(a.points.starts_with(&format!("{LEFT},{BOTTOM} ")), "{}", a.points);
        assert_eq!(a.end, Some((RIGHT, TOP)));
        assert_eq!(a.points.split(' ').count(), 4, "a day without a base is left out");
        assert!(a.label_y + 20 <= b.label_y);
        assert_eq!(drawn.target.unwrap().label, "2-29");
        assert_eq!(drawn.days.first().map(|day| day.label.as_str()), Some("2-27"));
        assert_eq!(drawn.days.last().map(|day| (day.label.as_str(), day.at)), Some(("3-2", RIGHT)));
        let nothing = curve(&[], Vec::new(), None);
        assert!(nothing.days.is_empty() && nothing.target.is_none());
    }

    #[test]
    fn a_bar_is_as_long_as_its_part() {
        let cases = [(0, 0, 0), (0, 7, 0), (1, 3, 33), (7, 7, 100), (2499, 2500, 99)];
        for (numerator, base, is) in cases {
            assert_eq!(bar(numerator, base), is, "{numerator} of {base}");
        }
    }
}
