//! A spreadsheet that prints as it lies on paper, and says on a sheet of its own where it is from.

use fugong_core::shanghai_time;
use rust_xlsxwriter::{
    Chart, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use crate::{Cell, Level, Sheet, sheet::Bars};

/// The sheet cannot be written as a spreadsheet: a cell or the whole is larger than one may be.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be written as a spreadsheet: {0}")]
pub struct Unwritable(#[from] XlsxError);

/// The fonts of official papers.
const SERIF: &str = "宋体";
const SANS: &str = "黑体";
/// A4.
const A4: u8 = 9;
/// The widest that a column becomes by itself.
const WIDEST: usize = 40;
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
    let below = body.write(&mut page)?;
    if let Some(bars) = &sheet.chart {
        chart(&mut page, sheet, bars, &body, below)?;
    }
    book.push_worksheet(page);
    book.push_worksheet(provenance(sheet)?);
    Ok(book.save_to_buffer()?)
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
    if kept.trim().is_empty() || kept == "出处" { "报表".to_owned() } else { kept }
}

/// The page with the table.
struct Body<'a> {
    sheet: &'a Sheet,
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
        Self { sheet, last: columns.saturating_sub(1), headings: above.saturating_add(1) }
    }

    /// Writes it; answers with the first row below.
    fn write(&self, page: &mut Worksheet) -> Result<u32, XlsxError> {
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
        Ok(row)
    }

    /// The row in which a line of the table stands.
    fn row(&self, line: usize) -> u32 {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.headings.saturating_add(1).saturating_add(line)
    }

    fn set_up(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        page.set_paper_size(A4);
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

    fn table(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        let table = &self.sheet.table;
        let heading = boxed(font(SANS, 11.0))
            .set_align(FormatAlign::Center)
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00EE_EEEE));
        for (column, head) in (0_u16..).zip(&table.heads) {
            page.write_string_with_format(self.headings, column, &head.heading, &heading)?;
            let width = head.width.map_or_else(|| self.width(column), f64::from);
            page.set_column_width(column, width)?;
        }
        let formats = Formats::new();
        for (at, row) in table.rows.iter().enumerate() {
            for (column, cell) in row.cells.iter().enumerate() {
                let span = table.span(at, column);
                let (first, across) = (self.row(at), u16::try_from(column).unwrap_or(u16::MAX));
                if span == 0 {
                    continue;
                }
                let format = formats.of(cell, row.level);
                if 1 < span {
                    let last = self.row(at.saturating_add(span).saturating_sub(1));
                    page.merge_range(first, across, last, across, "", format)?;
                }
                put(page, (first, across), cell, format)?;
            }
        }
        Ok(())
    }

    /// As wide as what is in it, within reason.
    fn width(&self, column: u16) -> f64 {
        let at = usize::from(column);
        let table = &self.sheet.table;
        let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
        let widest = cells.map(|cell| cell.printed().width()).max().unwrap_or_default();
        let head = table.heads.get(at).map(|head| head.heading.width()).unwrap_or_default();
        let wide = widest.max(head.min(12)).clamp(6, WIDEST).saturating_add(2);
        u16::try_from(wide).map_or(10.0, f64::from)
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
            let figure = base.clone().set_align(FormatAlign::Right);
            [base, figure.clone().set_num_format("0"), figure.set_num_format("0.00%")]
        };
        Self { all: [make(false), make(true)] }
    }

    fn of(&self, cell: &Cell, level: Level) -> &Format {
        let [detail, sum] = &self.all;
        let [words, figure, percent] = match level {
            Level::Detail => detail,
            Level::Subtotal(_) | Level::Total => sum,
        };
        if matches!(cell, Cell::Share(_)) {
            percent
        } else if cell.is_figure() {
            figure
        } else {
            words
        }
    }
}

/// Figures as figures, so that they can be added up; a ratio as it is printed, cut off.
fn put(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    let figure = match cell {
        Cell::Number(number) if number.unsigned_abs() < EXACT => number.to_string().parse().ok(),
        Cell::Share(share) => {
            let parts = share.ratio.hundredths().and_then(|parts| i32::try_from(parts).ok());
            parts.map(|parts| f64::from(parts) / 10_000.0)
        }
        Cell::Empty
        | Cell::Text(_)
        | Cell::Date(..)
        | Cell::Number(_)
        | Cell::Points { .. }
        | Cell::Change(_)
        | Cell::Average { .. } => None,
    };
    match (cell, figure) {
        (_, Some(figure)) => {
            let figure: f64 = figure;
            page.write_number_with_format(row, column, figure, format)?;
        }
        (Cell::Empty, None) => {
            page.write_blank(row, column, format)?;
        }
        (_, None) => {
            page.write_string_with_format(row, column, cell.printed(), format)?;
        }
    }
    Ok(())
}

fn font(name: &str, size: f64) -> Format {
    Format::new().set_font_name(name).set_font_size(size).set_align(FormatAlign::VerticalCenter)
}

fn boxed(format: Format) -> Format {
    format.set_border(FormatBorder::Thin)
}

/// A chart of the lines that are no sums, below the table.
fn chart(
    page: &mut Worksheet,
    sheet: &Sheet,
    bars: &Bars,
    body: &Body<'_>,
    below: u32,
) -> Result<(), XlsxError> {
    let title = name(&sheet.title);
    let column = u16::try_from(bars.column).unwrap_or(u16::MAX);
    let lines = sheet.table.rows.iter().take_while(|row| row.level == Level::Detail).count();
    let last = body.row(lines.saturating_sub(1));
    let first = body.row(0);
    let names = u16::from(sheet.table.heads.first().is_some_and(|head| head.name == "number"));
    let mut chart = Chart::new(ChartType::Bar);
    chart.add_series().set_categories((title.as_str(), first, names, last, names)).set_values((
        title.as_str(),
        first,
        column,
        last,
        column,
    ));
    chart.title().set_name(&bars.title);
    chart.legend().set_hidden();
    chart.y_axis().set_reverse();
    chart
        .set_width(720)
        .set_height(u32::try_from(lines).unwrap_or(20).clamp(6, 40).saturating_mul(24));
    page.insert_chart(below.saturating_add(1), 0, &chart)?;
    Ok(())
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
