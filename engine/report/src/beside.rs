//! Two dates side by side: the figures of an earlier table beside those of a later one.

use std::collections::{BTreeMap, HashMap};

use crate::{Cell, Head, Level, Row, Shape, Table, cell::NO_BASE};

/// What numbers lines; the same line may have another number in another table.
const NUMBER: &str = "number";

/// What a line is of: which sum, and the words before its figures.
type Key = (Level, Vec<String>);

impl Table {
    /// The same table with the figures of `earlier`, a table of the same definition, beside its own:
    /// each measure is there twice, and its headings say of when it is. A line that only one of the
    /// two has shows 「—」 for the other; one that only the earlier has stands where it stood there.
    #[must_use]
    pub fn beside(self, earlier: &Self, (own, other): (&str, &str)) -> Self {
        let heads = &self.heads;
        let places: HashMap<Key, usize> =
            (0..).zip(&self.rows).map(|(at, row)| (key(heads, row), at)).collect();
        let mut theirs: HashMap<usize, &Row> = HashMap::new();
        // What only the earlier has, by how many of the later lines stand before it.
        let mut alone: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
        let mut before = 0_usize;
        for row in &earlier.rows {
            match places.get(&key(&earlier.heads, row)) {
                Some(at) => {
                    theirs.insert(*at, row);
                    before = at.saturating_add(1);
                }
                None => alone.entry(before).or_default().push(row),
            }
        }
        let mut rows = Vec::new();
        for at in 0..=self.rows.len() {
            let gone = alone.remove(&at).unwrap_or_default().into_iter();
            rows.extend(gone.map(|row| joined(heads, &without(heads, row), row)));
            rows.extend(self.rows.get(at).map(|row| match theirs.get(&at) {
                Some(then) => joined(heads, row, then),
                None => joined(heads, row, &without(heads, row)),
            }));
        }
        number(heads, &mut rows);
        let cut = self.cut.max(earlier.cut);
        let heads = self.heads.into_iter().flat_map(|head| twice(head, (own, other))).collect();
        Self { heads, rows, cut }
    }
}

fn key(heads: &[Head], row: &Row) -> Key {
    let names = heads.iter().zip(&row.cells).filter(|(head, _)| is_name(head));
    (row.level, names.map(|(_, cell)| cell.printed()).collect())
}

/// Whether a column says what a line is of.
fn is_name(head: &Head) -> bool {
    head.shape != Shape::Measure && head.name != NUMBER
}

/// The same line where it has no figures.
fn without(heads: &[Head], row: &Row) -> Row {
    let cells = heads.iter().zip(&row.cells).map(|(head, cell)| match head.shape {
        Shape::Measure => Cell::Text(NO_BASE.to_owned()),
        Shape::Merged | Shape::Plain => cell.clone(),
    });
    Row { level: row.level, cells: cells.collect() }
}

fn joined(heads: &[Head], now: &Row, then: &Row) -> Row {
    let cells = heads.iter().zip(&now.cells).zip(&then.cells).flat_map(|((head, now), then)| {
        let then = (head.shape == Shape::Measure).then(|| then.clone());
        std::iter::once(now.clone()).chain(then)
    });
    Row { level: now.level, cells: cells.collect() }
}

fn twice(head: Head, (own, other): (&str, &str)) -> Vec<Head> {
    if head.shape != Shape::Measure {
        return vec![head];
    }
    let of = |name: String, when: &str| Head {
        name,
        heading: format!("{}（{when}）", head.heading),
        ..head.clone()
    };
    vec![of(head.name.clone(), own), of(format!("{}_beside", head.name), other)]
}

/// Numbers the lines again, among which others now stand.
fn number(heads: &[Head], rows: &mut [Row]) {
    let Some(at) = heads.iter().position(|head| head.name == NUMBER) else { return };
    let details = rows.iter_mut().filter(|row| row.level == Level::Detail);
    for (n, row) in (1_i64..).zip(details) {
        if let Some(cell) = row.cells.get_mut(at) {
            *cell = Cell::Number(n);
        }
    }
}
