//! Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 70,000 grey pictures of clothing, the set to calibrate on.
//!
//! The pictures come from Debian's package `dataset-fashion-mnist` in the IDX files of the publication; 28×28 pixels
//! are padded to 32×32 with the black of their background, and grey becomes three equal planes.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;

use super::dataset::{Concept, Dataset, Info, Labels, Source, TEST, TRAIN};
use super::user_cache;
use crate::weights::container::sha256;
use crate::{Error, Result, files};

/// Class names in the order of the published labels.
const CLASSES: [&str; 10] =
    ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"];

/// Side of the published pictures.
const PUBLISHED: usize = 28;

/// Side of the pictures here.
const SIZE: usize = 32;

const PACKAGE: &str = "dataset-fashion-mnist";
const VERSION: &str = "0.0~git20200523.55506a9-1";

/// The published files with their SHA-256: the data set is these and no others.
const FILES: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte.gz", "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"),
    ("train-labels-idx1-ubyte.gz", "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"),
    ("t10k-images-idx3-ubyte.gz", "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"),
    ("t10k-labels-idx1-ubyte.gz", "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"),
];

/// Where the package puts its files, below the root it is unpacked to.
const FOLDER: &str = "usr/share/datasets/fashion-mnist";

/// Reads the set from `folder`; without one from where Debian installs it, or from the package fetched into `cache`.
pub(super) fn build(folder: Option<&Path>, cache: Option<&Path>) -> Result<Dataset> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => installed().map_or_else(|| fetched(cache), Ok)?,
    };
    for (name, expected) in FILES {
        let path = folder.join(name);
        let got = sha256(&std::fs::read(&path).map_err(|error| Error::io(&path, error))?);
        if got != expected {
            return Err(Error::invalid(
                path.display().to_string(),
                format!("the published file, SHA-256 {expected}"),
                got,
            ));
        }
    }
    read(&folder)
}

/// Reads four files of the published names and form.
fn read(folder: &Path) -> Result<Dataset> {
    let mut images = Vec::new();
    let mut labels = Vec::new();
    for (split, name) in [(TRAIN, "train"), (TEST, "t10k")] {
        let pictures = idx(&folder.join(format!("{name}-images-idx3-ubyte.gz")), &[PUBLISHED, PUBLISHED])?;
        let classes = idx(&folder.join(format!("{name}-labels-idx1-ubyte.gz")), &[])?;
        let count = pictures.len() / (PUBLISHED * PUBLISHED);
        if classes.len() != count {
            let what = format!("labels of `{name}`");
            return Err(Error::invalid(what, format!("{count}, one a picture"), classes.len().to_string()));
        }
        for (picture, &class) in pictures.chunks(PUBLISHED * PUBLISHED).zip(&classes) {
            images.extend(padded(picture));
            // The published split goes by picture: no concept may join its sides, so each class is one on either.
            let concept = i32::from(class) + i32::from(split) * CLASSES.len() as i32;
            labels.push(Labels { class, style: 0, tone: 0, split, concept, caption: i32::from(class) });
        }
    }
    let concept = |side: &'static str| {
        CLASSES.map(|class| Concept { base: format!("{class}/{side}"), label: class.into() }).into_iter()
    };
    let info = Info {
        format: 0,
        name: "fashion".into(),
        size: SIZE,
        classes: CLASSES.map(str::to_owned).to_vec(),
        styles: vec!["photo".into()],
        concepts: concept("train").chain(concept("test")).collect(),
        captions: CLASSES.map(str::to_owned).to_vec(),
        sources: vec![Source {
            style: "photo".into(),
            package: PACKAGE.into(),
            version: VERSION.into(),
            licence: "MIT".into(),
            credit: "Fashion-MNIST, Zalando SE".into(),
            link: "https://github.com/zalandoresearch/fashion-mnist".into(),
        }],
    };
    Dataset::new(info, images, &labels)
}

fn installed() -> Option<PathBuf> {
    let folder = Path::new("/").join(FOLDER);
    folder.is_dir().then_some(folder)
}

/// Fetches and unpacks the package; neither needs more rights than writing to the cache.
fn fetched(cache: Option<&Path>) -> Result<PathBuf> {
    let root = cache.map_or_else(user_cache, Path::to_owned).join(format!("fashion-{VERSION}"));
    let folder = root.join(FOLDER);
    if folder.is_dir() {
        return Ok(folder);
    }
    std::fs::create_dir_all(&root).map_err(|error| Error::io(&root, error))?;
    // Ctrl-C also ends the programs that are called here; then the scratch folder is cleared away.
    let _whole = files::uninterrupted();
    let scratch = tempfile::tempdir_in(&root).map_err(|error| Error::io(&root, error))?;
    run("apt-get", &["download", &format!("{PACKAGE}={VERSION}")], scratch.path())?;
    let fetched = std::fs::read_dir(scratch.path()).map_err(|error| Error::io(scratch.path(), error))?;
    let package = fetched.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "deb"));
    let package =
        package.ok_or_else(|| Error::invalid("apt-get download", format!("the package {PACKAGE}"), "none"))?;
    let unpacked = scratch.path().join("unpacked");
    run("dpkg-deb", &["--extract", &package.display().to_string(), &unpacked.display().to_string()], &root)?;
    // In one move, so that a folder that is there is whole.
    std::fs::rename(unpacked.join("usr"), root.join("usr")).map_err(|error| Error::io(&root, error))?;
    Ok(folder)
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<()> {
    let output = Command::new(program).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let remedy =
        || format!("{program} to fetch Debian's package {PACKAGE}; elsewhere, name a folder with its files (--from)");
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let message = String::from_utf8_lossy(&output.stderr);
            let sentence = message.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no message").to_owned();
            Err(Error::invalid("Fashion-MNIST", remedy(), sentence))
        }
        Err(error) => Err(Error::invalid("Fashion-MNIST", remedy(), error.to_string())),
    }
}

