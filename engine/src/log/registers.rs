//! The versions of a log's registers.

use std::convert::Infallible;

use super::Log;
use crate::{Compared, Error, RegisterVersion};

impl Log {
    /// The versions of registers that have rows, also those that other programs run.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn register_versions(&self) -> Result<Vec<RegisterVersion>, Error<Infallible>> {
        Ok(self.0.registers.versions().await?)
    }

    /// Compares the rows of another version of a register with what the version that runs here
    /// comes to after the same event.
    ///
    /// # Errors
    ///
    /// When there is no such register or version, or the store fails.
    pub async fn compare_versions(
        &self,
        register: &str,
        version: u32,
    ) -> Result<Compared, Error<Infallible>> {
        Ok(self.0.registers.compare(register, version).await?)
    }

    /// Compares the rows of a register as they stand with those of a fold from the first event to
    /// where they stand. Nothing is repaired; [`Log::rebuild`] does that.
    ///
    /// # Errors
    ///
    /// When there is no such register, a fresh fold cannot take an event, or the store fails.
    pub async fn compare_afresh(&self, register: &str) -> Result<Compared, Error<Infallible>> {
        Ok(self.0.registers.compare_afresh(register).await?)
    }

    /// Deletes the rows of a version that no program needs any more: the way back to a program
    /// that runs it is then a fold of the whole log. Answers how many rows they were.
    ///
    /// # Errors
    ///
    /// When it is the live version or the one that runs here, there is none, or the store fails.
    pub async fn drop_version(
        &self,
        register: &str,
        version: u32,
    ) -> Result<u64, Error<Infallible>> {
        Ok(self.0.registers.drop_version(register, version).await?)
    }
}
