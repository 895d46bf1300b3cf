//! Runs as a whole: what guidance may and may not change, batches, going back, taking another turn, and refusals.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "golden_support/mod.rs"]
mod golden_support;

use std::{cell::Cell, rc::Rc};

use burn::tensor::{DType, Device, Tensor, TensorData};
use golden_support::{
    distance,
    toy::{Head, Toy, ToyClassifier, ToyDenoiser},
    values,
};
use guidelight::{
    diffusion::{CounterNoise, NoiseSource, ProcessConfig, Stream, Term, Variance, catalogue::ParamKind},
    models::{Denoiser, Labels},
    session::{Frame, Models, Options, Pictures, Session, Settings, catalogue},
};

const SIZE: usize = 8;

/// Steps that leave out T - 1, where guided DDIM multiplies the gradient by thousands (see `ddim.rs`).
const GENTLE: &str = "ddim10";

fn models() -> Models {
    let toy = Toy::example();
    Models {
        denoiser: Rc::new(ToyDenoiser { toy: toy.clone(), head: Head::EpsAndVariance }),
        weak: None,
        classifier: Some(Rc::new(ToyClassifier(toy))),
        process: ProcessConfig::default(),
        shape: [3, SIZE, SIZE],
        classes: ["animal", "food", "face", "flag"].map(String::from).to_vec(),
        styles: vec!["noto".into()],
        device: Device::flex(),
        dtype: DType::F32,
    }
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in [("class", "food"), ("steps", "10"), ("seed", "5")].iter().chain(pairs) {
        settings.set(key, value).unwrap();
    }
    settings
}

fn session(pairs: &[(&str, &str)], options: Options) -> Session {
    Session::new(models(), settings(pairs), options).unwrap()
}

fn sample(pairs: &[(&str, &str)]) -> Vec<f64> {
    values(&session(pairs, Options::default()).finish())
}

fn frame(session: &mut Session) -> Option<Frame> {
    pollster::block_on(session.step()).unwrap()
}

fn frames(session: &mut Session) -> Vec<Frame> {
    std::iter::from_fn(|| frame(session)).collect()
}

fn reference() -> Vec<f32> {
    (0..3 * SIZE * SIZE).map(|i| ((i / SIZE + i % SIZE) as f32 * 0.4).sin() * 0.9).collect()
}

fn of(reference: Vec<f32>) -> Pictures {
    Pictures { reference: Some(reference), ..Pictures::default() }
}

fn with_reference() -> Options {
    Options { pictures: of(reference()), ..Options::default() }
}

#[test]
fn scale_0_is_no_guidance_to_the_bit() {
    for sampler in catalogue().samplers.iter().map(|entry| entry.name) {
        let run =
            |method, scale| sample(&[("sampler", sampler), ("steps", GENTLE), ("method", method), ("scale", scale)]);
        let (without, zero) = (run("none", "2"), run("classifier", "0"));
        let (tiny, some) = (run("classifier", "1e-6"), run("classifier", "2"));
        let bits = |x: &[f64]| x.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&without), bits(&zero), "{sampler}");
        assert!(distance(&without, &tiny) < 1e-3, "{sampler}");
        assert!(distance(&without, &some) > 1e-2, "{sampler}");
    }
}

#[test]
fn guidance_raises_the_probability_of_the_class() {
    let food = |scale: &str| {
        let frames = frames(&mut session(&[("scale", scale), ("steps", GENTLE)], Options::default()));
        frames.last().unwrap().probabilities.as_ref().unwrap()[1]
    };
    assert!(food("4") > food("0") + 0.05, "{} against {}", food("4"), food("0"));
}

#[test]
fn the_conditional_method_alone_feeds_the_label() {
    let fed = sample(&[("method", "conditional")]);
    assert_ne!(fed, sample(&[("method", "none")]));
    assert_eq!(fed, sample(&[("method", "conditional"), ("class", "1")]));
    assert_eq!(sample(&[("method", "conditional"), ("class", "none")]), sample(&[("method", "none")]));
}

#[test]
fn classifier_free_weights_0_and_1_are_the_network_itself_to_the_bit() {
    let guided = |weight| sample(&[("method", "classifier-free"), ("cfg-weight", weight)]);
    assert_eq!(guided("0"), sample(&[("method", "none")]));
    assert_eq!(guided("1"), sample(&[("method", "conditional")]));
    assert_ne!(guided("3"), guided("1"));
    let rescaled = [("method", "classifier-free"), ("cfg-weight", "3"), ("cfg-rescale", "0.7")];
    assert_ne!(sample(&rescaled), guided("3"));
    let unlabelled = [("method", "classifier-free"), ("cfg-weight", "3"), ("class", "none")];
    assert_eq!(sample(&unlabelled), sample(&[("method", "none")]));
}

#[test]
fn a_step_from_before_a_turn_forgets_where_the_old_settings_led() {
    let (old, new) = (settings(&[("scale", "1")]), settings(&[("scale", "9")]));
    let straight = |session: &mut Session| {
        session.seek(2).unwrap();
        frames(session);
        session.seek(4).unwrap();
        values(session.x_t())
    };
    let mut turned = Session::new(models(), old, Options::default()).unwrap();
    frames(&mut turned);
    turned.seek(4).unwrap();
    turned.update(new, Pictures::default()).unwrap();
    let end_of_old = values(turned.x_t());
    turned.seek(2).unwrap();
    frame(&mut turned).unwrap();
    // What was reached under the old settings is gone: only the one new step is known.
    assert!(turned.seek(4).is_err());
    assert_ne!(straight(&mut turned), end_of_old);
}

#[test]
fn an_image_is_the_same_in_every_batch() {
    let classes = [Some(0), Some(3), None, Some(1)];
    let batch = |first: usize, n: usize| {
        let labels = Labels { class: classes[first..first + n].to_vec(), style: vec![None; n] };
        let options = Options { labels: Some(labels), first: first as u64, ..with_reference() };
        let pairs = [("method", "classifier-free,classifier,ilvr"), ("sampler", "ddpm")];
        values(&session(&pairs, options).finish())
    };
    let all = batch(0, 4);
    let per_image = all.len() / 4;
    for k in 0..4 {
        assert_eq!(batch(k, 1), all[k * per_image..][..per_image], "image {k}");
    }
    assert_eq!(batch(1, 2), all[per_image..3 * per_image]);
}

