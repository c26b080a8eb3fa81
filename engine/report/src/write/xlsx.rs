//! A spreadsheet that prints as it lies on paper, and says on a sheet of its own where it is from.

mod formats;
mod lines;

use fugong_core::shanghai_time;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartType, Color, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::grid::{self, Grid};
use crate::{Sheet, sheet::Bars};

/// The sheet cannot be written as a spreadsheet: a cell or the whole is larger than one may be.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be written as a spreadsheet: {0}")]
pub struct Unwritable(#[from] XlsxError);

/// What the row is called from which a program makes the report again.
pub const ORIGIN: &str = "核对数据";
/// What the row before it says, for readers.
const HOW: &str = "用日志导出的包和 fugong-verify report 逐格核对本文件；供程序读取的核对数据在本页末行，已隐藏，不打印";
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
        book.push_worksheet(chart(bars)?);
    }
    book.push_worksheet(provenance(sheet)?);
    Ok(body.filled(book.save_to_buffer()?)?)
}

/// The lines of the workbook's first sheet in which names are written by hand: above the table, and
/// below it.
pub fn signed(sheet: &Sheet) -> [String; 2] {
    [grid::beside(&sheet.head, 2), grid::beside(&sheet.signature, 6)]
}

/// The row of the workbook's first sheet, counted from 0, in which the first line of the table stands.
pub fn first_line(sheet: &Sheet) -> u32 {
    headings(sheet).saturating_add(1)
}

/// The row of the headings: the title is above them, and what else there is.
fn headings(sheet: &Sheet) -> u32 {
    let above = u32::from(sheet.subtitle.is_some());
    above.saturating_add(u32::from(!sheet.head.is_empty())).saturating_add(1)
}

/// No instant but those of the report: it is the same file whenever it is written.
fn properties(sheet: &Sheet) -> Result<DocProperties, XlsxError> {
    use chrono::{Datelike, NaiveDate, Timelike};
    let at = shanghai_time(sheet.stand.as_of);
    // A spreadsheet knows no year before 1900 and none after 9999.
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).map_or(at, Into::into);
    let at = at.max(first);
    let year = u16::try_from(at.year()).unwrap_or(9_999).min(9_999);
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

/// The name of a sheet: at most 31 units of UTF-16, some characters and some names not among them.
fn name(title: &str) -> String {
    let mut left = 31_usize;
    let kept = title.chars().filter(|c| !['[', ']', ':', '*', '?', '/', '\\', '\''].contains(c));
    let kept = kept.map_while(|letter| {
        left = left.checked_sub(letter.len_utf16())?;
        Some(letter)
    });
    let kept: String = kept.collect();
    // Its history of changes has its own name there, in any case of letters.
    let taken = ["出处", "图表"].contains(&kept.as_str()) || kept.eq_ignore_ascii_case("history");
    if taken || kept.trim().is_empty() { "报表".to_owned() } else { kept }
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
        let last = columns.saturating_sub(1);
        Self { sheet, grid: Grid::of(sheet), last, headings: headings(sheet) }
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
        let plain = font(SERIF, 11.0).set_text_wrap();
        let [head, signature] = signed(sheet);
        if !sheet.head.is_empty() {
            page.set_row_height(row, height(self.grid.lines_across(&head)))?;
            self.across(page, row, &head, &plain)?;
        }
        self.table(page)?;
        let mut row = self.row(sheet.table.rows.len());
        for note in &sheet.notes {
            page.set_row_height(row, height(self.grid.lines_across(note)))?;
            self.across(page, row, note, &plain)?;
            row = row.saturating_add(1);
        }
        if !sheet.signature.is_empty() {
            row = row.saturating_add(1);
            page.set_row_height(row, height(self.grid.lines_across(&signature)))?;
            self.across(page, row, &signature, &plain)?;
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

/// The columns that a chart covers; what it is drawn from stands beside it, off the paper.
const CHART: u16 = 15;

/// A chart of the lines that are no sums, on a page of its own: beside the table it would be cut.
///
/// Its figures stand on its page, since those of the table are interrupted by sums.
fn chart(bars: &Bars) -> Result<Worksheet, XlsxError> {
    const NAME: &str = "图表";
    let (names, figures) = (CHART.saturating_add(1), CHART.saturating_add(2));
    let mut page = Worksheet::new();
    page.set_name(NAME)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 1);
    let (code, places) = match (bars.percent, bars.form.thousands) {
        (true, _) => (formats::share(bars.form), 4),
        (false, true) => ("#,##0".to_owned(), 2),
        (false, false) => ("0".to_owned(), 2),
    };
    let figure = font(SERIF, 10.0).set_num_format(&code);
    let words = font(SERIF, 10.0);
    page.write_string_with_format(0, figures, &bars.title, &words)?;
    let mut last = 0;
    for (row, bar) in (1_u32..).zip(&bars.each) {
        page.write_string_with_format(row, names, &bar.name, &words)?;
        // Cut off as it is printed, and no spreadsheet makes more of it.
        let cut = bars.form.cut(bar.length);
        let length: f64 = format!("{cut}e-{places}").parse().unwrap_or_default();
        page.write_number_with_format(row, figures, length, &figure)?;
        last = row;
    }
    let words = ChartFont::new().set_name(SERIF).set_size(10).clone();
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_categories((NAME, 1, names, last.max(1), names))
        .set_values((NAME, 1, figures, last.max(1), figures))
        .set_gap(60)
        .set_data_label(ChartDataLabel::new().show_value().set_num_format(&code).set_font(&words));
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
    let high = last.clamp(8, 60).saturating_mul(28).saturating_add(80);
    chart.set_width(900).set_height(high);
    page.insert_chart(0, 0, &chart)?;
    page.set_print_area(0, 0, high.div_ceil(20), CHART.saturating_sub(1))?;
    Ok(page)
}

fn provenance(sheet: &Sheet) -> Result<Worksheet, XlsxError> {
    let mut page = Worksheet::new();
    page.set_name("出处")?;
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    page.set_column_width(0, 24)?;
    page.set_column_width(1, 80)?;
    let (label, words) = (font(SANS, 11.0), font(SERIF, 11.0).set_text_wrap());
    let how = ("核对方法", HOW.to_owned());
    // What the last row says is for the program that checks the workbook, and nothing to read.
    let origin = (ORIGIN, super::json::origin(sheet));
    let mut last = 0;
    for (row, (what, value)) in (0_u32..).zip(sheet.provenance.iter().chain([&how, &origin])) {
        page.write_string_with_format(row, 0, *what, &label)?;
        page.write_string_with_format(row, 1, value, &words)?;
        last = row;
    }
    page.set_row_hidden(last)?;
    page.set_print_area(0, 0, last.saturating_sub(1), 1)?;
    Ok(page)
}
