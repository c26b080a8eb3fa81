use std::slice;

use chrono::NaiveDate as Date;
use fugong_core::{Facts, Touch};

use super::{Asked, REGIME, Verdict, joining, reach};
use crate::{
    Advisory, EnterpriseId, IndustryCode, Refusal, UnitCode,
    codes::{EnterpriseState, Role, Scale},
    enterprise::{Command, Enterprise},
    regime::Regime,
    resumption::{Command as Production, Resumption},
    rights::{Matter, Resource},
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    // Size and base belong to the code, whatever the site.
    let whole = id.whole();
    match command {
        Command::Register { .. } => register(asked, id, command.clone(), facts),
        Command::JoinListing { provisional } => joining::join(asked, id, provisional, facts),
        Command::JoinTo { listed } => joining::join(asked, listed, id, facts),
        Command::SetAside { .. } => {
            reach::check(asked, id, facts)?;
            let known = facts.read::<Enterprise>(&id.to_string())?.entry().is_some();
            if !known && facts.read::<Resumption>(&id.to_string())?.is_blank() {
                return Err(Refusal::EnterpriseUnknown(id.to_string()).into());
            }
            Ok(touch(id, command.clone()))
        }
        Command::ReclassifyScale { .. } => reclassify(asked, &whole, command.clone(), facts),
        Command::ExcludeFromBase { .. } | Command::Readmit { .. } => {
            reach::listed(asked, &whole, facts)?;
            Ok(touch(&whole, command.clone()))
        }
        Command::ConfirmClosed { on, .. } if asked.by.role == Role::System && whole != *id => {
            end_site(id, *on, command, facts)
        }
        Command::ConfirmClosed { on, .. } => {
            reach::listed(asked, id, facts)?;
            asked.check_past("date", *on)?;
            Ok(vec![touch_one(id, command.clone()), end(id, *on)])
        }
        Command::ChangeCode { to, sites, .. } => {
            joining::change_code(asked, &whole, (*to, sites), facts)
        }
        Command::DeclareSupplyLink { supplier_of, until } => {
            supply(asked, &whole, supplier_of.whole(), *until, facts)
        }
        Command::CorrectDetails { .. } => correct(asked, id, command.clone(), facts),
        Command::Relocate { .. }
        | Command::AssignTier { .. }
        | Command::BeginClosure { .. }
        | Command::RecordEarlierPaper { .. }
        | Command::RecordOtherLawReference { .. }
        | Command::Guide { .. }
        | Command::MarkKeyProject { .. }
        | Command::StartKeyProject { .. } => {
            let enterprise = reach::listed(asked, id, facts)?;
            check_details(asked, &enterprise, command, facts.read(REGIME)?)?;
            Ok(touch(id, command.clone()))
        }
    }
}

/// 建档: inside the district, industrial or a tenant of the park.
fn register<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let whole = id.whole();
    if id.is_provisional() {
        let why = "list it under its credit code, then let the provisional id join it";
        return Err(Refusal::UsccInvalid { code: id.to_string(), why: why.to_owned() }.into());
    }
    if whole != *id {
        reach::listed(asked, &whole, facts)?;
    }
    if let Command::Register { township, park, .. } = &command {
        let units: Vec<_> = [township].into_iter().chain(park).cloned().collect();
        reach::check_units(asked, id, &units, facts)?;
    }
    let regime = facts.read::<Regime>(REGIME)?;
    if let Command::Register {
        name,
        industry_code,
        township,
        park,
        scale,
        prior_year_revenue_cny,
        headcount: _,
        parent,
        advisories,
    } = &mut command
    {
        check_place(regime, township, park.as_ref(), asked.day)?;
        check_industry(regime, industry_code, park.is_some())?;
        check_words("/name", name)?;
        if parent.is_some_and(|parent| id.code() == Some(&parent)) {
            return Err(invalid("/parent_uscc", "a branch has a code of its own").into());
        }
        if scale.is_some() && !regime.is_industrial(industry_code) {
            return Err(invalid("/above_scale", "only sections B, C and D have a scale").into());
        }
        if scale.is_some() && whole != *id {
            return Err(invalid("/above_scale", "size belongs to the code, not to a site").into());
        }
        *advisories = disagrees(regime, *scale, *prior_year_revenue_cny, asked.day);
    }
    Ok(touch(id, command))
}

