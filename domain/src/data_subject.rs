//! 个人信息主体: a person whose words are kept, by a pseudonym, or a thing of which free words speak.
//!
//! What 个人信息保护法 (personal information protection law) asks of whoever keeps them: to erase
//! (删除, art. 47), to stop every use but keeping where they must be kept (停止除存储和采取必要的安全
//! 保护措施之外的处理, art. 47 II), and to hold what may not be erased yet. Nothing here is ever
//! asked when somebody reports that he works again (§四).

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::{Consequences, KeyDeed};
use serde::{Deserialize, Serialize};

use crate::{
    DocumentNumber, Refusal, UnitCode,
    codes::{DataSubjectState, HoldGround, RestrictionGround},
};

/// What becomes of the words that are sealed under a subject's key, when it happens to him.
pub const CONSEQUENCES: Consequences = Consequences {
    kind: DataSubject::TYPE,
    of: |event| Ok(event.payload_as::<Event>()?.asks_of_key()),
};

/// Where the words about one subject stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DataSubject {
    /// They are used for what they were given for.
    #[default]
    InUse,
    /// They are kept and not used (限制处理).
    Restricted(Restriction),
    /// They may not be erased yet (依法保存).
    Held {
        /// By whom, and why.
        hold: Hold,
        /// That they are not used either, if so.
        restriction: Option<Restriction>,
    },
    /// They were erased (删除). What is told later is used again.
    Erased {
        /// On which day.
        on: Date,
    },
}

/// That words are kept and not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// Why.
    pub ground: RestrictionGround,
    /// Since when.
    pub since: Date,
}

/// That words may not be erased yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub ground: HoldGround,
    /// The unit that asked for it, which lifts it.
    pub by: UnitCode,
    /// The document on which it rests (文号).
    pub authority: Option<DocumentNumber>,
    /// Since when.
    pub since: Date,
    /// The last day for which it is meant, if that is known; it ends when it is lifted.
    pub until: Option<Date>,
}

impl DataSubject {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::Held { hold, .. }, Command::Erase { .. }) => Err(hold.refuses()),
            (
                Self::InUse | Self::Restricted(_) | Self::Erased { .. },
                Command::Erase { ground, authority, on },
            ) => Ok(vec![Event::Erased { ground, authority, on }]),

            (Self::Held { hold, .. }, Command::Hold { .. }) => {
                let Hold { by, since, .. } = hold;
                let state = format!("{by} holds these words since {since}; lift that hold first");
                Err(Refusal::OrderClosed { state })
            }
            (
                Self::InUse | Self::Restricted(_) | Self::Erased { .. },
                Command::Hold { ground, reason, until, by, authority, on },
            ) => Ok(vec![Event::Held { ground, reason, until, by, authority, on }]),
            (Self::Held { .. }, Command::LiftHold { reason, on }) => {
                Ok(vec![Event::HoldLifted { reason, on }])
            }
            (Self::InUse | Self::Restricted(_) | Self::Erased { .. }, Command::LiftHold { .. }) => {
                Ok(Vec::new())
            }

            (_, Command::Restrict { ground, reason, on }) if self.restriction().is_none() => {
                Ok(vec![Event::Restricted { ground, reason, on }])
            }
            (_, Command::LiftRestriction { reason, on }) if self.restriction().is_some() => {
                Ok(vec![Event::RestrictionLifted { reason, on }])
            }
            (_, Command::Restrict { .. } | Command::LiftRestriction { .. }) => Ok(Vec::new()),
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        let (hold, restriction) = self.into_parts();
        match event {
            Event::Erased { on, .. } => Self::Erased { on },
            Event::Held { ground, by, authority, until, on, reason: _ } => {
                let hold = Hold { ground, by, authority, since: on, until };
                Self::Held { hold, restriction }
            }
            Event::HoldLifted { .. } => Self::of(None, restriction),
            Event::Restricted { ground, on, reason: _ } => {
                Self::of(hold, Some(Restriction { ground, since: on }))
            }
            Event::RestrictionLifted { .. } => Self::of(hold, None),
        }
    }

    fn of(hold: Option<Hold>, restriction: Option<Restriction>) -> Self {
        match (hold, restriction) {
            (Some(hold), restriction) => Self::Held { hold, restriction },
            (None, Some(restriction)) => Self::Restricted(restriction),
            (None, None) => Self::InUse,
        }
    }

    fn into_parts(self) -> (Option<Hold>, Option<Restriction>) {
        match self {
            Self::InUse | Self::Erased { .. } => (None, None),
            Self::Restricted(restriction) => (None, Some(restriction)),
            Self::Held { hold, restriction } => (Some(hold), restriction),
        }
    }

    /// Who holds the words, if somebody does.
    pub fn hold(&self) -> Option<&Hold> {
        match self {
            Self::Held { hold, .. } => Some(hold),
            Self::InUse | Self::Restricted(_) | Self::Erased { .. } => None,
        }
    }

    /// That the words are not used, if so.
    pub fn restriction(&self) -> Option<&Restriction> {
        match self {
            Self::Restricted(restriction) => Some(restriction),
            Self::Held { restriction, .. } => restriction.as_ref(),
            Self::InUse | Self::Erased { .. } => None,
        }
    }

    /// Where they stand, in a word.
    pub fn state(&self) -> DataSubjectState {
        match self {
            Self::InUse => DataSubjectState::InUse,
            Self::Restricted(_) => DataSubjectState::Restricted,
            Self::Held { .. } => DataSubjectState::Held,
            Self::Erased { .. } => DataSubjectState::Erased,
        }
    }
}

impl Hold {
    fn refuses(&self) -> Refusal {
        Refusal::ErasureHeld {
            ground: self.ground,
            by: self.by.to_string(),
            since: self.since,
            until: self.until,
        }
    }
}

impl Event {
    /// What it asks of the subject's key.
    fn asks_of_key(&self) -> Option<KeyDeed> {
        match self {
            Self::Erased { .. } => Some(KeyDeed::Destroy),
            Self::Restricted { .. } => Some(KeyDeed::Restrict),
            Self::RestrictionLifted { .. } => Some(KeyDeed::Unrestrict),
            Self::Held { .. } | Self::HoldLifted { .. } => None,
        }
    }
}

impl Aggregate for DataSubject {
    const TYPE: &'static str = "data-subject";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = std::mem::take(self).evolve(event);
    }
}
