//! A spreadsheet that prints as it lies on paper, and says on a sheet of its own where it is from.

mod lines;

use fugong_core::shanghai_time;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartType, Color, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::grid::Grid;
use crate::{Cell, Level, Sheet, sheet::Bars};

/// The sheet cannot be written as a spreadsheet: a cell or the whole is larger than one may be.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be written as a spreadsheet: {0}")]
pub struct Unwritable(#[from] XlsxError);

/// The fonts of official papers.
const SERIF: &str = "宋体";
const SANS: &str = "黑体";
/// Sizes of paper.
const A3: u8 = 8;
const A4: u8 = 9;
/// How high a line of text is, in points, and what is left free beside it.
const LINE: u32 = 15;
const FREE: u32 = 5;
/// The largest whole number that a spreadsheet keeps exactly.
const EXACT: u64 = 9_007_199_254_740_992;

/// The sheet as a workbook.
///
/// # Errors
///
/// [`Unwritable`] when it is larger than a spreadsheet may be.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, Unwritable> {
    let mut book = Workbook::new();
    book.set_properties(&properties(sheet)?);
    let mut page = Worksheet::new();
    page.set_name(name(&sheet.title))?;
    let body = Body::new(sheet);
    body.write(&mut page)?;
    book.push_worksheet(page);
    if let Some(bars) = &sheet.chart {
        book.push_worksheet(chart(sheet, bars, &body)?);
    }
    book.push_worksheet(provenance(sheet)?);
    Ok(body.filled(book.save_to_buffer()?)?)
}

/// No instant but those of the report: it is the same file whenever it is written.
fn properties(sheet: &Sheet) -> Result<DocProperties, XlsxError> {
    use chrono::{Datelike, Timelike};
    let at = shanghai_time(sheet.stand.as_of);
    let year = u16::try_from(at.year()).unwrap_or(1900);
    let part = |part: u32| u8::try_from(part).unwrap_or_default();
    let hour = u16::try_from(at.hour()).unwrap_or_default();
    let made = ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?;
    let made = made.and_hms(hour, part(at.minute()), f64::from(at.second()))?;
    let properties = DocProperties::new();
    Ok(properties
        .set_title(&sheet.title)
        .set_author(&sheet.stand.unit)
        .set_creation_datetime(&made))
}

/// The name of a sheet: at most 31 characters, some not among them.
fn name(title: &str) -> String {
    let kept = title.chars().filter(|c| !['[', ']', ':', '*', '?', '/', '\\', '\''].contains(c));
    let kept: String = kept.take(28).collect();
    if kept.trim().is_empty() || ["出处", "图表"].contains(&kept.as_str()) {
        "报表".to_owned()
    } else {
        kept
    }
}

/// The page with the table.
struct Body<'a> {
    sheet: &'a Sheet,
    grid: Grid,
    /// The last column.
    last: u16,
    /// The row of the headings.
    headings: u32,
}

impl<'a> Body<'a> {
    fn new(sheet: &'a Sheet) -> Self {
        let columns = u16::try_from(sheet.table.heads.len()).unwrap_or(u16::MAX);
        let above = u32::from(sheet.subtitle.is_some());
        let above = above.saturating_add(u32::from(!sheet.head.is_empty()));
        let grid = Grid::of(sheet);
        Self { sheet, grid, last: columns.saturating_sub(1), headings: above.saturating_add(1) }
    }

    fn write(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        let sheet = self.sheet;
        self.set_up(page)?;
        let title = font(SANS, 18.0).set_align(FormatAlign::Center);
        page.set_row_height(0, 30)?;
        self.across(page, 0, &sheet.title, &title)?;
        let mut row = 1;
        if let Some(subtitle) = &sheet.subtitle {
            let centred = font(SERIF, 11.0).set_align(FormatAlign::Center);
            self.across(page, row, subtitle, &centred)?;
            row = 2;
        }
        let plain = font(SERIF, 11.0);
        if !sheet.head.is_empty() {
            self.across(page, row, &sheet.head.join("　　　"), &plain)?;
        }
        self.table(page)?;
        let mut row = self.row(sheet.table.rows.len());
        for note in &sheet.notes {
            self.across(page, row, note, &plain.clone().set_text_wrap())?;
            row = row.saturating_add(1);
        }
        if !sheet.signature.is_empty() {
            row = row.saturating_add(1);
            self.across(page, row, &sheet.signature.join("　　　　　　"), &plain)?;
            row = row.saturating_add(1);
        }
        page.set_print_area(0, 0, row.saturating_sub(1), self.last)?;
        Ok(())
    }

    /// The row in which a line of the table stands.
    fn row(&self, line: usize) -> u32 {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.headings.saturating_add(1).saturating_add(line)
    }

    fn set_up(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        page.set_paper_size(if self.grid.is_wide() { A3 } else { A4 });
        if self.sheet.portrait {
            page.set_portrait();
        } else {
            page.set_landscape();
        }
        page.set_print_fit_to_pages(1, 0);
        page.set_print_center_horizontally(true);
        page.set_margins(0.5, 0.5, 0.6, 0.75, 0.3, 0.3);
        page.set_footer(format!("&L&8{}&R&8第 &P 页，共 &N 页", self.sheet.checkpoint()));
        page.set_freeze_panes(self.headings.saturating_add(1), 0)?;
        page.set_repeat_rows(self.headings, self.headings)?;
        Ok(())
    }

