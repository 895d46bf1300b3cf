//! Topic `resize`.

use burn::tensor::{DType, Device, Tensor};
use guidelight::guidance::resize::{Kernel, LowPass, Matrix, matrix, resample};

use super::golden_support::{Array, TOL_F32, TOL_F64, Topic};

pub(crate) fn run() {
    let topic = Topic::open("resize");
    let parameters = topic.parameters();
    let listed: Vec<&str> =
        parameters.at("kernels").value().as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
    let factors = parameters.at("factors").indices();
    let image = topic.array("image").clone();
    let rect = topic.array("rect/image").clone();
    assert_eq!(image.shape, parameters.at("image_shape").indices());
    assert_eq!(rect.shape, parameters.at("rect_shape").indices());

    for name in topic.names() {
        let parts: Vec<&str> = name.split('/').collect();
        match parts[..] {
            ["kernel", "x"] => {}
            ["kernel", of] => {
                let got: Vec<f64> = topic.array("kernel/x").values.iter().map(|x| kernel(of).at(*x)).collect();
                topic.close("f64", name, &got, &topic.array(name).values, TOL_F64);
            }
            [of, direction @ ("matrix_down" | "matrix_up"), size] if listed.contains(&of) => {
                let (size, factor) = size.split_once("_by_").unwrap();
                let factor: f64 = factor.parse().unwrap();
                let scale = if direction == "matrix_up" { factor } else { 1.0 / factor };
                close_matrix(&topic, name, &matrix(size.parse().unwrap(), scale, kernel(of)));
            }
            [of, "matrix_odd", size] if listed.contains(&of) => {
                let (size, scale) = size.split_once("_scale").unwrap();
                close_matrix(&topic, name, &matrix(size.parse().unwrap(), scale.parse().unwrap(), kernel(of)));
            }
            [of, what] if listed.contains(&of) => filtered(&topic, name, &image, of, what, &factors),
            ["rect", of, what] if listed.contains(&of) => filtered(&topic, name, &rect, of, what, &factors),
            _ => {}
        }
    }
    // What the reference cannot do works here: `KERNEL up by N`.
    for failure in parameters.at("reference_failures").value().as_array().unwrap() {
        let (case, _) = failure.as_str().unwrap().split_once(':').unwrap();
        let (of, factor) = case.split_once(" up by ").unwrap();
        let up = matrix(2, factor.parse().unwrap(), kernel(of));
        for row in up.values.chunks(up.columns) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < TOL_F64, "{case}");
        }
    }
    topic.finish(&[("resizeright/", "another library's filter, stored for comparison only: other borders and taps")]);
}

fn close_matrix(topic: &Topic, name: &str, got: &Matrix) {
    let expected = topic.array(name);
    assert_eq!([got.rows, got.columns][..], expected.shape, "{name}");
    topic.close("f64", name, &got.values, &expected.values, TOL_F64);
}

/// `downN` and `downupN`: the stored images are float32, so the float64 run is held to the float32 gate too.
fn filtered(topic: &Topic, name: &str, image: &Array, of: &str, what: &str, factors: &[usize]) {
    let (twice, factor) = match what.strip_prefix("downup") {
        Some(factor) => (true, factor),
        None => (false, what.strip_prefix("down").unwrap_or_else(|| panic!("{name}: unknown"))),
    };
    let factor: usize = factor.parse().unwrap();
    assert!(factors.contains(&factor), "{name}: {factor} is not among the listed factors");
    let size = [image.shape[2], image.shape[3]];
    for (kind, dtype) in [("image f64", DType::F64), ("image f32", DType::F32)] {
        let x: Tensor<4> = image.tensor(dtype);
        let got = if twice {
            LowPass::new(size, factor, kernel(of), &Device::flex(), dtype).unwrap().apply(x)
        } else {
            let [height, width] = size.map(|side| matrix(side, 1.0 / factor as f64, kernel(of)));
            resample(x, &height, &width)
        };
        topic.close_tensor(kind, name, &got, topic.array(name), TOL_F32);
    }
}

pub(crate) fn kernel(name: &str) -> Kernel {
    Kernel::ALL.into_iter().find(|kernel| kernel.name() == name).unwrap_or_else(|| panic!("unknown kernel {name}"))
}
