//! The binary as people run it: what it writes, what it says, and how it ends.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod cli_support;

use std::time::{Duration, Instant};

use cli_support::{Bench, Ran, SIZE, names};
use guidelight::cli::npz::Samples;
use guidelight::diffusion::noise::{CounterNoise, NoiseSource, Stream};
use guidelight::pixels::sample_bytes;
use guidelight::session::Case;
use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde_json::{Value, json};

const STEPS: usize = 4;

fn samples(bench: &Bench, folder: &str, n: usize) -> Samples {
    Samples::load(&bench.path(&format!("{folder}/samples_{n}x{SIZE}x{SIZE}x3.npz"))).unwrap()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
}

#[test]
fn a_run_writes_pictures_numbers_and_every_step() {
    let bench = Bench::new();
    let words = "--class b --seed 3 --steps 4 --count 3 --batch 2 --json --out out --gif film.gif --trajectory t/all.safetensors";
    let ran = bench.draw(&words.split(' ').collect::<Vec<_>>());
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let written: Vec<&str> = told["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    let expected = ["out/grid.png", "out/samples_3x8x8x3.npz", "out/settings.json", "film.gif", "t/all.safetensors"];
    assert_eq!(written, expected);
    assert_eq!((&told["count"], &told["settings"]["seed"]), (&json!(3), &json!(3)));
    let (seconds, each) = (told["seconds"].as_f64().unwrap(), told["seconds-a-sample"].as_f64().unwrap());
    assert!(seconds > 0.0 && (each * 3.0 - seconds).abs() < 1e-9);
    assert_eq!(names(&bench.path("out")), ["grid.png", "samples_3x8x8x3.npz", "settings.json"]);

    let drawn = samples(&bench, "out", 3);
    assert_eq!((drawn.len(), &drawn.labels[..]), (3, &[1, 1, 1][..]));
    let images = drawn.planar();
    assert!(images[0] != images[1] && images[1] != images[2]);

    let bytes = bench.get("t/all.safetensors");
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let all = file.tensor("sample").unwrap();
    assert_eq!((all.dtype(), all.shape()), (Dtype::F32, &[STEPS, 3, 3, SIZE, SIZE][..]));
    let states = floats(all.data());
    let rows: Vec<&[f32]> = states.chunks(states.len() / STEPS).collect();
    assert_eq!(sample_bytes(rows[STEPS - 1]), images.concat());
    assert!(rows.iter().enumerate().all(|(k, row)| !rows[..k].contains(row)));

    let gif = GifDecoder::new(std::io::Cursor::new(bench.get("film.gif"))).unwrap();
    let frames = gif.into_frames().collect_frames().unwrap();
    let ms: Vec<u32> = frames.iter().map(|frame| frame.delay().numer_denom_ms().0).collect();
    assert_eq!(ms, [200, 200, 200, 1500]);
    // Two images in a row, four times as large, and gaps of 2 pixels.
    assert_eq!(frames[0].buffer().dimensions(), (2 * (4 * 8 + 2) + 2, 2 * (4 * 8 + 2) + 2));
    assert_ne!(frames[0].buffer(), frames[STEPS - 1].buffer());
    // It ends with the samples, up to what a palette can show: here the second one, to the right of the first.
    let seen = |pixel: usize, c: usize| {
        let (x, y) = (pixel % SIZE, pixel / SIZE);
        frames[STEPS - 1].buffer().get_pixel(2 + 34 + 4 * x as u32 + 1, 2 + 4 * y as u32 + 1)[c]
    };
    let image = &drawn.pixels[3 * SIZE * SIZE..];
    let off = (0..3 * SIZE * SIZE).map(|i| u32::from(image[i].abs_diff(seen(i / 3, i % 3)))).sum::<u32>();
    assert!(off < 4 * 3 * (SIZE * SIZE) as u32, "{off} levels in all");

    let estimates = bench.draw(&words.replace("film.gif", "x0.gif --show x0").split(' ').collect::<Vec<_>>());
    assert!(estimates.stdout.contains("x0.gif"));
    assert!(bench.get("x0.gif") != bench.get("film.gif"));
}

#[test]
fn settings_json_makes_the_same_bytes_again() {
    let bench = Bench::new();
    image::RgbImage::from_fn(20, 14, |x, y| image::Rgb([x as u8 * 12, y as u8 * 9, 77]))
        .save(bench.path("ref.png"))
        .unwrap();
    let words = [
        "--labels b,none,2,0 --style each --steps 4 --seed 11 --method conditional,classifier --batch 3 --out first",
        "--class each --count 5 --steps ddim10 --eta 0.5 --method ilvr,conditional --reference ref.png --down-n 2 --out first",
    ];
    for words in words {
        bench.draw(&words.split(' ').collect::<Vec<_>>());
        // Without the folder of models: all files are named.
        let again = bench.command(&["sample", "--settings", "first/settings.json", "--out", "again"]).output().unwrap();
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        let files = names(&bench.path("first"));
        assert_eq!(names(&bench.path("again")), files);
        for file in files {
            assert!(bench.get(&format!("first/{file}")) == bench.get(&format!("again/{file}")), "{file}");
        }
        // What a flag says counts.
        bench.sample(&["--settings", "first/settings.json", "--out", "other", "--seed", "12"]);
        assert!(bench.get("first/grid.png") != bench.get("other/grid.png"));
        for folder in ["first", "again", "other"] {
            std::fs::remove_dir_all(bench.path(folder)).unwrap();
        }
    }
    bench.draw(&["--steps", "2", "--count", "1", "--method", "none", "--out", "first"]);
    let record = bench.json("first/settings.json");
    assert_eq!(record["guidelight"], env!("CARGO_PKG_VERSION"));
    assert_eq!(record["model"]["file"], "models/tiny.safetensors");
    bench.put("models/tiny.safetensors", b"another model");
    let ran = bench.sample(&["--settings", "first/settings.json", "--out", "again"]);
    assert!(ran.code == Some(1) && ran.stderr.contains("SHA-256"), "{}", ran.stderr);
}

#[test]
fn a_link_is_the_run_of_its_first_image() {
    let bench = Bench::new();
    let words =
        "--labels c,a --style t --scale 3 --seed 7 --steps trailing5 --method conditional,classifier --url --out both";
    let ran = bench.draw(&words.split(' ').collect::<Vec<_>>());
    let link = ran.stdout.trim_end();
    let mut keys: Vec<&str> = link.trim_start_matches('?').split('&').collect();
    keys.sort_unstable();
    let expected = "class=c method=conditional,classifier model=tiny scale=3 seed=7 steps=trailing5 style=t";
    assert_eq!(keys, expected.split(' ').collect::<Vec<_>>());

    for link in [link.to_owned(), format!("https://host.example/page/{link}&autoplay=1&backend=cpu&lang=de#top")] {
        let ran = bench.sample(&[&link, "--out", "one"]);
        assert_eq!((ran.code, ran.stderr.lines().count()), (Some(0), 3), "{}", ran.stderr);
        assert_eq!(samples(&bench, "one", 1).planar()[0], samples(&bench, "both", 2).planar()[0]);
    }
    // The page says its own defaults where a link is silent, and so do we: here scale 2 and seed 10.
    let ran =
        bench.sample(&["https://host.example/?model=tiny&class=c&fancy=1", "--url", "https://host.example/page/"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("`fancy`") && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    for part in ["https://host.example/page/?", "class=c", "model=tiny", "scale=2", "seed=10", "steps=4"] {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
    // What the page would take from the manifest is named, even where it is this program's default.
    let ran = bench.sample(&["--model", "tiny", "--url"]);
    for part in ["class=none", "method=classifier", "scale=4", "seed=0", "steps=25"] {
        assert!(ran.stdout.split(['&', '?', '\n']).any(|pair| pair == part), "{part} in {}", ran.stdout);
    }
    assert_eq!(names(&bench.path("")), ["both", "models", "one"]);
}

#[test]
fn labels_go_to_their_images() {
    let bench = Bench::new();
    let draw =
        |words: &str| bench.draw(&format!("--method conditional --steps 4 {words}").split(' ').collect::<Vec<_>>());
    draw("--labels 2,a,none --out mixed");
    let mixed = samples(&bench, "mixed", 3).planar();
    assert_eq!(bench.json("mixed/settings.json")["labels"]["class"], json!(["c", "a", null]));
    for (k, class) in ["c", "0", "none"].into_iter().enumerate() {
        draw(&format!("--class {class} --count 3 --out same"));
        assert_eq!(samples(&bench, "same", 3).planar()[k], mixed[k], "{class}");
    }
    // One flag leaves the rest of an earlier run as it was.
    draw("--settings mixed/settings.json --style t --out styled");
    let styled = &bench.json("styled/settings.json")["labels"];
    assert_eq!(*styled, json!({ "class": ["c", "a", null], "style": ["t", "t", "t"] }));
    let refused = |words: &str| {
        let ran = bench.sample(&format!("--out refused {words}").split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, Some(1), "{words}");
        ran.stderr
    };
    let error = refused("--settings mixed/settings.json --style t --count 2");
    assert!(error.contains("--count: expected 3, one a label, got 2"), "{error}");
    // Where flags replace all of its labels, it has none left to count.
    for (more, count) in [("", 3), (" --count 2", 2), (" --count 5", 5)] {
        draw(&format!("--settings mixed/settings.json --class b --style t --out others{more}"));
        let others = &bench.json("others/settings.json")["labels"];
        assert_eq!(*others, json!({ "class": vec!["b"; count], "style": vec!["t"; count] }));
    }
    let mini = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/emoji-mini.safetensors");
    let error = refused(&format!("--settings mixed/settings.json --labels-like {mini} --count 2"));
    assert!(error.contains("data set: expected the classes of the model"), "{error}");
    draw("--class each --style each --count 4 --out each");
    let each = samples(&bench, "each", 4);
    assert_eq!((each.labels, each.styles), (vec![0, 1, 2, 0], vec![0, 1, 0, 1]));
}

#[test]
fn noise_from_a_file_takes_the_place_of_the_seed_s() {
    let bench = Bench::new();
    let (n, shape) = (3, [3, 3, SIZE, SIZE]);
    let seeded = CounterNoise { seed: 5, first: 0 };
    // The last step draws nothing, so the rows are x_T and the draws of all steps but that.
    let draws = (0..STEPS).map(|row| match row {
        0 => seeded.draw(Stream::Start, 0, shape),
        row => seeded.draw(Stream::Step, row - 1, shape),
    });
    let bytes: Vec<u8> = draws.flatten().flat_map(f32::to_le_bytes).collect();
    let view = TensorView::new(Dtype::F32, vec![STEPS, n, 3, SIZE, SIZE], &bytes).unwrap();
    bench.put("noise.safetensors", &safetensors::serialize([("noise", view)], None).unwrap());

    let draw = |words: &str| {
        let words = format!("--model tiny --class b --sampler ddpm --batch 2 --out out {words}");
        bench.sample(&words.split(' ').collect::<Vec<_>>())
    };
    let pixels = |words: &str| {
        assert_eq!(draw(words).code, Some(0), "{words}");
        samples(&bench, "out", 3).pixels
    };
    let from_file = pixels("--steps 4 --count 3 --noise noise.safetensors");
    assert_eq!(from_file, pixels("--steps 4 --count 3 --seed 5"));
    assert_ne!(from_file, pixels("--steps 4 --count 3"));

    std::fs::remove_dir_all(bench.path("out")).unwrap();
    for (words, hint) in [
        ("--steps 5 --count 3", "noise.safetensors, tensor `noise`: expected at least 5 rows for 5 steps, got 4"),
        ("--steps 4 --count 2", "got [4, 3, 3, 8, 8]"),
    ] {
        let ran = draw(&format!("{words} --noise noise.safetensors"));
        assert!(ran.code == Some(1) && ran.stderr.lines().count() == 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(hint), "{}", ran.stderr);
        assert!(!bench.path("out").exists());
    }
}

#[test]
fn a_judge_is_read_by_people_and_by_programs() {
    let bench = Bench::new();
    bench.draw(&"--labels a,b,c,a --steps 2 --method conditional --out out".split(' ').collect::<Vec<_>>());
    let run = |words: &str| {
        let ran = bench.command(&words.split(' ').collect::<Vec<_>>()).output().unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap())
    };
    let words = "eval accuracy out/samples_4x8x8x3.npz --classifier models/tiny-classifier.safetensors";
    let (code, text, _) = run(words);
    assert_eq!(code, Some(0));
    let (code, line, _) = run(&format!("{words} --json"));
    assert_eq!((code, line.lines().count()), (Some(0), 1));
    let told: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&told["classes"], &told["images"]), (&json!(["a", "b", "c"]), &json!(4)));
    let seen: Vec<Vec<u64>> = serde_json::from_value(told["seen"].clone()).unwrap();
    assert_eq!(seen.iter().map(|row| row.iter().sum()).collect::<Vec<u64>>(), [2, 1, 1]);
    let right: u64 = (0..3).map(|class| seen[class][class]).sum();
    assert_eq!(told["accuracy"].as_f64(), Some(right as f64 / 4.0));
    assert!(text.contains(&format!("all           {right} of    4")), "{text}");

    // Of real pictures, with the classifier that the page has.
    let root = env!("CARGO_MANIFEST_DIR");
    let data = format!("--data {root}/tests/fixtures/emoji-mini.safetensors");
    let words =
        format!("eval held-out --classifier {root}/www/models/emoji32-classifier.safetensors {data} --t 900,clean");
    let (code, text, _) = run(&words);
    assert_eq!(code, Some(0));
    let (code, line, _) = run(&format!("{words} --json"));
    assert_eq!((code, line.lines().count()), (Some(0), 1));
    let told: Value = serde_json::from_str(&line).unwrap();
    let accuracies: Vec<f64> = told["timesteps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|at| {
            let (t, accuracy) = (at["t"].as_str().unwrap(), at["accuracy"].as_f64().unwrap());
            assert!(
                text.contains(&format!("t = {t}\n"))
                    && text.contains(&format!("{:5.1} %\n  seen as", 100.0 * accuracy)),
                "{text}"
            );
            accuracy
        })
        .collect();
    assert!(accuracies[0] < accuracies[1], "{accuracies:?}");

    for (words, hint) in [
        (
            format!("eval held-out --classifier models/tiny-classifier.safetensors {data}"),
            "the classes of the classifier, a, b, c, got face",
        ),
        (
            format!(
                "eval accuracy out/samples_4x8x8x3.npz --classifier {root}/www/models/emoji32-classifier.safetensors"
            ),
            "images: expected 3072 numbers each",
        ),
    ] {
        let (code, stdout, stderr) = run(&format!("{words} --json"));
        assert!(
            code == Some(1) && stdout.is_empty() && stderr.lines().count() == 1 && stderr.contains(hint),
            "{stderr}"
        );
    }
}

