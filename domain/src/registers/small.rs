//! Small figures, and what they could be computed from.
//!
//! A figure that may point at single persons is left out where it is small. That hides nothing if it
//! is what remains of a total when the parts that are shown are taken off. So of each sum — a group
//! over its enterprises, the district over its groups — either several parts are left out that share
//! the rest between them, or the sum is left out as well. What single reports say is shown as it is
//! or left out by its own size, here and wherever else they are read.

use std::collections::BTreeMap;

use super::SMALL;

/// A group of a sum: by what, and which.
pub(super) type Group = (usize, String);

/// What is summed up in a group, of one figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// All of it.
    all: u64,
    /// How many of its reports say something small.
    few: u64,
    /// What these come to.
    rest: u64,
    /// Whether it is left out.
    hidden: bool,
}

impl Sum {
    pub(super) fn add(&mut self, figure: u64) {
        self.all = self.all.saturating_add(figure);
        if is_small(figure) {
            self.few = self.few.saturating_add(1);
            self.rest = self.rest.saturating_add(figure);
        }
    }

    pub(super) fn is_hidden(self) -> bool {
        self.hidden
    }
}

/// Whether a figure is so small that it may point at single persons.
pub(super) fn is_small(figure: u64) -> bool {
    usize::try_from(figure).is_ok_and(|it| it < SMALL)
}

/// Whether so many figures that are left out, which come to `rest`, are known by that: one alone,
/// and several that are nothing each, or each as large as a small one may be.
fn tells(count: u64, rest: u64) -> bool {
    let largest = u64::try_from(SMALL).unwrap_or(u64::MAX).saturating_sub(1);
    count == 1 || (0 < count && (rest == 0 || rest == count.saturating_mul(largest)))
}

/// Says of each sum of one figure whether it is left out. The sum of all is that of rank 0.
pub(super) fn leave_out(sums: &mut BTreeMap<Group, Sum>) {
    for sum in sums.values_mut() {
        sum.hidden = is_small(sum.all) || tells(sum.few, sum.rest);
    }
    let mut ranks: Vec<usize> = sums.keys().map(|(rank, _)| *rank).filter(|it| 0 < *it).collect();
    ranks.dedup();
    // What is left out for one breakdown may have to be for another: until none says more.
    while ranks.iter().any(|rank| complements(sums, *rank)) {}
}

/// Leaves out one more sum, if the breakdown tells what is left out; whether it did.
fn complements(sums: &mut BTreeMap<Group, Sum>, rank: usize) -> bool {
    let Some((whole, total)) = sums.iter().find(|((rank, _), _)| *rank == 0) else { return false };
    let (whole, total) = (whole.clone(), *total);
    let parts = || sums.iter().filter(|((own, _), _)| *own == rank);
    let add = |sum: u64, (_, part): (&Group, &Sum)| sum.saturating_add(part.all);
    let hidden = parts().filter(|(_, part)| part.hidden);
    let (count, rest) = (hidden.clone().count(), hidden.fold(0, add));
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let told = if total.hidden { count == 0 } else { tells(count, rest) };
    if !told {
        return false;
    }
    // A part of which every report is shown can be added up from these.
    let free = parts().filter(|(_, part)| !part.hidden && 0 < part.few);
    let next = free.min_by_key(|(_, part)| part.all).map(|(group, _)| group.clone());
    let next = next.or_else(|| (!total.hidden).then_some(whole));
    let next = next.and_then(|group| sums.get_mut(&group));
    next.is_some_and(|sum| {
        sum.hidden = true;
        true
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What one report says, and in which groups it is: of two breakdowns.
    type Told = (u64, u8, u8);

    fn summed(told: &[Told]) -> BTreeMap<Group, Sum> {
        let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
        sums.entry((0, "all".to_owned())).or_default();
        for (figure, place, trade) in told {
            let groups = [(0, "all".to_owned()), (1, place.to_string()), (2, trade.to_string())];
            for group in groups {
                sums.entry(group).or_default().add(*figure);
            }
        }
        leave_out(&mut sums);
        sums
    }

    /// What somebody knows of parts that are left out, who takes those that are shown off the total:
    /// whether more than one division of the rest is possible.
    fn is_open(total: u64, parts: &[(u64, bool)], at_most: u64) -> bool {
        let hidden: Vec<u64> =
            parts.iter().filter(|(_, hidden)| *hidden).map(|(it, _)| *it).collect();
        let shown = parts.iter().filter(|(_, hidden)| !hidden).map(|(it, _)| *it);
        let rest = shown.fold(total, u64::saturating_sub);
        let count = u64::try_from(hidden.len()).unwrap();
        hidden.is_empty() || (1 < count && 0 < rest && rest < at_most.saturating_mul(count))
    }

    proptest! {
        /// Of every sum that is shown, what is left out of its parts stays open: over the reports of
        /// a group, and over the groups of the district.
        #[test]
        fn nothing_left_out_is_what_remains_of_a_total(
            told in prop::collection::vec((prop_oneof![0_u64..5, 0_u64..30], 0_u8..4, 0_u8..3), 0..12),
        ) {
            let sums = summed(&told);
            let shown = |group: &Group| sums.get(group).filter(|sum| !sum.is_hidden());
            for (group, sum) in sums.iter().filter(|(_, sum)| !sum.is_hidden()) {
                let own = |(_, place, trade): &&Told| match group.0 {
                    0 => true,
                    1 => place.to_string() == group.1,
                    _ => trade.to_string() == group.1,
                };
                let parts: Vec<_> = told.iter().filter(own).map(|it| (it.0, is_small(it.0))).collect();
                prop_assert!(is_open(sum.all, &parts, 4), "{group:?} of {told:?}: {sums:?}");
            }
            for rank in [1, 2] {
                let parts: Vec<_> = sums.iter().filter(|((own, _), _)| *own == rank).collect();
                if let Some(all) = shown(&(0, "all".to_owned())) {
                    let parts: Vec<_> = parts.iter().map(|(_, it)| (it.all, it.is_hidden())).collect();
                    prop_assert!(is_open(all.all, &parts, u64::MAX), "{rank} of {told:?}: {sums:?}");
                } else if !told.is_empty() {
                    // A total that is left out is not the sum of parts that are all shown.
                    prop_assert!(parts.iter().any(|(_, it)| it.is_hidden()), "{told:?}: {sums:?}");
                }
                // What is left out of a breakdown cannot be added up from reports that are shown.
                for (group, sum) in parts.iter().filter(|(_, sum)| sum.is_hidden()) {
                    prop_assert!(0 < sum.few, "{group:?} of {told:?}: {sums:?}");
                }
            }
        }
    }

    #[test]
    fn the_rest_of_a_total_is_left_out_with_it() {
        // 9 and 3 beside each other, and 12 together.
        let sums = summed(&[(9, 1, 1), (3, 2, 1)]);
        assert!(sums.values().filter(|sum| !sum.is_hidden()).all(|sum| sum.few == 0), "{sums:?}");
        let large = summed(&[(9, 1, 1), (8, 2, 2)]);
        assert!(large.values().all(|sum| !sum.is_hidden()), "{large:?}");
        let three = summed(&[(9, 1, 1), (3, 1, 2), (2, 1, 2), (4, 1, 1)]);
        assert!(!three[&(0, "all".to_owned())].is_hidden(), "{three:?}");
    }
}
