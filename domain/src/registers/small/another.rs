//! Whether figures that are left out stay open where sums cross.
//!
//! A district is summed up by place, by trade and by township. Each breakdown by itself may tell
//! nothing, and all of them together everything. So for what is left out an example is looked for:
//! other figures with the same sums. One figure is moved by one, and what this puts out of balance is
//! set right by moving others. Where no example is found, one more sum is to be left out.

use std::collections::BTreeMap;

use super::LARGEST;

/// How many figures are moved at most, and how many moves are tried. An example that needs more is
/// none: then more is left out than has to be, and never less.
const MOVES: usize = 6;
const TRIED: usize = 2_000;

/// Small reports that are in the same groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The sums that are shown of which they are part.
    pub(super) sums: Vec<usize>,
    /// How many they are.
    pub(super) count: u64,
    /// What they come to.
    pub(super) rest: u64,
}

/// Whether other figures have the same sums, among them such that the parts `of` come to something
/// else.
pub(super) fn is_open(parts: &[Part], of: &[usize]) -> bool {
    let mut search =
        Search { parts, of, moved: vec![0; parts.len()], apart: BTreeMap::new(), left: TRIED };
    of.iter().any(|part| [1, -1].into_iter().any(|by| search.moves(*part, by, MOVES)))
}

struct Search<'a> {
    parts: &'a [Part],
    of: &'a [usize],
    /// By how much each part is another.
    moved: Vec<i64>,
    /// By how much sums are others than they are shown.
    apart: BTreeMap<usize, i64>,
    left: usize,
}

impl Search<'_> {
    /// Moves a part, and then others until every sum is what it was; whether that can be done.
    fn moves(&mut self, part: usize, by: i64, most: usize) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || !self.may_move(part, by) {
            return false;
        }
        self.shift(part, by);
        let found = self.settles(most.saturating_sub(1));
        self.shift(part, by.saturating_neg());
        found
    }

    fn settles(&mut self, most: usize) -> bool {
        let Some((sum, by)) = self.apart.iter().next().map(|(sum, by)| (*sum, by.signum())) else {
            let moved = self.of.iter().filter_map(|part| self.moved.get(*part));
            return moved.fold(0_i64, |all, by| all.saturating_add(*by)) != 0;
        };
        if most == 0 {
            return false;
        }
        let back = by.saturating_neg();
        let its = self.parts.iter().enumerate().filter(|(_, part)| part.sums.contains(&sum));
        let mut next: Vec<(u64, usize)> =
            its.map(|(n, part)| (self.left_apart(part, back), n)).collect();
        next.sort_unstable();
        next.into_iter().any(|(_, part)| self.moves(part, back, most))
    }

    /// How far sums would be apart if a part were moved.
    fn left_apart(&self, part: &Part, by: i64) -> u64 {
        let apart = |sum: &usize| self.apart.get(sum).copied().unwrap_or_default();
        let now = self.apart.values().fold(0_u64, |all, by| all.saturating_add(by.unsigned_abs()));
        part.sums.iter().fold(now, |all, sum| {
            let (was, is) = (apart(sum), apart(sum).saturating_add(by));
            all.saturating_sub(was.unsigned_abs()).saturating_add(is.unsigned_abs())
        })
    }

    /// Whether its reports can say so much more or less, and it was not moved the other way.
    fn may_move(&self, part: usize, by: i64) -> bool {
        let Some((Part { count, rest, .. }, moved)) =
            self.parts.get(part).zip(self.moved.get(part))
        else {
            return false;
        };
        let most = count.saturating_mul(LARGEST);
        let to = rest.checked_add_signed(moved.saturating_add(by));
        to.is_some_and(|to| to <= most) && moved.signum() != by.saturating_neg()
    }

    fn shift(&mut self, part: usize, by: i64) {
        if let Some(moved) = self.moved.get_mut(part) {
            *moved = moved.saturating_add(by);
        }
        for sum in self.parts.get(part).into_iter().flat_map(|part| &part.sums) {
            let apart = self.apart.entry(*sum).or_default();
            *apart = apart.saturating_add(by);
            if *apart == 0 {
                self.apart.remove(sum);
            }
        }
    }
}