/// A run without labels needs no classifier, whatever the method is by default; one with labels says so.
#[test]
fn a_model_without_a_classifier_draws_what_needs_none() {
    let bench = Bench::new();
    let draw = |words: &str| {
        let words = format!("--steps 2 --count 2 --models nowhere --model models/tiny.safetensors --out out {words}");
        let words: Vec<&str> = words.split_whitespace().collect();
        bench.command(&[&["sample"], &words[..]].concat()).output().unwrap()
    };
    for words in ["", "--style s", "--class a --method conditional"] {
        let ran = draw(words);
        assert!(ran.status.success(), "{words}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(bench.json("out/settings.json").get("classifier").is_none());
        std::fs::remove_dir_all(bench.path("out")).unwrap();
    }
    for (words, hint) in [
        ("--class a", "--classifier: expected a file, since the manifest has no classifier for model `tiny`"),
        ("--labels none,a", "--classifier: expected a file"),
        ("--style s --scale-style 1", "--classifier: expected a file"),
        ("--classifier elsewhere.safetensors", "--classifier: expected a file"),
    ] {
        let ran = draw(words);
        let error = String::from_utf8(ran.stderr).unwrap();
        assert!(ran.status.code() == Some(1) && error.contains(hint), "{words}: {error}");
        assert!(!bench.path("out").exists());
    }
}

/// The page knows no files of this machine.
#[test]
fn a_link_that_leaves_something_out_says_so() {
    let bench = Bench::new();
    image::RgbImage::new(8, 8).save(bench.path("black.png")).unwrap();
    let ran = bench.draw(&["--start", "sdedit", "--init", "black.png", "--url"]);
    assert!(ran.stdout.contains("start=sdedit") && ran.stderr.contains("the link holds no"), "{}", ran.stderr);
    assert_eq!(bench.draw(&["--url"]).stderr, "");
}

/// Whatever is wrong outside: exit code 1, one sentence that says what, and no file.
#[test]
fn trouble_is_one_sentence() {
    let bench = Bench::new();
    let whole = bench.get("models/tiny.safetensors");
    bench.put("cut.safetensors", &whole[..whole.len() - 100]);
    bench.put("noise.png", b"\x89PNG\r\n\x1a\n and then nothing of the kind");
    bench.put("a-file", b"");
    image::GrayImage::new(5, 5).save(bench.path("mask.png")).unwrap();
    bench.put("models/broken/manifest.json", b"{");
    for (words, hint) in [
        ("--model cut.safetensors", "cut.safetensors, model file: expected a complete safetensors file"),
        ("--model nowhere", "--model: expected a file, or tiny of models/manifest.json, got `nowhere`"),
        ("--model models/tiny-classifier.safetensors", "expected unet, got classifier"),
        ("--model tiny --models models/broken", "manifest.json: expected the fields of format 1"),
        ("--model tiny --models elsewhere", "since there is no elsewhere/manifest.json"),
        ("--model models/tiny.safetensors --models elsewhere --class a", "--classifier: expected a file"),
        ("--model tiny --method autoguidance --weak nowhere", "--weak: expected a file, or tiny of"),
        ("--model tiny --style s --scale-style 1", "scale-style: expected 0, since the classifier knows no styles"),
        ("--model tiny --method ilvr --reference noise.png", "noise.png: expected a PNG, WebP or GIF picture"),
        ("--model tiny --method ilvr --reference nothing.png", "cannot access nothing.png"),
        ("--model tiny --method ilvr", "expected an image for ILVR"),
        (
            "--model tiny --method repaint --init mask.png --mask mask.png",
            "mask.png: expected a mask of 8x8 pixels, got 5x5",
        ),
        ("--model tiny --method repaint --init noise.png", "noise.png: expected a PNG, WebP or GIF picture"),
        ("--model tiny --method autoguidance", "--weak: expected a file, since the manifest has no preview"),
        ("--model tiny --start sdedit", "expected an image for the start `sdedit`"),
        ("--model tiny --method palette --palette red", "palette: expected 1 to 16 colours"),
        ("--model tiny --jump-length 0", "jump-length: expected a whole number from 1 to 1000, got 0"),
        ("--model tiny --steps 0", "steps: expected at least one timestep, got 0"),
        ("--model tiny --scale nan", "scale: expected a number from 0 to 1000, got nan"),
        ("--model tiny --class stone", "class: expected one of a, b, c or none, got stone"),
        ("--model tiny --labels a,stone", "--labels: expected one of a, b, c or none, got stone"),
        ("--model tiny --labels a,,b", "nothing between two commas"),
        ("--model tiny --labels a,b --count 3", "--count: expected 2, one a label, got 3"),
        ("--model tiny --count 0", "--count: expected at least one image, got 0"),
        ("--model tiny --batch 0", "--batch: expected at least one image, got 0"),
        ("--model tiny --noise cut.safetensors", "cut.safetensors, noise: expected a complete safetensors file"),
        ("--model tiny --noise models/tiny.safetensors", "expected a tensor `noise`"),
        ("--model tiny --out a-file", "a-file: expected a folder, got a file"),
        ("--model tiny --out a-file/below", "cannot access a-file/below"),
        ("--model tiny --gif models", "models: expected the name of a file, got a folder"),
        ("--model tiny --gif out/../out/grid.png", "grid.png: expected another file for each output"),
        ("--model tiny --gif film --trajectory ./film", "film: expected another file for each output"),
        ("--model tiny --url nonsense", "--url: expected the page's address without settings"),
        ("--model tiny --url https://host/?seed=1", "--url: expected the page's address without settings"),
        ("nonsense", "link: expected an address of the page"),
        ("?model=tiny&seed=-1", "link, seed: expected a whole number from 0 to 2^53 - 1, got -1"),
        ("--settings a-file", "a-file: expected the settings of a run of `sample`"),
    ] {
        let mut words: Vec<&str> = words.split(' ').collect();
        let own = words.contains(&"--out");
        words.extend(if own { &[][..] } else { &["--out", "out"] });
        let models = if words.contains(&"--models") { &[][..] } else { &["--models", "models"] };
        let ran = bench.command(&[&["sample"], models, &words].concat()).output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{words:?}: {stderr}");
        assert!(stderr.starts_with("guidelight: ") && stderr.contains(hint), "{words:?}: {stderr}");
        assert!(stderr.lines().count() == 1 && ran.stdout.is_empty(), "{words:?}: {stderr}");
        assert!(!bench.path("out/grid.png").exists(), "{words:?}");
    }
}

#[test]
fn usage_is_explained() {
    let bench = Bench::new();
    let code = |words: &[&str]| bench.command(words).output().unwrap().status.code();
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["sample"]), Some(2), "no --out");
    assert_eq!(code(&["sample", "--out", "x", "--colour", "red"]), Some(2));
    assert_eq!(code(&["sample", "--out", "x", "--labels", "a", "--class", "a"]), Some(2));
    assert_eq!(code(&["sample", "--out", "x", "--device", "abacus"]), Some(2));
    assert_eq!(code(&["--version"]), Some(0));
    let commands = [
        "",
        "sample",
        "quantize",
        "bench",
        "init",
        "completions",
        "data emoji",
        "data fashion",
        "data sheet",
        "data subset",
        "train unet",
        "train classifier",
        "eval accuracy",
        "eval held-out",
        "eval report",
        "eval sweep",
    ];
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let help = bench.command(&words).output().unwrap();
        let text = String::from_utf8(help.stdout).unwrap();
        let example = format!("guidelight {command}");
        assert!(text.contains("Example") && text.contains(example.trim_end()), "{command}: {text}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bench.command(&["completions", shell]).output().unwrap();
        let text = String::from_utf8(script.stdout).unwrap();
        assert!(script.status.success() && text.contains("trajectory") && text.contains("held-out"), "{shell}");
    }
}

