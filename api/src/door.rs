//! The door: what turns the words of a body into an act.
//!
//! Words about persons are sealed here, new things get their ids here, and hints are looked up
//! here. Whether an act may be is nobody's question here: that is the domain's.

use std::{collections::BTreeMap, str::FromStr, sync::OnceLock};

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Occurred, Personal, Recorded, shanghai_day};
use fugong_domain::{
    ApiKeyId, CreditCode, Digest, EnterpriseId, InspectionId, InvalidId, MeasureId, OfficerId,
    OrderId, Principal, UnitCode, WebhookId,
    officer::{Officer, Roll},
    posting, resumption,
    webhook::SealedSecret,
};
use fugong_engine::DrawnKeys;
use uuid::Uuid;

use crate::{
    authenticate::api_keys,
    desk::{Desk, trouble},
    hints,
    members::Text,
    problem::Problem,
    webhooks,
};

/// The parameters of an address, by name.
pub(crate) type Params = BTreeMap<&'static str, String>;

/// What is drawn for an act, and is there only once it is carried out.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    /// Keys under which words are sealed.
    pub(crate) keys: DrawnKeys,
    /// The text of an API key, or the secret of a webhook.
    pub(crate) secret: OnceLock<String>,
}

/// Whether words are sealed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seals<'a> {
    /// Under the key of their subject; one that it has not got yet is stored with the act.
    With(&'a Drawn),
    /// Not at all: the act is only tried out, and leaves no trace.
    Not,
}

/// What a body may use to become an act.
#[derive(Debug)]
pub(crate) struct Door<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) by: &'a Principal,
    pub(crate) params: &'a Params,
    /// Names the act for ever; new ids come from it, so that a repeat would draw the same.
    pub(crate) command_id: &'a str,
    pub(crate) seals: Seals<'a>,
    pub(crate) now: DateTime<Utc>,
    /// When the act was done, as far as the body says so.
    pub(crate) occurred: Option<Occurred>,
}

