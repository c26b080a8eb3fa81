//! Enterprises: one, and the list.

use fugong_domain::{
    CreditCode, EnterpriseId, UnitCode,
    codes::{Listing, ProductionState, Scale, Tier},
    enterprise::{Enterprise, KeyProject},
    registers::{Dossier, View},
    resumption::Resumption,
    township::Units,
};
use serde_json::{Value, json};

use super::rows::{held, in_sight};
use crate::{
    desk::Desk,
    door, filters,
    look::{
        AS_OF, AT_POSITION, Asked, CURSOR, Format, Found, LIMIT, Look, Page, Query, Stand,
        StandsOn, TRUE_ON, veiled,
    },
    problem::Problem,
    record::typed,
    sight::{self, Reach},
    timeline,
};

/// The sections of GB/T 4754-2017.
const SECTIONS: &str = "A B C D E F G H I J K L M N O P Q R S T";

const FILTERS: &[Query] = &[
    ("township", "Only of this township or sub-district"),
    ("park", "Only of this park; `none` for those outside"),
    ("sector", "Only of this section of GB/T 4754, such as C"),
    ("scale", "above or below"),
    (
        "state",
        "A state in the list (listed, closing, closed, unlisted, joined_to, set_aside) or of \
         production (resumed, …)",
    ),
    ("tier", "T1 to T4, or `none`"),
    ("q", "Part of the name or of the code"),
    AS_OF,
    AT_POSITION,
    TRUE_ON,
    LIMIT,
    CURSOR,
];

pub(super) const LOOKS: &[Look] = &[
    Look {
        id: "list_enterprises",
        answer: "EnterpriseList",
        path: "/v1/enterprises",
        summary: "Enterprises, by their codes",
        query: FILTERS,
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "everybody, what he may see: an enterprise itself, a unit its area, the district all",
        deed: None,
        run: list,
    },
    Look {
        id: "read_enterprise",
        answer: "EnterpriseRecord",
        path: "/v1/enterprises/{uscc}",
        summary: "One enterprise, listed or not",
        query: &[AS_OF, AT_POSITION, TRUE_ON],
        formats: &[Format::Json],
        stands_on: StandsOn::Head,
        roles: "whoever may see it",
        deed: None,
        run: one,
    },
    Look {
        id: "read_timeline",
        answer: "Timeline",
        path: "/v1/enterprises/{uscc}/timeline",
        summary: "What happened: a sentence for every event (全程留痕)",
        query: &[AS_OF, AT_POSITION, LIMIT, CURSOR],
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "whoever may see it",
        deed: None,
        run: timeline::look,
    },
];

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.who()?;
        let (limit, after) = (asked.limit()?, asked.cursor()?);
        let held = held(desk, asked, "district").await?;
        let view = held.view(desk)?;
        check(&view, asked)?;
        let all = view.dossiers.values().filter(|dossier| {
            !dossier.is_later_code()
                && fits(dossier, &view, asked)
                && in_sight(&view, asked, &dossier.enterprise)
        });
        let from = all
            .map(|d| (d.enterprise.to_string(), d))
            .filter(|(id, _)| after.as_ref().is_none_or(|after| after < id));
        let mut page: Vec<_> = from.take(limit.saturating_add(1)).collect();
        let more = limit < page.len();
        page.truncate(limit);
        let next = more.then(|| page.last().map(|(id, _)| veiled(id))).flatten();
        let items: Vec<_> = page.iter().map(|(_, dossier)| line(dossier, &view)).collect();
        let rest = json!({
            "next_cursor": next,
            "position": held.position.to_string(),
            "true_on": held.stand.on,
        });
        Ok(Page { lenient: held.lenient, ..Page::listed(held.position, items, rest) })
    })
}

/// That what is asked for can be: the codes of lists, and the units of the district.
fn check(view: &View, asked: &Asked) -> Result<(), Problem> {
    let units = view.regime.units();
    let townships = units.divisions.iter().map(|division| division.code.as_str());
    let parks = units.parks.iter().map(|park| park.code.as_str());
    let listings = Listing::ALL.iter().map(|state| state.code());
    let states = listings.chain(ProductionState::ALL.iter().map(|state| state.code()));
    let scales = Scale::ALL.iter().map(|scale| scale.code());
    let tiers = Tier::ALL.iter().map(|tier| tier.code());
    let known: [(&str, Vec<&str>); 6] = [
        ("township", townships.collect()),
        ("park", parks.chain(["none"]).collect()),
        ("sector", SECTIONS.split(' ').chain(["none"]).collect()),
        ("scale", scales.chain(["none"]).collect()),
        ("state", states.collect()),
        ("tier", tiers.chain(["none"]).collect()),
    ];
    known.into_iter().try_for_each(|(name, known)| match asked.query(name) {
        Some(value) => filters::one_of(name, value, &known),
        None => Ok(()),
    })
}