fn ran(bench: &Bench, words: &str) -> Ran {
    Ran::from(bench.command(&words.split(' ').collect::<Vec<_>>()).output().unwrap())
}

#[test]
fn the_command_line_measures_what_the_models_allow() {
    let bench = Bench::new();
    let with = ran(&bench, "bench --models models --model tiny --batch 1,2 --rounds 3 --json");
    assert_eq!(with.code, Some(0), "{}", with.stderr);
    let report: Value = serde_json::from_str(&with.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["case"].as_str().unwrap()).collect();
    assert_eq!(names, Case::ALL.map(|case| [case.name(); 2]).concat());
    for row in rows {
        let of = |key: &str| row[key].as_f64().unwrap();
        assert!(of("low") <= of("median") && of("median") <= of("high") && of("low") > 0.0, "{row}");
        assert!(of("multiply-adds") > 0.0 && of("of-peak") > 0.0 && of("of-bandwidth") > 0.0, "{row}");
        assert_eq!(row["rounds"], 3);
    }
    assert_eq!((&report["model"], &report["classifier"]), (&"tiny".into(), &"tiny-classifier".into()));

    let without = ran(&bench, "bench --model models/tiny.safetensors --case unet,gradient --rounds 1");
    assert_eq!(without.code, Some(0), "{}", without.stderr);
    assert!(without.stdout.contains("gradient: skipped, no classifier goes with `tiny`"), "{}", without.stdout);
    for (words, hint) in [
        ("bench --models models --model tiny --rounds 0", "--rounds: expected a positive number, got 0"),
        ("bench --models models --model tiny --batch 0", "batch: expected 1 to 1024, got 0"),
    ] {
        let ran = ran(&bench, words);
        assert_eq!((ran.code, ran.stderr.trim()), (Some(1), &*format!("guidelight: {hint}")));
    }
}

