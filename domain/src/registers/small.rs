//! Small figures, and what they could be computed from.
//!
//! A figure that may point at single persons is left out where it is small. That hides nothing if it
//! is what remains of a total when the parts that are shown are taken off. So of each sum — a group
//! over its enterprises, the district over its groups — either several parts are left out that share
//! the rest between them, or the sum is left out as well. What single reports say is shown as it is
//! or left out by its own size, here and wherever else they are read. Where breakdowns cross, several
//! sums together tell nothing either ([`another`]).

mod another;

use std::collections::{BTreeMap, BTreeSet};

use super::SMALL;
use another::{Part, is_open};

/// The largest figure that is small.
const LARGEST: u64 = 4;
const _: () = assert!(SMALL == 5, "the largest small figure is one less");

/// A group of a sum: by what, and which.
pub(super) type Group = (usize, String);

/// What is summed up in a group, of one figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
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
    fn add(&mut self, figure: u64) {
        self.all = self.all.saturating_add(figure);
        if is_small(figure) {
            self.few = self.few.saturating_add(1);
            self.rest = self.rest.saturating_add(figure);
        }
    }
}

/// Whether a figure is so small that it may point at single persons.
pub(super) fn is_small(figure: u64) -> bool {
    usize::try_from(figure).is_ok_and(|it| it < SMALL)
}

/// Whether so many figures that are left out, which come to `rest`, are known by that: one alone,
/// and several that are nothing each, or each as large as a small one may be.
fn tells(count: u64, rest: u64) -> bool {
    count == 1 || (0 < count && (rest == 0 || rest == count.saturating_mul(LARGEST)))
}

/// One figure of all reports, summed up in groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures {
    sums: BTreeMap<Group, Sum>,
    /// The small ones by the groups they are in: how many, and what they come to.
    small: BTreeMap<BTreeSet<Group>, (u64, u64)>,
}

impl Figures {
    /// Adds what a report says, if it says something, to the groups that it is in. Who says nothing
    /// adds nothing, and there is nothing of his to find out.
    pub(super) fn add(&mut self, groups: BTreeSet<Group>, figure: Option<u64>) {
        for group in &groups {
            let sum = self.sums.entry(group.clone()).or_default();
            if let Some(figure) = figure {
                sum.add(figure);
            }
        }
        if let Some(figure) = figure.filter(|figure| is_small(*figure)) {
            let (count, rest) = self.small.entry(groups).or_default();
            *count = count.saturating_add(1);
            *rest = rest.saturating_add(figure);
        }
    }

    /// Whether the sum of a group is left out.
    pub(super) fn is_hidden(&self, group: &Group) -> bool {
        self.sums.get(group).is_some_and(|sum| sum.hidden)
    }

    /// Says of each sum whether it is left out. The sum of all is that of rank 0.
    pub(super) fn leave_out(&mut self) {
        for sum in self.sums.values_mut() {
            sum.hidden = is_small(sum.all) || tells(sum.few, sum.rest);
        }
        let ranks: BTreeSet<usize> =
            self.sums.keys().map(|(rank, _)| *rank).filter(|it| 0 < *it).collect();
        loop {
            // What is left out for one breakdown may have to be for another: until none says more.
            while ranks.iter().any(|rank| complements(&mut self.sums, *rank)) {}
            let Some(sum) = self.crossed().and_then(|group| self.sums.get_mut(&group)) else {
                return;
            };
            sum.hidden = true;
        }
    }

