//! Points in the plane: what is said to be exact is held against differences, quadrature and draws, and the runs against
//! the density that they should end in.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::rc::Rc;

use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::{
    guidance::{classifier::LogProbability, score::gradient},
    models::{Denoiser, Density, Labels, mixture::Mixture},
    session::{Frame, POINTS_MAX, Session, Settings, catalogue},
};

/// In float64, differences are good to about `H^2` plus `1e-16 / H`, times the steepness of a narrow component.
const H: f64 = 1e-5;
const DIFFERENCES: f64 = 1e-5;

/// Clean, nearly clean, half way, all noise, and between two timesteps.
const TIMESTEPS: [f64; 5] = [0.0, 60.0, 400.5, 800.0, 999.0];

fn exact(density: Density) -> Mixture {
    let schedule = density.process().full().unwrap().schedule;
    density.mixture(1.0, Box::new(move |t| schedule.abar_at(t)))
}

fn abar(density: Density, t: f64) -> f64 {
    density.process().full().unwrap().schedule.abar_at(t)
}

fn points(at: &[[f64; 2]]) -> Tensor<4> {
    let data = TensorData::new(at.as_flattened().to_vec(), [at.len(), 2, 1, 1]);
    Tensor::from_data(data, (&Device::flex(), DType::F64))
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// Some points among the components and some far from all of them.
fn places() -> Vec<[f64; 2]> {
    let place = |k: usize| [1.3 * (1.0 + 2.4 * k as f64).sin(), 1.3 * (0.5 + 1.7 * k as f64).cos()];
    (0..7).map(place).chain([[3.0, -2.5]]).collect()
}

fn labels(class: Option<usize>, n: usize) -> Labels {
    Labels { class: vec![class; n], ..Labels::null(n) }
}

#[test]
fn eps_is_the_slope_of_the_log_density() {
    for density in Density::ALL {
        let (mixture, places) = (exact(density), places());
        for (t, class) in TIMESTEPS.into_iter().flat_map(|t| [(t, None), (t, Some(1))]) {
            let n = places.len();
            let eps = values(mixture.forward(points(&places), &vec![t; n], &labels(class, n)));
            let log_p = |at: [f64; 2]| values(mixture.log_density(&points(&[at]), &[t], class))[0];
            for (k, at) in places.iter().enumerate() {
                for axis in 0..2 {
                    let moved = |by: f64| {
                        let mut at = *at;
                        at[axis] += by;
                        log_p(at)
                    };
                    let score = (moved(H) - moved(-H)) / (2.0 * H);
                    let (want, got) = (-(1.0 - abar(density, t)).sqrt() * score, eps[2 * k + axis]);
                    let error = (want - got).abs() / want.abs().max(1.0);
                    assert!(error < DIFFERENCES, "{density:?}, t {t}, class {class:?}, point {k}: {got}, not {want}");
                }
            }
        }
    }
}

/// The integral of a function of `x_0` times its density and the noise that leads to `x_t`, over a fine grid.
fn integral(density: Density, class: usize, t: f64, x_t: [f64; 2], f: impl Fn([f64; 2]) -> f64) -> f64 {
    const SIDE: usize = 240;
    const EDGE: f64 = 1.2;
    let (a, spread) = (abar(density, t), density.spread());
    let gaussian = |square: f64, variance: f64| (-square / (2.0 * variance)).exp() / (std::f64::consts::TAU * variance);
    let square = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
    let at = |k: usize| (2.0 * (k as f64 + 0.5) / SIDE as f64 - 1.0) * EDGE;
    let all = density.centres();
    let share = 1.0 / all.iter().map(Vec::len).sum::<usize>() as f64;
    let cells = (0..SIDE * SIDE).map(|k| [at(k % SIDE), at(k / SIDE)]).map(|x_0| {
        let prior: f64 = all[class].iter().map(|m| share * gaussian(square(x_0, *m), spread * spread)).sum();
        f(x_0) * prior * gaussian(square(x_t, x_0.map(|x| a.sqrt() * x)), 1.0 - a)
    });
    cells.sum::<f64>() * (2.0 * EDGE / SIDE as f64).powi(2)
}

/// By the definition: eps is what is left of `x_t` without the mean of `x_0` given `x_t`, and Bayes gives the classes.
#[test]
fn eps_and_probabilities_are_those_of_the_integrals() {
    // Of the grid, and of the tail that is beyond it.
    const QUADRATURE: f64 = 1e-4;
    let (density, t, x_t) = (Density::Blobs, 450.0, [0.2, -0.1]);
    let (mixture, a) = (exact(density), abar(density, t));
    let evidence: Vec<f64> = (0..3).map(|class| integral(density, class, t, x_t, |_| 1.0)).collect();
    let log_p = [None, Some(2)].map(|class| values(mixture.log_density(&points(&[x_t]), &[t], class))[0]);
    assert!((log_p[0] - evidence.iter().sum::<f64>().ln()).abs() < QUADRATURE);
    // A third of the components are its own.
    assert!((log_p[1] - (3.0 * evidence[2]).ln()).abs() < QUADRATURE);

    let classifier = LogProbability { classifier: Rc::new(exact(density)), style: 0.0 };
    let (_, probabilities) = gradient(&classifier, &points(&[x_t]), &[t], &labels(Some(0), 1));
    for (got, want) in values(probabilities.unwrap()).iter().zip(&evidence) {
        assert!((got - want / evidence.iter().sum::<f64>()).abs() < QUADRATURE, "{got}");
    }

    let eps =
        values(mixture.forward(points(&[x_t; 2]), &[t; 2], &Labels { class: vec![None, Some(1)], ..labels(None, 2) }));
    for axis in 0..2 {
        let first = |class| integral(density, class, t, x_t, |x_0| x_0[axis]);
        let whole = (0..3).map(first).sum::<f64>() / evidence.iter().sum::<f64>();
        for (got, mean) in [(eps[axis], whole), (eps[2 + axis], first(1) / evidence[1])] {
            let want = (x_t[axis] - a.sqrt() * mean) / (1.0 - a).sqrt();
            assert!((got - want).abs() < QUADRATURE, "{got} {want}");
        }
    }
}

#[test]
fn the_gradient_of_the_classifier_is_that_of_its_logarithm() {
    for density in Density::ALL {
        let (n, places) = (places().len(), places());
        for t in TIMESTEPS {
            let score = LogProbability { classifier: Rc::new(exact(density)), style: 0.0 };
            let ask = |at: &[[f64; 2]]| gradient(&score, &points(at), &vec![t; at.len()], &labels(Some(1), at.len()));
            let slopes = values(ask(&places).0);
            assert!(slopes.iter().all(|slope| slope.is_finite()));
            let mixture = exact(density);
            let eps = |class| values(mixture.forward(points(&places), &vec![t; n], &labels(class, n)));
            let (told, plain) = (eps(Some(1)), eps(None));
            // Bayes: the slope of log p(class | x_t) is the score of the class less that of the whole.
            for (k, slope) in slopes.iter().enumerate() {
                let want = -(told[k] - plain[k]) / (1.0 - abar(density, t)).sqrt();
                let error = (slope - want).abs() / want.abs().max(1.0);
                assert!(error < 1e-9, "{density:?}, t {t}, {k}: {slope}, not {want}");
            }
            if t > 300.0 {
                let log_p = |at| values(ask(&[at]).1.unwrap())[1].ln();
                let difference = (log_p([0.3 + H, 0.2]) - log_p([0.3 - H, 0.2])) / (2.0 * H);
                assert!((values(ask(&[[0.3, 0.2]]).0)[0] - difference).abs() < DIFFERENCES, "{density:?}, t {t}");
            }
        }
    }
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in [("method", "none"), ("steps", "50"), ("seed", "4")].iter().chain(pairs) {
        settings.set(key, value).unwrap();
    }
    settings
}

fn start(density: Density, pairs: &[(&str, &str)], points: usize) -> Session {
    density.start(settings(pairs), points, &Device::flex()).unwrap()
}

fn finish(density: Density, pairs: &[(&str, &str)], points: usize) -> Vec<[f64; 2]> {
    let flat = values(start(density, pairs, points).finish());
    assert!(flat.iter().all(|value| value.is_finite()), "{density:?} {pairs:?}");
    flat.as_chunks().0.to_vec()
}

/// The nearest component of a point, with its class and its distance in spreads.
fn nearest(density: Density, point: [f64; 2]) -> (usize, usize, f64) {
    let centres = density.centres();
    let all = centres.iter().enumerate().flat_map(|(class, centres)| centres.iter().map(move |at| (class, at)));
    let far = |at: &[f64; 2]| (at[0] - point[0]).hypot(at[1] - point[1]) / density.spread();
    let (k, (class, at)) = all.enumerate().min_by(|a, b| far(a.1.1).total_cmp(&far(b.1.1))).unwrap();
    (k, class, far(at))
}

/// The share of the points that end in a component, and the share that end in one of class `class`.
fn shares(density: Density, points: &[[f64; 2]], class: usize) -> [f64; 2] {
    let found: Vec<_> = points.iter().map(|point| nearest(density, *point)).collect();
    let share = |is: &dyn Fn(&(usize, usize, f64)) -> bool| {
        found.iter().filter(|found| is(found)).count() as f64 / found.len() as f64
    };
    [share(&|(_, _, far)| *far < 3.5), share(&|(_, of, _)| *of == class)]
}

#[test]
fn every_sampler_ends_in_the_density_and_covers_it() {
    let centres = Density::Ring.centres().concat().len();
    for sampler in catalogue().samplers.iter().map(|entry| entry.name) {
        let points = finish(Density::Ring, &[("sampler", sampler)], 400);
        let mut hits = vec![0; centres];
        points.iter().for_each(|point| hits[nearest(Density::Ring, *point).0] += 1);
        let [inside, of_class] = shares(Density::Ring, &points, 0);
        assert!(inside > 0.9, "{sampler}: {inside}");
        assert!((of_class - 0.5).abs() < 0.12, "{sampler}: {of_class}");
        // 50 each are expected, give or take 7.
        assert!(hits.iter().all(|hits| (20..90).contains(hits)), "{sampler}: {hits:?}");
    }
}

#[test]
fn every_way_to_ask_for_a_class_leads_there() {
    for density in Density::ALL {
        for (method, share) in [("conditional", 0.99), ("classifier-free", 0.97), ("classifier", 0.9)] {
            for sampler in ["ddim", "ddpm"] {
                let pairs = [("method", method), ("class", "B"), ("sampler", sampler), ("scale", "2")];
                let [_, right] = shares(density, &finish(density, &pairs, 200), 1);
                assert!(right > share, "{density:?}, {method}, {sampler}: {right}");
            }
        }
    }
}

fn frames(session: &mut Session) -> Vec<Frame> {
    std::iter::from_fn(|| pollster::block_on(session.step()).unwrap()).collect()
}

#[test]
fn a_point_does_not_depend_on_the_others() {
    let pairs = [("method", "classifier"), ("class", "1"), ("sampler", "ddpm"), ("steps", "6")];
    let [few, many] = [3, 40].map(|points| frames(&mut start(Density::Blobs, &pairs, points)));
    assert_eq!((few.len(), few[0].shape, many[0].shape), (6, [3, 2, 1, 1], [40, 2, 1, 1]));
    for (few, many) in few.iter().zip(&many) {
        let near =
            |few: &[f32], many: &[f32]| few.iter().zip(many).all(|(a, b)| (a - b).abs() < 1e-5 * a.abs().max(1.0));
        assert!(near(&few.before, &many.before) && near(&few.x_t, &many.x_t) && near(&few.x0, &many.x0));
        assert!(near(few.gradient.as_ref().unwrap(), many.gradient.as_ref().unwrap()));
        assert_eq!(few.probabilities.as_ref().unwrap().len(), 3 * 3);
    }
}

#[test]
fn the_class_of_all_points_changes_on_the_way() {
    let pairs = |class| [("method", "conditional"), ("class", class), ("steps", "20")];
    let mut run = start(Density::Blobs, &pairs("A"), 60);
    for _ in 0..6 {
        pollster::block_on(run.step()).unwrap().unwrap();
    }
    run.update(settings(&pairs("C")), guidelight::session::Pictures::default()).unwrap();
    let x_0 = values(run.finish());
    let [_, right] = shares(Density::Blobs, x_0.as_chunks().0, 2);
    assert!(right > 0.95, "{right}");
}

#[test]
fn autoguidance_has_a_weaker_denoiser_to_lead_away_from() {
    let pairs = |weight| [("method", "autoguidance"), ("auto-weight", weight)];
    let spread = |weight| {
        let points = finish(Density::Ring, &pairs(weight), 300);
        points.iter().map(|point| nearest(Density::Ring, *point).2).sum::<f64>() / 300.0
    };
    assert!(spread("2") < 0.9 * spread("1"), "{} {}", spread("2"), spread("1"));
}

#[test]
fn draws_are_those_of_the_density() {
    for density in Density::ALL {
        let cloud = density.sample(3000, 5).unwrap();
        let points: Vec<[f64; 2]> = cloud.points.as_chunks().0.iter().map(|p: &[f32; 2]| p.map(f64::from)).collect();
        let classes = density.classes().len();
        for class in 0..classes {
            let share = cloud.classes.iter().filter(|of| **of == class).count() as f64 / 3000.0;
            assert!((share - 1.0 / classes as f64).abs() < 0.04, "{density:?}: {share}");
        }
        let right = points.iter().zip(&cloud.classes).filter(|(p, class)| nearest(density, **p).1 == **class).count();
        assert!(right > 2900, "{density:?}: {right}");
        // What a blob of its own would have, in both directions; where blobs overlap the nearest centre is nearer.
        let square = points.iter().map(|p| nearest(density, *p).2.powi(2)).sum::<f64>() / 3000.0;
        assert!(square < 2.1 && (density == Density::Spirals || square > 1.8), "{density:?}: {square}");
        assert!(points.as_flattened().iter().all(|value| value.abs() < 1.1), "{density:?}");
        let few = density.sample(10, 5).unwrap();
        assert_eq!((few.points.as_slice(), few.classes.as_slice()), (&cloud.points[..20], &cloud.classes[..10]));
    }
}

#[test]
fn a_field_is_what_the_mixture_says() {
    let at = [0.3, -0.2, 0.9, 0.4];
    let field = |class| pollster::block_on(Density::Blobs.field(300.0, class, at.to_vec(), &Device::flex())).unwrap();
    let mixture = exact(Density::Blobs);
    let x = points(&[[0.3, -0.2], [0.9, 0.4]]);
    for class in [None, Some(2)] {
        let got = field(class);
        let eps = values(mixture.forward(x.clone(), &[300.0; 2], &labels(class, 2)));
        let logs = values(mixture.log_density(&x, &[300.0; 2], class));
        let scale = -1.0 / (1.0 - abar(Density::Blobs, 300.0)).sqrt();
        assert_eq!((got.score.len(), got.log_density.len(), got.probabilities.len()), (4, 2, 6));
        assert!(got.score.iter().zip(&eps).all(|(a, b)| (f64::from(*a) - b * scale).abs() < 1e-3));
        assert!(got.log_density.iter().zip(&logs).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-4));
        assert!(got.probabilities.chunks(3).all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    }
}

#[test]
fn what_is_no_run_of_points_is_refused_in_a_sentence() {
    let refusal = |pairs: &[(&str, &str)], points| {
        let refusal = Density::Blobs.start(settings(pairs), points, &Device::flex()).err().expect("a refusal");
        refusal.to_string()
    };
    for method in ["ilvr", "repaint", "palette", "symmetry"] {
        let pairs = [("method", method), ("palette", "ff0000")];
        assert_eq!(
            refusal(&pairs, 3),
            format!("method: expected what needs no picture, for a run of points, got {method}")
        );
    }
    assert_eq!(
        refusal(&[("start", "sdedit")], 3),
        "start: expected what needs no picture, for a run of points, got sdedit"
    );
    assert!(refusal(&[("class", "D")], 3).contains("one of A, B, C"));
    assert!(refusal(&[], 0).contains("1 to 32768 points"));
    assert!(refusal(&[], POINTS_MAX + 1).starts_with("points"));
    assert_eq!(
        Density::named("cloud").unwrap_err().to_string(),
        "density: expected one of blobs, ring, spirals, got cloud"
    );
    let field = |t, class, at: &[f32]| {
        let field = pollster::block_on(Density::Ring.field(t, class, at.to_vec(), &Device::flex()));
        field.unwrap_err().to_string()
    };
    assert!(field(0.0, None, &[]).starts_with("at: expected 1 to"));
    assert!(field(0.0, None, &[0.0; 3]).contains("two finite numbers"));
    assert!(field(0.0, None, &[0.0, f32::NAN]).contains("1 of them finite"));
    assert!(field(1000.0, None, &[0.0; 2]).contains("0 to 999"));
    assert!(field(0.0, Some(2), &[0.0; 2]).starts_with("class"));
    assert!(Density::Ring.sample(0, 1).is_err());
}
