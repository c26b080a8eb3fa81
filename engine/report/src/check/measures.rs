//! What is computed: each measure computes one thing, of columns and measures that fit.

use std::ops::Range;

use fugong_core::Kind;
use toml::Spanned;

use super::Checker;
use crate::{
    NumberForm,
    definition::{Measure, Past},
    measures::{Computed, How},
    plan::Place,
};

impl Checker<'_> {
    pub(super) fn measures(&mut self, register: &'static str) -> Vec<Computed> {
        let all = &self.definition.measures;
        let mut computed: Vec<Computed> = Vec::new();
        for measure in all {
            let name = measure.name.get_ref();
            let listed = !self.definition.columns.is_empty();
            if !listed {
                self.name(&measure.name);
            }
            let columns = &self.definition.columns;
            if listed && !measure.hidden && columns.iter().all(|it| it.column.get_ref() != name) {
                let message =
                    format!("逐条列出的报表中，指标「{name}」须与某一列同名，列在其合计行");
                let known = columns.iter().map(|it| it.column.get_ref().as_str());
                let at = (measure.name.span(), name.as_str());
                self.findings.note_name("UNKNOWN_COLUMN", at, message, known);
            }
            self.words(&measure.heading, measure.name.span());
            let when = self.conditions(register, &measure.when);
            let Some(how) = self.how(register, measure, &computed) else { continue };
            let form = self.form(measure, &how, &computed);
            computed.push(Computed {
                form,
                name: name.clone(),
                heading: measure.heading.clone(),
                width: measure.width,
                hidden: measure.hidden,
                when,
                how,
            });
        }
        computed
    }

    fn how(
        &mut self,
        register: &'static str,
        measure: &Measure,
        above: &[Computed],
    ) -> Option<How> {
        let at = measure.name.span();
        let Measure { count, sum, average, names, ratio, difference, earlier, .. } = measure;
        let said = [
            count.is_some(),
            sum.is_some(),
            average.is_some(),
            names.is_some(),
            ratio.is_some(),
            difference.is_some(),
            earlier.is_some(),
        ];
        if said.iter().filter(|said| **said).count() != 1 || *count == Some(false) {
            let message = "每个指标须且只须写 count = true、sum、average、names、ratio、difference、earlier 之一";
            self.findings.note("MEASURE", at, message);
            return None;
        }
        if let Some(column) = sum {
            return self.numbers(register, column).map(How::Sum);
        }
        if let Some(column) = average {
            return self.numbers(register, column).map(How::Average);
        }
        if let Some(column) = names {
            return self.open_place(register, column).map(How::Names);
        }
        if let Some(ratio) = ratio {
            return self.ratio(ratio, above);
        }
        if let Some(past) = difference {
            let kinds: &[Is] = &[Is::Number, Is::Ratio];
            return self.past(past, above, kinds).map(|(of, days)| How::Difference { of, days });
        }
        if let Some(past) = earlier {
            let kinds: &[Is] = &[Is::Number, Is::Ratio, Is::Average, Is::Names];
            return self.past(past, above, kinds).map(|(of, days)| How::Earlier { of, days });
        }
        Some(How::Count)
    }

    /// How figures are written: as the definition says, else as those that it looks back at.
    fn form(&mut self, measure: &Measure, how: &How, above: &[Computed]) -> NumberForm {
        let named = |of: &str| above.iter().find(|known| known.name == of);
        let source = match how {
            How::Difference { of, .. } | How::Earlier { of, .. } => named(of),
            How::Count | How::Sum(_) | How::Average(_) | How::Names(_) | How::Ratio { .. } => None,
        };
        let is = is(source.map_or(how, |source| &source.how));
        let name = measure.name.get_ref();
        if let Some(decimals) = &measure.decimals
            && ![Is::Ratio, Is::Average].contains(&is)
        {
            let message = format!("「{name}」没有小数，不能写 decimals；平均数、比率及其差可以写");
            self.findings.note("WRONG_TYPE", decimals.span(), message);
        }
        if let Some(thousands) = &measure.thousands {
            let listed = !self.definition.columns.is_empty();
            let message = if listed {
                format!("逐条列出的报表中，thousands 写在列「{name}」上")
            } else {
                format!("「{name}」不是整数或平均数，不能写 thousands")
            };
            if listed || ![Is::Number, Is::Average].contains(&is) {
                self.findings.note("WRONG_TYPE", thousands.span(), message);
            }
        }
        let usual = source.map_or(NumberForm::PLAIN, |source| source.form);
        NumberForm {
            decimals: measure.decimals.as_ref().map_or(usual.decimals, |it| *it.get_ref()),
            thousands: measure.thousands.as_ref().map_or(usual.thousands, |it| *it.get_ref()),
        }
    }

    fn numbers(&mut self, register: &'static str, column: &Spanned<String>) -> Option<Place> {
        let place = self.open_place(register, column)?;
        if place.column.kind != Kind::Integer {
            let message = format!("「{}」不是整数，不能求和或求平均", column.get_ref());
            self.findings.note("WRONG_TYPE", column.span(), message);
        }
        Some(place)
    }

    fn ratio(
        &mut self,
        parts: &Spanned<crate::definition::Parts>,
        above: &[Computed],
    ) -> Option<How> {
        let at = parts.span();
        let parts = parts.get_ref();
        let Some(base) = &parts.base else {
            let message = "比率须写明分母，例如 base = \"base\"";
            self.findings.note("RATIO_WITHOUT_BASE", at, message);
            return None;
        };
        let named = [Some(&parts.numerator), Some(base), parts.excluded.as_ref()];
        let mut whole = true;
        for name in named.into_iter().flatten() {
            whole &= self.above(name, above, &[Is::Number]).is_some();
        }
        whole.then(|| How::Ratio {
            numerator: parts.numerator.get_ref().clone(),
            base: base.get_ref().clone(),
            excluded: parts.excluded.as_ref().map(|name| name.get_ref().clone()),
        })
    }

    fn past(&mut self, past: &Past, above: &[Computed], kinds: &[Is]) -> Option<(String, u16)> {
        let days = *past.days.get_ref();
        self.above(&past.of, above, kinds)?;
        Some((past.of.get_ref().clone(), days))
    }

    /// A measure that stands above and is one of these.
    fn above(&mut self, name: &Spanned<String>, above: &[Computed], kinds: &[Is]) -> Option<()> {
        let text = name.get_ref();
        let Some(found) = above.iter().find(|known| known.name == *text) else {
            self.unknown(text, name.span(), above.iter().map(|known| known.name.as_str()));
            return None;
        };
        if !kinds.contains(&is(&found.how)) {
            let message = format!("指标「{text}」不能用在这里");
            self.findings.note("WRONG_TYPE", name.span(), message);
            return None;
        }
        Some(())
    }

    /// A measure by which groups can be sorted.
    pub(super) fn sortable(&mut self, name: &Spanned<String>) -> Option<()> {
        let text = name.get_ref();
        let all = &self.definition.measures;
        let Some(found) = all.iter().find(|measure| measure.name.get_ref() == text) else {
            self.measure_named(name);
            return None;
        };
        let source = found.earlier.as_ref().map_or(text, |past| past.of.get_ref());
        let is_list = all.iter().any(|it| it.name.get_ref() == source && it.names.is_some());
        if is_list {
            let message = format!("「{text}」是名单，不能据此排序");
            self.findings.note("WRONG_TYPE", name.span(), message);
        }
        (!is_list).then_some(())
    }

    /// Any measure of this name.
    pub(super) fn measure_named(&mut self, name: &Spanned<String>) -> Option<()> {
        let all = &self.definition.measures;
        let known = all.iter().any(|measure| measure.name.get_ref() == name.get_ref());
        if !known {
            let names = all.iter().map(|measure| measure.name.get_ref().as_str());
            self.unknown(name.get_ref(), name.span(), names);
        }
        known.then_some(())
    }

    fn unknown(
        &mut self,
        name: &str,
        at: Range<usize>,
        known: impl IntoIterator<Item = impl AsRef<str>>,
    ) {
        let message = format!("前面没有指标「{name}」");
        self.findings.note_name("UNKNOWN_MEASURE", (at, name), message, known);
    }
}

/// What a measure comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Number,
    Ratio,
    Average,
    Names,
    /// What looks at an earlier day.
    Past,
}

fn is(how: &How) -> Is {
    match how {
        How::Count | How::Sum(_) => Is::Number,
        How::Ratio { .. } => Is::Ratio,
        How::Average(_) => Is::Average,
        How::Names(_) => Is::Names,
        How::Difference { .. } | How::Earlier { .. } => Is::Past,
    }
}