/// A site ends with the firm whose site it is: in the list, if it is there, and at work. A rule
/// says so when the firm's closure is confirmed; of a firm that is here it says nothing.
fn end_site<F: Facts>(id: &EnterpriseId, on: Date, command: &Command, facts: &mut F) -> Verdict {
    if facts.read::<Enterprise>(&id.whole().to_string())?.closed_on().is_none() {
        return Ok(Vec::new());
    }
    let here = match facts.read::<Enterprise>(&id.to_string())?.state() {
        EnterpriseState::Listed | EnterpriseState::Closing => true,
        EnterpriseState::Unlisted | EnterpriseState::Closed => false,
    };
    let closed = here.then(|| touch_one(id, command.clone()));
    Ok(closed.into_iter().chain([end(id, on)]).collect())
}

/// Details put right, with a remark when the new revenue does not fit the size.
fn correct<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let enterprise = reach::listed(asked, id, facts)?;
    let regime = facts.read::<Regime>(REGIME)?;
    check_details(asked, &enterprise, &command, regime)?;
    if let Command::CorrectDetails { prior_year_revenue_cny, advisories, .. } = &mut command {
        let scale = enterprise.scale_on(asked.day);
        *advisories = disagrees(regime, scale, *prior_year_revenue_cny, asked.day);
    }
    Ok(touch(id, command))
}

/// A size that the statistical register gave, with a remark when the revenue says otherwise.
fn reclassify<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let enterprise = reach::listed(asked, id, facts)?;
    let regime = facts.read::<Regime>(REGIME)?;
    if let (Some(entry), Command::ReclassifyScale { to, effective_on, basis, advisories }) =
        (enterprise.entry(), &mut command)
    {
        if !regime.is_industrial(&entry.industry) {
            return Err(invalid("/to", "only sections B, C and D have a scale").into());
        }
        check_words("/basis", basis)?;
        *advisories = disagrees(regime, Some(*to), entry.prior_year_revenue_cny, *effective_on);
    }
    Ok(touch(id, command))
}

/// 产业链、供应链配套: one firm supplies another, whatever the site. Nothing hangs on it for either's
/// work; a supply that ended may be that of a firm which is gone.
fn supply<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    supplier_of: EnterpriseId,
    until: Option<Date>,
    facts: &mut F,
) -> Verdict {
    reach::listed(asked, id, facts)?;
    if supplier_of == *id {
        let problem = "no enterprise supplies itself; name the one that it supplies";
        return Err(invalid("/supplier_of", problem).into());
    }
    let supplied = facts.read::<Enterprise>(&supplier_of.to_string())?;
    match (supplied.state(), supplied.closed_on()) {
        (EnterpriseState::Unlisted, _) => {
            Err(Refusal::EnterpriseUnknown(supplier_of.to_string()).into())
        }
        (EnterpriseState::Closed, Some(on)) if until.is_none() => {
            Err(Refusal::EnterpriseClosed { enterprise: supplier_of.to_string(), on }.into())
        }
        (EnterpriseState::Listed | EnterpriseState::Closing | EnterpriseState::Closed, _) => {
            Ok(touch(id, Command::DeclareSupplyLink { supplier_of, until }))
        }
    }
}

