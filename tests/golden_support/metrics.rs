//! Topic `metrics`: Fréchet distance, Inception score, precision and recall, SSIM and PSNR.

use guidelight::eval::{
    metrics::{Features, frechet, inception_score, precision_recall, radii},
    similarity::{Window, psnr, ssim},
};

use super::golden_support::{Array, TOL_F64, Topic};

/// Neighbours of precision and recall, the README's.
const K: usize = 3;

fn features(array: &Array) -> Features {
    Features { width: array.shape[1], values: array.values.clone() }
}

pub(crate) fn run() {
    let topic = Topic::open("metrics");
    let values = topic.parameters().at("values");
    let close = |name: &str, got: f64| topic.close("f64", name, &[got], &[values.at(name).f64()], TOL_F64);
    let close_all = |name: &str, got: &[f64]| topic.close("f64", name, got, &topic.array(name).values, TOL_F64);

    let [a, b] = ["fid/features_a", "fid/features_b"].map(|name| features(topic.array(name)));
    for (features, letter) in [(&a, "a"), (&b, "b")] {
        close_all(&format!("fid/mu_{letter}"), &features.mean());
        close_all(&format!("fid/sigma_{letter}"), &features.covariance());
        // The published evaluator keeps its radii in float32.
        let radii: Vec<f64> = radii(features, K).into_iter().map(|radius| f64::from(radius as f32)).collect();
        close_all(&format!("pr/radii_{letter}"), &radii);
    }
    close("fid", frechet(&a, &b).unwrap());
    close("fid_self", frechet(&a, &a).unwrap());
    let (precision, recall) = precision_recall(&a, &b, K).unwrap();
    close("precision_ref_a_sample_b", precision);
    close("recall_ref_a_sample_b", recall);

    let probabilities = features(topic.array("is/probs"));
    close("inception_score_one_split", inception_score(&probabilities, 1).unwrap());
    // Splits of ten images each.
    close("inception_score_split10", inception_score(&probabilities, probabilities.len() / 10).unwrap());

    let [x, y] = ["ssim/x", "ssim/y"].map(|name| topic.array(name));
    let width = x.shape[1];
    close("psnr_range1", psnr(&x.values, &y.values));
    close("ssim_uniform7_range1", ssim(&x.values, &y.values, width, Window::Uniform { side: 7 }));
    let gaussian = Window::Gaussian { sigma: 1.5, radius: 5 };
    close("ssim_gaussian_sigma1.5_range1", ssim(&x.values, &y.values, width, gaussian));
    topic.finish(&[("#values#fid_rank_deficient_5_rows", "data only, says the README: which rows is not recorded")]);
}
