//! `guidelight data …`: builds data sets and looks at them.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{Dataset, Selection, TEST, TRAIN, emoji, fashion, sheet};
use crate::{Result, files};

/// The commands below `guidelight data`.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Fetch the emoji packages, draw them and write the training file
    Emoji(EmojiArgs),
    /// Read Fashion-MNIST and write the training file
    Fashion(FashionArgs),
    /// Draw a contact sheet of a data set
    Sheet(SheetArgs),
    /// Write a small part of a data set, a few images a class, for tests
    Subset(SubsetArgs),
}

/// Arguments of `guidelight data emoji`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  guidelight data emoji --out data/emoji32.safetensors")]
pub struct EmojiArgs {
    /// File to write
    #[arg(long, default_value = "data/emoji32.safetensors")]
    out: PathBuf,
    /// Folder that keeps the fetched packages [default: guidelight in the user's cache folder]
    #[arg(long)]
    cache: Option<PathBuf>,
}

/// Arguments of `guidelight data fashion`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  guidelight data fashion --out data/fashion32.safetensors")]
pub struct FashionArgs {
    /// File to write
    #[arg(long, default_value = "data/fashion32.safetensors")]
    out: PathBuf,
    /// Folder with the four published files (`train-images-idx3-ubyte.gz`, …) [default: Debian's package
    /// dataset-fashion-mnist, fetched if it is not installed]
    #[arg(long)]
    from: Option<PathBuf>,
    /// Folder that keeps the fetched package [default: guidelight in the user's cache folder]
    #[arg(long)]
    cache: Option<PathBuf>,
}

/// Arguments of `guidelight data sheet`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  guidelight data sheet --class animal --style twemoji --zoom 2 --out animals.png")]
pub struct SheetArgs {
    /// Data set file
    #[arg(long, default_value = "data/emoji32.safetensors")]
    data: PathBuf,
    /// PNG file to write
    #[arg(long, default_value = "sheet.png")]
    out: PathBuf,
    /// Only this class
    #[arg(long)]
    class: Option<String>,
    /// Only this style
    #[arg(long)]
    style: Option<String>,
    /// Only this side of the split
    #[arg(long)]
    split: Option<Split>,
    /// Show skin-tone variants too
    #[arg(long)]
    tones: bool,
    /// Most images on the sheet
    #[arg(long, default_value_t = 600)]
    count: usize,
    /// Images in a row
    #[arg(long, default_value_t = 30)]
    columns: usize,
    /// Size of a pixel
    #[arg(long, default_value_t = 1)]
    zoom: usize,
}

/// Arguments of `guidelight data subset`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  guidelight data subset --train 4 --test 1 --out emoji-mini.safetensors")]
pub struct SubsetArgs {
    /// Data set file
    #[arg(long, default_value = "data/emoji32.safetensors")]
    data: PathBuf,
    /// File to write
    #[arg(long)]
    out: PathBuf,
    /// Training images of each class, spread over the styles
    #[arg(long, default_value_t = 4)]
    train: usize,
    /// Test images of each class
    #[arg(long, default_value_t = 1)]
    test: usize,
}

/// A side of the split, as the command line says it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Split {
    Train,
    Test,
}

impl DataCommand {
    /// Does what was asked and says in a line what came of it.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Emoji(args) => write(&emoji::build(args.cache.as_deref())?, &args.out)?,
            Self::Fashion(args) => write(&fashion::build(args.from.as_deref(), args.cache.as_deref())?, &args.out)?,
            Self::Sheet(args) => {
                let data = Dataset::load(&args.data)?;
                let split = args.split.map(|s| match s {
                    Split::Train => TRAIN,
                    Split::Test => TEST,
                });
                let selection =
                    Selection { class: args.class, style: args.style, split, tones: args.tones, count: args.count };
                let picture = sheet(&data, &selection, args.columns, args.zoom)?;
                files::write_png(&args.out, &picture)?;
                println!("wrote {}", args.out.display());
            }
            Self::Subset(args) => {
                let data = Dataset::load(&args.data)?;
                let part = data.subset(&few(&data, args.train, args.test))?;
                part.save(&args.out)?;
                println!("wrote {} images to {}", part.len(), args.out.display());
            }
        }
        Ok(())
    }
}

fn write(data: &Dataset, out: &Path) -> Result<()> {
    data.save(out)?;
    print!("{}", summary(data));
    println!("wrote {}", out.display());
    Ok(())
}

/// A table of counts: one row a class, one column a style, as train+test, then skin tones.
fn summary(data: &Dataset) -> String {
    let mut table = format!("{:<10}", "class");
    for style in data.styles() {
        table += &format!("{style:>14}");
    }
    table += "\n";
    for (class, name) in data.classes().iter().enumerate() {
        table += &format!("{name:<10}");
        for style in 0..data.styles().len() {
            let count = |tone, split| {
                let same = |i: usize| {
                    let l = data.labels(i);
                    (usize::from(l.class), usize::from(l.style), l.tone, l.split) == (class, style, tone, split)
                };
                (0..data.len()).filter(|&i| same(i)).count()
            };
            let plain = format!("{}+{}", count(0, TRAIN), count(0, TEST));
            let tones = count(1, TRAIN) + count(1, TEST);
            let cell = if tones == 0 { plain } else { format!("{plain} ~{tones}") };
            table += &format!("{cell:>14}");
        }
        table += "\n";
    }
    let tones = data.tone().iter().filter(|&&t| t == 1).count();
    table += &format!(
        "{} images (train+test), of which ~{tones} skin tones; {} concepts; {} train, {} test\n",
        data.len(),
        data.info().concepts.len(),
        data.indices(TRAIN).len(),
        data.indices(TEST).len()
    );
    table
}

/// Indices of a few images of each class, each from another style as far as they go, and one skin tone where there are.
fn few(data: &Dataset, train: usize, test: usize) -> Vec<usize> {
    let styles = data.styles().len();
    let mut chosen = Vec::new();
    for class in 0..data.classes().len() {
        for (split, wanted) in [(TRAIN, train), (TEST, test)] {
            for k in 0..wanted {
                let found = (0..styles).find_map(|next| {
                    let style = (class + k + usize::from(split) * train + next) % styles;
                    (0..data.len()).find(|&i| {
                        let l = data.labels(i);
                        (usize::from(l.class), usize::from(l.style), l.tone, l.split) == (class, style, 0, split)
                            && !chosen.contains(&i)
                    })
                });
                chosen.extend(found);
            }
        }
        let toned =
            |&i: &usize| usize::from(data.class()[i]) == class && data.tone()[i] == 1 && data.split()[i] == TRAIN;
        chosen.extend((0..data.len()).find(toned));
    }
    chosen.sort_unstable();
    chosen
}