#[test]
fn an_architecture_can_be_tried_before_it_is_trained() {
    let bench = Bench::new();
    let card = ran(&bench, "inspect models/tiny.safetensors --json");
    let card: Value = serde_json::from_str(&card.stdout).unwrap();
    bench.put("card.json", card["card"].to_string().as_bytes());
    for (out, more) in
        [("one", ""), ("again", ""), ("other", " --seed 1"), ("wide", " --set network.model_channels=64")]
    {
        let made = ran(&bench, &format!("init card.json {out}.safetensors{more}"));
        assert_eq!(made.code, Some(0), "{}", made.stderr);
    }
    let file = |name: &str| bench.get(&format!("{name}.safetensors"));
    assert_eq!(file("one"), file("again"));
    assert_ne!(file("one"), file("other"));
    assert!(file("wide").len() > 2 * file("one").len());
    let report = ran(&bench, "inspect wide.safetensors --json");
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["card"]["network"]["model_channels"], 64);
    let sampled = ran(&bench, "sample --model one.safetensors --models models --method none --steps 2 --out out");
    assert_eq!(sampled.code, Some(0), "{}", sampled.stderr);

    let refused = ran(&bench, "init card.json no.safetensors --set network.model_channels=48");
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("card.json, channels of level 0: expected"), "{}", refused.stderr);
    assert!(!bench.path("no.safetensors").exists());
}

