//! What stands around a table: texts with places for what is only known when it is run.

use toml::Spanned;

use super::Checker;
use crate::sheet::places;

/// What may stand in braces besides the names of parameters.
pub(super) const GIVEN: [&str; 5] = ["as_of", "true_on", "district", "unit", "rows"];

impl Checker<'_> {
    /// The texts of the layout, and every other text that is shown.
    pub(super) fn layout(&mut self) {
        let definition = self.definition;
        self.words(definition.title.get_ref(), definition.title.span());
        let title = definition.title.span();
        let others = [&definition.title_en, &definition.about].into_iter().chain(&definition.total);
        for text in others {
            self.words(text, title.clone());
        }
        let layout = &definition.sheet;
        let texts = layout.subtitle.iter();
        let texts = texts.chain(&layout.head).chain(&layout.signature).chain(&layout.notes);
        for text in texts {
            self.template(text);
        }
        if let Some(chart) = &layout.chart {
            self.measure_named(&chart.measure);
            self.words(chart.title.as_deref().unwrap_or_default(), chart.measure.span());
        }
    }

    fn template(&mut self, text: &Spanned<String>) {
        self.line(text.get_ref(), text.span());
        let chosen = self.definition.parameters.iter().map(|it| it.name.get_ref().as_str());
        let known: Vec<&str> = chosen.chain(GIVEN).collect();
        for name in places(text.get_ref()) {
            if !known.contains(&name) {
                let message = format!("没有可填入「{{{name}}}」的内容");
                let known = known.iter().copied();
                self.findings.note_name("UNKNOWN_PLACE", (text.span(), name), message, known);
            }
        }
    }
}
