//! The data set file: u8 images with labels in one `.safetensors` file, the same bytes for the same content.
//!
//! Tensors, for n images of size s: `images` U8 [n, 3, s, s] (RGB planes), `class`, `style`, `tone` (1 = a
//! skin-tone variant), `split` (0 = train, 1 = test) U8 [n], `concept`, `caption` I32 [n] (rows of the lists in the
//! metadata). Everything else is [`Info`], as JSON under the one metadata key `dataset`: a single key, because the
//! order of several is not fixed and the file has to be byte-identical on every run.

use std::collections::HashMap;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::{Error, Result, files};

/// The value of `split` for images that may be trained on.
pub const TRAIN: u8 = 0;
/// The value of `split` for images that are never trained on.
pub const TEST: u8 = 1;

/// The version of the layout described at the top of this file.
const FORMAT: u32 = 1;
/// The metadata key that holds [`Info`].
const KEY: &str = "dataset";

/// What a data set is about: everything in the file that is not one value an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Info {
    /// Version of the file layout.
    pub format: u32,
    /// Name of the data set, e.g. `emoji`.
    pub name: String,
    /// Height and width of every image in pixels.
    pub size: usize,
    /// Class names; the position is the class index.
    pub classes: Vec<String>,
    /// Style names; the position is the style index.
    pub styles: Vec<String>,
    /// What is shown, across styles: the train/test split goes by concept.
    pub concepts: Vec<Concept>,
    /// Captions: label, then tags.
    pub captions: Vec<String>,
    /// Where the images come from.
    pub sources: Vec<Source>,
}

/// One thing that several images show, in different styles and skin tones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Concept {
    /// Stable key; for emoji the code points in lower-case hex joined by `-`, without U+FE0F.
    pub base: String,
    /// Name for people.
    pub label: String,
}

/// One source of images or labels, with what its licence asks to be passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Source {
    /// The style drawn from it; empty for a source of labels.
    pub style: String,
    /// Package name.
    pub package: String,
    /// Exact package version.
    pub version: String,
    /// Licence as an SPDX expression.
    pub licence: String,
    /// Who made it.
    pub credit: String,
    /// The project's own page.
    pub link: String,
}

/// The labels of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// Index into [`Info::classes`].
    pub class: u8,
    /// Index into [`Info::styles`].
    pub style: u8,
    /// 1 for a skin-tone variant, 0 otherwise.
    pub tone: u8,
    /// [`TRAIN`] or [`TEST`].
    pub split: u8,
    /// Index into [`Info::concepts`].
    pub concept: i32,
    /// Index into [`Info::captions`].
    pub caption: i32,
}

/// A checked data set in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    info: Info,
    images: Vec<u8>,
    class: Vec<u8>,
    style: Vec<u8>,
    tone: Vec<u8>,
    split: Vec<u8>,
    concept: Vec<i32>,
    caption: Vec<i32>,
}

impl Dataset {
    /// Puts a data set together and checks it.
    ///
    /// # Shapes
    /// `images` `[n, 3, size, size]` as RGB planes, `labels` `[n]`. `info.format` is set here.
    pub fn new(mut info: Info, images: Vec<u8>, labels: &[Labels]) -> Result<Self> {
        info.format = FORMAT;
        let set = Self {
            info,
            images,
            class: labels.iter().map(|l| l.class).collect(),
            style: labels.iter().map(|l| l.style).collect(),
            tone: labels.iter().map(|l| l.tone).collect(),
            split: labels.iter().map(|l| l.split).collect(),
            concept: labels.iter().map(|l| l.concept).collect(),
            caption: labels.iter().map(|l| l.caption).collect(),
        };
        set.check()?;
        Ok(set)
    }

