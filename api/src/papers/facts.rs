//! What papers are about, as the log has it.

use std::sync::Arc;

use chrono::NaiveDate as Date;
use fugong_core::{Personal, Recorded, keys};
use fugong_domain::{
    Deadline, EnterpriseId, FindingId, FlagId, Kind, OrderId, UnitCode,
    act::REGIME,
    codes::SupersedeKind,
    credit,
    enterprise::Enterprise,
    inspection,
    rectification::{self, Limit},
    regime::Regime,
};

use super::{Source, day};
use crate::{problem::Problem, record::typed};

/// An enterprise as a paper addresses it.
pub(super) struct Addressee {
    pub(super) name: String,
    pub(super) code: String,
}

impl Addressee {
    async fn read(from: &Source<'_>, id: &EnterpriseId) -> Result<Self, Problem> {
        let listed = typed::<Enterprise>(from.desk, &id.to_string(), from.at).await?.0;
        let name = listed.entry().map_or_else(|| id.to_string(), |entry| entry.name.clone());
        Ok(Self { name, code: id.whole().to_string() })
    }
}

/// Something that was found.
pub(super) struct Seen {
    pub(super) category: String,
    pub(super) severity: String,
    pub(super) facts: String,
    pub(super) on: Date,
}

/// An order.
pub(super) struct Ordered {
    pub(super) event: Recorded,
    pub(super) to: Addressee,
    /// The unit that issued it.
    pub(super) unit: String,
    /// Its document number, if it has one.
    pub(super) number: Option<String>,
    pub(super) on: Date,
    pub(super) found: Vec<Seen>,
    pub(super) measures: String,
    pub(super) responsible: Option<String>,
    pub(super) limit: Limit,
    /// The event of its service, the day, and the last day, once it was served.
    pub(super) served: Option<Recorded>,
    pub(super) served_on: Option<Date>,
    pub(super) due: Option<Date>,
    /// How it ceased to hold, in a sentence.
    pub(super) ended: Option<String>,
}

impl Ordered {
    pub(super) async fn read(from: &Source<'_>, id: &OrderId) -> Result<Self, Problem> {
        use rectification::Event as E;
        let absent = || Problem::absent(format!("order {id}"));
        let life = from.life(Kind::Rectification, &id.to_string()).await?;
        let event = life.first().cloned().ok_or_else(absent)?;
        let said = payload::<E>(&event)?;
        let E::Ordered { enterprise, findings, limit, measures, responsible, on, .. } = &*said
        else {
            return Err(absent());
        };
        let regime = typed::<Regime>(from.desk, REGIME, from.at).await?.0;
        let mut found = Vec::with_capacity(findings.len());
        for finding in findings {
            found.extend(seen(from, &regime, finding).await?);
        }
        let (mut served, mut served_on, mut due, mut ended) = (None, None, None, None);
        for event in &life {
            let said = payload::<E>(event)?;
            if let Some(how) = no_more(&said) {
                ended = Some(format!("本通知书已于{}{how}。", day(event.occurred().day())));
            }
            match &*said {
                E::Served { on, deadline, .. } => {
                    (served, served_on) = (Some(event.clone()), Some(*on));
                    due = deadline.as_ref().map(|deadline| deadline.due);
                }
                E::Extended { deadline, .. } => due = Some(deadline.due),
                E::Ordered { .. }
                | E::Superseded { .. }
                | E::Reported { .. }
                | E::Complied { .. }
                | E::Failed { .. }
                | E::Lapsed { .. }
                | E::Revoked { .. }
                | E::Terminated { .. } => {}
            }
        }
        let opened = |said: &Personal| from.words(said);
        Ok(Self {
            to: Addressee::read(from, enterprise).await?,
            unit: unit(&regime, &event, *on),
            number: event.meta(keys::AUTHORITY).map(str::to_owned),
            on: *on,
            found,
            measures: opened(measures),
            responsible: responsible.as_ref().map(opened),
            limit: *limit,
            served,
            served_on,
            due,
            ended,
            event,
        })
    }
}

/// How an order ceased to hold by this.
fn no_more(said: &rectification::Event) -> Option<&'static str> {
    use rectification::Event as E;
    match said {
        E::Revoked { .. } => Some("撤销，自始不计"),
        E::Superseded { kind: SupersedeKind::Correction, .. } => Some("更正，以更正后的通知书为准"),
        E::Superseded { kind: SupersedeKind::Further, .. } => {
            Some("再次责令限期整改，以后一份通知书为准")
        }
        E::Terminated { .. } => Some("终止，不再执行"),
        E::Ordered { .. }
        | E::Served { .. }
        | E::Extended { .. }
        | E::Reported { .. }
        | E::Complied { .. }
        | E::Failed { .. }
        | E::Lapsed { .. } => None,
    }
}

/// A finding; none if it is no more.
async fn seen(
    from: &Source<'_>,
    regime: &Regime,
    finding: &FindingId,
) -> Result<Option<Seen>, Problem> {
    use inspection::Event as E;
    let life = from.life(Kind::Inspection, &finding.inspection().to_string()).await?;
    for event in &life {
        if let E::FindingRecorded { number, category, severity, facts, on, .. } =
            &*payload::<E>(event)?
            && *number == finding.number()
        {
            return Ok(Some(Seen {
                category: regime.label("finding_categories", category.code(), "zh"),
                severity: regime.label("severities", severity.code(), "zh"),
                facts: from.words(facts),
                on: *on,
            }));
        }
    }
    Ok(None)
}

