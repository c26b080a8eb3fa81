//! Rows of registers, as far as whoever asks may see them.

use std::sync::Arc;

use fugong_core::{Failure, Position, Rows, Want};
use fugong_domain::{
    EnterpriseId, Principal, UnitCode,
    codes::Seat,
    enterprise::Place,
    registers::{Dossier, Line, Listing, Names, Table, View, undated},
};
use serde_json::Value;

use crate::{
    desk::{Desk, trouble},
    look::{Asked, Stand},
    problem::Problem,
    sight::{self, Reach},
};

/// The rows of a fold, and where they stand.
pub(crate) struct Held {
    pub(crate) rows: Arc<Rows>,
    pub(crate) position: Position,
    pub(crate) stand: Stand,
    /// Whether older rows than asked for had to do.
    pub(crate) lenient: bool,
}

/// The rows of `fold` as they are asked for, without what is kept by day.
pub(crate) async fn held(desk: &Desk, asked: &Asked, fold: &str) -> Result<Held, Problem> {
    let lenient = asked.caught_up(desk).await?;
    let stand = asked.stand(desk).await?;
    Ok(Held { lenient, ..standing(desk, fold, stand, &undated(fold)).await? })
}

/// The rows that `table` is computed from as it is asked for.
pub(crate) async fn held_for(desk: &Desk, asked: &Asked, table: &Table) -> Result<Held, Problem> {
    let lenient = asked.caught_up(desk).await?;
    let stand = asked.stand(desk).await?;
    Ok(Held { lenient, ..standing_for(desk, table, stand).await? })
}

/// The rows that `table` is computed from as they stood there.
pub(crate) async fn standing_for(
    desk: &Desk,
    table: &Table,
    stand: Stand,
) -> Result<Held, Problem> {
    standing(desk, table.source, stand, &table.reads(stand.on)).await
}

async fn standing(desk: &Desk, fold: &str, stand: Stand, wants: &[Want]) -> Result<Held, Problem> {
    let standing = desk.log().rows_with(fold, stand.at, wants).await.map_err(trouble)?;
    if let (Some(why), Some(at)) = (&standing.stuck, stand.at)
        && standing.position < at
    {
        return Err(Problem::unavailable(format!("the register {fold} stands still: {why}")));
    }
    Ok(Held { rows: standing.rows, position: standing.position, stand, lenient: false })
}

impl Held {
    /// The rows of the `district` fold, read for the day that is asked.
    pub(crate) fn view(&self, desk: &Desk) -> Result<Arc<View>, Problem> {
        let view = desk.views().view(&self.rows, self.stand.on);
        view.map_err(|failure| unreadable(&failure))
    }

    /// The enterprises of the `district` fold, read for the day that is asked.
    pub(crate) fn listing(&self, desk: &Desk) -> Result<Arc<Listing>, Problem> {
        let listing = desk.views().listing(&self.rows, self.stand.on);
        listing.map_err(|failure| unreadable(&failure))
    }

    /// What the enterprises of the `inbox` fold are called.
    pub(crate) fn names(&self) -> Result<Names, Problem> {
        Names::of(&self.rows).map_err(|failure| unreadable(&failure))
    }
}

/// What a fold says when its rows are not what this program writes.
pub(crate) fn unreadable(failure: &Failure) -> Problem {
    Problem::unavailable(format!("the rows cannot be read ({failure}); rebuild the register"))
}

/// The columns that name enterprises in lines that are sums of a group.
const NAMING: [(&str, &str); 2] = [("r1", "new_names"), ("r14", "names")];

/// Takes the names of enterprises out of sums, but for those of the reader's own area.
pub(crate) async fn unname(
    desk: &Desk,
    lines: Arc<Vec<Line>>,
    table: &Table,
    who: &Principal,
) -> Result<Arc<Vec<Line>>, Problem> {
    let naming = NAMING.iter().find(|(name, _)| *name == table.relation.name);
    let Some((_, column)) = naming.filter(|_| sight::reach(who) != Reach::District) else {
        return Ok(lines);
    };
    let units = sight::units(desk).await?;
    let own = |line: &Line| {
        let group = line["group"].as_str().unwrap_or_default().parse();
        sight::reach(who) == Reach::Area
            && group.is_ok_and(|group| units.same_unit(&group, &who.unit))
    };
    let mut lines = lines.to_vec();
    for line in lines.iter_mut().filter(|line| !own(line)) {
        line.set(column, Value::Null);
    }
    Ok(Arc::new(lines))
}