    /// Reads and checks a data set file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
        Self::from_bytes(&bytes).map_err(|e| match e {
            Error::Invalid { what, expected, got } => {
                Error::invalid(format!("{}: {what}", path.display()), expected, got)
            }
            other => other,
        })
    }

    /// Reads and checks the bytes of a data set file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let broken = |e: safetensors::SafeTensorError| {
            Error::invalid(
                "data set",
                "a whole .safetensors file",
                format!("{} bytes that are not one ({e})", bytes.len()),
            )
        };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(broken)?;
        let json = header.metadata().as_ref().and_then(|m| m.get(KEY)).ok_or_else(|| {
            Error::invalid(
                "data set",
                format!("a data set with metadata `{KEY}`"),
                "a .safetensors file of another kind",
            )
        })?;
        let info: Info = serde_json::from_str(json)
            .map_err(|e| Error::invalid(format!("metadata `{KEY}`"), "the description of a data set", e.to_string()))?;
        let (images, shape) = tensor(&tensors, "images", Dtype::U8)?;
        let n = shape.first().copied().unwrap_or(0);
        if shape != [n, 3, info.size, info.size] {
            return Err(Error::invalid(
                "tensor `images`",
                format!("shape [n, 3, {0}, {0}]", info.size),
                format!("{shape:?}"),
            ));
        }
        let labels = |name: &str, dtype: Dtype| {
            let (data, shape) = tensor(&tensors, name, dtype)?;
            if shape == [n] {
                Ok(data)
            } else {
                Err(Error::invalid(format!("tensor `{name}`"), format!("shape [{n}]"), format!("{shape:?}")))
            }
        };
        let set = Self {
            images: images.to_vec(),
            class: labels("class", Dtype::U8)?.to_vec(),
            style: labels("style", Dtype::U8)?.to_vec(),
            tone: labels("tone", Dtype::U8)?.to_vec(),
            split: labels("split", Dtype::U8)?.to_vec(),
            concept: integers(labels("concept", Dtype::I32)?),
            caption: integers(labels("caption", Dtype::I32)?),
            info,
        };
        set.check()?;
        Ok(set)
    }

    /// The bytes of the data set file; the same content gives the same bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let trouble = |e: String| Error::invalid("data set", "content that fits a .safetensors file", e);
        let (n, s) = (self.len(), self.size());
        let concept: Vec<u8> = self.concept.iter().flat_map(|v| v.to_le_bytes()).collect();
        let caption: Vec<u8> = self.caption.iter().flat_map(|v| v.to_le_bytes()).collect();
        let tensors = [
            ("images", Dtype::U8, vec![n, 3, s, s], &self.images),
            ("class", Dtype::U8, vec![n], &self.class),
            ("style", Dtype::U8, vec![n], &self.style),
            ("tone", Dtype::U8, vec![n], &self.tone),
            ("split", Dtype::U8, vec![n], &self.split),
            ("concept", Dtype::I32, vec![n], &concept),
            ("caption", Dtype::I32, vec![n], &caption),
        ]
        .into_iter()
        .map(|(name, dtype, shape, data)| Ok((name, TensorView::new(dtype, shape, data)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|e| trouble(e.to_string()))?;
        let json = serde_json::to_string(&self.info).map_err(|e| trouble(e.to_string()))?;
        safetensors::serialize(tensors, Some(HashMap::from([(KEY.to_owned(), json)])))
            .map_err(|e| trouble(e.to_string()))
    }

    /// Writes the file; a reader never meets half of it.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        files::write(path.as_ref(), &self.to_bytes()?)
    }

    /// The images at `indices`, in that order, with only the concepts and captions they use.
    pub fn subset(&self, indices: &[usize]) -> Result<Self> {
        let mut info = Info { concepts: Vec::new(), captions: Vec::new(), ..self.info.clone() };
        let mut images = Vec::with_capacity(indices.len() * self.stride());
        let mut labels = Vec::with_capacity(indices.len());
        for &i in indices {
            images.extend_from_slice(self.image(i));
            let concept = position(&mut info.concepts, self.concept(i));
            let caption = position(&mut info.captions, &self.info.captions[self.caption[i] as usize]);
            labels.push(Labels { concept, caption, ..self.labels(i) });
        }
        Self::new(info, images, &labels)
    }

    /// The description of the data set.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.class.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.class.is_empty()
    }

    /// Height and width of every image in pixels.
    pub fn size(&self) -> usize {
        self.info.size
    }

    /// Class names in index order.
    pub fn classes(&self) -> &[String] {
        &self.info.classes
    }

    /// Style names in index order.
    pub fn styles(&self) -> &[String] {
        &self.info.styles
    }

    /// All pixels, [n, 3, size, size], RGB planes, 0..=255.
    pub fn images(&self) -> &[u8] {
        &self.images
    }

    /// Pixels of image `i`, [3, size, size].
    pub fn image(&self, i: usize) -> &[u8] {
        &self.images[i * self.stride()..(i + 1) * self.stride()]
    }

    /// Class index of every image.
    pub fn class(&self) -> &[u8] {
        &self.class
    }

    /// Style index of every image.
    pub fn style(&self) -> &[u8] {
        &self.style
    }

    /// 1 where the image is a skin-tone variant.
    pub fn tone(&self) -> &[u8] {
        &self.tone
    }

    /// [`TRAIN`] or [`TEST`] of every image.
    pub fn split(&self) -> &[u8] {
        &self.split
    }

    /// Indices of the images of one split, in file order.
    pub fn indices(&self, split: u8) -> Vec<usize> {
        (0..self.len()).filter(|&i| self.split[i] == split).collect()
    }

    /// What image `i` shows.
    pub fn concept(&self, i: usize) -> &Concept {
        &self.info.concepts[self.concept[i] as usize]
    }

    /// Label and tags of image `i`.
    pub fn caption(&self, i: usize) -> &str {
        &self.info.captions[self.caption[i] as usize]
    }

    /// All labels of image `i`.
    pub fn labels(&self, i: usize) -> Labels {
        Labels {
            class: self.class[i],
            style: self.style[i],
            tone: self.tone[i],
            split: self.split[i],
            concept: self.concept[i],
            caption: self.caption[i],
        }
    }

    fn stride(&self) -> usize {
        3 * self.size() * self.size()
    }

    /// Everything an index in this file could get wrong, so that the accessors cannot panic on a loaded file.
    fn check(&self) -> Result<()> {
        let Info { format, classes, styles, concepts, captions, .. } = &self.info;
        if *format != FORMAT {
            return Err(Error::invalid("data set format", FORMAT.to_string(), format.to_string()));
        }
        if self.size() == 0 || self.is_empty() {
            return Err(Error::invalid("data set", "images", format!("{} of size {}", self.len(), self.size())));
        }
        let pixels = self.size().checked_pow(2).and_then(|p| p.checked_mul(3)).and_then(|p| p.checked_mul(self.len()));
        if pixels != Some(self.images.len()) {
            let want = format!("{} images of 3x{1}x{1} bytes", self.len(), self.size());
            return Err(Error::invalid("tensor `images`", want, format!("{} bytes", self.images.len())));
        }
        below("class", self.class.iter().map(|&v| v.into()), classes.len())?;
        below("style", self.style.iter().map(|&v| v.into()), styles.len())?;
        below("tone", self.tone.iter().map(|&v| v.into()), 2)?;
        below("split", self.split.iter().map(|&v| v.into()), 2)?;
        below("concept", self.concept.iter().map(|&v| v.into()), concepts.len())?;
        below("caption", self.caption.iter().map(|&v| v.into()), captions.len())?;
        let mut side = vec![None; concepts.len()];
        for i in 0..self.len() {
            if *side[self.concept[i] as usize].get_or_insert(self.split[i]) != self.split[i] {
                let got = format!("`{}` in both", self.concept(i).base);
                return Err(Error::invalid("split", "every concept in train or in test", got));
            }
        }
        Ok(())
    }
}

