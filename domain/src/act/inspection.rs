use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{InspectionId, inspection::{Command, Inspection}};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    _asked: &Asked,
    id: &InspectionId,
    command: &Command,
    _facts: &mut F,
) -> Verdict {
    Ok(vec![Touch::new::<Inspection>(id.to_string(), command.clone())])
}
