//! What was reported under another id counts with the firm from then on: a provisional id, or a code
//! that the firm got later.

use fugong_core::{Facts, Stop, Touch};

use super::{Asked, Verdict, enterprise::touch, reach};
use crate::{
    CreditCode, EnterpriseId, Refusal,
    enterprise::{Command, Enterprise},
    resumption::{Command as Production, Resumption, Unlisted},
};

/// What was reported under a provisional id joins a listed enterprise, everywhere at once.
pub(super) fn join<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    provisional: &EnterpriseId,
    facts: &mut F,
) -> Verdict {
    reach::listed(asked, id, facts)?;
    reach::check(asked, provisional, facts)?;
    let reported = facts.read::<Resumption>(&provisional.to_string())?;
    if !provisional.is_provisional() || reported.is_blank() {
        let what = "resumption reported under the provisional id";
        return Err(Refusal::NotFound { what, id: provisional.to_string() }.into());
    }
    let mut touches = touch(id, Command::JoinListing { provisional: provisional.clone() });
    touches.extend(take_over(asked, id, provisional, reported, None));
    Ok(touches)
}

/// What was reported under `other` is from now on the enterprise's; one that is not listed either
/// is called as that was.
fn take_over(
    asked: &Asked,
    id: &EnterpriseId,
    other: &EnterpriseId,
    reported: &Resumption,
    called: Option<&Unlisted>,
) -> Vec<Touch<Refusal>> {
    let mut touches = touch(other, Command::JoinTo { listed: id.clone() });
    if reported.joined_to() == Some(id) {
        return touches;
    }
    if !reported.is_blank() {
        let joined = Production::Join {
            provisional: other.clone(),
            state: reported.state_on(asked.today),
            since: reported.since(asked.today).or(reported.expected_on()),
            first_resumed_on: reported.first_resumed_on(),
            name: called.and_then(|called| called.name.clone()),
            township: called.and_then(|called| called.township.clone()),
        };
        touches.push(Touch::new::<Resumption>(id.to_string(), joined));
    }
    let join_to = Production::JoinTo { listed: id.clone() };
    touches.push(Touch::new::<Resumption>(other.to_string(), join_to));
    touches
}

/// 统一社会信用代码变更: everything is kept under the first code, for which the new one stands from
/// now on; what was reported under it before joins. A code is one firm's for ever.
pub(super) fn change_code<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    (to, sites): (CreditCode, &[EnterpriseId]),
    facts: &mut F,
) -> Verdict {
    let enterprise = reach::listed(asked, id, facts)?;
    let was = enterprise.entry().and_then(|entry| entry.code).or(id.code().copied());
    let mut touches = touch(id, Command::ChangeCode { to, was, sites: Vec::new() });
    let new = EnterpriseId::from(to);
    if new == *id {
        return Ok(touches);
    }
    match facts.read::<Enterprise>(&to.to_string())?.joined_to() {
        Some(firm) if firm != id => return Err(Refusal::EnterpriseExists(to.to_string()).into()),
        Some(_) => {}
        None => {
            let reported = facts.read::<Resumption>(&to.to_string())?.clone();
            if !reported.is_blank() {
                reach::check(asked, &new, facts)?;
            }
            touches.extend(take_over(asked, id, &new, &reported, None));
        }
    }
    touches.extend(take_over_sites(asked, id, (&new, sites), facts)?);
    Ok(touches)
}

/// What was reported of sites under the new code is from now on those sites' of the firm. A site
/// that is listed under it already belongs to another firm's list, which refuses the code.
fn take_over_sites<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    (new, sites): (&EnterpriseId, &[EnterpriseId]),
    facts: &mut F,
) -> Result<Vec<Touch<Refusal>>, Stop<Refusal>> {
    let Some(code) = id.code() else { return Ok(Vec::new()) };
    let mut touches = Vec::new();
    for other in sites.iter().filter(|site| site.whole() == *new && **site != *new) {
        let reported = facts.read::<Resumption>(&other.to_string())?;
        if !reported.is_blank() && reported.joined_to().is_none() {
            let (reported, site) = (reported.clone(), other.under(*code));
            let listed = facts.read::<Enterprise>(&site.to_string())?.entry().is_some();
            let called = reported.unlisted().filter(|_| !listed);
            touches.extend(take_over(asked, &site, other, &reported, called));
        }
    }
    Ok(touches)
}
