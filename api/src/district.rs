//! What a district's log consists of, said once: what runs on it, and what it opens with.

use fugong_domain::{
    Act, Ask, Principal, Refusal, UnitCode,
    api_key::ApiKey,
    barrier::Barrier,
    codes::Role,
    credit::Credit,
    data_subject::{CONSEQUENCES, DataSubject},
    enterprise::Enterprise,
    epidemic::Epidemic,
    inspection::Inspection,
    measure::ControlMeasure,
    officer::Officer,
    plan::Plan,
    policies,
    posting::Posting,
    rectification::Rectification,
    regime::{Command, Regime},
    registers,
    report::Report,
    resumption::Resumption,
    support::Support,
    task::Task,
    webhook::Webhook,
};
use fugong_engine::{Builder, Engine, Error, Log, Order};

/// Every aggregate, act, register and policy of a district, ready to open a log with.
pub fn engine() -> Builder {
    let mut builder = Engine::builder()
        .aggregate::<Enterprise>(())
        .aggregate::<Resumption>(())
        .aggregate::<Plan>(())
        .aggregate::<Posting>(())
        .aggregate::<Officer>(())
        .aggregate::<Inspection>(())
        .aggregate::<Rectification>(())
        .aggregate::<Credit>(())
        .aggregate::<Support>(())
        .aggregate::<Barrier>(())
        .aggregate::<Epidemic>(())
        .aggregate::<ControlMeasure>(())
        .aggregate::<Task>(())
        .aggregate::<Regime>(())
        .aggregate::<DataSubject>(())
        .aggregate::<Report>(())
        .aggregate::<ApiKey>(())
        .aggregate::<Webhook>(())
        .consequences(CONSEQUENCES)
        .acts::<Act>();
    for register in registers::all() {
        builder = builder.register(register);
    }
    for policy in policies() {
        builder = builder.policy(policy.into());
    }
    builder
}

/// Gives a fresh log what its district starts from, in this order: units, codes, calendars, rules.
///
/// Each is an act with an id of its own, so that a beginning that was interrupted goes on where it
/// stopped. A log with more events than that has begun, and is left alone.
///
/// # Errors
///
/// When one of them is refused, or the log cannot be written.
pub async fn begin(log: &Log, commands: Vec<Command>) -> Result<(), Error<Refusal>> {
    let begun = usize::try_from(log.head().0).unwrap_or(usize::MAX);
    if commands.len() <= begun {
        return Ok(());
    }
    for (n, command) in commands.into_iter().enumerate() {
        let act = opening(command)?;
        let order = Order {
            command_id: format!("opening/{n}"),
            fingerprint: log.fingerprint(act.ask.name().as_bytes()),
            keep_no_op: true,
            ..Order::default()
        };
        log.act(&act, order).await?;
    }
    log.settle().await.map_err(Error::widen)
}

fn opening(command: Command) -> Result<Act, Error<Refusal>> {
    let unit: Result<UnitCode, _> = "eic".parse();
    let unit = unit.map_err(|wrong| Error::Unavailable(wrong.to_string()))?;
    Ok(Act {
        by: Principal { actor: "system:opening".to_owned(), unit, role: Role::System },
        on_behalf_of: None,
        authority: None,
        note: None,
        attachments: Vec::new(),
        occurred: None,
        ask: Ask::Regime(command),
    })
}
