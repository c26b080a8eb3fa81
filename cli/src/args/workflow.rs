//! Drawing the workflow.

use clap::{Args, ValueEnum};

/// Draws the workflow.
#[derive(Debug, Args)]
pub(crate) struct Workflow {
    /// In which form
    #[arg(long, value_enum, default_value_t = WorkflowFormat::Mermaid)]
    pub(crate) format: WorkflowFormat,
    /// Draw only this: a kind (rectification), a policy (deadlines) or a register (r7)
    #[arg(conflicts_with = "format")]
    pub(crate) part: Option<String>,
}

/// The forms of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorkflowFormat {
    /// A diagram that many tools draw
    Mermaid,
    /// Data
    Json,
}