/// The same weights can stand twice in a manifest, in two precisions.
#[test]
fn a_model_is_stored_once_more_under_a_name_of_its_own() {
    let bench = Bench::new();
    let words = "quantize models/tiny.safetensors models/half.safetensors --precision f16 --name half --manifest models/both.json";
    let made = ran(&bench, words);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let card: Value = serde_json::from_str(&ran(&bench, "inspect models/half.safetensors --json").stdout).unwrap();
    assert_eq!(card["card"]["name"], "half");
    assert_eq!(bench.json("models/both.json")["models"][0]["name"], "half");
    let again = ran(&bench, "quantize models/tiny.safetensors models/tiny.safetensors --manifest models/both.json");
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let names = bench.json("models/both.json")["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["name"].clone())
        .collect::<Vec<_>>();
    assert_eq!(names, ["half", "tiny"]);
}

/// Waits until the run has made its folder: from then on Ctrl-C is waited for.
#[cfg(unix)]
fn interrupt(bench: &Bench, words: &str, after: Duration) -> Option<i32> {
    use std::process::{Command, Stdio};
    let words: Vec<&str> = words.split(' ').collect();
    let mut run = bench.sample_command(&words).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while !bench.path("out").exists() {
        let begins = run.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(60);
        assert!(begins || bench.path("out").exists(), "the run does not begin");
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(after);
    Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    run.wait().unwrap().code()
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_long_run_and_leaves_nothing() {
    let bench = Bench::new();
    let words = "--model tiny --class a --steps 1000 --count 4096 --out out --gif out/film.gif";
    assert_eq!(interrupt(&bench, words, Duration::from_millis(300)), Some(130));
    assert_eq!(names(&bench.path("out")), [""; 0]);
}

/// At whatever moment it comes, every file that is there is whole.
#[cfg(unix)]
#[test]
fn ctrl_c_while_files_are_written_leaves_whole_ones() {
    let bench = Bench::new();
    let words = "--model tiny --method none --steps 2 --count 64 --batch 64 --out out --trajectory out/t.safetensors";
    let whole = ["grid.png", "samples_64x8x8x3.npz", "settings.json", "t.safetensors"];
    let mut codes = Vec::new();
    for round in 0..24 {
        codes.push(interrupt(&bench, words, Duration::from_millis(4 * round)));
        for name in names(&bench.path("out")) {
            assert!(whole.contains(&name.as_str()), "{name} after round {round}");
            let path = bench.path(&format!("out/{name}"));
            match name.as_str() {
                "grid.png" => drop(image::open(path).unwrap()),
                "settings.json" => drop(bench.json("out/settings.json")),
                "t.safetensors" => drop(SafeTensors::deserialize(&std::fs::read(path).unwrap()).unwrap()),
                _ => drop(Samples::load(&path).unwrap()),
            }
        }
        std::fs::remove_dir_all(bench.path("out")).unwrap();
    }
    assert!(codes.iter().all(|code| [Some(0), Some(130)].contains(code)), "{codes:?}");
    assert!(codes.contains(&Some(130)), "{codes:?}");
}