impl Door<'_> {
    /// The day of the act.
    pub(crate) fn day(&self) -> Date {
        self.occurred.map_or_else(|| shanghai_day(self.now), Occurred::day)
    }

    /// The moment of the act.
    pub(crate) fn moment(&self) -> Occurred {
        self.occurred.unwrap_or(Occurred::At(self.now))
    }

    /// A parameter of the address; what cannot be one is not there.
    pub(crate) fn param<T: FromStr>(&self, name: &'static str) -> Result<T, Problem> {
        let text = self.params.get(name).map(String::as_str).unwrap_or_default();
        text.parse().map_err(|_| Problem::absent(format!("{name} {text}")))
    }

    /// The enterprise of the address.
    pub(crate) fn enterprise(&self) -> Result<EnterpriseId, Problem> {
        enterprise(self.params.get("uscc").map(String::as_str).unwrap_or_default())
    }

    /// The unit whose actor asks.
    pub(crate) fn unit(&self) -> UnitCode {
        self.by.unit.clone()
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> Uuid {
        self.desk.log().id_for(self.command_id, 0)
    }

    /// A new thing of the kind that is wanted, named by a UUID.
    pub(crate) fn new_named<T: FromStr<Err = InvalidId>>(&self) -> Result<T, Problem> {
        self.new_id().to_string().parse().map_err(Problem::unavailable)
    }

    /// A new inspection.
    pub(crate) fn new_inspection(&self) -> Result<InspectionId, Problem> {
        self.new_id().to_string().parse().map_err(Problem::unavailable)
    }

    /// A new order.
    pub(crate) fn new_order(&self) -> Result<OrderId, Problem> {
        self.new_id().to_string().parse().map_err(Problem::unavailable)
    }

    /// An enterprise that has no code yet.
    pub(crate) fn new_provisional(&self) -> Result<EnterpriseId, Problem> {
        format!("p-{}", self.new_id()).parse().map_err(Problem::unavailable)
    }

    /// The digest of a new text for a key, which the receipt tells.
    pub(crate) fn secret(&self, key: &ApiKeyId) -> Result<Digest, Problem> {
        let secret = self.desk.log().secret_for(self.command_id).map_err(trouble)?;
        let unnamed = || Problem::absent(format!("API key {key}"));
        let text = api_keys::written(key, secret).ok_or_else(unnamed)?;
        let digest = api_keys::digest(&text);
        if let Seals::With(drawn) = self.seals {
            // There is one in an act.
            let _only = drawn.secret.set(text);
        }
        digest
    }

    /// A new secret for a webhook, which the receipt tells, sealed under the webhook's own key.
    pub(crate) async fn webhook_secret(
        &self,
        webhook: &WebhookId,
    ) -> Result<SealedSecret, Problem> {
        let subject = SealedSecret::subject(webhook);
        let secret = self.desk.log().secret_for(self.command_id).map_err(trouble)?;
        let text = Text(webhooks::secret_text(secret));
        let sealed = self.seal(&subject, &text).await?;
        if let Seals::With(drawn) = self.seals {
            // There is one in an act.
            let _only = drawn.secret.set(text.0);
        }
        Ok(SealedSecret::of(&sealed))
    }

    /// Seals words about `subject`, an officer.
    pub(crate) async fn seal(&self, subject: &str, text: &Text) -> Result<Personal, Problem> {
        match self.seals {
            Seals::With(drawn) => self.desk.seal(&drawn.keys, subject, &text.0).await,
            Seals::Not => {
                Ok(Personal::from_parts(subject.to_owned(), String::new(), String::new()))
            }
        }
    }

    /// Seals words about `subject`, an officer; words that were sealed before keep their seal, by
    /// which the domain, which opens nothing, knows them again.
    pub(crate) async fn seal_as(
        &self,
        subject: &str,
        text: &Text,
        known: Option<&Personal>,
    ) -> Result<Personal, Problem> {
        match known.filter(|known| self.desk.says(known, &text.0)) {
            Some(known) => Ok(known.clone()),
            None => self.seal(subject, text).await,
        }
    }

    /// What is known of an officer, if he is enrolled: a hint, it is looked at again.
    pub(crate) async fn roll(&self, officer: &OfficerId) -> Result<Option<Box<Roll>>, Problem> {
        let roll = |officer: &Officer, _| officer.roll().cloned().map(Box::new);
        self.desk.log().read::<Officer, _>(officer.as_str(), roll).await.map_err(trouble)
    }

    /// That this event enrolled that officer.
    pub(crate) async fn enrolled(&self, officer: &OfficerId, event: &str) -> Result<(), Problem> {
        let event = self.told(officer, "officer", event).await?;
        let enrolled = &*event.event_type == "officer-enrolled";
        if enrolled { Ok(()) } else { Err(superseded_unknown()) }
    }

    /// Seals free text of the thing with this id.
    pub(crate) async fn words(
        &self,
        about: impl ToString + Send,
        text: &Text,
    ) -> Result<Personal, Problem> {
        self.seal(&format!("text:{}", about.to_string()), text).await
    }

    /// The same for text that may be absent.
    pub(crate) async fn some_words(
        &self,
        about: impl ToString + Send,
        text: Option<&Text>,
    ) -> Result<Option<Personal>, Problem> {
        match text {
            Some(text) => self.words(about, text).await.map(Some),
            None => Ok(None),
        }
    }

    /// The same for several texts.
    pub(crate) async fn all_words(
        &self,
        about: impl ToString + Send,
        texts: &[Text],
    ) -> Result<Vec<Personal>, Problem> {
        let about = about.to_string();
        let mut sealed = Vec::with_capacity(texts.len());
        for text in texts {
            sealed.push(self.words(&about, text).await?);
        }
        Ok(sealed)
    }

    /// The orders that may be open for an enterprise: a hint, each is looked at again.
    pub(crate) async fn orders(&self, enterprise: &EnterpriseId) -> Result<Vec<OrderId>, Problem> {
        self.desk.open_orders(enterprise).await
    }

    /// The stop orders that may be in force for an enterprise: a hint, each is looked at again.
    pub(crate) async fn stop_orders(
        &self,
        enterprise: &EnterpriseId,
    ) -> Result<Vec<MeasureId>, Problem> {
        self.desk.stop_orders(enterprise).await
    }

    /// The sites of a code that anybody reported: a hint, each is looked at again.
    pub(crate) async fn sites(&self, code: CreditCode) -> Result<Vec<EnterpriseId>, Problem> {
        hints::sites(self.desk.log(), code).await
    }

    /// The day that a report of work gave, by the id of its event, and whether it said that work
    /// never stopped.
    pub(crate) async fn reported_work(
        &self,
        enterprise: &EnterpriseId,
        report: &str,
    ) -> Result<(Date, bool), Problem> {
        let event = self.told(enterprise, "resumption", report).await?;
        let happened = event.payload_as::<resumption::Event>().map_err(Problem::unavailable)?;
        match &*happened {
            resumption::Event::Resumed { resumed_on, .. }
            | resumption::Event::Corrected { resumed_on, .. } => Ok((*resumed_on, false)),
            resumption::Event::ContinuousProductionDeclared { since, .. } => Ok((*since, true)),
            resumption::Event::Planned { .. }
            | resumption::Event::DailyReported(_)
            | resumption::Event::Suspended { .. }
            | resumption::Event::Ended { .. }
            | resumption::Event::Joined { .. }
            | resumption::Event::JoinedTo { .. } => Err(superseded_unknown()),
        }
    }

    /// The day of which a daily report spoke, by the id of its event.
    pub(crate) async fn reported_for(
        &self,
        enterprise: &EnterpriseId,
        report: &str,
    ) -> Result<Date, Problem> {
        let event = self.told(enterprise, "resumption", report).await?;
        let happened = event.payload_as::<resumption::Event>().map_err(Problem::unavailable)?;
        match &*happened {
            resumption::Event::DailyReported(report) => Ok(report.date),
            resumption::Event::ContinuousProductionDeclared { .. }
            | resumption::Event::Planned { .. }
            | resumption::Event::Resumed { .. }
            | resumption::Event::Corrected { .. }
            | resumption::Event::Suspended { .. }
            | resumption::Event::Ended { .. }
            | resumption::Event::Joined { .. }
            | resumption::Event::JoinedTo { .. } => Err(superseded_unknown()),
        }
    }

    /// Who was put on a seat and from when, by the id of that event.
    pub(crate) async fn seated(
        &self,
        enterprise: &EnterpriseId,
        posting: &str,
    ) -> Result<posting::Seated, Problem> {
        let event = self.told(enterprise, "posting", posting).await?;
        let happened = event.payload_as::<posting::Event>().map_err(Problem::unavailable)?;
        match &*happened {
            posting::Event::OfficerAssigned { officer, from, .. }
            | posting::Event::Transferred { to: officer, effective_at: from, .. } => {
                Ok(posting::Seated { officer: officer.clone(), from: *from })
            }
            posting::Event::Substituted { .. }
            | posting::Event::SubstitutionEnded { .. }
            | posting::Event::Withdrawn { .. }
            | posting::Event::VisitLogged { .. }
            | posting::Event::ZonesLinked { .. }
            | posting::Event::HandoverLogged { .. } => Err(superseded_unknown()),
        }
    }

    /// Who stood in on a seat and from when, by the id of that event.
    pub(crate) async fn stood_in(
        &self,
        enterprise: &EnterpriseId,
        substitution: &str,
    ) -> Result<posting::Seated, Problem> {
        let event = self.told(enterprise, "posting", substitution).await?;
        let happened = event.payload_as::<posting::Event>().map_err(Problem::unavailable)?;
        match &*happened {
            posting::Event::Substituted { substitute, from, .. } => {
                Ok(posting::Seated { officer: substitute.clone(), from: *from })
            }
            posting::Event::OfficerAssigned { .. }
            | posting::Event::Transferred { .. }
            | posting::Event::SubstitutionEnded { .. }
            | posting::Event::Withdrawn { .. }
            | posting::Event::VisitLogged { .. }
            | posting::Event::ZonesLinked { .. }
            | posting::Event::HandoverLogged { .. } => Err(superseded_unknown()),
        }
    }

    /// The moment that a visit gave, by the id of its event.
    pub(crate) async fn visited(
        &self,
        enterprise: &EnterpriseId,
        visit: &str,
    ) -> Result<Occurred, Problem> {
        let event = self.told(enterprise, "posting", visit).await?;
        let happened = event.payload_as::<posting::Event>().map_err(Problem::unavailable)?;
        match &*happened {
            posting::Event::VisitLogged { at, .. } => Ok(*at),
            posting::Event::OfficerAssigned { .. }
            | posting::Event::Transferred { .. }
            | posting::Event::Substituted { .. }
            | posting::Event::SubstitutionEnded { .. }
            | posting::Event::ZonesLinked { .. }
            | posting::Event::HandoverLogged { .. }
            | posting::Event::Withdrawn { .. } => Err(superseded_unknown()),
        }
    }

    /// What was told of this thing before, by the id of its event.
    async fn told(
        &self,
        about: &(impl ToString + Sync),
        kind: &str,
        event: &str,
    ) -> Result<Recorded, Problem> {
        let id: Uuid = event.parse().map_err(|_| superseded_unknown())?;
        let event = self.desk.log().event(id).await.map_err(Problem::from)?;
        let event = event.filter(|event| {
            &*event.aggregate_type == kind && *event.aggregate_id == about.to_string()
        });
        event.ok_or_else(superseded_unknown)
    }
}

fn superseded_unknown() -> Problem {
    Problem::unfit("/supersedes", "it is no such act about this; send the id of its event")
}

/// The enterprise that `text` names.
pub(crate) fn enterprise(text: &str) -> Result<EnterpriseId, Problem> {
    text.parse().map_err(|error| {
        Problem::new(
            "USCC_INVALID",
            format!("{text:?} is not a unified social credit code: {error}"),
        )
    })
}

/// The credit code that `text` is.
pub(crate) fn credit_code(text: &str) -> Result<CreditCode, Problem> {
    text.parse().map_err(|error| {
        Problem::new(
            "USCC_INVALID",
            format!("{text:?} is not a unified social credit code: {error}"),
        )
    })
}