#[test]
fn frames_show_the_run() {
    let time = Cell::new(0.0);
    let clock = Rc::new(move || {
        time.set(time.get() + 1.0);
        time.get()
    });
    let options = Options { clock: Some(clock), ..with_reference() };
    let mut run = session(&[("sampler", "ddpm")], options);
    assert_eq!((run.position(), run.total()), (0, 10));
    let process = ProcessConfig::default().respaced("10").unwrap();
    let all = frames(&mut run);
    assert_eq!((run.position(), run.total(), all.len()), (10, 10, 10));
    assert!(frame(&mut run).is_none());
    for (k, frame) in all.iter().enumerate() {
        let i = 9 - k;
        assert_eq!((frame.step, frame.total, frame.t), (k + 1, 10, process.schedule.timestep_map[i]));
        assert_eq!(frame.abar, process.schedule.abar[i]);
        assert_eq!(frame.shape, [1, 3, SIZE, SIZE]);
        let size = 3 * SIZE * SIZE;
        let gradient = frame.gradient.as_ref().unwrap();
        let lowpass = frame.lowpass.as_ref().unwrap();
        for plane in [&frame.x_t, &frame.x0, &frame.eps, gradient, lowpass] {
            assert_eq!(plane.len(), size);
        }
        let norm = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
        assert!((f64::from(frame.gradient_norm[0]) - norm).abs() < 1e-5);
        let probabilities = frame.probabilities.as_ref().unwrap();
        assert!(probabilities.len() == 4 && (probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(frame.lowpass_distance.as_ref().unwrap()[0] > 0.0);
        assert!(frame.ms.unet > 0.0 && frame.ms.classifier > 0.0 && frame.ms.total > frame.ms.unet);
    }
    let last: Vec<f64> = all[9].x_t.iter().map(|v| f64::from(*v)).collect();
    assert_eq!(last, values(run.x_t()));
    assert_eq!(last, values(&session(&[("sampler", "ddpm")], with_reference()).finish()));
}

#[test]
fn probabilities_are_shown_without_classifier_guidance() {
    let mut run = session(&[("method", "none")], Options::default());
    let first = frame(&mut run).unwrap();
    assert!(first.probabilities.is_some() && first.gradient.is_none() && first.lowpass.is_none());
    assert_eq!(first.gradient_norm, [0.0]);
}

fn without_times(mut frame: Frame) -> Frame {
    frame.ms = Default::default();
    frame
}

#[test]
fn going_back_repeats_the_same_frames() {
    let mut run = session(&[("eta", "1")], Options::default());
    let all: Vec<Frame> = frames(&mut run).into_iter().map(without_times).collect();
    for position in [3, 0, 9, 10, 5] {
        run.seek(position).unwrap();
        assert_eq!((run.position(), run.total()), (position, 10));
        let again = frame(&mut run).map(without_times);
        assert_eq!(again.as_ref(), all.get(position));
    }
    // Later states are still there.
    run.seek(10).unwrap();
    let error = run.seek(11).unwrap_err().to_string();
    assert!(error.contains("at most 10"), "{error}");
}

/// Multistep solvers look back: on the same past wherever a run has been meanwhile.
#[test]
fn a_multistep_run_is_the_same_whichever_way_it_goes() {
    let all_samplers: Vec<&str> = catalogue().samplers.iter().map(|entry| entry.name).collect();
    for sampler in all_samplers {
        let pairs = [("sampler", sampler), ("order", "3"), ("steps", "ddim25"), ("scale", "1")];
        let straight: Vec<Vec<f32>> =
            frames(&mut session(&pairs, Options::default())).into_iter().map(|frame| frame.x_t).collect();
        assert_eq!(values(&session(&pairs, Options::default()).finish()).len(), straight[24].len());
        let mut run = session(&pairs, Options::default());
        frames(&mut run);
        for position in [7, 1, 20, 0, 24, 12] {
            run.seek(position).unwrap();
            for (k, expected) in straight.iter().enumerate().skip(position).take(4) {
                assert_eq!(frame(&mut run).unwrap().x_t, *expected, "{sampler}: step {k} from {position}");
            }
        }
        // A fork with the same settings is no fork.
        run.seek(9).unwrap();
        run.update(settings(&pairs), Pictures::default()).unwrap();
        assert_eq!(frames(&mut run).last().unwrap().x_t, straight[24], "{sampler}");
        // And one that is taken back leaves no trace.
        run.seek(11).unwrap();
        run.update(settings(&[&pairs[..], &[("class", "flag")]].concat()), Pictures::default()).unwrap();
        frame(&mut run).unwrap();
        run.seek(6).unwrap();
        run.update(settings(&pairs), Pictures::default()).unwrap();
        assert_eq!(frames(&mut run).last().unwrap().x_t, straight[24], "{sampler}");
        let last: Vec<f64> = straight[24].iter().map(|x| f64::from(*x)).collect();
        run.seek(3).unwrap();
        assert_eq!(values(&run.finish()), last, "{sampler}: without frames");
    }
}

/// What other settings led to is no part of the new trajectory: the first step after a fork looks at its state alone.
#[test]
fn a_multistep_sampler_starts_afresh_after_a_fork() {
    let pairs = [("method", "none"), ("steps", "20"), ("sampler", "dpmpp")];
    let mut run = session(&pairs, Options::default());
    for _ in 0..8 {
        frame(&mut run).unwrap();
    }
    let after = |run: &mut Session, pairs: &[(&str, &str)]| {
        run.seek(8).unwrap();
        run.update(settings(pairs), Pictures::default()).unwrap();
        frame(run).unwrap().x_t
    };
    let (second, first) = (("order", "2"), ("order", "1"));
    let kept = after(&mut run, &pairs);
    let forked = after(&mut run, &[&pairs[..], &[second, ("class", "flag")]].concat());
    let of_first_order = after(&mut run, &[&pairs[..], &[first, ("class", "flag")]].concat());
    assert_eq!(forked, of_first_order);
    assert_ne!(forked, kept);
}

#[test]
fn karras_steps_run_and_fork_between_timesteps() {
    let mut run = session(&[("steps", "karras10"), ("sampler", "heun")], Options::default());
    let all = frames(&mut run);
    assert_eq!((all.len(), all[9].t), (10, 0.0));
    assert!(all[1..9].iter().all(|frame| frame.t.fract() != 0.0), "they lie between timesteps");
    run.seek(5).unwrap();
    assert_eq!(frames(&mut run).last().unwrap().x_t, all[9].x_t);
    // The run stands between two timesteps, and goes on from there with steps that are none of the new ones.
    run.seek(3).unwrap();
    run.update(settings(&[("steps", "50")]), Pictures::default()).unwrap();
    let rest = frames(&mut run);
    assert_eq!((rest[0].t, rest[0].abar), (all[3].t, all[3].abar));
    assert!(rest[1].t < rest[0].t && rest[1].t.fract() == 0.0 && rest.last().unwrap().t == 0.0);
}

#[test]
fn the_clip_follows_the_settings() {
    let largest = |clip: &str| {
        let pairs = [("method", "none"), ("clip", clip), ("clip-quantile", "0.9"), ("steps", GENTLE)];
        let frames = frames(&mut session(&pairs, Options::default()));
        frames.iter().flat_map(|frame| &frame.x0).fold(0.0f32, |largest, x| largest.max(x.abs()))
    };
    assert!(largest("none") > 1.5);
    assert_eq!((largest("model"), largest("static"), largest("dynamic")), (1.0, 1.0, 1.0));
    let run = |clip| sample(&[("method", "none"), ("clip", clip), ("clip-quantile", "0.9"), ("steps", GENTLE)]);
    assert_eq!(run("model"), run("static"));
    assert_ne!(run("dynamic"), run("static"));
    // A fork between two timesteps keeps it.
    let mut forked = session(&[("method", "none"), ("clip", "none")], Options::default());
    frame(&mut forked).unwrap();
    forked.update(settings(&[("method", "none"), ("clip", "none"), ("steps", "50")]), Pictures::default()).unwrap();
    assert!(frame(&mut forked).unwrap().x0.iter().any(|x| x.abs() > 1.0));
}

#[test]
fn a_fork_keeps_the_state_and_changes_the_rest() {
    let mut run = session(&[], Options::default());
    let all = frames(&mut run);
    run.seek(4).unwrap();
    let kept = values(run.x_t());
    run.update(settings(&[("class", "flag")]), Pictures::default()).unwrap();
    assert_eq!((run.position(), run.total(), values(run.x_t())), (4, 10, kept));
    assert!(run.seek(5).is_err(), "later states are dropped");
    let forked = frames(&mut run);
    assert_eq!(forked.len(), 6);
    assert_ne!(forked[5].x_t, all[9].x_t);
    // And the way back to before the fork is open.
    run.seek(2).unwrap();
    run.update(settings(&[]), Pictures::default()).unwrap();
    assert_eq!(frames(&mut run).last().unwrap().x_t, all[9].x_t);
}

#[test]
fn a_fork_may_change_the_number_of_steps() {
    let mut run = session(&[], Options::default());
    for _ in 0..4 {
        frame(&mut run).unwrap();
    }
    run.update(settings(&[("steps", "50")]), Pictures::default()).unwrap();
    // The run stands at timestep 555, which the 50 do not visit; 28 of them are below it.
    assert_eq!(run.total(), 4 + 1 + 28);
    let rest = frames(&mut run);
    assert_eq!((rest[0].t, rest[1].t, rest.last().unwrap().t, rest.len()), (555.0, 550.0, 0.0, 29));
    // Back before the fork, the chain leads on from there.
    run.seek(1).unwrap();
    assert_eq!(frame(&mut run).unwrap().t, 888.0);
}

#[test]
fn an_update_before_the_first_step_starts_anew() {
    let mut run = session(&[], Options::default());
    run.update(settings(&[("seed", "6"), ("steps", "ddim10")]), Pictures::default()).unwrap();
    assert_eq!(values(&run.finish()), sample(&[("seed", "6"), ("steps", "ddim10")]));
}

#[test]
fn a_refused_update_changes_nothing() {
    let mut run = session(&[], Options::default());
    frame(&mut run).unwrap();
    for (key, value) in [("class", "stone"), ("steps", "0"), ("method", "ilvr")] {
        assert!(run.update(settings(&[(key, value)]), Pictures::default()).is_err());
    }
    assert_eq!(*run.settings(), settings(&[]));
    assert_eq!(frames(&mut run).last().unwrap().x_t, frames(&mut session(&[], Options::default())).last().unwrap().x_t);
}

#[test]
fn ilvr_brings_the_coarse_image_to_the_reference() {
    let distance = |method: &str| {
        let mut run = session(&[("method", method), ("steps", "50"), ("sampler", "ddpm")], with_reference());
        frames(&mut run).last().unwrap().lowpass_distance.as_ref().unwrap()[0]
    };
    let (on, off) = (distance("ilvr"), distance("none"));
    assert!(on * 5.0 <= off, "{on} against {off}");
}

/// What the filter would refuse is no matter where it only shows something.
#[test]
fn without_ilvr_a_filter_that_does_not_fit_is_no_trouble() {
    let pairs = [("method", "none"), ("start", "sdedit"), ("down-n", "3")];
    let mut run = session(&pairs, with_reference());
    assert!(frame(&mut run).unwrap().lowpass.is_none());
    run.update(settings(&[&pairs[..], &[("down-n", "2")]].concat()), Pictures::default()).unwrap();
    assert!(frame(&mut run).unwrap().lowpass.is_some());
}

/// Box is a projection, so after the correction the low frequencies are exactly those of the noised reference.
#[test]
fn ilvr_with_box_replaces_the_low_frequencies() {
    use guidelight::{
        diffusion::{CounterNoise, NoiseSource, Stream},
        guidance::resize::{Kernel, LowPass},
    };
    let models = Models { dtype: DType::F64, ..models() };
    let mut run =
        Session::new(models, settings(&[("method", "ilvr"), ("kernel", "box"), ("range-t", "3")]), with_reference())
            .unwrap();
    let shape = [1, 3, SIZE, SIZE];
    let filter = LowPass::new([SIZE, SIZE], 4, Kernel::Box, &Device::flex(), DType::F64).unwrap();
    let process = ProcessConfig::default().respaced("10").unwrap();
    let tensor = |values: Vec<f32>| {
        Tensor::<4>::from_data(burn::tensor::TensorData::new(values, shape), (&Device::flex(), DType::F64))
    };
    for k in 0..10 {
        let i = 9 - k;
        let x = filter.apply(run.advance().unwrap().x_t);
        let z = tensor(CounterNoise { seed: 5, first: 0 }.draw(Stream::Reference, k, shape));
        let level = i.saturating_sub(1);
        let y = filter.apply(process.q_sample(tensor(reference()), &[level], z));
        let distance = distance(&values(&x), &values(&y));
        assert_eq!(distance < 1e-12, i > 3, "index {i}: {distance}");
    }
}

#[test]
fn images_of_a_batch_may_have_a_reference_each() {
    let other: Vec<f32> = reference().iter().map(|value| -value).collect();
    let pairs = [("method", "ilvr"), ("down-n", "2")];
    let run = |reference: Vec<f32>, first: u64, images: usize| {
        let labels = Some(Labels::null(images));
        values(&session(&pairs, Options { pictures: of(reference), labels, first, ..Options::default() }).finish())
    };
    let both = run([reference(), other.clone()].concat(), 0, 2);
    let apart = [run(reference(), 0, 1), run(other, 1, 1)].concat();
    assert!(distance(&both, &apart) < 1e-6);
    let three = Options {
        pictures: of([reference(), reference(), reference()].concat()),
        labels: Some(Labels::null(2)),
        ..Options::default()
    };
    assert!(Session::new(models(), settings(&pairs), three).is_err());
}

/// A denoiser that has learned less: half the noise of the toy.
struct Weak(ToyDenoiser);

impl Denoiser for Weak {
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4> {
        self.0.forward(x, t, labels) * 0.5
    }
}

fn with_weak() -> Models {
    let weak = Weak(ToyDenoiser { toy: Toy::example(), head: Head::Eps });
    Models { weak: Some(Rc::new(weak)), ..models() }
}

/// One step's eps under these settings, before anything is clipped.
fn eps(models: &Models, pairs: &[(&str, &str)]) -> Vec<f64> {
    let settings = settings(&[&[("clip", "none"), ("steps", GENTLE)], pairs].concat());
    values(&Session::new(models.clone(), settings, Options::default()).unwrap().advance().unwrap().eps)
}

/// Karras et al. 2024, Eq. 3; Liu et al. 2022, Eq. 11; and the negative label of classifier-free guidance: sums of what
/// the networks say alone.
#[test]
fn methods_that_ask_more_add_up_what_they_are_told() {
    let models = Models { dtype: DType::F64, ..with_weak() };
    let told = |class: &str| eps(&models, &[("method", "conditional"), ("class", class)]);
    let nothing = eps(&models, &[("method", "none")]);
    let sum = |terms: &[(f64, &[f64])]| -> Vec<f64> {
        (0..nothing.len()).map(|e| terms.iter().map(|(weight, term)| weight * term[e]).sum()).collect()
    };
    let close = |got: Vec<f64>, wanted: Vec<f64>| assert!(distance(&got, &wanted) < 1e-9);

    let (animal, food) = (told("animal"), told("food"));
    close(
        eps(&models, &[("method", "composed"), ("compose", "animal:2, food:-0.5")]),
        sum(&[(1.0 - 1.5, &nothing), (2.0, &animal), (-0.5, &food)]),
    );
    close(
        eps(&models, &[("method", "classifier-free"), ("cfg-weight", "3"), ("cfg-negative", "animal")]),
        sum(&[(3.0, &food), (-2.0, &animal)]),
    );
    let weak = sum(&[(0.5, &food)]);
    close(
        eps(&models, &[("method", "conditional,autoguidance"), ("auto-weight", "2.5")]),
        sum(&[(2.5, &food), (-1.5, &weak)]),
    );
    // All at once, each with its own weight: differences add up.
    close(
        eps(
            &models,
            &[
                ("method", "classifier-free,autoguidance,composed"),
                ("cfg-weight", "3"),
                ("auto-weight", "2.5"),
                ("compose", "animal"),
            ],
        ),
        sum(&[(3.0 + 1.5, &food), (-2.0 - 1.0, &nothing), (-1.5, &weak), (1.0, &animal)]),
    );
}

/// A denoiser whose eps says what it was told: the class counts once, the style ten times.
struct Told;

impl Denoiser for Told {
    fn forward(&self, x: Tensor<4>, _t: &[f64], labels: &Labels) -> Tensor<4> {
        let number = |label: &Option<usize>| label.map_or(0.0, |label| (label + 1) as f64);
        let told = labels.class.iter().zip(&labels.style).map(|(class, style)| number(class) + 10.0 * number(style));
        let told = TensorData::new(told.collect::<Vec<f64>>(), [labels.class.len(), 1, 1, 1]);
        let eps = x.zeros_like() + Tensor::from_data(told, (&x.device(), x.dtype()));
        Tensor::cat(vec![eps.clone(), eps.zeros_like()], 1)
    }
}

/// Whatever the weights of the classes, the style that was chosen is led to once, and not away from.
#[test]
fn composed_classes_all_have_the_chosen_style() {
    let models = Models { denoiser: Rc::new(Told), dtype: DType::F64, ..models() };
    for (methods, compose, class, expected) in [
        ("composed", "animal", "none", 10.0 + 1.0),
        ("composed", "animal:2, food:-0.5", "none", 10.0 + 2.0 - 0.5 * 2.0),
        ("composed", "flag:-1", "none", 10.0 - 4.0),
        // The plain question names it already.
        ("conditional,composed", "animal:2, food:-0.5", "flag", 4.0 + 10.0 + 2.0 - 0.5 * 2.0),
    ] {
        let pairs = [("method", methods), ("compose", compose), ("class", class), ("style", "noto")];
        let eps = eps(&models, &pairs);
        assert!(eps.iter().all(|eps| (eps - expected).abs() < 1e-9), "{methods}, {compose}: {}", eps[0]);
    }
    // Outside its interval it does nothing at all.
    let late = [("method", "composed"), ("compose", "animal"), ("style", "noto"), ("compose-to", "0.1")];
    assert!(eps(&models, &late).iter().all(|eps| eps.abs() < 1e-9));
}

#[test]
fn outside_its_interval_a_method_is_off_to_the_bit() {
    for (method, interval) in [("classifier", ["scale-from", "scale-to"]), ("classifier-free", ["cfg-from", "cfg-to"])]
    {
        let run = |from, to| sample(&[("method", method), ("steps", GENTLE), (interval[0], from), (interval[1], to)]);
        let off = if method == "classifier" { "none" } else { "conditional" };
        let without = sample(&[("method", off), ("steps", GENTLE)]);
        assert_eq!(run("0.95", "1"), without, "{method}");
        assert_ne!(run("0.3", "0.6"), without);
        assert_ne!(run("0.3", "0.6"), run("0", "1"));
    }
}

/// Classifier, classifier-free, reference, palette, symmetry, inpainting and a second class in one run: it goes through,
/// each has a say, and the gradient at x̂₀ is another than at x_t.
#[test]
fn everything_can_be_on_together() {
    const ALL: &str = "conditional,classifier-free,classifier,autoguidance,composed,ilvr,repaint,palette,symmetry";
    let run = |methods: &str, at: &str| {
        let pairs = [
            ("method", methods),
            ("steps", GENTLE),
            ("compose", "animal:0.5"),
            ("palette", "ff8800,ffffff"),
            ("scale-at", at),
            ("jump-length", "3"),
            ("jump-times", "2"),
            ("range-t", "4"),
        ];
        let picture = Pictures { init: Some(reference().iter().map(|v| -v).collect()), ..of(reference()) };
        let options = Options { pictures: picture, ..Options::default() };
        values(&Session::new(with_weak(), settings(&pairs), options).unwrap().finish())
    };
    let all = run(ALL, "x-t");
    assert!(all.iter().all(|v| v.is_finite()));
    assert_ne!(run(ALL, "x-start"), all);
    // Conditional alone says nothing that classifier-free guidance does not.
    for method in ALL.split(',').skip(1) {
        let without: Vec<&str> = ALL.split(',').filter(|name| *name != method).collect();
        assert_ne!(run(&without.join(","), "x-t"), all, "{method} changes nothing");
    }
}

#[test]
fn a_run_may_start_from_a_picture() {
    // Strength 0.3 of 10 steps are 3, from the picture noised to index 2.
    let pairs = [("start", "sdedit"), ("strength", "0.3"), ("method", "none")];
    let run = session(&pairs, with_reference());
    assert_eq!(run.total(), 3);
    let process = ProcessConfig::default().respaced("10").unwrap();
    let tensor = |values: Vec<f32>| {
        Tensor::<4>::from_data(TensorData::new(values, [1, 3, SIZE, SIZE]), (&Device::flex(), DType::F32))
    };
    let noise = CounterNoise { seed: 5, first: 0 }.draw(Stream::Start, 0, [1, 3, SIZE, SIZE]);
    let noised = process.q_sample(tensor(reference()), &[2], tensor(noise));
    assert_eq!(values(run.x_t()), values(&noised));
    // The less noise, the more of the picture is left.
    let far = |strength| {
        let end =
            session(&[("start", "sdedit"), ("strength", strength), ("method", "none")], with_reference()).finish();
        distance(&values(&end), &reference().iter().map(|v| f64::from(*v)).collect::<Vec<_>>())
    };
    assert!(far("0.1") < far("0.9"));
    let refused = Session::new(models(), settings(&pairs), Options::default()).err().unwrap().to_string();
    assert!(refused.contains("an image for the start `sdedit`"), "{refused}");
}

/// Song et al. 2021, section 4.3: the deterministic chain leads back to the picture, the better the more steps.
#[test]
fn an_inverted_picture_is_found_again() {
    let far = |steps| {
        let pairs = [
            ("start", "inversion"),
            ("strength", "0.5"),
            ("method", "conditional"),
            ("steps", steps),
            ("clip", "none"),
        ];
        let end = session(&pairs, with_reference()).finish();
        distance(&values(&end), &reference().iter().map(|v| f64::from(*v)).collect::<Vec<_>>())
    };
    let (few, many) = (far("ddim20"), far("ddim100"));
    assert!(many < 0.5 * few && many < 0.1, "{few}, then {many}");
}

/// An inversion can be watched and left on the way; a run that nobody watched makes it by itself.
#[test]
fn an_inversion_goes_step_by_step() {
    let pairs = [("start", "inversion"), ("strength", "0.5"), ("method", "conditional")];
    let mut watched = session(&pairs, with_reference());
    assert_eq!((watched.to_invert(), watched.total(), watched.position()), (4, 5, 0));
    let picture = reference().iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    let mut states = vec![values(watched.x_t())];
    assert_eq!(states[0], picture);
    for left in (0..4).rev() {
        assert!(watched.invert());
        assert_eq!(watched.to_invert(), left);
        assert!(!states.contains(&values(watched.x_t())));
        states.push(values(watched.x_t()));
    }
    assert!(!watched.invert());
    assert_eq!(&values(watched.x_t()), states.last().unwrap());

    let whole = frames(&mut watched);
    assert_eq!(whole.len(), 5);
    let mut stepped = session(&pairs, with_reference());
    assert!(stepped.invert());
    let xs = |frames: &[Frame]| frames.iter().map(|frame| frame.x_t.clone()).collect::<Vec<_>>();
    assert_eq!(xs(&frames(&mut stepped)), xs(&whole));
    stepped.seek(0).unwrap();
    assert_eq!((stepped.to_invert(), &values(stepped.x_t())), (0, states.last().unwrap()));
    let finished = values(&session(&pairs, with_reference()).finish());
    assert_eq!(finished, whole[4].x_t.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());

    // Before the first step other settings are another run.
    let mut changed = session(&pairs, with_reference());
    assert!(changed.invert());
    changed.update(settings(&[("start", "inversion"), ("strength", "0.3")]), Pictures::default()).unwrap();
    assert_eq!((changed.to_invert(), values(changed.x_t())), (2, picture));
}

#[test]
fn noise_between_two_seeds_has_their_ends_and_keeps_its_norm() {
    let start = |pairs: &[(&str, &str)]| values(session(pairs, Options::default()).x_t());
    let blend = |by| start(&[("blend", by), ("blend-seed", "6")]);
    assert_eq!(blend("0"), start(&[]));
    assert!(distance(&blend("1"), &start(&[("seed", "6")])) < 1e-6);
    let norm = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>().sqrt();
    let (middle, ends) = (norm(&blend("0.5")), norm(&blend("0")) * 0.5 + norm(&blend("1")) * 0.5);
    assert!((middle / ends - 1.0).abs() < 0.1, "{middle} against {ends}");
}

/// A chain with jumps can be walked back and forth, forked and batched like any other.
#[test]
fn a_run_with_jumps_seeks_and_forks() {
    let pairs =
        [("method", "repaint"), ("sampler", "ddpm"), ("jump-length", "3"), ("jump-times", "2"), ("keep", "left")];
    let mut run = session(&pairs, with_reference());
    let total = run.total();
    // Ten steps, and the three stretches that end at 6, 3 and 0 once more.
    assert_eq!(total, 10 + 3 * 3);
    let straight = frames(&mut run);
    assert_eq!(straight.len(), total);
    assert!(straight.windows(2).any(|pair| pair[1].t > pair[0].t), "it never went back up");
    run.seek(5).unwrap();
    assert_eq!(
        frames(&mut run).iter().map(|f| &f.x_t).collect::<Vec<_>>(),
        straight[5..].iter().map(|f| &f.x_t).collect::<Vec<_>>()
    );
    let finished = values(&session(&pairs, with_reference()).finish());
    assert_eq!(finished, straight[total - 1].x_t.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());

    run.seek(5).unwrap();
    let t = straight[5].t;
    run.update(settings(&[("method", "none"), ("sampler", "ddpm")]), Pictures::default()).unwrap();
    let rest = frames(&mut run);
    assert_eq!(rest[0].t, t);
    assert!(rest.windows(2).all(|pair| pair[1].t < pair[0].t), "without the method there are no jumps");

    // What is kept ends as it was given, up to the noise of the last level.
    let mut kept = 0.0_f32;
    for (p, (got, wanted)) in straight[total - 1].x_t.iter().zip(reference()).enumerate() {
        if p % SIZE < SIZE / 2 {
            kept = kept.max((got - wanted).abs());
        }
    }
    assert!(kept < 0.2, "{kept}");
}

/// The timestep alone does not say where in its jumps a run stands.
#[test]
fn a_turn_with_the_same_steps_and_jumps_keeps_the_rest_of_the_way() {
    let pairs = [("method", "repaint"), ("sampler", "ddpm"), ("jump-length", "3"), ("jump-times", "2")];
    let with = |more: &[(&'static str, &'static str)]| settings(&[&pairs[..], more].concat());
    let mut run = session(&pairs, with_reference());
    let straight = frames(&mut run);
    let states = |frames: &[Frame]| frames.iter().map(|frame| frame.x_t.clone()).collect::<Vec<_>>();
    for position in 0..=straight.len() {
        run.seek(position).unwrap();
        run.update(with(&[]), Pictures::default()).unwrap();
        assert_eq!(run.total(), straight.len(), "at {position}");
        assert_eq!(states(&frames(&mut run)), states(&straight[position..]), "from {position}");
    }
    // Neither does another method.
    run.seek(3).unwrap();
    run.update(with(&[("method", "repaint,conditional"), ("clip", "none")]), Pictures::default()).unwrap();
    assert_eq!(run.total(), straight.len());
    let other = frames(&mut run);
    let timesteps = |frames: &[Frame]| frames.iter().map(|frame| frame.t).collect::<Vec<_>>();
    assert_eq!(timesteps(&other), timesteps(&straight[3..]));
    assert_ne!(states(&other), states(&straight[3..]));
    // Other jumps begin where the run stands, and leave no trace when they are taken back.
    run.seek(2).unwrap();
    run.update(with(&[("jump-times", "4")]), Pictures::default()).unwrap();
    assert!(run.total() > straight.len());
    frame(&mut run).unwrap();
    run.seek(1).unwrap();
    run.update(with(&[]), Pictures::default()).unwrap();
    assert_eq!(states(&frames(&mut run)), states(&straight[1..]));
}

/// In any order, and from where it stands once it is on its way.
#[test]
fn a_run_visits_the_timesteps_that_it_is_told() {
    let visited = |run: &mut Session| frames(run).iter().map(|frame| frame.t).collect::<Vec<_>>();
    let mut run = session(&[("steps", "at400-0-999-120")], Options::default());
    assert_eq!(visited(&mut run), [999.0, 400.0, 120.0, 0.0]);
    run.seek(1).unwrap();
    run.update(settings(&[("steps", "at7-50-600")]), Pictures::default()).unwrap();
    assert_eq!(visited(&mut run), [400.0, 50.0, 7.0]);
}

/// Where none of the new steps is left, one step leads from where the run stands to the image.
#[test]
fn a_run_near_its_end_may_take_sparser_steps() {
    for sampler in catalogue().samplers.iter().map(|entry| entry.name) {
        let pairs = [("sampler", sampler), ("steps", "25"), ("eta", "1"), ("scale", "0.5"), ("order", "3")];
        let mut run = session(&pairs, Options::default());
        let all = frames(&mut run);
        assert_eq!(all[20..].iter().map(|frame| frame.t).collect::<Vec<_>>(), [166.0, 125.0, 83.0, 42.0, 0.0]);
        for position in (20..25).rev() {
            run.seek(position).unwrap();
            run.update(settings(&[&pairs[..], &[("steps", "trailing5")]].concat()), Pictures::default()).unwrap();
            assert_eq!(run.total(), position + 1, "{sampler}");
            let last = frame(&mut run).unwrap();
            assert!(last.t == all[position].t && (last.abar - all[position].abar).abs() < 1e-12, "{sampler}");
            assert!(last.x_t.iter().all(|x| x.abs() < 2.0), "{sampler}");
            assert!(frame(&mut run).is_none());
        }
    }
}

/// A mean of two states with noise of their own has less noise than either, so a mask has no grey.
#[test]
fn a_mask_is_all_or_nothing() {
    let run = |[kept, painted]: [f32; 2]| {
        let mask = (0..SIZE * SIZE).map(|p| if p % 3 == 0 { kept } else { painted }).collect();
        let pictures = Pictures { mask: Some(mask), ..of(reference()) };
        values(&session(&[("method", "repaint")], Options { pictures, ..Options::default() }).finish())
    };
    let sharp = run([1.0, 0.0]);
    assert_eq!(run([0.5, 0.49]), sharp);
    assert_ne!(run([0.4, 0.0]), sharp);
}

#[test]
fn impossible_runs_are_refused_in_one_sentence() {
    let refuse = |models: Models, pairs: &[(&str, &str)], options: Options, hint: &str| {
        let error = Session::new(models, settings(pairs), options).err().unwrap().to_string();
        assert!(error.contains("expected") && error.contains(hint) && !error.contains('\n'), "{error}");
    };
    let no_classifier = || Models { classifier: None, ..models() };
    refuse(no_classifier(), &[], Options::default(), "classifier");
    refuse(models(), &[("class", "stone")], Options::default(), "animal");
    refuse(models(), &[("class", "4")], Options::default(), "animal");
    refuse(models(), &[("style", "apple")], Options::default(), "noto");
    refuse(models(), &[("method", "ilvr")], Options::default(), "reference");
    refuse(models(), &[("method", "repaint")], Options::default(), "reference");
    refuse(models(), &[("method", "autoguidance")], Options::default(), "weaker model");
    refuse(models(), &[("method", "composed"), ("compose", "stone")], Options::default(), "animal");
    refuse(models(), &[("method", "palette"), ("palette", "red")], Options::default(), "ffcc00");
    refuse(models(), &[("method", "classifier-free"), ("cfg-negative", "stone")], Options::default(), "animal");
    for mask in [vec![0.0; 5], vec![2.0; SIZE * SIZE], vec![f32::NAN; SIZE * SIZE]] {
        let options = Options { pictures: Pictures { mask: Some(mask), ..of(reference()) }, ..Options::default() };
        refuse(models(), &[("method", "repaint")], options, "8x8");
    }
    refuse(models(), &[("down-n", "3"), ("method", "ilvr")], with_reference(), "8x8");
    refuse(models(), &[("range-t", "11"), ("method", "ilvr")], with_reference(), "at most 10");
    refuse(models(), &[("steps", "1")], Options::default(), "at least 2");
    refuse(models(), &[("style", "noto"), ("scale-style", "1")], Options::default(), "scale-style");
    for (method, from, to) in [
        ("classifier", "scale-from", "scale-to"),
        ("classifier-free", "cfg-from", "cfg-to"),
        ("composed", "compose-from", "compose-to"),
        ("symmetry", "symmetry-from", "symmetry-to"),
    ] {
        let pairs = [("method", method), ("compose", "animal"), (from, "0.8"), (to, "0.2")];
        refuse(models(), &pairs, Options::default(), &format!("{to}: expected at least `{from}`, 0.8, got 0.2"));
    }
    for bad in [vec![0.0; 5], vec![f32::NAN; 3 * SIZE * SIZE]] {
        let options = Options { pictures: of(bad), ..Options::default() };
        refuse(models(), &[("method", "ilvr")], options, "finite");
    }
    // Without a class there is nothing to steer towards, and nothing to refuse; nor without a style.
    assert!(Session::new(no_classifier(), settings(&[("class", "none")]), Options::default()).is_ok());
    assert!(Session::new(models(), settings(&[("scale-style", "1")]), Options::default()).is_ok());
}

/// The page draws its controls from the catalogue, so keys and defaults must be those of the settings.
#[test]
fn the_catalogue_agrees_with_the_settings() {
    let catalogue = catalogue();
    let json = serde_json::to_value(Settings::default()).unwrap();
    for entry in catalogue.samplers.iter().chain(&catalogue.guidance).chain(&catalogue.starts) {
        for param in &entry.params {
            let default = &json[param.key];
            match &param.kind {
                ParamKind::Number { min, max, default: own, .. } => {
                    assert_eq!(default.as_f64(), Some(*own), "{}", param.key);
                    assert!(min <= own && own <= max);
                }
                ParamKind::Choice { choices, default: own } => {
                    assert_eq!(default.as_str(), Some(*own), "{}", param.key);
                    let mut settings = Settings::default();
                    choices.iter().for_each(|choice| settings.set(param.key, choice).unwrap());
                }
                ParamKind::Class => assert_eq!(default, "none"),
                ParamKind::Text { .. } => assert_eq!(default, ""),
            }
        }
    }
    let json = serde_json::to_value(catalogue).unwrap();
    assert_eq!(json["samplers"][0]["params"][0]["kind"], "number");
    assert_eq!(json["guidance"][5]["needs"]["reference"], true);
}

/// The same without a learned variance, whose weight is another one in every pixel.
fn fixed() -> Models {
    let denoiser = Rc::new(ToyDenoiser { toy: Toy::example(), head: Head::Eps });
    let process = ProcessConfig { variance: Variance::FixedLarge, ..ProcessConfig::default() };
    Models { denoiser, process, ..models() }
}

fn term(frame: &Frame, term: Term) -> Vec<f32> {
    let numbers = match term {
        Term::Xt => Some(&frame.before),
        Term::X0 => Some(&frame.x0),
        Term::EarlierX0 => frame.earlier_x0.as_ref(),
        Term::Eps => Some(&frame.eps),
        Term::Gradient => frame.gradient.as_ref(),
        Term::Steered => frame.steered.as_ref(),
        Term::Noise => frame.noise.as_ref(),
    };
    numbers.cloned().unwrap_or_else(|| vec![0.0; frame.x_t.len()])
}

fn sum(frame: &Frame) -> Vec<f32> {
    let mut sum = vec![0.0; frame.x_t.len()];
    for part in &frame.parts {
        let numbers = term(frame, part.term);
        sum.iter_mut().zip(numbers).for_each(|(sum, v)| *sum += part.weight as f32 * v);
    }
    sum
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn the_parts_of_an_update_add_up_to_it() {
    let samplers = [
        [("sampler", "ddim"), ("eta", "0")],
        [("sampler", "ddim"), ("eta", "1")],
        [("sampler", "ddpm"), ("scale", "2")],
        [("sampler", "euler"), ("scale", "2")],
        [("sampler", "euler-ancestral"), ("scale", "2")],
        [("sampler", "dpmpp"), ("order", "1")],
        [("sampler", "dpmpp"), ("order", "2")],
    ];
    for pairs in samplers {
        let all = [&pairs[..], &[("method", "classifier"), ("steps", GENTLE)]].concat();
        let frames = frames(&mut Session::new(fixed(), settings(&all), Options::default()).unwrap());
        for frame in &frames {
            let off = apart(&sum(frame), &frame.x_t);
            assert!(!frame.parts.is_empty() && off < 2e-4, "{pairs:?}, step {}: off by {off}", frame.step);
        }
        let terms = |frame: &Frame| frame.parts.iter().map(|part| part.term).collect::<Vec<_>>();
        assert_eq!(terms(&frames[4]).contains(&Term::EarlierX0), pairs[1] == ("order", "2"));
    }
}

#[test]
fn a_term_that_is_left_out_is_missing_from_the_state() {
    let pairs = [("sampler", "ddim"), ("eta", "1"), ("steps", GENTLE)];
    let first = |without| {
        let settings = settings(&[&pairs[..], &[("without", without)]].concat());
        frame(&mut Session::new(fixed(), settings, Options::default()).unwrap()).unwrap()
    };
    let (whole, bare) = (first(""), first("noise"));
    let part = whole.parts.iter().find(|part| part.term == Term::Noise).unwrap();
    let noise = whole.noise.as_ref().unwrap();
    let want: Vec<f32> = whole.x_t.iter().zip(noise).map(|(x, z)| x - part.weight as f32 * z).collect();
    assert!(part.weight > 0.1 && apart(&bare.x_t, &want) < 1e-5);
    // What the update is made of is still there to be looked at.
    assert_eq!((&bare.parts, &bare.noise), (&whole.parts, &whole.noise));
    let refused = Session::new(fixed(), settings(&[("without", "z")]), Options::default()).err().unwrap();
    assert!(refused.to_string().starts_with("without: expected a list of "), "{refused}");
}

/// Whether a sampler weighs the gradient itself or has it in its eps, and wherever it asks again.
#[test]
fn guidance_that_is_left_out_is_no_guidance_to_the_bit_and_can_still_be_seen() {
    for sampler in catalogue().samplers.iter().map(|entry| entry.name) {
        let chain = [("sampler", sampler), ("steps", GENTLE)];
        let run = |more: &[(&'static str, &'static str)]| sample(&[&chain[..], more].concat());
        let off = [("method", "classifier"), ("scale", "2"), ("without", "gradient")];
        assert_eq!(run(&off), run(&[("method", "none")]), "{sampler}");
        let seen = frame(&mut session(&[&chain[..], &off].concat(), Options::default())).unwrap();
        assert!(seen.gradient_norm[0] > 0.0, "{sampler}");
        let off = [("method", "classifier-free"), ("cfg-weight", "3"), ("without", "steered")];
        assert_eq!(run(&off), run(&[("method", "conditional")]), "{sampler}");
        let seen = frame(&mut session(&[&chain[..], &off].concat(), Options::default())).unwrap();
        assert!(seen.steered.is_some_and(|steered| steered.iter().any(|v| v.abs() > 1e-3)), "{sampler}");
    }
}

#[test]
fn what_steers_is_the_change_of_eps() {
    let first = |method| {
        let pairs = [("method", method), ("cfg-weight", "3"), ("clip", "none"), ("steps", GENTLE)];
        frame(&mut session(&pairs, Options::default())).unwrap()
    };
    let (plain, guided) = (first("conditional"), first("classifier-free"));
    let steered = guided.steered.unwrap();
    let change: Vec<f32> = guided.eps.iter().zip(&plain.eps).map(|(a, b)| a - b).collect();
    assert_eq!(plain.steered, None);
    assert!(steered.iter().any(|v| v.abs() > 1e-3) && apart(&steered, &change) < 1e-4);
}

#[test]
fn what_ilvr_leaves_to_the_model_has_no_low_frequencies() {
    let mut run = session(&[("method", "ilvr"), ("down-n", "4"), ("steps", GENTLE)], with_reference());
    let frame = frame(&mut run).unwrap();
    let (detail, low) = (frame.detail().unwrap(), frame.lowpassed.unwrap());
    assert!(apart(&detail.iter().zip(&low).map(|(a, b)| a + b).collect::<Vec<_>>(), &frame.x_t) < 1e-6);
    let norm = |values: &[f32]| values.iter().map(|v| v * v).sum::<f32>().sqrt();
    assert!(norm(&detail) > 0.1 && norm(&low) > 0.1);
}

#[test]
fn a_picture_is_noised_as_the_formula_says() {
    let models = fixed();
    let noised = |t, class| {
        let labels = Labels { class: vec![class], style: vec![None] };
        pollster::block_on(models.noised(reference(), t, None, 7, labels))
    };
    for t in [0, 500, 999] {
        let got = noised(t, Some(1)).unwrap();
        let (signal, noise) = (got.abar.sqrt() as f32, (1.0 - got.abar).sqrt() as f32);
        let want: Vec<f32> = reference().iter().zip(&got.noise).map(|(x, z)| signal * x + noise * z).collect();
        let error: f32 =
            got.eps.iter().zip(&got.noise).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / want.len() as f32;
        assert!(apart(&got.x_t, &want) < 1e-5, "t {t}");
        assert!((got.error - f64::from(error)).abs() < 1e-4 * got.error.max(1.0), "t {t}: {} {error}", got.error);
        assert!((got.probabilities.unwrap().iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    assert_eq!(noised(10, None).unwrap().noise, noised(900, None).unwrap().noise);
    assert!(noised(1000, None).unwrap_err().to_string().contains("0 to 999"));
    assert!(noised(1, Some(9)).unwrap_err().to_string().contains("class"));
}

/// A lie about t changes what the networks say, and nothing else.
#[test]
fn networks_can_be_told_another_timestep() {
    let (models, labels) = (fixed(), Labels::null(1));
    let noised = |told| pollster::block_on(models.noised(reference(), 500, told, 7, labels.clone()));
    let (plain, same, lie) = (noised(None).unwrap(), noised(Some(500)).unwrap(), noised(Some(100)).unwrap());
    assert_eq!(plain, same);
    assert_eq!((&lie.x_t, &lie.noise, lie.abar), (&plain.x_t, &plain.noise, plain.abar));
    assert!(apart(&lie.eps, &plain.eps) > 1e-2 && lie.probabilities != plain.probabilities);
    let (signal, noise) = (lie.abar.sqrt() as f32, (1.0 - lie.abar).sqrt() as f32);
    let again: Vec<f32> = lie.x0.iter().zip(&lie.eps).map(|(x, z)| signal * x + noise * z).collect();
    assert!(apart(&again, &lie.x_t) < 1e-5);
    assert!(noised(Some(1000)).unwrap_err().to_string().starts_with("told: expected 0 to 999"));
}

#[test]
fn an_outlook_says_where_methods_act() {
    let pairs = [("method", "conditional,classifier,classifier-free"), ("scale-curve", "rising"), ("cfg-to", "0.5")];
    let outlook = session(&pairs, Options::default()).outlook().unwrap();
    assert_eq!((outlook.abar.len(), outlook.timesteps.len(), outlook.timesteps[0]), (1000, 10, 999.0));
    // A class label has no strength.
    assert_eq!(outlook.strengths.keys().copied().collect::<Vec<_>>(), ["classifier", "classifier-free"]);
    let rising = &outlook.strengths["classifier"];
    assert!(rising.windows(2).all(|pair| pair[0] < pair[1]) && rising[9] > 7.0, "{rising:?}");
    let late = &outlook.strengths["classifier-free"];
    assert!(late[..5].iter().all(|w| *w == 0.0) && late[5..].iter().all(|w| *w > 0.0), "{late:?}");
}
