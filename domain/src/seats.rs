//! Which officers a plant needs (双驻厂员, §二(二)二), and whose they are.

use crate::{
    UnitCode,
    codes::{Scale, Seat},
    enterprise::Place,
};

/// The seats of an enterprise, by its trade, its place and its size.
///
/// The townships watch 「全部工业企业」, the park 「园区内全部企业」, the commission 「园区外规模以上
/// 工业企业」: in the park, size makes no difference; outside it, what is not industrial has none.
/// An industrial enterprise of unknown size counts as below until the register says otherwise.
pub fn seats_due(
    industrial: bool,
    park: Option<&UnitCode>,
    scale: Option<Scale>,
) -> &'static [Seat] {
    match (industrial, park, scale) {
        (true, Some(_), _) => &[Seat::Township, Seat::Park],
        (false, Some(_), _) => &[Seat::Park],
        (true, None, Some(Scale::Above)) => &[Seat::Township, Seat::Eic],
        (true, None, Some(Scale::Below) | None) => &[Seat::Township],
        (false, None, _) => &[],
    }
}

/// The unit that fills `seat` for an enterprise at `place`; none fills the park's outside it.
pub fn seat_owner(seat: Seat, place: &Place) -> Option<UnitCode> {
    match seat {
        Seat::Township => Some(place.township.clone()),
        Seat::Park => place.park.clone(),
        Seat::Eic => seat.code().parse().ok(),
    }
}
