//! By which codes an enterprise is known: a code that it got later is read as its first one, under
//! which everything is kept, before anything is looked up by it.

use fugong_domain::{
    Ask, EnterpriseId, FlagId, Principal, UnitCode, codes::Role, enterprise::Enterprise,
};

use crate::{
    desk::{Desk, trouble},
    door::Params,
    problem::Problem,
};

/// The enterprise under its first code.
pub(crate) async fn first(desk: &Desk, id: EnterpriseId) -> Result<EnterpriseId, Problem> {
    if id.is_provisional() {
        return Ok(id);
    }
    let stands_for = |listed: &Enterprise, _| listed.stands_for(&id);
    let whole = id.whole().to_string();
    let first = desk.log().read::<Enterprise, _>(&whole, stands_for).await.map_err(trouble)?;
    Ok(first.unwrap_or(id))
}

/// The same for a text; what names no enterprise stays as it is.
pub(crate) async fn first_of(desk: &Desk, text: &str) -> Result<Option<String>, Problem> {
    let Ok(id) = text.parse::<EnterpriseId>() else { return Ok(None) };
    let known = first(desk, id.clone()).await?;
    Ok((known != id).then(|| known.to_string()))
}

/// The parameters of an address; flags are named by their enterprise.
pub(crate) async fn params(desk: &Desk, mut params: Params) -> Result<Params, Problem> {
    if let Some(code) = params.get_mut("uscc")
        && let Some(known) = first_of(desk, code).await?
    {
        *code = known;
    }
    if let Some(id) = params.get_mut("id")
        && let Ok(flag) = id.parse::<FlagId>()
        && let Some(known) = first_of(desk, flag.enterprise()).await?
    {
        *id = format!("{known}.{}", flag.number());
    }
    Ok(params)
}

/// Who acts or asks; an enterprise is named by its code.
pub(crate) async fn principal(desk: &Desk, who: Principal) -> Result<Principal, Problem> {
    let Some(own) = who.unit.enterprise().filter(|_| who.role == Role::Enterprise) else {
        return Ok(who);
    };
    let unit: Option<UnitCode> = first(desk, own).await?.to_string().parse().ok();
    Ok(Principal { unit: unit.unwrap_or_else(|| who.unit.clone()), ..who })
}

/// What is asked.
pub(crate) async fn ask(desk: &Desk, mut ask: Ask) -> Result<Ask, Problem> {
    for id in ask.enterprises_mut() {
        *id = first(desk, id.clone()).await?;
    }
    Ok(ask)
}
