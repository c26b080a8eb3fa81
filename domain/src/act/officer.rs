use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{OfficerId, officer::{Command, Officer}};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    _asked: &Asked,
    id: &OfficerId,
    command: &Command,
    _facts: &mut F,
) -> Verdict {
    Ok(vec![Touch::new::<Officer>(id.to_string(), command.clone())])
}
