//! Writing files so that nobody ever meets half of one (native only).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// Held while there is something on the disk that must not stay there.
static UNFINISHED: Mutex<()> = Mutex::new(());

/// Whoever holds this keeps Ctrl-C waiting, so that what is begun is finished or cleared away; see
/// [`crate::cli::interrupt`]. Short work only, and no [`write`] meanwhile.
pub(crate) fn uninterrupted() -> MutexGuard<'static, ()> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a file under a temporary name in its folder, then renames it: a stop leaves the old file or the new one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_together(&[(path, bytes)])
}

/// The same for files that belong together: none is renamed before all are written, so that what a full disk leaves is
/// the old ones.
pub(crate) fn write_together(files: &[(impl AsRef<Path>, impl AsRef<[u8]>)]) -> Result<()> {
    let targets = files.iter().map(|(path, _)| target(path.as_ref())).collect::<Result<Vec<_>>>()?;
    for target in &targets {
        let folder = folder_of(target);
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    }
    let _whole = uninterrupted();
    let written = targets.iter().zip(files).map(|(target, (_, bytes))| temporary(target, bytes.as_ref()));
    let written = written.collect::<Result<Vec<_>>>()?;
    for (file, target) in written.into_iter().zip(&targets) {
        file.persist(target).map_err(|error| Error::io(target, error.error))?;
    }
    Ok(())
}

/// The content of a file under a temporary name beside it.
fn temporary(target: &Path, bytes: &[u8]) -> Result<NamedTempFile> {
    let folder = folder_of(target);
    let mut file = NamedTempFile::new_in(folder).map_err(|error| Error::io(folder, error))?;
    file.write_all(bytes).map_err(|error| Error::io(target, error))?;
    // A temporary file is private; what is written here is meant to be read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(open).map_err(|error| Error::io(target, error))?;
    }
    Ok(file)
}

/// Makes the folder that a file is to be written to and checks that it can be: better told before hours of work than
/// after them. Returns where the file will lie: the same for two paths that mean the same file.
pub(crate) fn require_writable(path: &Path) -> Result<PathBuf> {
    let target = target(path)?;
    let folder = folder_of(&target);
    if folder.exists() && !folder.is_dir() {
        return Err(Error::invalid(folder.display().to_string(), "a folder", "a file"));
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let _whole = uninterrupted();
    let writable = NamedTempFile::new_in(folder).and_then(|_| folder.canonicalize());
    let folder = writable.map_err(|error| Error::io(folder, error))?;
    Ok(folder.join(target.file_name().unwrap_or_default()))
}

/// The file that a path means: where it is a link, the one behind it, for renaming onto a link would replace the link.
/// What is there and no file, say a device, would be replaced too, and is refused.
fn target(path: &Path) -> Result<PathBuf> {
    let got = match path.metadata() {
        Ok(found) if found.is_file() && path.is_symlink() => {
            return path.canonicalize().map_err(|error| Error::io(path, error));
        }
        Ok(found) if found.is_dir() => "a folder",
        Ok(found) if !found.is_file() => "something that is no file",
        Err(_) if path.is_symlink() => "a link to nothing",
        Err(_) if path.file_name().is_none() => "none",
        // Whatever else is wrong shows when its folder is made.
        _ => return Ok(path.to_owned()),
    };
    Err(Error::invalid(path.display().to_string(), "the name of a file", got))
}

/// The folder that a file lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a picture as PNG.
pub(crate) fn write_png(path: &Path, picture: &image::RgbImage) -> Result<()> {
    write(path, &png(picture)?)
}

/// A picture as PNG.
pub(crate) fn png(picture: &image::RgbImage) -> Result<Vec<u8>> {
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| Error::Device(format!("the picture could not be encoded: {error}")))?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing can be written to `/proc`, which shows only when it is tried.
    #[cfg(target_os = "linux")]
    #[test]
    fn files_that_belong_together_are_written_all_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write_together(&[(at("a"), "1"), (at("b"), "2")]).unwrap();
        for impossible in ["/proc/c".into(), at("a").join("below"), folder.path().to_owned()] {
            write_together(&[(at("a"), "3"), (at("new"), "3"), (impossible, "3")]).unwrap_err();
            let names = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
            names.sort();
            assert_eq!(names, ["a", "b"]);
            assert_eq!(std::fs::read(at("a")).unwrap(), b"1");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_what_is_no_file_is_left_alone() {
        use std::os::unix::{fs::symlink, net::UnixListener};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write(&at("file"), b"old").unwrap();
        symlink("file", at("link")).unwrap();
        write(&at("link"), b"new").unwrap();
        assert!(at("link").is_symlink());
        assert_eq!(std::fs::read(at("file")).unwrap(), b"new");
        assert_eq!(require_writable(&at("link")).unwrap(), require_writable(&at("file")).unwrap());

        let _socket = UnixListener::bind(at("socket")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        for (name, got) in [("socket", "no file"), ("dangling", "a link to nothing"), ("", "a folder")] {
            for refused in [write(&at(name), b"x"), require_writable(&at(name)).map(drop)] {
                let error = refused.unwrap_err().to_string();
                assert!(error.contains("expected the name of a file") && error.contains(got), "{error}");
            }
        }
        assert!(at("dangling").is_symlink() && at("socket").exists());
    }
}
