//! `fugong paper`: papers as they are handed over, as HTML for print.

use std::{fmt::Display, fs, str::FromStr};

use fugong_api::{Desk, Form, paper};

use crate::{
    args::{Paper, Printed},
    database::{self, Access},
    failure::Failure,
    print::say,
};

pub(crate) async fn run(what: Paper) -> Result<(), Failure> {
    match what {
        Paper::Order(printed) => print(&printed, Form::Order).await,
        Paper::OrderService(printed) => print(&printed, Form::OrderService).await,
        Paper::Notice(printed) => print(&printed, Form::Notice).await,
        Paper::NoticeService(printed) => print(&printed, Form::NoticeService).await,
    }
}

async fn print<T>(printed: &Printed, form: fn(T) -> Form) -> Result<(), Failure>
where
    T: FromStr<Err: Display>,
{
    let id = printed.id.parse().map_err(|why: T::Err| Failure::Usage(why.to_string()))?;
    let log = database::open(&printed.database, Access::Read).await?;
    let html = paper(&Desk::new(log.clone()), &form(id), true).await?;
    log.close().await;
    match &printed.out {
        None => Ok(say(html.trim_end())?),
        Some(out) => {
            fs::write(out, html)?;
            Ok(say(&format!("已写入 {}，可在浏览器中打印（A4）。", out.display()))?)
        }
    }
}