fn fits(dossier: &Dossier, view: &View, asked: &Asked) -> bool {
    let place = dossier.place_on(view.on);
    let is = |name: &str, found: Option<&str>| {
        asked.query(name).is_none_or(|wanted| match wanted {
            "none" => found.is_none(),
            wanted => found == Some(wanted),
        })
    };
    let state = |wanted: &str| {
        dossier.production_on(view.on).code() == wanted
            || dossier.listing_on(view.on).code() == wanted
    };
    let words = |wanted: &str| {
        let now = view.named_on(&dossier.enterprise).to_string();
        dossier.name.contains(wanted)
            || dossier.enterprise.to_string().contains(wanted)
            || now.contains(wanted)
    };
    let township = |wanted: &str| {
        let both = place.zip(wanted.parse::<UnitCode>().ok());
        let units = view.regime.units();
        both.is_some_and(|(place, wanted)| units.same_unit(&place.township, &wanted))
    };
    asked.query("township").is_none_or(township)
        && is("park", place.and_then(|place| place.park.as_ref()).map(UnitCode::as_str))
        && is("sector", dossier.section.as_deref())
        && is("scale", view.scale_of(dossier, view.on).map(Scale::code))
        && is("tier", dossier.tier_on(view.on).map(Tier::code))
        && asked.query("state").is_none_or(state)
        && asked.query("q").is_none_or(words)
}

fn line(dossier: &Dossier, view: &View) -> Value {
    let place = dossier.place_on(view.on);
    json!({
        "id": dossier.enterprise,
        "uscc": view.named_on(&dossier.enterprise).code(),
        "name": dossier.name,
        "state": dossier.listing_on(view.on),
        "industry_code": dossier.industry_code,
        "sector": dossier.section,
        "township_code": place.map(|place| view.unit_code(&place.township)),
        "park_id": place.and_then(|place| place.park.as_ref()),
        "scale": view.scale_of(dossier, view.on),
        "tier": dossier.tier_on(view.on),
        "production_state": dossier.production_on(view.on),
        "production_since": dossier.span_on(view.on).map(|span| span.from),
        "excluded": view.exclusion_of(dossier, view.on),
        "open_orders": view.open_orders(dossier),
    })
}

fn one<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let (who, stand) = (asked.who()?, asked.stand(desk).await?);
        let id = door::enterprise(asked.param("uscc"))?;
        let (listed, version) = typed::<Enterprise>(desk, &id.to_string(), stand.at).await?;
        let (told, reports) = typed::<Resumption>(desk, &id.to_string(), stand.at).await?;
        let unknown = || Problem::new("ENTERPRISE_UNKNOWN", format!("{id} is not listed"));
        if version == 0 && reports == 0 {
            // Whoever may not see others' enterprises is not told which of them exist.
            return Err(match sight::reach(who) {
                Reach::Own if !sight::is_own(who, &id) => {
                    Problem::absent(format!("enterprise {id}"))
                }
                Reach::Own | Reach::Area | Reach::District => unknown(),
            });
        }
        sight::check(desk, who, &id, None).await?;
        let position = stand.at.unwrap_or_else(|| desk.log().head());
        let units = sight::units(desk).await?;
        let mut body = about(&id, (&listed, &told), &units, stand);
        if let Value::Object(members) = &mut body {
            members.insert("version".to_owned(), json!(version));
            members.insert("position".to_owned(), json!(position.to_string()));
        }
        let body = desk.opened(body, sight::sees_persons(who));
        Ok(Page::json(position, body).version(version))
    })
}

fn about(
    id: &EnterpriseId,
    (listed, told): (&Enterprise, &Resumption),
    units: &Units,
    stand: Stand,
) -> Value {
    let entry = listed.entry();
    let place = listed.place_on(stand.on);
    let unlisted = told.unlisted();
    let township = place.map(|place| &place.township).or_else(|| told.township());
    // A township that was renumbered has the code of the day, wherever its enterprises lie.
    let today = township.and_then(|code| units.territory(code, stand.on));
    let township = today.map(|division| &division.code).or(township);
    json!({
        "id": id,
        "uscc": uscc(id, listed),
        "state": listed.listing(),
        "joined_to": listed.joined_to().or_else(|| told.joined_to()),
        "name": entry.map(|entry| entry.name.clone()).or_else(|| unlisted.and_then(|u| u.name.clone())),
        "industry_code": entry.map(|entry| &entry.industry),
        "township_code": township,
        "park_id": place.and_then(|place| place.park.as_ref()),
        "scale": listed.scale_on(stand.on),
        "tier": listed.tier(),
        "prior_year_revenue_cny": entry.and_then(|entry| entry.prior_year_revenue_cny),
        "headcount": entry.and_then(|entry| entry.headcount),
        "parent_uscc": entry.and_then(|entry| entry.parent.as_ref()),
        "excluded": listed.excluded_on(stand.on),
        "supplies": supplies(listed),
        "key_projects": projects(listed),
        "closed_on": listed.closed_on(),
        "production_state": told.state_on(stand.on),
        "production_since": told.since(stand.on),
        "first_resumed_on": told.first_resumed_on(),
        "expected_on": told.expected_on(),
        "true_on": stand.on,
    })
}

/// The code it has now, which need not be the one under which it is kept.
fn uscc(id: &EnterpriseId, listed: &Enterprise) -> Option<CreditCode> {
    listed.entry().and_then(|entry| entry.code).or(id.code().copied())
}

/// Whom it supplies.
fn supplies(listed: &Enterprise) -> Vec<Value> {
    let links = listed.entry().into_iter().flat_map(|entry| &entry.supplies);
    links.map(|(anchor, until)| json!({"supplier_of": anchor, "until": until})).collect()
}

/// Its key projects.
fn projects(listed: &Enterprise) -> Vec<Value> {
    let projects = listed.entry().into_iter().flat_map(|entry| &entry.projects);
    let shown = |(number, project): (&u32, &KeyProject)| {
        json!({
            "number": number,
            "name": project.name,
            "investment_cny": project.investment_cny,
            "starts_by": project.starts_by,
            "started_on": project.started_on,
        })
    };
    projects.map(shown).collect()
}