    /// A sum that is shown, and with the others tells what is left out.
    fn crossed(&self) -> Option<Group> {
        let shown = self.sums.iter().filter(|(_, sum)| !sum.hidden && 0 < sum.few);
        let shown: Vec<_> = shown.collect();
        let numbers = |groups: &BTreeSet<Group>| {
            let its = shown.iter().enumerate().filter(|(_, (group, _))| groups.contains(*group));
            its.map(|(n, _)| n).collect()
        };
        let parts: Vec<Part> = self
            .small
            .iter()
            .map(|(groups, (count, rest))| Part {
                sums: numbers(groups),
                count: *count,
                rest: *rest,
            })
            .collect();
        let reports = parts.iter().enumerate();
        let reports =
            reports.filter(|(_, part)| tells(part.count, part.rest)).map(|(n, _)| vec![n]);
        let few =
            self.sums.iter().filter(|(_, sum)| sum.hidden && is_small(sum.all) && 0 < sum.few);
        let few = few.map(|(group, _)| {
            let its = self.small.keys().enumerate().filter(|(_, groups)| groups.contains(group));
            its.map(|(n, _)| n).collect()
        });
        let told = reports.chain(few).find(|of| !is_open(&parts, of))?;
        let its = told.iter().filter_map(|n| parts.get(*n)).flat_map(|part| &part.sums);
        let its = its.filter_map(|n| shown.get(*n)).min_by_key(|(_, sum)| sum.all);
        its.map(|(group, _)| (*group).clone())
    }
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

    /// What one report says, and in which groups it is: of three breakdowns.
    type Told = (u64, u8, u8, u8);

    fn groups((_, place, trade, town): &Told) -> BTreeSet<Group> {
        let parts = [place, trade, town].into_iter().zip(1..);
        parts.map(|(part, rank)| (rank, part.to_string())).chain([(0, "all".to_owned())]).collect()
    }

    fn summed(told: &[Told]) -> Figures {
        let mut figures = Figures::default();
        figures.sums.entry((0, "all".to_owned())).or_default();
        for report in told {
            figures.add(groups(report), Some(report.0));
        }
        figures.leave_out();
        figures
    }

    /// What somebody knows of parts that are left out, who takes those that are shown off the total:
    /// whether more than one division of the rest is possible.
    fn is_divided(total: u64, parts: &[(u64, bool)], at_most: u64) -> bool {
        let hidden: Vec<u64> =
            parts.iter().filter(|(_, hidden)| *hidden).map(|(it, _)| *it).collect();
        let shown = parts.iter().filter(|(_, hidden)| !hidden).map(|(it, _)| *it);
        let rest = shown.fold(total, u64::saturating_sub);
        let count = u64::try_from(hidden.len()).unwrap();
        hidden.is_empty() || (1 < count && 0 < rest && rest < at_most.saturating_mul(count))
    }

    /// All figures that the small reports may have said, by the sums that are shown.
    fn possible(told: &[Told], figures: &Figures) -> (Vec<BTreeSet<Group>>, Vec<Vec<u64>>) {
        let small: Vec<_> = told.iter().filter(|it| is_small(it.0)).collect();
        let places: Vec<_> = small.iter().map(|it| groups(it)).collect();
        let shown: Vec<_> = figures.sums.iter().filter(|(_, sum)| !sum.hidden).collect();
        let mut all: Vec<Vec<u64>> = vec![Vec::new()];
        for _report in &small {
            let more = |said: Vec<u64>| (0..=LARGEST).map(move |it| [&said[..], &[it]].concat());
            all = all.into_iter().flat_map(more).collect();
        }
        let fits = |said: &Vec<u64>| {
            shown.iter().all(|(group, sum)| {
                let its = said.iter().zip(&places).filter(|(_, groups)| groups.contains(*group));
                its.map(|(it, _)| *it).sum::<u64>() == sum.rest
            })
        };
        (places.clone(), all.into_iter().filter(fits).collect())
    }

    fn report(largest: u64) -> impl Strategy<Value = Told> {
        (prop_oneof![2 => 0_u64..5, 1 => 0..largest], 0_u8..2, 0_u8..3, 0_u8..4)
    }