/// An entry that is proposed for a credit record.
pub(super) struct Flagged {
    proposed: Recorded,
    noticed: Option<Recorded>,
    pub(super) to: Addressee,
    /// The unit that gives notice.
    pub(super) unit: String,
    pub(super) number: Option<String>,
    pub(super) on: Date,
    pub(super) grounds: Vec<Ordered>,
    /// By when the enterprise may state its case, once it was given notice.
    pub(super) statement: Option<Deadline>,
    /// For how many working days it may.
    pub(super) days: Option<u32>,
    /// How it came to nothing, in a sentence.
    pub(super) ended: Option<String>,
}

impl Flagged {
    pub(super) async fn read(from: &Source<'_>, id: &FlagId) -> Result<Self, Problem> {
        use credit::Event as E;
        let absent = || Problem::absent(format!("flag {id}"));
        let (mut proposed, mut noticed, mut ended) = (None, None, None);
        for event in from.life(Kind::Credit, id.enterprise()).await? {
            let said = payload::<E>(&event)?;
            if said.flag() != id.number() {
                continue;
            }
            if let Some(how) = came_to_nothing(&said) {
                let served = if noticed.is_some() {
                    ""
                } else {
                    "，本告知书未曾送达，不得送达"
                };
                ended = Some(format!("{how}（{}）{served}。", day(event.occurred().day())));
            }
            if let E::FlagProposed { grounds, on, .. } = &*said {
                proposed = Some((event.clone(), grounds.clone(), *on));
            } else if let E::NoticeServed { statement, on, .. } = &*said {
                noticed = Some((event.clone(), statement.clone(), *on));
            }
        }
        let (proposed, orders, proposed_on) = proposed.ok_or_else(absent)?;
        let regime = typed::<Regime>(from.desk, REGIME, from.at).await?.0;
        let mut grounds = Vec::with_capacity(orders.len());
        for order in &orders {
            grounds.push(Ordered::read(from, order).await?);
        }
        let enterprise: EnterpriseId = id.enterprise().parse().map_err(|_| absent())?;
        let (noticed, statement, on) = match noticed {
            Some((event, statement, on)) => (Some(event), Some(statement), on),
            None => (None, None, proposed_on),
        };
        // A proposal is the clock's; the unit is then that of the orders.
        let ordering = grounds.first().map(|order| order.unit.clone());
        let own = noticed.as_ref().map(|event| unit(&regime, event, on));
        Ok(Self {
            to: Addressee::read(from, &enterprise).await?,
            unit: own.or(ordering).unwrap_or_default(),
            number: noticed
                .as_ref()
                .and_then(|event| event.meta(keys::AUTHORITY))
                .map(str::to_owned),
            on,
            grounds,
            days: regime.rules_at(on).map(|rules| rules.statement_working_days),
            statement,
            ended,
            noticed,
            proposed,
        })
    }

    /// Whether the enterprise was given notice.
    pub(super) fn was_served(&self) -> bool {
        self.noticed.is_some()
    }

    /// The event that its paper is about.
    pub(super) fn event(&self) -> &Recorded {
        self.noticed.as_ref().unwrap_or(&self.proposed)
    }
}

/// How an entry came to nothing by this, or ended.
fn came_to_nothing(said: &credit::Event) -> Option<&'static str> {
    use credit::Event as E;
    match said {
        E::ProposalWithdrawn { .. } => Some("该拟记事项已撤回"),
        E::ProposalDismissed { .. } => Some("该拟记事项已决定不予记入"),
        E::ObjectionUpheld { .. } => Some("对该记录的异议成立"),
        E::RepairGranted { .. } => Some("该记录已经信用修复"),
        E::Expired { .. } => Some("该记录已期满终止"),
        E::Expunged { .. } => Some("该记录已撤销"),
        E::FlagProposed { .. }
        | E::NoticeServed { .. }
        | E::StatementRecorded { .. }
        | E::Flagged { .. }
        | E::ObjectionLodged { .. }
        | E::VerificationBegun { .. }
        | E::ObjectionRejected { .. }
        | E::RepairApplied { .. }
        | E::RepairRefused { .. }
        | E::FlagDisclosed { .. }
        | E::WithdrawalNotified { .. } => None,
    }
}

fn payload<E>(event: &Recorded) -> Result<Arc<E>, Problem>
where
    E: serde::de::DeserializeOwned + Send + Sync + 'static,
{
    event.payload_as::<E>().map_err(Problem::unavailable)
}

/// What the unit was called that acted.
fn unit(regime: &Regime, event: &Recorded, day: Date) -> String {
    let code = event.meta(keys::ACTOR_UNIT).unwrap_or_default();
    let unit: Option<UnitCode> = code.parse().ok();
    let known = unit.as_ref().and_then(|unit| regime.unit_at(unit, day).ok());
    known.map_or_else(|| code.to_owned(), |unit| unit.name().to_owned())
}
