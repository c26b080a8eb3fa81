//! The access log: who read what of persons, what was carried out, who was turned away.

use fugong_domain::rights::Action;
use serde_json::json;

use crate::{
    desk::Desk,
    look::{Asked, CURSOR, Format, Found, LIMIT, Look, Page, StandsOn, veiled},
    problem::Problem,
    sight,
};

pub(super) const LOOKS: &[Look] = &[Look {
    id: "read_access_log",
    answer: "AccessLog",
    path: "/v1/access-log",
    summary: "Who read words about persons, what was exported, who was turned away; the last first",
    query: &[LIMIT, CURSOR],
    formats: &[Format::Json],
    stands_on: StandsOn::Program,
    roles: "admin, auditor",
    deed: None,
    run: look,
}];

fn look<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::ReadAccessLog)?;
        let before = match asked.cursor()?.map(|text| text.parse()) {
            None => None,
            Some(Ok(before)) => Some(before),
            Some(Err(_)) => {
                let detail = "send the next_cursor of an answer as it was";
                return Err(Problem::invalid("cursor", detail));
            }
        };
        let part = desk.access_log().read(before, asked.limit()?).await?;
        let next = part.next.map(|next| veiled(&next.to_string()));
        let rest = json!({"head": part.head, "next_cursor": next});
        Ok(Page::listed(desk.log().head(), part.items, rest))
    })
}
