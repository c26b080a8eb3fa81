//! Rows of registers, as far as whoever asks may see them.

use std::sync::Arc;

use fugong_core::{Failure, Position, Rows};
use fugong_domain::{
    EnterpriseId, UnitCode,
    registers::{Names, View},
};

use crate::{
    desk::{Desk, trouble},
    look::{Asked, Stand},
    problem::Problem,
    sight,
};

/// The rows of a fold, and where they stand.
pub(super) struct Held {
    pub(super) rows: Arc<Rows>,
    pub(super) position: Position,
    pub(super) stand: Stand,
    /// Whether older rows than asked for had to do.
    pub(super) lenient: bool,
}

/// The rows of `fold` as they are asked for.
pub(super) async fn held(desk: &Desk, asked: &Asked, fold: &str) -> Result<Held, Problem> {
    let lenient = asked.caught_up(desk).await?;
    let stand = asked.stand(desk).await?;
    Ok(Held { lenient, ..standing(desk, fold, stand).await? })
}

/// The rows of `fold` as they stood there.
pub(super) async fn standing(desk: &Desk, fold: &str, stand: Stand) -> Result<Held, Problem> {
    let standing = desk.log().rows(fold, stand.at).await.map_err(trouble)?;
    if let (Some(why), Some(at)) = (&standing.stuck, stand.at)
        && standing.position < at
    {
        return Err(Problem::unavailable(format!("the register {fold} stands still: {why}")));
    }
    Ok(Held { rows: standing.rows, position: standing.position, stand, lenient: false })
}

impl Held {
    /// The rows of the `district` fold, read for the day that is asked.
    pub(super) fn view(&self, desk: &Desk) -> Result<Arc<View>, Problem> {
        let view = desk.views().view(&self.rows, self.stand.on);
        view.map_err(|failure| unreadable(&failure))
    }

    /// What the enterprises of the `inbox` fold are called.
    pub(super) fn names(&self) -> Result<Names, Problem> {
        Names::of(&self.rows).map_err(|failure| unreadable(&failure))
    }
}

/// What a fold says when its rows are not what this program writes.
pub(super) fn unreadable(failure: &Failure) -> Problem {
    Problem::unavailable(format!("the rows cannot be read ({failure}); rebuild the register"))
}

/// Whether the one who asks may see an enterprise, as it lies on the day of the view.
pub(super) fn in_sight(view: &View, asked: &Asked, enterprise: &EnterpriseId) -> bool {
    let Some(who) = &asked.principal else { return false };
    let dossier = view.dossier(&enterprise.to_string());
    let place = dossier.and_then(|dossier| dossier.place_on(view.on));
    let places: Vec<&UnitCode> = place
        .map(|place| [Some(&place.township), place.park.as_ref()].into_iter().flatten().collect())
        .unwrap_or_default();
    sight::sees(who, enterprise, &places, |a, b| view.regime.units().same_unit(a, b))
}
