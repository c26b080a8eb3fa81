//! How figures and days are written.

use chrono::NaiveDate as Date;

use crate::definition::DateForm;

/// How the figures of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberForm {
    /// With how many decimals what is no whole number is written, cut off: two at most.
    pub decimals: u8,
    /// Whether there are separators between thousands: 12,345.
    pub thousands: bool,
}

impl NumberForm {
    /// With two decimals and without separators.
    pub const PLAIN: Self = Self { decimals: 2, thousands: false };

    /// The same without separators: as a program reads figures.
    #[must_use]
    pub fn raw(self) -> Self {
        Self { thousands: false, ..self }
    }

    /// Hundredths without those that are not printed: cut off, never rounded.
    pub(crate) fn cut(self, hundredths: i64) -> i64 {
        let part = match self.decimals {
            0 => 100,
            1 => 10,
            _ => 1,
        };
        hundredths.saturating_sub(hundredths.checked_rem(part).unwrap_or_default())
    }

    /// A number of hundredths, cut off.
    pub(crate) fn decimal(self, hundredths: i64) -> String {
        let kept = self.cut(hundredths);
        let (sign, kept) = (if kept < 0 { "-" } else { "" }, kept.unsigned_abs());
        let whole = self.separated(&kept.div_euclid(100).to_string());
        let rest = kept.rem_euclid(100);
        match self.decimals {
            0 => format!("{sign}{whole}"),
            1 => format!("{sign}{whole}.{}", rest.div_euclid(10)),
            _ => format!("{sign}{whole}.{rest:02}"),
        }
    }

    /// A whole number.
    pub(crate) fn whole(self, number: i64) -> String {
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}", self.separated(&number.unsigned_abs().to_string()))
    }

    fn separated(self, digits: &str) -> String {
        if !self.thousands {
            return digits.to_owned();
        }
        let mut written = String::new();
        for (at, digit) in digits.char_indices() {
            let left = digits.len().saturating_sub(at);
            if 0 < at && left.is_multiple_of(3) {
                written.push(',');
            }
            written.push(digit);
        }
        written
    }
}

impl DateForm {
    /// How it writes a day.
    pub(crate) fn written(self, day: Date) -> String {
        let pattern = match self {
            Self::Iso => "%Y-%m-%d",
            Self::Chinese => "%Y年%-m月%-d日",
            Self::Short => "%-m月%-d日",
            Self::Month => "%Y年%-m月",
            Self::Year => "%Y年",
        };
        day.format(pattern).to_string()
    }

    /// How many characters of a day, `YYYY-MM-DD`, days have in common that it writes the same.
    pub(crate) fn common(self) -> Option<usize> {
        match self {
            Self::Iso | Self::Chinese | Self::Short => None,
            Self::Month => Some(7),
            Self::Year => Some(4),
        }
    }

    /// How it writes what days have in common: `2020-02` is 2020年2月. None of what is no day.
    pub(crate) fn written_common(self, common: &str) -> Option<String> {
        let rest = "0000-01-01".get(common.len()..)?;
        let day = format!("{common}{rest}").parse().ok()?;
        Some(self.written(day))
    }
}