    /// One text over the whole width.
    fn across(
        &self,
        page: &mut Worksheet,
        row: u32,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        if self.last == 0 {
            page.write_string_with_format(row, 0, text, format)?;
        } else {
            page.merge_range(row, 0, row, self.last, text, format)?;
        }
        Ok(())
    }

    /// The headings, and which cells of the lines reach over several.
    fn table(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        let table = &self.sheet.table;
        let heading = boxed(font(SANS, 11.0))
            .set_align(FormatAlign::Center)
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00EE_EEEE));
        for ((column, head), width) in (0_u16..).zip(&table.heads).zip(self.grid.widths()) {
            page.write_string_with_format(self.headings, column, &head.heading, &heading)?;
            page.set_column_width(column, *width)?;
        }
        page.set_row_height(self.headings, height(self.grid.heading_lines(self.sheet)))?;
        let blank = Format::new();
        for at in 0..table.rows.len() {
            for column in 0..=self.last {
                let span = table.span(at, usize::from(column));
                if 1 < span {
                    let last = self.row(at.saturating_add(span).saturating_sub(1));
                    page.merge_range(self.row(at), column, last, column, "", &blank)?;
                }
            }
        }
        self.leave_formats(page)
    }
}

/// The formats of cells: made once, since each is a style of the file.
struct Formats {
    all: [[Format; 3]; 2],
}

impl Formats {
    fn new() -> Self {
        let make = |sum: bool| {
            let base = boxed(font(SERIF, 11.0)).set_text_wrap();
            let base = if sum { base.set_bold() } else { base };
            let figure = base.clone().set_align(FormatAlign::Right).set_indent(1);
            [base, figure.clone().set_num_format("0"), figure.set_num_format("0.00%")]
        };
        Self { all: [make(false), make(true)] }
    }

    fn all(&self) -> impl Iterator<Item = &Format> {
        self.all.iter().flatten()
    }

    /// Which of them a cell has.
    fn index(cell: &Cell, level: Level) -> usize {
        let sum = match level {
            Level::Detail => 0,
            Level::Subtotal(_) | Level::Total => 3_usize,
        };
        let own = match cell {
            Cell::Share(_) => 2,
            cell if cell.is_figure() => 1,
            Cell::Empty
            | Cell::Text(_)
            | Cell::Date(..)
            | Cell::Number(_)
            | Cell::Points { .. }
            | Cell::Change(_)
            | Cell::Average { .. } => 0,
        };
        sum.saturating_add(own)
    }
}

/// So many lines of text are so high, in points; no row of a spreadsheet is higher than 409.
fn height(lines: usize) -> u32 {
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    lines.saturating_mul(LINE).saturating_add(FREE).min(409)
}

fn font(name: &str, size: f64) -> Format {
    Format::new().set_font_name(name).set_font_size(size).set_align(FormatAlign::VerticalCenter)
}

fn boxed(format: Format) -> Format {
    format.set_border(FormatBorder::Thin)
}

/// A chart of the lines that are no sums, on a page of its own: beside the table it would be cut.
fn chart(sheet: &Sheet, bars: &Bars, body: &Body<'_>) -> Result<Worksheet, XlsxError> {
    let title = name(&sheet.title);
    let column = u16::try_from(bars.column).unwrap_or(u16::MAX);
    let lines = sheet.table.rows.iter().take_while(|row| row.level == Level::Detail).count();
    let last = body.row(lines.saturating_sub(1));
    let first = body.row(0);
    let names = u16::from(sheet.table.heads.first().is_some_and(|head| head.name == "number"));
    let form = if bars.percent { "0.00%" } else { "0" };
    let words = ChartFont::new().set_name(SERIF).set_size(10).clone();
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_categories((title.as_str(), first, names, last, names))
        .set_values((title.as_str(), first, column, last, column))
        .set_gap(60)
        .set_data_label(ChartDataLabel::new().show_value().set_num_format(form).set_font(&words));
    let heading = ChartFont::new().set_name(SANS).set_size(14).clone();
    chart.title().set_name(&bars.title).set_font(&heading);
    chart.legend().set_hidden();
    // The axis of names; the lines stand in it as in the table.
    chart.y_axis().set_reverse().set_label_interval(1).set_font(&words);
    // Each bar says its length, for which there is room behind the longest.
    chart.x_axis().set_min(0).set_hidden(true).set_major_gridlines(false);
    if bars.percent {
        chart.x_axis().set_max(1.1);
    }
    let high = u32::try_from(lines).unwrap_or(20).clamp(8, 60).saturating_mul(28);
    chart.set_width(900).set_height(high.saturating_add(80));
    let mut page = Worksheet::new();
    page.set_name("图表")?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 1);
    page.insert_chart(0, 0, &chart)?;
    Ok(page)
}

fn provenance(sheet: &Sheet) -> Result<Worksheet, XlsxError> {
    let mut page = Worksheet::new();
    page.set_name("出处")?;
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    page.set_column_width(0, 24)?;
    page.set_column_width(1, 80)?;
    let (label, words) = (font(SANS, 11.0), font(SERIF, 11.0).set_text_wrap());
    for (row, (what, value)) in (0_u32..).zip(&sheet.provenance) {
        page.write_string_with_format(row, 0, *what, &label)?;
        page.write_string_with_format(row, 1, value, &words)?;
    }
    Ok(page)
}
