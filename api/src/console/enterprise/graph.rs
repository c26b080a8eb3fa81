//! Reasons as a graph: events in layers, each below what it rests on, and the fact below all. Whole
//! units of SVG; colours and sizes of letters are the sheet's.

use std::collections::BTreeMap;

/// The size of a box, and the room between boxes.
const WIDE: i64 = 232;
const HIGH: i64 = 78;
const ASIDE: i64 = 22;
const BELOW: i64 = 46;
/// What stands around the whole.
const EDGE: i64 = 10;
/// So many letters stand in a line of a box, one of ASCII counting half; and so many lines.
const LETTERS: usize = 28;
const LINES: usize = 2;
/// The most events that are drawn: the last ones.
const DRAWN: usize = 28;
/// The most boxes in a row of the drawing.
const ROW: usize = 5;

/// An event that is to be drawn.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) head: String,
    pub(super) text: String,
    pub(super) rests_on: Vec<String>,
    /// Whether it happened to what the fact is about.
    pub(super) is_own: bool,
}

/// The drawing.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) boxes: Vec<Drawn>,
    pub(super) arrows: Vec<String>,
    pub(super) is_cut: bool,
}

/// A box with its lines.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) wide: i64,
    pub(super) high: i64,
    pub(super) class: &'static str,
    /// Each with where it stands.
    pub(super) lines: Vec<(i64, String)>,
}

/// Draws what leads to a fact; none where nothing does.
pub(super) fn graph(nodes: Vec<Node>, (head, text): (&str, &str)) -> Option<Graph> {
    let all = nodes.len();
    let nodes: Vec<Node> = nodes.into_iter().skip(all.saturating_sub(DRAWN)).collect();
    let last = nodes.last()?.id.clone();
    let rows = rows(&nodes);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(1);
    let across = |at: usize, of: usize| {
        let step = WIDE.saturating_add(ASIDE);
        let spare = step.saturating_mul(whole(widest.saturating_sub(of))).div_euclid(2);
        EDGE.saturating_add(spare).saturating_add(step.saturating_mul(whole(at)))
    };
    let down =
        |row: usize| EDGE.saturating_add(HIGH.saturating_add(BELOW).saturating_mul(whole(row)));
    let mut places: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut boxes = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        for (at, node) in row.iter().enumerate() {
            let place = (across(at, row.len()), down(number));
            places.insert(node.id.as_str(), place);
            let class = if node.is_own { "own" } else { "other" };
            boxes.push(boxed(place, class, &node.head, &node.text));
        }
    }
    let end = (across(0, 1), down(rows.len()));
    boxes.push(boxed(end, "fact", head, text));
    let mut arrows = Vec::new();
    for node in &nodes {
        let Some(to) = places.get(node.id.as_str()) else { continue };
        let from = node.rests_on.iter().filter_map(|on| places.get(on.as_str()));
        arrows.extend(from.map(|from| arrow(*from, *to)));
    }
    let own = nodes.iter().rfind(|node| node.is_own).map_or(last.as_str(), |node| node.id.as_str());
    arrows.extend(places.get(own).map(|from| arrow(*from, end)));
    let width = across(widest.saturating_sub(1), widest).saturating_add(WIDE).saturating_add(EDGE);
    let height = end.1.saturating_add(HIGH).saturating_add(EDGE);
    Some(Graph { width, height, boxes, arrows, is_cut: DRAWN < all })
}

/// The events row by row: each below all that it rests on.
fn rows(nodes: &[Node]) -> Vec<Vec<&Node>> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows: Vec<Vec<&Node>> = Vec::new();
    for node in nodes {
        let above = node.rests_on.iter().filter_map(|on| depths.get(on.as_str()));
        let mut depth = above.max().map_or(0, |depth| depth.saturating_add(1));
        // What has no room goes below; nothing that comes later stands above what it rests on.
        while rows.get(depth).is_some_and(|row| ROW <= row.len()) {
            depth = depth.saturating_add(1);
        }
        while rows.len() <= depth {
            rows.push(Vec::new());
        }
        depths.insert(node.id.as_str(), depth);
        if let Some(row) = rows.get_mut(depth) {
            row.push(node);
        }
    }
    rows
}

