//! A file with its hash, so that a run can be made again from the same bytes.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::weights::container::sha256;
use crate::{Error, Result};

/// A file as a run found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Pinned {
    /// Its path, as it was given.
    pub(super) file: PathBuf,
    /// SHA-256, hex.
    pub(super) sha256: String,
}

/// A file to read, and the hash that it must have if one is known.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    file: PathBuf,
    sha256: Option<String>,
}

impl Wanted {
    /// The file that was named by hand, or else the one of an earlier run.
    pub(super) fn file(named: Option<&Path>, earlier: Option<&Pinned>) -> Option<Self> {
        named.map(Self::from).or_else(|| earlier.map(Self::from))
    }

    /// Reads the file, and refuses another than was wanted.
    pub(super) fn read(self) -> Result<(Pinned, Vec<u8>)> {
        let Self { file, sha256: wanted } = self;
        let bytes = std::fs::read(&file).map_err(|error| Error::io(&file, error))?;
        let got = sha256(&bytes);
        if let Some(wanted) = wanted.filter(|wanted| !wanted.eq_ignore_ascii_case(&got)) {
            return Err(Error::invalid(file.display().to_string(), format!("SHA-256 {wanted}"), got));
        }
        Ok((Pinned { file, sha256: got }, bytes))
    }
}

impl From<&Path> for Wanted {
    fn from(file: &Path) -> Self {
        Self { file: file.to_owned(), sha256: None }
    }
}

impl From<&Pinned> for Wanted {
    fn from(Pinned { file, sha256 }: &Pinned) -> Self {
        Self { file: file.clone(), sha256: Some(sha256.clone()) }
    }
}
