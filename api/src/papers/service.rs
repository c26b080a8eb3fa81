//! 送达回证: that a paper was handed over, to be filled in and signed by hand.

use super::{
    day,
    facts::{Addressee, Flagged, Ordered},
    sheet::{Proof, Sheet},
};

pub(super) fn of_order(order: &Ordered, proof: &Proof) -> String {
    let served = order.served_on.map(day);
    let what = ("责令限期整改通知书", order.number.as_deref());
    filled((&order.unit, order.ended.as_deref()), what, &order.to, served, proof)
}

pub(super) fn of_notice(flag: &Flagged, proof: &Proof) -> String {
    // Notice is given by its service.
    let served = flag.statement.as_ref().map(|_| day(flag.on));
    let what = ("诚信记录事前告知书", flag.number.as_deref());
    filled((&flag.unit, flag.ended.as_deref()), what, &flag.to, served, proof)
}

fn filled(
    (unit, ended): (&str, Option<&str>),
    (title, number): (&str, Option<&str>),
    to: &Addressee,
    served: Option<String>,
    proof: &Proof,
) -> String {
    let mut sheet = Sheet::new("送达回证", unit, None);
    sheet.ended(ended);
    let number = number.unwrap_or("（无文号）");
    let served = served.map_or_else(
        || "　　　　年　　月　　日　　时　　分".to_owned(),
        |on| format!("{on}（时、分由收件人填写：　　时　　分）"),
    );
    sheet.table([
        ("送达文书", format!("{title}　{number}")),
        ("受送达人", format!("{}（{}）", to.name, to.code)),
        ("送达单位", unit.to_owned()),
        ("送达地点", String::new()),
        ("送达方式", "□直接送达 □留置送达 □邮寄送达 □电子送达 □其他：".to_owned()),
        ("送达时间", served),
        ("收件人签名或者盖章", String::new()),
        ("代收人签名及与受送达人关系", String::new()),
        ("送达人签名（二人）", String::new()),
        ("拒收事由、见证人签名", String::new()),
        ("备注", String::new()),
    ]);
    sheet.end(proof)
}