fn boxed((x, y): (i64, i64), class: &'static str, head: &str, text: &str) -> Drawn {
    let lines = std::iter::once(head.to_owned()).chain(wrapped(text));
    let at = |(n, line): (usize, String)| {
        (y.saturating_add(22).saturating_add(whole(n).saturating_mul(21)), line)
    };
    Drawn { x, y, wide: WIDE, high: HIGH, class, lines: lines.enumerate().map(at).collect() }
}

/// A text in lines that fit into a box; what is left over is cut off.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0_usize;
    for letter in text.chars() {
        let needs = if letter.is_ascii() { 1 } else { 2 };
        if LETTERS < used.saturating_add(needs) {
            if lines.len() == LINES {
                if let Some(last) = lines.last_mut() {
                    last.pop();
                    last.push('…');
                }
                return lines;
            }
            lines.push(String::new());
            used = 0;
        }
        used = used.saturating_add(needs);
        if let Some(last) = lines.last_mut() {
            last.push(letter);
        }
    }
    lines
}

/// From below one box to above another.
fn arrow(from: (i64, i64), to: (i64, i64)) -> String {
    let middle = |(x, _): (i64, i64)| x.saturating_add(WIDE.div_euclid(2));
    let (x0, y0) = (middle(from), from.1.saturating_add(HIGH));
    let (x1, y1) = (middle(to), to.1.saturating_sub(7));
    let bend = y1.saturating_sub(y0).div_euclid(2).max(12);
    let (y2, y3) = (y0.saturating_add(bend), y1.saturating_sub(bend));
    format!("M{x0} {y0}C{x0} {y2} {x1} {y3} {x1} {y1}")
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{DRAWN, Node, ROW, graph, rows, wrapped};

    fn node(id: usize, rests_on: &[usize]) -> Node {
        Node {
            id: id.to_string(),
            head: id.to_string(),
            text: "责令限期整改".to_owned(),
            rests_on: rests_on.iter().map(ToString::to_string).collect(),
            is_own: id == 3,
        }
    }

    const FACT: (&str, &str) = ("责令", "状态：逾期");

    #[test]
    fn each_stands_below_what_it_rests_on_and_the_fact_below_all() {
        let nodes = vec![node(1, &[]), node(2, &[1]), node(3, &[1]), node(4, &[2, 3])];
        let drawn = graph(nodes, FACT).unwrap();
        let heights: Vec<_> = drawn.boxes.iter().map(|it| it.y).collect();
        assert!(heights[0] < heights[1] && heights[1] == heights[2] && heights[2] < heights[3]);
        assert!(heights[3] < heights[4], "the fact is the last");
        // Four between events, and one from what happened last to the thing itself.
        assert_eq!(drawn.arrows.len(), 5);
        assert_eq!(
            drawn.boxes.iter().map(|it| it.class).collect::<Vec<_>>(),
            ["other", "other", "own", "other", "fact"]
        );
        let last = drawn.boxes.last().unwrap();
        assert!(last.x >= 0 && last.x + last.wide <= drawn.width && last.y < drawn.height);
        assert!(!drawn.is_cut && graph(Vec::new(), FACT).is_none());
    }

    #[test]
    fn a_row_has_an_end_and_so_has_a_drawing() {
        let nodes: Vec<_> = (0..DRAWN + 9).map(|id| node(id, &[])).collect();
        let rows = rows(&nodes);
        assert!(rows.iter().all(|row| row.len() <= ROW));
        let drawn = graph(nodes, FACT).unwrap();
        assert_eq!((drawn.boxes.len(), drawn.is_cut), (DRAWN + 1, true));
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(wrapped("短"), ["短"]);
        let cut = wrapped(&"责令限期整改，".repeat(9));
        assert_eq!((cut.len(), cut[1].chars().last()), (2, Some('…')));
        assert_eq!(wrapped(""), [""]);
    }
}