/// What an act says about an enterprise that is here has to fit the district and its days.
fn check_details(
    asked: &Asked,
    enterprise: &Enterprise,
    command: &Command,
    regime: &Regime,
) -> Result<(), Refusal> {
    match command {
        Command::Relocate { township, park, effective_on } => {
            check_place(regime, township, park.as_ref(), *effective_on)
        }
        Command::CorrectDetails { name, industry_code, .. } => {
            let park = enterprise.place_on(asked.day).and_then(|place| place.park.as_ref());
            name.as_ref().map_or(Ok(()), |name| check_words("/name", name))?;
            industry_code
                .as_ref()
                .map_or(Ok(()), |code| check_industry(regime, code, park.is_some()))
        }
        Command::RecordEarlierPaper { authority, dated, .. }
        | Command::RecordOtherLawReference { authority, dated, .. } => {
            check_words("/authority", authority)?;
            asked.check_past("dated", *dated)
        }
        Command::Guide { lead, .. } => {
            let leads =
                enterprise.entry().and_then(|entry| regime.lead_of(&entry.industry, asked.day));
            match leads {
                Some(owner) if owner == lead => {
                    let (of, hands, units) =
                        (Matter::Sector, slice::from_ref(lead), regime.units());
                    let what = format!("guidance that {lead} gives");
                    asked.check_own(&Resource::Matter { of, hands, against: None, units }, what)
                }
                Some(owner) => Err(invalid("/lead", &format!("its sector lead is {owner}"))),
                None => Err(invalid("/lead", "this trade has no sector lead")),
            }
        }
        Command::AssignTier { basis, .. } => check_words("/basis", basis),
        Command::MarkKeyProject { name, .. } => check_words("/name", name),
        Command::StartKeyProject { on, .. } => asked.check_past("started_on", *on),
        Command::BeginClosure { .. }
        | Command::ChangeCode { .. }
        | Command::DeclareSupplyLink { .. }
        | Command::Register { .. }
        | Command::ReclassifyScale { .. }
        | Command::JoinListing { .. }
        | Command::JoinTo { .. }
        | Command::ExcludeFromBase { .. }
        | Command::Readmit { .. }
        | Command::ConfirmClosed { .. }
        | Command::SetAside { .. } => Ok(()),
    }
}

fn check_place(
    regime: &Regime,
    township: &UnitCode,
    park: Option<&UnitCode>,
    day: Date,
) -> Result<(), Refusal> {
    regime.units().township_at(township, day)?;
    match park {
        Some(park) if regime.units().park(park).is_none() => {
            Err(Refusal::TownshipUnknownAtDate { code: park.to_string(), on: day })
        }
        Some(_) | None => Ok(()),
    }
}

fn check_industry(regime: &Regime, code: &IndustryCode, in_park: bool) -> Result<(), Refusal> {
    if regime.section_of(code).is_none() {
        return Err(invalid("/industry_code", "no such division in GB/T 4754-2017"));
    }
    if in_park || regime.is_industrial(code) {
        return Ok(());
    }
    Err(Refusal::NotIndustrial { industry: code.to_string() })
}

fn check_words(pointer: &str, words: &str) -> Result<(), Refusal> {
    if words.trim().is_empty() { Err(invalid(pointer, "it is blank; say it")) } else { Ok(()) }
}

/// 2000万元及以上 is above; the register decides, and the remark says when revenue disagrees.
fn disagrees(
    regime: &Regime,
    scale: Option<Scale>,
    revenue: Option<u64>,
    day: Date,
) -> Vec<Advisory> {
    let by_revenue = regime.rules_at(day).zip(revenue).map(|(rules, revenue)| {
        if rules.scale_threshold_cny <= revenue { Scale::Above } else { Scale::Below }
    });
    match (scale, by_revenue) {
        (Some(said), Some(counted)) if said != counted => vec![Advisory::ScaleDisagreesWithRevenue],
        _ => Vec::new(),
    }
}

/// What is asked of one enterprise in the list.
pub(super) fn touch(id: &EnterpriseId, command: Command) -> Vec<Touch<Refusal>> {
    vec![touch_one(id, command)]
}

fn touch_one(id: &EnterpriseId, command: Command) -> Touch<Refusal> {
    Touch::new::<Enterprise>(id.to_string(), command)
}

/// Production ends with the enterprise, in one commit.
fn end(id: &EnterpriseId, on: Date) -> Touch<Refusal> {
    Touch::new::<Resumption>(id.to_string(), Production::End { on })
}

fn invalid(pointer: &str, problem: &str) -> Refusal {
    Refusal::InvalidField { pointer: pointer.to_owned(), problem: problem.to_owned() }
}
