//! `fugong evening DATE`: the answers of the evening call (晚调度), on one page.
//!
//! The call asks: 哪家没报？哪家没复工、为什么、谁包？今天新增？湖北返岗、隔离几人？口罩够几天？
//! 哪张整改单今晚到期、谁督办？ Every answer is read off a register for the day, as it stood when
//! the day's figures were fixed.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Position, Rows};
use fugong_domain::registers::{self, Line as Row, Table};
use fugong_engine::Log;
use serde_json::Value;

use crate::{
    args::Evening,
    database::{self, Access},
    demo,
    failure::Failure,
    labels::Labels,
    print::{cell, heading, say},
};

/// How many enterprises are named where the masks run out first.
const FEWEST_MASKS: usize = 5;

/// Answers the call.
pub(crate) async fn run(args: &Evening) -> Result<(), Failure> {
    let log = database::open(&args.database, Access::Read).await?;
    let (on, today) = (args.date, fugong_core::shanghai_day(log.now()));
    if today < on {
        return Err(Failure::Usage(format!(
            "{on} 尚未到来（系统日期为 {today}），请改用此前的日期。"
        )));
    }
    let now = demo::standing(&log, "district").await?;
    let fixed = if args.latest { None } else { fixed_on(&now.rows, on)? };
    let standing = match fixed {
        Some((position, _)) => log.rows("district", Some(position)).await?,
        None => now,
    };
    let call = Call { log: &log, rows: standing.rows, on, labels: Labels::carried()? };
    let until = match fixed {
        Some((position, at)) => format!("{}（当日定数，日志第 {position} 号事件）", minute(at)),
        None if on == today => format!("{}（尚未定数）", minute(log.now())),
        None => format!("{on} 24:00（按目前所知，日志第 {} 号事件）", standing.position),
    };
    let district = database::name(&log).await?;
    say(&format!("{district}企业复工复产晚调度（{}）", on.format("%Y年%-m月%-d日")))?;
    say(&format!("填报单位：{}　填报人：＿＿＿＿　审核人：＿＿＿＿", call.labels.unit("eic")))?;
    say(&format!("截至时间：{until}"))?;
    call.resumed()?;
    call.silent()?;
    call.not_resumed()?;
    call.on_post()?;
    call.masks()?;
    call.orders()
}

/// The position and the instant at which the figures of a day were fixed.
fn fixed_on(rows: &Rows, on: Date) -> Result<Option<(Position, DateTime<Utc>)>, Failure> {
    let lines = lines(rows, "r1-fixed", on)?;
    let day = on.to_string();
    Ok(lines.1.iter().find(|row| text(row, "date") == day).and_then(|row| {
        Some((Position(text(row, "position").parse().ok()?), text(row, "fixed_at").parse().ok()?))
    }))
}

fn lines(rows: &Rows, name: &str, on: Date) -> Result<(&'static Table, Vec<Row>), Failure> {
    let table = registers::table(name)
        .ok_or_else(|| Failure::Unavailable(format!("there is no register {name}")))?;
    Ok((table, (table.lines)(rows, on)?))
}

/// What a call is answered from.
struct Call<'a> {
    log: &'a Log,
    rows: Arc<Rows>,
    on: Date,
    labels: Labels,
}

