//! Data set files: reading, refusing, writing again, contact sheets. Everything here works on the committed fixture.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its fixture has failed")]

use guidelight::data::{Dataset, Labels, Selection, TEST, TRAIN, sheet};

const FIXTURE: &str = "tests/fixtures/emoji-mini.safetensors";

fn bytes() -> Vec<u8> {
    std::fs::read(FIXTURE).unwrap()
}

/// The message a changed file is refused with.
fn refusal(bytes: &[u8]) -> String {
    Dataset::from_bytes(bytes).unwrap_err().to_string()
}

/// The file with `from` in its header replaced by `to` of the same length.
fn with_header(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes();
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

#[test]
fn the_fixture_has_every_class_and_style_on_both_sides_of_the_split() {
    let data = Dataset::load(FIXTURE).unwrap();
    assert_eq!((data.size(), data.classes().len(), data.styles().len()), (32, 12, 7));
    assert_eq!(data.styles().join(" "), "noto noto-v1 twemoji fluent-flat fluent-3d emojione fxemoji");
    assert_eq!(data.images().len(), data.len() * 3 * 32 * 32);
    for class in 0..12 {
        for split in [TRAIN, TEST] {
            assert!((0..data.len()).any(|i| data.class()[i] == class && data.split()[i] == split), "{class} {split}");
        }
    }
    for style in 0..7 {
        assert!(data.style().contains(&style));
    }
    assert!(data.tone().contains(&1));
    assert_eq!(data.indices(TRAIN).len() + data.indices(TEST).len(), data.len());
    let first = (data.concept(0).label.as_str(), data.caption(0));
    assert!(first.1.starts_with(first.0), "{first:?}");
    assert_eq!(data.info().sources.len(), 8, "seven styles and the labels");
}

#[test]
fn writing_what_was_read_gives_the_same_bytes() {
    let data = Dataset::load(FIXTURE).unwrap();
    assert!(data.to_bytes().unwrap() == bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/copy.safetensors");
    data.save(&path).unwrap();
    assert_eq!(Dataset::load(&path).unwrap(), data);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn a_subset_keeps_pixels_and_labels() {
    let data = Dataset::load(FIXTURE).unwrap();
    let part = data.subset(&[7, 3]).unwrap();
    for (new, old) in [(0, 7), (1, 3)] {
        assert_eq!(part.image(new), data.image(old));
        assert_eq!((part.concept(new), part.caption(new)), (data.concept(old), data.caption(old)));
        let Labels { class, style, tone, split, .. } = part.labels(new);
        let want = data.labels(old);
        assert_eq!((class, style, tone, split), (want.class, want.style, want.tone, want.split));
    }
    assert_eq!(part.info().concepts.len(), 2);
}

#[test]
fn broken_files_are_refused_with_a_sentence() {
    let whole = bytes();
    for cut in [0, 7, 100, whole.len() / 2, whole.len() - 1] {
        let message = refusal(&whole[..cut]);
        assert!(message.starts_with("data set: expected a whole .safetensors file, got"), "{cut}: {message}");
    }
    let other = safetensors::serialize(Vec::<(&str, safetensors::tensor::TensorView)>::new(), None).unwrap();
    assert_eq!(
        refusal(&other),
        "data set: expected a data set with metadata `dataset`, got a .safetensors file of another kind"
    );
    assert_eq!(refusal(&with_header("\"format\\\":1", "\"format\\\":7")), "data set format: expected 1, got 7");
    assert_eq!(refusal(&with_header("\"tone\"", "\"tune\"")), "tensor `tone`: expected U8, got no such tensor");
    let size = refusal(&with_header("\"size\\\":32", "\"size\\\":64"));
    assert!(size.starts_with("tensor `images`: expected shape [n, 3, 64, 64], got ["), "{size}");
    let missing = Dataset::load("tests/fixtures/none.safetensors").unwrap_err().to_string();
    assert!(missing.starts_with("cannot access tests/fixtures/none.safetensors"), "{missing}");
}

#[test]
fn wrong_labels_are_refused_with_a_sentence() {
    let data = Dataset::load(FIXTURE).unwrap();
    let rebuilt = |change: &dyn Fn(&mut Vec<Labels>)| {
        let mut labels: Vec<Labels> = (0..data.len()).map(|i| data.labels(i)).collect();
        change(&mut labels);
        Dataset::new(data.info().clone(), data.images().to_vec(), &labels).unwrap_err().to_string()
    };
    assert_eq!(rebuilt(&|l| l[0].class = 12), "tensor `class`: expected values below 12, got 12");
    assert_eq!(rebuilt(&|l| l[0].style = 9), "tensor `style`: expected values below 7, got 9");
    assert_eq!(rebuilt(&|l| l[0].split = 2), "tensor `split`: expected values below 2, got 2");
    let concepts = data.info().concepts.len();
    assert_eq!(rebuilt(&|l| l[0].concept = -1), format!("tensor `concept`: expected values below {concepts}, got -1"));
    let leak = rebuilt(&|l| {
        let at = l.iter().position(|x| x.split != l[0].split).unwrap();
        l[at].concept = l[0].concept;
    });
    assert!(leak.starts_with("split: expected every concept in train or in test, got `"), "{leak}");
    assert!(rebuilt(&|l| l.truncate(3)).starts_with("tensor `images`: expected 3 images"));
}

#[test]
fn no_byte_string_makes_the_reader_panic() {
    let whole = bytes();
    let header = whole.len() - Dataset::load(FIXTURE).unwrap().images().len();
    // A fixed walk through the header and the labels: every kind of byte, one change at a time.
    let mut state = 1_u64;
    for _ in 0..400 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut changed = whole.clone();
        changed[(state >> 33) as usize % header] = (state >> 20) as u8;
        if let Ok(data) = Dataset::from_bytes(&changed) {
            let i = data.len() - 1;
            let _ = (data.concept(i), data.caption(i), data.image(i), data.labels(i));
        }
    }
}

#[test]
fn a_contact_sheet_shows_what_was_selected() {
    let data = Dataset::load(FIXTURE).unwrap();
    let train = Selection { class: Some("heart".into()), split: Some(TRAIN), count: 100, ..Selection::default() };
    let hearts = (0..data.len()).filter(|&i| data.class()[i] == 10 && data.split()[i] == TRAIN).count();
    let picture = sheet(&data, &train, 2, 3).unwrap();
    // Cells of 32 * 3 pixels with a gap of 2 around each.
    assert_eq!(picture.dimensions(), (2 * 98 + 2, hearts.div_ceil(2) as u32 * 98 + 2));
    let first = data.indices(TRAIN).into_iter().find(|&i| data.class()[i] == 10).unwrap();
    let centre = [0, 1, 2].map(|channel| data.image(first)[channel * 32 * 32 + 16 * 32 + 16]);
    assert_eq!(picture.get_pixel(2 + 16 * 3, 2 + 16 * 3).0, centre);

    let unknown = Selection { class: Some("spoon".into()), count: 1, ..Selection::default() };
    let message = sheet(&data, &unknown, 1, 1).unwrap_err().to_string();
    assert!(
        message.starts_with("class: expected one of face, person,") && message.ends_with("got `spoon`"),
        "{message}"
    );
    let none = Selection { style: Some("fxemoji".into()), count: 0, ..Selection::default() };
    assert!(sheet(&data, &none, 1, 1).is_err());
}