/// The bytes of a gzipped IDX file of unsigned bytes whose items have the shape `item`.
fn idx(path: &Path, item: &[usize]) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).map_err(|error| Error::io(path, error))?;
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes).map_err(|error| Error::io(path, error))?;
    unpack(&bytes, item).map_err(|error| error.in_file(path))
}

/// The items of an IDX file: two zeros, the type, the number of dimensions, their lengths (big endian), the values.
fn unpack(bytes: &[u8], item: &[usize]) -> Result<Vec<u8>> {
    const UNSIGNED_BYTES: u8 = 8;
    let header = 4 * (item.len() + 2);
    let magic = [0, 0, UNSIGNED_BYTES, item.len() as u8 + 1];
    let found = bytes.get(..header).filter(|header| header.starts_with(&magic));
    let shape: Option<Vec<usize>> =
        found.map(|header| header[4..].as_chunks().0.iter().map(|&four| u32::from_be_bytes(four) as usize).collect());
    let shape = shape.filter(|shape| shape[1..] == *item);
    let expected = || format!("an IDX file of bytes with items of shape {item:?}");
    let shape = shape.ok_or_else(|| Error::invalid("data", expected(), "another header"))?;
    let wanted = shape.iter().try_fold(1_usize, |all, &side| all.checked_mul(side));
    let values = &bytes[header..];
    if wanted != Some(values.len()) {
        return Err(Error::invalid("data", format!("values of shape {shape:?}"), format!("{} bytes", values.len())));
    }
    Ok(values.to_vec())
}

/// A published picture in the middle of a black one, as three equal planes.
fn padded(picture: &[u8]) -> Vec<u8> {
    const MARGIN: usize = (SIZE - PUBLISHED) / 2;
    let mut plane = vec![0; SIZE * SIZE];
    for (y, row) in picture.chunks(PUBLISHED).enumerate() {
        let start = (y + MARGIN) * SIZE + MARGIN;
        plane[start..start + PUBLISHED].copy_from_slice(row);
    }
    plane.repeat(3)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn write(folder: &Path, name: &str, shape: &[u32], values: &[u8]) {
        let mut bytes = vec![0, 0, 8, shape.len() as u8];
        bytes.extend(shape.iter().flat_map(|side| side.to_be_bytes()));
        bytes.extend(values);
        let mut gz = GzEncoder::new(std::fs::File::create(folder.join(name)).unwrap(), Compression::fast());
        gz.write_all(&bytes).unwrap();
    }

    /// One training picture of a coat and two test pictures, all pixels different from their neighbours.
    fn tiny(folder: &Path) {
        let pixels = |n: usize| (0..n * 784).map(|i| (i % 251) as u8 + 1).collect::<Vec<u8>>();
        write(folder, "train-images-idx3-ubyte.gz", &[1, 28, 28], &pixels(1));
        write(folder, "train-labels-idx1-ubyte.gz", &[1], &[4]);
        write(folder, "t10k-images-idx3-ubyte.gz", &[2, 28, 28], &pixels(2));
        write(folder, "t10k-labels-idx1-ubyte.gz", &[2], &[0, 9]);
    }

    #[test]
    fn pictures_are_centred_on_black_and_keep_their_split() {
        let folder = tempfile::tempdir().unwrap();
        tiny(folder.path());
        let data = read(folder.path()).unwrap();
        assert_eq!((data.len(), data.size(), data.class()), (3, 32, [4, 0, 9].as_slice()));
        assert_eq!((data.indices(TRAIN), data.indices(TEST)), (vec![0], vec![1, 2]));
        let plane = &data.image(0)[..1024];
        assert_eq!(plane, &data.image(0)[2048..], "grey: all planes are equal");
        assert_eq!(plane[2 * 32 + 2..2 * 32 + 5], [1, 2, 3], "the first pixels come after the margin");
        assert_eq!(plane[3 * 32 + 2], 29, "the second row");
        assert_eq!(plane.iter().filter(|&&v| v == 0).count(), 1024 - 784);
    }

    #[test]
    fn a_file_that_ends_early_or_is_another_is_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let complaint = || read(folder.path()).unwrap_err().to_string();
        tiny(folder.path());
        write(folder.path(), "train-images-idx3-ubyte.gz", &[2, 28, 28], &[1; 784]);
        assert!(complaint().contains("expected values of shape [2, 28, 28], got 784 bytes"), "{}", complaint());
        write(folder.path(), "train-images-idx3-ubyte.gz", &[1, 32, 32], &[1; 1024]);
        assert!(complaint().contains("expected an IDX file of bytes with items of shape [28, 28]"), "{}", complaint());
        tiny(folder.path());
        write(folder.path(), "train-labels-idx1-ubyte.gz", &[2], &[4, 4]);
        assert!(complaint().contains("expected 1, one a picture, got 2"), "{}", complaint());
        write(folder.path(), "train-labels-idx1-ubyte.gz", &[1], &[10]);
        assert!(complaint().contains("tensor `class`: expected values below 10, got 10"), "{}", complaint());
    }
    #[test]
    fn other_files_of_the_right_form_are_not_fashion_mnist() {
        let folder = tempfile::tempdir().unwrap();
        tiny(folder.path());
        let complaint = build(Some(folder.path()), None).unwrap_err().to_string();
        assert!(complaint.contains("train-images-idx3-ubyte.gz: expected the published file"), "{complaint}");
    }
}
