//! Reports of barriers (阻碍): not everybody sees all of one.

use fugong_domain::barrier::Barrier;
use serde_json::Value;

use super::things::{answer, thing, told};
use crate::{
    desk::Desk,
    look::{Asked, Content, Found, Look},
    problem::Problem,
    record::typed,
    sight,
    veil::{Stands, Veil},
};

pub(super) const LOOKS: &[Look] = &[Look {
    run: look,
    roles: "who reported it, whoever has it in hand, the district's bodies; the unit that it is \
            against without who reported it and whom it hinders",
    ..thing(
        "read_barrier_report",
        "/v1/barrier-reports/{id}",
        "A report of a barrier",
        "BarrierRecord",
    )
}];

/// What the unit is not told that a report is against.
const HIDDEN: [&str; 2] = ["reported_by", "enterprise"];

fn look<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let (who, stand, id) = (asked.who()?, asked.stand(desk).await?, asked.param("id"));
        let absent = || Problem::absent(format!("barrier report {id}"));
        let stands = Veil::of(desk, who).await?.before(id).await?.ok_or_else(absent)?;
        let (barrier, version) = typed::<Barrier>(desk, id, stand.at).await?;
        if stands == Stands::Apart || version == 0 {
            return Err(absent());
        }
        let mut state = serde_json::to_value(&barrier).map_err(Problem::unavailable)?;
        if let (Stands::Against, Value::Object(members)) = (stands, &mut state) {
            members.retain(|name, _| !HIDDEN.contains(&name.as_str()));
        }
        let mut page = answer(desk, asked, stand.at, (id, state, version));
        if let (Stands::With, Content::Json(Value::Object(members))) = (stands, &mut page.content) {
            let opens = sight::opens(who, "barrier");
            let told = told(desk, ("barrier", id), page.position, (who, opens)).await?;
            members.insert("events".to_owned(), told);
        }
        Ok(page)
    })
}