    proptest! {
        /// Of every sum that is shown, what is left out of its parts stays open: over the reports of
        /// a group, and over the groups of the district.
        #[test]
        fn nothing_left_out_is_what_remains_of_a_total(
            told in prop::collection::vec(report(30), 0..12),
        ) {
            let sums = &summed(&told).sums;
            let shown = |group: &Group| sums.get(group).filter(|sum| !sum.hidden);
            for (group, sum) in sums.iter().filter(|(_, sum)| !sum.hidden) {
                let own = |it: &&Told| groups(it).contains(group);
                let parts: Vec<_> = told.iter().filter(own).map(|it| (it.0, is_small(it.0))).collect();
                prop_assert!(is_divided(sum.all, &parts, 4), "{group:?} of {told:?}: {sums:?}");
            }
            for rank in [1, 2, 3] {
                let parts: Vec<_> = sums.iter().filter(|((own, _), _)| *own == rank).collect();
                if let Some(all) = shown(&(0, "all".to_owned())) {
                    let parts: Vec<_> = parts.iter().map(|(_, it)| (it.all, it.hidden)).collect();
                    prop_assert!(is_divided(all.all, &parts, u64::MAX), "{rank} of {told:?}: {sums:?}");
                } else if !told.is_empty() {
                    // A total that is left out is not the sum of parts that are all shown.
                    prop_assert!(parts.iter().any(|(_, it)| it.hidden), "{told:?}: {sums:?}");
                }
                // What is left out of a breakdown cannot be added up from reports that are shown.
                for (group, sum) in parts.iter().filter(|(_, sum)| sum.hidden) {
                    prop_assert!(0 < sum.few, "{group:?} of {told:?}: {sums:?}");
                }
            }
        }

        /// Whoever takes all sums together that are shown, and tries every figure that is small, finds
        /// out none: for each report and each small sum there are two that fit.
        #[test]
        fn all_sums_together_tell_nothing(told in prop::collection::vec(report(20), 1..7)) {
            let figures = summed(&told);
            let (places, possible) = possible(&told, &figures);
            let is_known = |of: &dyn Fn(&[u64]) -> u64| {
                possible.iter().map(|said| of(said)).collect::<BTreeSet<_>>().len() < 2
            };
            for n in 0..places.len() {
                prop_assert!(!is_known(&|said| said[n]), "report {n} of {told:?}: {figures:?}");
            }
            for (group, sum) in &figures.sums {
                let small = sum.hidden && is_small(sum.all) && 0 < sum.few;
                let of = |said: &[u64]| {
                    let its = said.iter().zip(&places).filter(|(_, groups)| groups.contains(group));
                    its.map(|(it, _)| *it).sum()
                };
                prop_assert!(!small || !is_known(&of), "{group:?} of {told:?}: {figures:?}");
            }
        }
    }

    #[test]
    fn the_rest_of_a_total_is_left_out_with_it() {
        // 9 and 3 beside each other, and 12 together.
        let sums = summed(&[(9, 1, 1, 0), (3, 2, 1, 0)]).sums;
        assert!(sums.values().filter(|sum| !sum.hidden).all(|sum| sum.few == 0), "{sums:?}");
        let large = summed(&[(9, 1, 1, 0), (8, 2, 2, 0)]).sums;
        assert!(large.values().all(|sum| !sum.hidden), "{large:?}");
        let three = summed(&[(9, 1, 1, 0), (3, 1, 2, 0), (2, 1, 2, 0), (4, 1, 1, 0)]).sums;
        assert!(!three[&(0, "all".to_owned())].hidden, "{three:?}");
    }

    /// The trade 0 comes to 10 and the place 1 to 6 without its 8: so whoever is in the trade and not in
    /// the place said 4. Each breakdown by itself leaves that open.
    #[test]
    fn breakdowns_that_cross_leave_nothing_to_be_solved() {
        let told =
            [(4, 1, 0, 0), (8, 1, 1, 0), (2, 1, 0, 0), (4, 0, 0, 0), (2, 0, 1, 0), (0, 0, 1, 0)];
        let figures = summed(&told);
        let hidden = |rank: usize| {
            let mut sums = figures.sums.iter().filter(|((own, _), _)| *own == rank);
            sums.any(|(_, sum)| sum.hidden)
        };
        assert!(hidden(1) || hidden(2), "{figures:?}");
    }
}
