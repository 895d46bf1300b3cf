//! The subcommands of `guidelight` that work on model files and samples.

pub mod eval;
pub mod npz;
pub mod quantize;
pub mod sample;

use std::path::Path;

use crate::{Error, Result};

/// Writes a file under a temporary name in its folder, then renames it: a stop leaves the old file or the new one.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| Error::io(folder, error))?;
    file.write_all(bytes).map_err(|error| Error::io(path, error))?;
    file.persist(path).map_err(|error| Error::io(path, error.error))?;
    // A temporary file is private; what is written here is meant to be read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(path, open).map_err(|error| Error::io(path, error))?;
    }
    Ok(())
}
