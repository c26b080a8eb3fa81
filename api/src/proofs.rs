//! The transparent log: checkpoints, tiles, entries and proofs, as C2SP's tlog-tiles and
//! tlog-proof have them.
//!
//! Checkpoints and hashes say nothing of what happened and are for everybody; entries are the
//! events themselves, unveiled, and are for auditors.

use actix_web::{HttpRequest, HttpResponse, http::header};
use fugong_domain::{Principal, rights::Action};
use fugong_engine::proof::TILE;

use crate::{
    desk::{Desk, trouble},
    door::Params,
    http::auth,
    looks,
    problem::Problem,
    sight,
};

/// How long a tile that never changes may be kept.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// The note of the last checkpoint.
pub(crate) async fn checkpoint(desk: &Desk) -> Result<HttpResponse, Problem> {
    Ok(text(note(desk).await?))
}

/// Its text.
pub(crate) async fn note(desk: &Desk) -> Result<String, Problem> {
    let _place = desk.read_place()?;
    let note = desk.log().checkpoint().await.map_err(trouble)?;
    note.ok_or_else(|| Problem::absent("checkpoint: nothing was signed yet"))
}

/// A tile of hashes, or of entries.
pub(crate) async fn tile(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let param = |name| params.get(name).map(String::as_str).unwrap_or_default();
    let (level, place) = (param("level"), param("tile"));
    let absent = || Problem::absent(format!("tile {level}/{place}"));
    let (n, wide) = numbered(place).ok_or_else(absent)?;
    let full = usize::try_from(TILE).unwrap_or(usize::MAX);
    let width = wide.unwrap_or(full);
    let bytes = if level == "entries" {
        // Entries hold what persons said.
        sight::check_role(&auth::principal(desk, request).await?, Action::ReadEntries)?;
        let _place = desk.read_place()?;
        let leaves = desk.log().entries(n).await.map_err(trouble)?;
        let leaves = leaves.get(..width).ok_or_else(absent)?;
        let lengths = leaves.iter().map(|leaf| u16::try_from(leaf.len()).unwrap_or(u16::MAX));
        lengths.zip(leaves).fold(Vec::new(), |mut bytes, (length, leaf)| {
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(leaf);
            bytes
        })
    } else {
        let level = level.parse().ok().filter(|it: &u32| it.to_string() == level);
        let level = level.filter(|level| *level < 64).ok_or_else(absent)?;
        let _place = desk.read_place()?;
        let hashes = desk.log().tile(level, n).await.map_err(trouble)?;
        hashes.get(..width).ok_or_else(absent)?.concat()
    };
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "application/octet-stream"));
    answer.insert_header((header::CACHE_CONTROL, FOR_EVER));
    Ok(answer.body(bytes))
}

/// The proof that an event is in the log.
pub(crate) async fn proof(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let who = auth::principal(desk, request).await?;
    let id = params.get("event_id").map(String::as_str).unwrap_or_default();
    Ok(text(proof_of(desk, &who, id).await?))
}

/// The same as a text, for somebody.
pub(crate) async fn proof_of(desk: &Desk, who: &Principal, id: &str) -> Result<String, Problem> {
    let _place = desk.read_place()?;
    let event = looks::event(desk, who, id).await?;
    let proof = desk.log().prove(event.position).await.map_err(trouble)?;
    let absent = || Problem::absent(format!("proof of event {id}: no checkpoint covers it yet"));
    proof.ok_or_else(absent)
}

fn text(text: String) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"));
    answer.body(text)
}

/// The number of a tile, `x001/x234/067`, and its width where it is not full, `….p/112`.
fn numbered(place: &str) -> Option<(u64, Option<usize>)> {
    let (path, width) = match place.split_once(".p/") {
        None => (place, None),
        Some((path, width)) => {
            let number: usize = width.parse().ok()?;
            let plain = number.to_string() == width && (1..256).contains(&number);
            (path, Some(plain.then_some(number)?))
        }
    };
    let groups: Vec<_> = path.split('/').collect();
    let (last, before) = groups.split_last()?;
    let mut n = 0_u64;
    for (group, ahead) in before.iter().map(|group| (*group, true)).chain([(*last, false)]) {
        let digits = if ahead { group.strip_prefix('x')? } else { group };
        if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        n = n.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    // One number has one address.
    (groups.len() == 1 || groups.first() != Some(&"x000")).then_some((n, width))
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_tile_has_one_address() {
        for (place, number) in [
            ("000", Some((0, None))),
            ("255.p/112", Some((255, Some(112)))),
            ("x001/x234/067", Some((1_234_067, None))),
            ("x001/x234/067.p/255", Some((1_234_067, Some(255)))),
            ("x000/001", None),
            ("1", None),
            ("0001", None),
            ("001/x002", None),
            ("001.p/256", None),
            ("001.p/0", None),
            ("001.p/01", None),
            ("+01", None),
            ("", None),
        ] {
            assert_eq!(numbered(place), number, "{place}");
        }
    }
}
