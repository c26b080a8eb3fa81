//! Papers to print, of orders and of flags.

use fugong_domain::{FlagId, OrderId};

use super::things::enterprise_of;
use crate::{
    desk::Desk,
    look::{AS_OF, Asked, Format, Found, Look, Page, Query, StandsOn},
    papers::{Form, is_served, paper},
    problem::Problem,
    sight::{self, Reach},
};

const FORM: Query = ("form", "`service` for the proof of service (送达回证) of the paper");

const fn printed(id: &'static str, path: &'static str, summary: &'static str) -> Look {
    Look {
        id,
        answer: "Paper",
        path,
        summary,
        query: &[FORM, AS_OF],
        formats: &[Format::Html],
        stands_on: StandsOn::Head,
        roles: "whoever may see the enterprise it is about",
        deed: None,
        run: order,
    }
}

pub(super) const LOOKS: &[Look] = &[
    printed(
        "print_order",
        "/v1/rectification-orders/{id}/paper",
        "The order as it is handed over (责令限期整改通知书), for one sheet of A4",
    ),
    Look {
        run: flag,
        ..printed(
            "print_notice",
            "/v1/credit-flags/{id}/paper",
            "The notice before an entry (诚信记录事前告知书), for one sheet of A4",
        )
    },
];

/// Whether the proof of service is meant.
fn is_service(asked: &Asked) -> Result<bool, Problem> {
    match asked.query("form") {
        None => Ok(false),
        Some("service") => Ok(true),
        Some(_) => Err(Problem::invalid("form", "send service, or nothing")),
    }
}

fn order<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let absent = || Problem::absent(format!("order {}", asked.param("id")));
        let id: OrderId = asked.param("id").parse().map_err(|_| absent())?;
        let about = enterprise_of(desk, "rectification", &id.to_string()).await?;
        let enterprise = about.ok_or_else(absent)?;
        let seen = sight::check(desk, asked.who()?, &enterprise, None).await;
        seen.map_err(|problem| problem.instead(absent()))?;
        let service = is_service(asked)?;
        let form = if service { Form::OrderService(id) } else { Form::Order(id) };
        page(desk, asked, &form, "rectification").await
    })
}

fn flag<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let absent = || Problem::absent(format!("flag {}", asked.param("id")));
        let id: FlagId = asked.param("id").parse().map_err(|_| absent())?;
        let enterprise = id.enterprise().parse().map_err(|_| absent())?;
        let seen = sight::check(desk, asked.who()?, &enterprise, None).await;
        seen.map_err(|problem| problem.instead(absent()))?;
        // Until it is served, a notice is a draft of those who may serve it.
        if sight::reach(asked.who()?) == Reach::Own {
            let at = asked.position(desk, "as_of").await?;
            if !is_served(desk, &id, at).await? {
                return Err(absent());
            }
        }
        let service = is_service(asked)?;
        let form = if service { Form::NoticeService(id) } else { Form::Notice(id) };
        page(desk, asked, &form, "credit").await
    })
}

async fn page(desk: &Desk, asked: &Asked, form: &Form, kind: &str) -> Result<Page, Problem> {
    let at = asked.position(desk, "as_of").await?;
    let html = paper(desk, form, at, sight::opens(asked.who()?, kind)).await?;
    Ok(Page::text(at.unwrap_or_else(|| desk.log().head()), "text/html; charset=utf-8", html))
}