impl Call<'_> {
    /// The lines of a register for the day.
    fn lines(&self, name: &str) -> Result<Vec<Row>, Failure> {
        Ok(lines(&self.rows, name, self.on)?.1)
    }

    /// A cell as people read it.
    fn cell(&self, table: &str, row: &Row, column: &str) -> String {
        let known = registers::table(table)
            .and_then(|table| table.relation.columns.iter().find(|known| known.name == column));
        let shown = known.map(|column| cell(row.get(column.name), column, self.log));
        self.labels.of(table, column, &shown.unwrap_or_default())
    }

    fn resumed(&self) -> Result<(), Failure> {
        heading("一、今天新增")?;
        let lines = self.lines("r1")?;
        let Some(all) = lines.iter().find(|row| text(row, "by") == "all") else {
            return Ok(say("　　当日尚无建档企业。")?);
        };
        let shown = |column| self.cell("r1", all, column);
        say(&format!(
            "　　全区工业企业 {} 家，不纳入基数 {} 家；在产 {} 家（其中持续在产 {} 家），停产 {} 家。",
            shown("total"),
            shown("excluded"),
            shown("resumed"),
            shown("continuous"),
            shown("suspended"),
        ))?;
        say(&format!(
            "　　复工率 {}（{}/{}），较昨日 {} 个百分点；按全部企业计 {}（{}/{}）。",
            shown("rate"),
            shown("resumed_in_base"),
            shown("base"),
            shown("delta_pp"),
            shown("rate_all"),
            shown("resumed"),
            shown("total"),
        ))?;
        if number(all, "new_today") == 0 {
            return Ok(say("　　今天没有新增复工企业。")?);
        }
        let (new, names) = (shown("new_today"), shown("new_names"));
        Ok(say(&format!("　　今天新增 {new} 家：{names}。"))?)
    }

    fn silent(&self) -> Result<(), Failure> {
        heading("二、哪家没报")?;
        let (told, silent) = (self.lines("r3")?, self.lines("r16")?);
        if told.is_empty() && silent.is_empty() {
            return Ok(say("　　当日没有应报日报的企业。")?);
        }
        say(&format!(
            "　　已报 {} 家，未报 {} 家（分厂单列，含园区内非工业企业）。",
            told.len(),
            silent.len()
        ))?;
        for row in &silent {
            let shown = |column| self.cell("r16", row, column);
            say(&format!(
                "　　{}（{}）：连续 {} 天未报；催报单位：{}；驻厂员：{}。",
                shown("name"),
                shown("township"),
                shown("days_silent"),
                or_none(shown("units")),
                self.people("r16", row),
            ))?;
        }
        Ok(())
    }

    fn not_resumed(&self) -> Result<(), Failure> {
        heading("三、哪家没复工、为什么、谁包")?;
        let lines = self.lines("r2")?;
        say(&format!("　　未复工 {} 家。", lines.len()))?;
        for row in &lines {
            let shown = |column| self.cell("r2", row, column);
            let mut why = vec![shown("state")];
            let known = ["excluded", "stopped_for"].map(shown);
            why.extend(known.into_iter().filter(|why| !why.is_empty()));
            let reason = shown("reason");
            if !reason.is_empty() {
                why.push(reason.trim_end_matches('。').to_owned());
            } else if why.len() == 1 {
                why.push("原因未报".to_owned());
            }
            let expected = match (shown("expected_on"), number(row, "days_late")) {
                (day, _) if day.is_empty() => "未报拟复工日期".to_owned(),
                (day, 0) => format!("拟 {day} 复工"),
                (day, late) => format!("拟 {day} 复工，已过 {late} 天"),
            };
            say(&format!(
                "　　{}（{}）：{}；{expected}；未解决困难 {} 件；包保单位：{}；驻厂员：{}。",
                shown("name"),
                shown("township"),
                why.join("，"),
                shown("difficulties"),
                or_none(shown("units")),
                self.people("r2", row),
            ))?;
        }
        Ok(())
    }

    fn on_post(&self) -> Result<(), Failure> {
        heading("四、湖北返岗、隔离几人")?;
        let sums = self.lines("r3-summary")?;
        let Some(all) = sums.iter().find(|row| text(row, "by") == "all") else {
            return Ok(say("　　当日没有企业填报。")?);
        };
        let shown = |column| self.cell("r3-summary", all, column);
        say(&format!(
            "　　{} 家填报：在册职工 {} 人，到岗 {} 人（{}）；市外返岗 {} 人，其中湖北返岗 {} 人；\
             隔离观察 {} 人，发热 {} 人。",
            shown("enterprises"),
            shown("staff"),
            shown("on_post"),
            shown("rate"),
            shown("from_outside"),
            shown("from_hubei"),
            shown("in_observation"),
            shown("fever"),
        ))?;
        for row in self.lines("r3")? {
            let counts: Vec<_> =
                [("from_hubei", "湖北返岗"), ("in_observation", "隔离观察"), ("fever", "发热")]
                    .into_iter()
                    .filter(|(column, _)| 0 < number(&row, column))
                    .map(|(column, label)| format!("{label} {} 人", number(&row, column)))
                    .collect();
            if !counts.is_empty() {
                let name = self.cell("r3", &row, "name");
                say(&format!("　　{name}：{}。", counts.join("，")))?;
            }
        }
        Ok(())
    }

    fn masks(&self) -> Result<(), Failure> {
        heading("五、口罩够几天")?;
        let told = self.lines("r3")?;
        let mut known: Vec<_> =
            told.iter().filter(|row| row.get("masks_days").is_some_and(Value::is_number)).collect();
        known.sort_by_key(|row| number(row, "masks_days"));
        let Some(least) = known.first() else {
            return Ok(say("　　当日没有企业填报口罩存量。")?);
        };
        let named = known.iter().take(FEWEST_MASKS).map(|row| {
            format!("{} {} 天", self.cell("r3", row, "name"), number(row, "masks_days"))
        });
        let named: Vec<_> = named.collect();
        say(&format!(
            "　　{} 家填报，最少够 {} 天。存量较少的：{}。",
            known.len(),
            number(least, "masks_days"),
            named.join("；"),
        ))?;
        Ok(())
    }

    fn orders(&self) -> Result<(), Failure> {
        heading("六、哪张整改单今晚到期、谁督办")?;
        let lines = self.lines("r7")?;
        let due: Vec<_> = lines.iter().filter(|row| flag(row, "due_today")).collect();
        let overdue: Vec<_> = lines.iter().filter(|row| flag(row, "overdue")).collect();
        say(&format!("　　今晚到期 {} 张，已逾期 {} 张。", due.len(), overdue.len()))?;
        for (row, when) in
            due.iter().map(|row| (row, "今晚到期")).chain(overdue.iter().map(|row| (row, "已逾期")))
        {
            let shown = |column| self.cell("r7", row, column);
            say(&format!(
                "　　{when}：{}（{}）{}；{}；整改时限 {}；督办人：{}。",
                shown("name"),
                shown("township"),
                or_none(shown("authority")),
                shown("problems").trim_end_matches('。'),
                shown("due"),
                or_none(shown("supervisor")),
            ))?;
        }
        Ok(())
    }

    /// The officers in charge, with their telephones, and the seats that nobody holds.
    fn people(&self, table: &str, row: &Row) -> String {
        let names = self.each(table, row, "officer_names");
        let phones = self.each(table, row, "officer_phones");
        let vacant = self.cell(table, row, "vacant_seats");
        if names.is_empty() {
            return if vacant.is_empty() { "（无）".to_owned() } else { "空缺".to_owned() };
        }
        // Not everybody need have told a telephone; then nobody can say which is whose.
        let there = if names.len() == phones.len() {
            let both = names.iter().zip(&phones);
            both.map(|(name, phone)| format!("{name}（{phone}）")).collect()
        } else {
            [names, phones].concat()
        };
        let missing = (!vacant.is_empty()).then(|| format!("{vacant}空缺"));
        there.into_iter().chain(missing).collect::<Vec<_>>().join("、")
    }

    /// The members of a list of sealed words, opened.
    fn each(&self, table: &str, row: &Row, column: &str) -> Vec<String> {
        let known = registers::table(table)
            .and_then(|table| table.relation.columns.iter().find(|known| known.name == column));
        let sealed = row.get(column).and_then(Value::as_array);
        let (Some(known), Some(sealed)) = (known, sealed) else { return Vec::new() };
        sealed.iter().map(|one| cell(Some(one), known, self.log)).collect()
    }
}

fn text(row: &Row, column: &str) -> String {
    row.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn number(row: &Row, column: &str) -> i64 {
    row.get(column).and_then(Value::as_i64).unwrap_or_default()
}

fn flag(row: &Row, column: &str) -> bool {
    row.get(column).and_then(Value::as_bool).unwrap_or_default()
}

fn or_none(text: String) -> String {
    if text.is_empty() { "（无）".to_owned() } else { text }
}

/// An instant as the clocks on the walls show it.
fn minute(at: DateTime<Utc>) -> String {
    fugong_core::shanghai_time(at).format("%Y-%m-%d %H:%M").to_string()
}
