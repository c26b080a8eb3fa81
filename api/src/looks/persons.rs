//! The words that are kept of a subject: how they stand, and his own copy of them.

use fugong_domain::SubjectId;

use super::things::thing;
use crate::{
    copies::Copy,
    look::{Asked, Found, Look, Page},
    problem::Problem,
};

pub(super) const LOOKS: &[Look] = &[
    Look {
        roles: "everybody but enterprises",
        ..thing(
            "read_data_subject",
            "/v1/data-subjects/{id}",
            "Whether the words about a subject are held, kept without use, or erased",
            "DataSubjectRecord",
        )
    },
    Look {
        query: &[("format", "`json`, or `text` for the person to read; json if absent")],
        roles: "the person himself, the commission, the unit that holds the words",
        run: copy,
        ..thing(
            "copy_data_subject",
            "/v1/data-subjects/{id}/copy",
            "Everything that is stored about a subject, opened (查阅、复制)",
            "DataSubjectCopy",
        )
    },
];

fn copy<'a>(desk: &'a crate::Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let absent = || Problem::absent(format!("data subject {}", asked.param("id")));
        let subject: SubjectId = asked.param("id").parse().map_err(|_| absent())?;
        let copy = Copy::of(desk, &subject, asked.who()?).await?;
        match asked.query("format") {
            None | Some("json") => Ok(Page::json(copy.position(), copy.json())),
            Some("text") => {
                Ok(Page::text(copy.position(), "text/plain; charset=utf-8", copy.text()))
            }
            Some(_) => Err(Problem::invalid("format", "send json or text")),
        }
    })
}