/// Bytes and shape of one tensor of the wanted type.
fn tensor<'a>(tensors: &SafeTensors<'a>, name: &str, dtype: Dtype) -> Result<(&'a [u8], Vec<usize>)> {
    let what = || format!("tensor `{name}`");
    let view = tensors.tensor(name).map_err(|_| Error::invalid(what(), format!("{dtype:?}"), "no such tensor"))?;
    if view.dtype() != dtype {
        return Err(Error::invalid(what(), format!("{dtype:?}"), format!("{:?}", view.dtype())));
    }
    Ok((view.data(), view.shape().to_vec()))
}

/// Little-endian I32 values.
fn integers(bytes: &[u8]) -> Vec<i32> {
    bytes.as_chunks().0.iter().map(|&four| i32::from_le_bytes(four)).collect()
}

/// Refuses a label outside 0..limit.
fn below(name: &str, mut values: impl Iterator<Item = i64>, limit: usize) -> Result<()> {
    match values.find(|&v| v < 0 || v as u64 >= limit as u64) {
        None => Ok(()),
        Some(v) => Err(Error::invalid(format!("tensor `{name}`"), format!("values below {limit}"), v.to_string())),
    }
}

/// The position of `item` in `list`, put at the end if it is not there.
fn position<T: Clone + PartialEq>(list: &mut Vec<T>, item: &T) -> i32 {
    let at = list.iter().position(|x| x == item).unwrap_or_else(|| {
        list.push(item.clone());
        list.len() - 1
    });
    at as i32
}
