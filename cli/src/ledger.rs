//! `fugong import ledger`: a ledger that others kept, taken in row by row.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
};

use fugong_api::{Became, Desk, Ledger, LedgerForm, Mapping, Outcome, Settings, Summary};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    args::Ledger as Args,
    database::{self, Access},
    failure::Failure,
    print::{harmless, say},
};

/// So many rows that were not taken in are shown; the file has all.
const SHOWN: usize = 20;

/// Takes it in, and tells what became of the rows.
pub(crate) async fn run(args: &Args) -> Result<(), Failure> {
    let unreadable = |file: &std::path::Path, why: &dyn std::fmt::Display| {
        Failure::Unavailable(format!("读不出{}：{why}", file.display()))
    };
    let mapping =
        std::fs::read_to_string(&args.mapping).map_err(|why| unreadable(&args.mapping, &why))?;
    let mapping = Mapping::read(&mapping)
        .map_err(|why| Failure::Usage(format!("{}：{why}", args.mapping.display())))?;
    let form = args.file.to_str().and_then(LedgerForm::of).ok_or_else(|| {
        let why = "台账文件名须以 .csv、.xlsx 或 .ndjson 结尾";
        Failure::Usage(format!("{}：{why}", args.file.display()))
    })?;
    let by = fugong_api::principal(&args.by).ok_or_else(|| {
        Failure::Usage(format!("--as {}：请写 人员:单位:角色，如 zhang:eic:commission", args.by))
    })?;
    let file = File::open(&args.file).map_err(|why| unreadable(&args.file, &why))?;
    let mut out =
        match &args.out {
            Some(place) => Some(BufWriter::new(File::create(place).map_err(|why| {
                Failure::Unavailable(format!("写不了{}：{why}", place.display()))
            })?)),
            None => None,
        };
    let log = database::open(&args.database, Access::Write).await?;
    let desk = Desk::with(log.clone(), Settings { settles: false, ..Settings::default() });
    let ledger = Ledger { file, form, mapping, by, is_trial: args.dry_run };
    let bar = bar();
    let (mut shown, mut trouble) = (Vec::new(), None);
    let taken = ledger
        .take(&desk, |outcome| {
            bar.inc(1);
            if let Some(out) = &mut out {
                let line = serde_json::to_string(&outcome).map_err(std::io::Error::other);
                trouble = line.and_then(|line| writeln!(out, "{line}")).err();
            }
            let hindered = matches!(outcome.became, Became::Refused | Became::Wrong);
            if hindered && shown.len() < SHOWN {
                shown.push(outcome);
            }
            trouble.is_none()
        })
        .await;
    bar.finish_and_clear();
    log.settle().await?;
    log.close().await;
    let written = match (trouble, &mut out) {
        (Some(why), _) => Err(why),
        (None, Some(out)) => out.flush(),
        (None, None) => Ok(()),
    };
    written
        .map_err(|why| Failure::Unavailable(format!("结果写不下去：{why}；重来一次即可续上")))?;
    let summary = taken.map_err(|why| Failure::Usage(format!("{}：{why}", args.file.display())))?;
    tell(summary, &shown)
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} 已处理{pos}行，每秒{per_sec}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

fn tell(summary: Summary, shown: &[Outcome]) -> Result<(), Failure> {
    let Summary { rows, recorded, unchanged, repeated, would_record, refused, wrong } = summary;
    let all = [
        ("已记录", recorded),
        ("试行可记录", would_record),
        ("无须变动", unchanged),
        ("此前已导入", repeated),
        ("被规则拒绝", refused),
        ("填写有误", wrong),
    ];
    let told = all.iter().filter(|(_, count)| 0 < *count);
    let told: Vec<_> = told.map(|(name, count)| format!("{name}{count}行")).collect();
    say(&format!(
        "共{rows}行：{}。",
        if told.is_empty() { "没有数据".to_owned() } else { told.join("，") }
    ))?;
    for outcome in shown {
        let at = outcome.cell.clone().unwrap_or_else(|| format!("第{}行", outcome.row));
        let column = outcome.column.as_deref().map(|it| format!("（{it}）")).unwrap_or_default();
        let (code, why) = (outcome.code.unwrap_or_default(), outcome.detail.as_deref());
        say(&harmless(&format!("  {at}{column}：{}  {code}", why.unwrap_or_default())))?;
    }
    let hindered = refused.saturating_add(wrong);
    let more = hindered.saturating_sub(u64::try_from(shown.len()).unwrap_or(u64::MAX));
    if 0 < more {
        say(&format!("  还有{more}行，用 --out 写到文件中看。"))?;
    }
    if 0 < hindered {
        return Err(Failure::Refused(format!(
            "{hindered}行没有导入；改好后重来，已导入的不会重复"
        )));
    }
    Ok(())
}
