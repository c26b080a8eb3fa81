//! What changes where an invented enterprise stands: size, place, base, tier, and its end.

use serde_json::json;

use super::{Case, Difficulty, EIC, Firm, Listing, Production, TOWNSHIPS};
use crate::generate::district::Day;

impl Firm {
    pub(super) fn change_standing(&mut self, day: &mut Day<'_>) {
        match day.dice.roll(60) {
            0..12 => self.change_size(day),
            12..24 => self.plan_move(day),
            24..42 => self.leave_base(day),
            42..56 => {
                let tier = day.dice.pick(&["T1", "T2", "T3", "T4"]);
                day.act(EIC, self.path("tiers"), &json!({"tier": tier, "basis": "分类施策"}));
            }
            _ => self.close(day),
        }
    }

    /// What it had here ends with it; some days later it is back under the same code.
    fn close(&mut self, day: &mut Day<'_>) {
        let body = json!({"stage": "confirmed", "kind": "deregistered"});
        day.act(EIC, self.path("closures"), &body);
        let days = day.dice.between(2, 12);
        self.listing = Listing::ClosedUntil(day.number.saturating_add(days));
        self.production = Production::Stopped(day.number);
        (self.excluded, self.moving) = (false, None);
        (self.case, self.difficulty) = (Case::None, Difficulty::None);
        self.vacate_seats();
    }

    /// The statistical register says so, some days after it took effect.
    fn change_size(&mut self, day: &mut Day<'_>) {
        let days = day.dice.roll(4);
        // Each takes effect after the one before it, or the older one would hold.
        let Some(since) = day.number.checked_sub(self.sized_on.saturating_add(1)) else { return };
        let days = days.min(since);
        self.sized_on = day.number.saturating_sub(days);
        self.above = !self.above;
        let to = if self.above { "above" } else { "below" };
        let body = json!({"to": to, "effective_on": day.ago(days), "basis": "统计名录库"});
        day.act(EIC, self.path("scale-changes"), &body);
        self.release_seats();
    }

    /// It moves today, or in some days.
    fn plan_move(&mut self, day: &mut Day<'_>) {
        let township = day.dice.pick(TOWNSHIPS);
        if township == self.township || self.moving.is_some() {
            return;
        }
        let in_park = Some(&township) == TOWNSHIPS.first();
        let days = day.dice.roll(4);
        let mut body = json!({"township_code": township, "effective_on": day.ahead(days)});
        if let (true, Some(members)) = (in_park, body.as_object_mut()) {
            members.insert("park_id".to_owned(), "park-zy".into());
        }
        day.act(EIC, self.path("relocations"), &body);
        self.moving = Some((day.number.saturating_add(days), township, in_park));
        self.arrive(day);
    }

    /// The day of a move has come.
    pub(super) fn arrive(&mut self, day: &Day<'_>) {
        let Some((on, township, in_park)) = self.moving else { return };
        if on <= day.number {
            (self.township, self.in_park, self.moving) = (township, in_park, None);
            self.release_seats();
        }
    }

    /// It leaves the base for some days, or until somebody takes it back.
    fn leave_base(&mut self, day: &mut Day<'_>) {
        if self.excluded {
            self.excluded = false;
            let body = json!({"from": day.date, "basis": "恢复生产"});
            day.act(EIC, self.path("readmissions"), &body);
            return;
        }
        let kinds = ["seasonal_stop", "long_stop", "policy_stop"];
        let days = day.dice.roll(4);
        let mut body = json!({
            "kind": day.dice.pick(&kinds), "from": day.ago(days), "basis": "停产报告",
        });
        if self.above && day.dice.roll(2) == 0 {
            body = json!({"kind": "left_register", "from": day.date, "basis": "统计名录库"});
        }
        let until = day.dice.roll(6);
        self.excluded = until == 0;
        if let (true, Some(members)) = (0 < until, body.as_object_mut()) {
            members.insert("until".to_owned(), day.ahead(until).to_string().into());
        }
        day.act(EIC, self.path("exclusions"), &body);
    }
}
