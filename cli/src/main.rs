//! The one binary: demo, serve, migrate, generate, import, export, and the commands that look.

mod acts;
mod admin;
mod args;
mod backup;
mod cqrs_es;
mod database;
mod demo;
mod dictionary;
mod evening;
mod failure;
mod generate;
mod labels;
mod ledger;
mod log;
mod moment;
mod paper;
mod persons;
mod print;
mod queries;
mod rebuild;
mod replay;
mod report;
mod roll_up;
mod serve;
mod versions;
mod whole;

use std::{
    io::{Read, Write},
    path::Path,
    process::ExitCode,
};

use fugong_domain::township::Units;
use fugong_engine::{ClockMode, Engine, Rights};
use tracing_subscriber::EnvFilter;

use crate::{
    args::{
        Command, Database, Export, Import, LogFormat, Migrate, Registers, Workflow, WorkflowFormat,
    },
    database::Access,
    failure::Failure,
    print::say,
};

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = match moment::parsed() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let json = matches!(&cli.command, Command::Serve(args) if args.log_format == LogFormat::Json);
    write_log(json);
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !matches!(failure, Failure::Unread) {
                // Where nobody listens, the exit code still says it.
                let said = print::harmless(&failure.to_string());
                let _unheard = writeln!(std::io::stderr(), "fugong: {said}");
            }
            ExitCode::from(failure.code())
        }
    }
}

/// Has what happens in the process written to standard error.
fn write_log(json: bool) {
    let which = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(which).with_writer(std::io::stderr);
    if json {
        lines.json().flatten_event(true).init();
    } else {
        lines.init();
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Migrate(args) => migrate(&args).await,
        Command::Generate(args) => generate::run(args).await,
        Command::Log(what) => log::run(what).await,
        Command::Export { what: Export::Bundle { database, out, policy } } => {
            log::bundle(&database, out, policy.as_deref()).await
        }
        Command::Import { what: Import::Acts { file, database } } => import(&file, &database).await,
        Command::Import { what: Import::Ledger(args) } => ledger::run(&args).await,
        Command::Import { what: Import::CqrsEs(args) } => cqrs_es::run(args).await,
        Command::Export { what: Export::Events { database, after } } => {
            queries::export(after, &database).await
        }
        Command::Export { what: Export::Ocel { database, out } } => {
            queries::ocel(&database, &out).await
        }
        Command::Paper(what) => paper::run(what).await,
        Command::Replay { what } => replay::run(what).await,
        Command::Timeline(args) => queries::timeline(args).await,
        Command::Evening(args) => evening::run(&args).await,
        Command::Tasks(args) => queries::tasks(args).await,
        Command::Workflow(args) => workflow(&args),
        Command::Report { what } => report::run(what).await,
        Command::Registers { what } => match what {
            Registers::List => queries::list(),
            Registers::Schema { name, format } => dictionary::show(name.as_deref(), format),
            Registers::Show { name, on, format, database } => {
                queries::show(&name, on, format, &database).await
            }
            Registers::Rebuild(args) => rebuild::run(&args).await,
            Registers::Status { database } => queries::status(&database).await,
            Registers::Versions { database } => versions::list(&database).await,
            Registers::Diff { name, version, database } => {
                versions::diff(&name, version, &database).await
            }
            Registers::Drop { name, version, database } => {
                versions::drop(&name, version, &database).await
            }
            Registers::RollUp(args) => roll_up::run(&args).await,
        },
        Command::Erase(args) => persons::erase(args).await,
        Command::Person(what) => persons::run(what).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Restore(args) => backup::back(args).await,
        Command::Doctor(database) => queries::doctor(&database).await,
    }
}

async fn migrate(args: &Migrate) -> Result<(), Failure> {
    let database = &args.database;
    let simulated = |start| Access::Simulated(start, database::SEED);
    let access = args.clock.map_or(Access::Write, simulated);
    let log = match &args.units {
        None => database::open(database, access).await?,
        Some(file) => database::open_with(database, access, units(file)?).await?,
    };
    let clock = match log.clock_mode() {
        ClockMode::Real => "real",
        ClockMode::Simulated { .. } => "simulated",
    };
    // As it is shown, without a password.
    let (place, code) = (log.database().clone(), log.id());
    say(&format!("{place}: log {}, head {}, {clock} clock", log.id(), log.head()))?;
    log.close().await;
    for (role, rights) in [(&args.serve_role, Rights::Serve), (&args.read_role, Rights::Read)] {
        if let Some(role) = role {
            Engine::grant(&place, role, rights)?;
            say(&format!("{role}: {rights:?}"))?;
        }
    }
    if let Some(role) = &args.reporting_role {
        Engine::report(&place, code, role, &fugong_domain::registers::all())?;
        say(&format!("{role}: reads the schema reporting of log {code}"))?;
    }
    if args.reporting_views {
        Engine::report_in_file(&place, &fugong_domain::registers::all())?;
        say("made the views reporting_…")?;
    }
    if args.distributed {
        Engine::distribute(&place)?;
        say("distributed by log")?;
    }
    Ok(())
}

fn units(file: &Path) -> Result<Units, Failure> {
    let text = std::fs::read_to_string(file).map_err(|problem| {
        Failure::Unavailable(format!("{} cannot be read: {problem}", file.display()))
    })?;
    serde_json::from_str(&text)
        .map_err(|problem| Failure::Usage(format!("{}: {problem}", file.display())))
}

async fn import(file: &Path, database: &Database) -> Result<(), Failure> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(file).map_err(|problem| {
            Failure::Unavailable(format!("{} cannot be read: {problem}", file.display()))
        })?
    };
    let lines = acts::parse_all(&text)?;
    let log = database::open(database, Access::Write).await?;
    let (recorded, refused) = demo::play(&log, lines).await?;
    say(&format!("{recorded} 项行为已记录，{refused} 项如预期被拒绝。"))?;
    log.close().await;
    Ok(())
}

fn workflow(args: &Workflow) -> Result<(), Failure> {
    let text = match args.format {
        WorkflowFormat::Mermaid => {
            let unknown =
                || Failure::Usage("没有这样的部分：请给出一类对象、一条规则或一本台账".to_owned());
            fugong_api::workflow_mermaid(args.part.as_deref()).ok_or_else(unknown)?
        }
        WorkflowFormat::Json => fugong_api::workflow_json().to_string(),
    };
    Ok(say(&text)?)
}