/// A register without enterprises that these may read too: measures of the district bind them.
const OF_ALL: &str = "r20-measures";

/// That `who` may read a register at all: an enterprise sees itself alone, and sums are of others.
///
/// # Errors
///
/// `ROLE_NOT_ALLOWED`, saying what to read instead.
pub(crate) fn check_reach(who: &Principal, table: &Table) -> Result<(), Problem> {
    let relation = &table.relation;
    let of_one = relation.columns.iter().any(|column| column.name == "enterprise");
    if of_one || relation.name == OF_ALL {
        return Ok(());
    }
    let detail = format!(
        "register {} tells of the district, not of one enterprise: an enterprise reads its own \
         lines, such as those of r12",
        relation.name
    );
    if sight::reach(who) == Reach::Own { sight::check_whole(who, &detail) } else { Ok(()) }
}

/// Whether every reader is told the same lines, whatever he sees of enterprises: sums over the
/// district, and what holds for all of it.
pub(crate) fn is_for_all(table: &Table) -> bool {
    let of_one = table.relation.columns.iter().any(|column| column.name == "enterprise");
    !of_one && table.relation.name != "r13" && table.source != "inbox"
}

/// Leaves only what `who` may see. Sums say nothing of one enterprise and stay; a line of an
/// officer is for those who see an enterprise where he is posted.
pub(crate) async fn keep_in_sight(
    desk: &Desk,
    lines: &mut Vec<&Line>,
    table: &Table,
    who: &Principal,
    held: &Held,
) -> Result<(), Problem> {
    check_reach(who, table)?;
    if sight::reach(who) == Reach::District {
        return Ok(());
    }
    if table.source == "inbox" {
        let units = sight::units(desk).await?;
        let own = |line: &Line| {
            let unit = line.get("unit").and_then(Value::as_str).unwrap_or_default().parse();
            unit.is_ok_and(|unit| units.same_unit(&unit, &who.unit))
        };
        lines.retain(|line| sight::reach(who) == Reach::Area && own(line));
        return Ok(());
    }
    let listing = held.listing(desk)?;
    lines.retain(|line| match line.get("enterprise").and_then(Value::as_str) {
        None => table.relation.name != "r13" || posted_in_sight(&listing, who, line),
        Some(code) => code.parse().is_ok_and(|id| sees(&listing, who, &listing.meant(&id))),
    });
    Ok(())
}

fn posted_in_sight(listing: &Listing, who: &Principal, line: &Line) -> bool {
    let officer = line["officer"].as_str();
    let posted = |dossier: &Dossier| {
        Seat::ALL.iter().any(|seat| {
            let holder = dossier.holder_on(*seat, listing.on).map(|held| held.officer.as_str());
            let other = dossier.substitute_on(*seat, listing.on).map(|held| held.officer.as_str());
            officer.is_some() && (holder == officer || other == officer)
        })
    };
    let mut dossiers = listing.dossiers.values();
    dossiers.any(|dossier| posted(dossier) && sees(listing, who, &dossier.enterprise))
}

/// Whether the one who asks may see an enterprise, as it lies on the day of the listing.
pub(crate) fn in_sight(listing: &Listing, asked: &Asked, enterprise: &EnterpriseId) -> bool {
    asked.principal.as_ref().is_some_and(|who| sees(listing, who, enterprise))
}

/// Whether `who` may see an enterprise, as it lies on the day of the listing.
pub(crate) fn sees(listing: &Listing, who: &Principal, enterprise: &EnterpriseId) -> bool {
    let dossier = listing.dossier(&enterprise.to_string());
    let place = dossier.and_then(|dossier| dossier.place_on(listing.on));
    let lies_in: Vec<UnitCode> = place.into_iter().flat_map(Place::units).cloned().collect();
    sight::sees(who, enterprise, &lies_in, listing.regime.units())
}
