//! Ratios as they are read: exact, and never rounded up to a hundred.

use serde::Serialize;

/// A ratio with all that it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ratio {
    /// How many of the base.
    pub numerator: usize,
    /// Of how many.
    pub base: usize,
}

impl Ratio {
    /// Per cent with two decimals, cut off and not rounded, so that 99.996 % never prints as
    /// 100 %; 「—」 where there is no base.
    pub fn percent(self) -> String {
        match self.hundredths() {
            None => "—".to_owned(),
            Some(_) if self.numerator == self.base => "100%".to_owned(),
            Some(parts) => format!("{}.{:02}%", parts.div_euclid(100), parts.rem_euclid(100)),
        }
    }

    /// The difference to an earlier ratio in percentage points, with sign and two decimals.
    pub fn points_since(self, before: Self) -> String {
        let parts = self.hundredths().zip(before.hundredths());
        let parts = parts.and_then(|(now, then)| now.checked_sub(then));
        match parts {
            None => "—".to_owned(),
            Some(0) => "0.00".to_owned(),
            Some(parts) => {
                let sign = if parts < 0 { '-' } else { '+' };
                let parts = parts.unsigned_abs();
                format!("{sign}{}.{:02}", parts.div_euclid(100), parts.rem_euclid(100))
            }
        }
    }

    /// Hundredths of a per cent, cut off: what is printed. None where there is no base.
    pub fn hundredths(self) -> Option<i64> {
        let parts = u128::try_from(self.numerator).ok()?.checked_mul(10_000)?;
        i64::try_from(parts.checked_div(u128::try_from(self.base).ok()?)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;

    #[test]
    fn a_ratio_short_of_the_whole_never_prints_as_a_hundred() {
        let nearly = Ratio { numerator: 99_999, base: 100_000 };
        assert_eq!(nearly.percent(), "99.99%");
        assert_eq!(Ratio { numerator: 2_499, base: 2_500 }.percent(), "99.96%");
        assert_eq!(Ratio { numerator: 7, base: 7 }.percent(), "100%");
    }

    #[test]
    fn no_base_prints_as_a_dash() {
        assert_eq!(Ratio { numerator: 0, base: 0 }.percent(), "—");
        let some = Ratio { numerator: 1, base: 2 };
        assert_eq!(some.points_since(Ratio { numerator: 0, base: 0 }), "—");
    }

    #[test]
    fn points_carry_their_sign() {
        let half = Ratio { numerator: 1, base: 2 };
        let third = Ratio { numerator: 1, base: 3 };
        assert_eq!(half.points_since(third), "+16.67");
        assert_eq!(third.points_since(half), "-16.67");
        assert_eq!(half.points_since(half), "0.00");
    }
}
