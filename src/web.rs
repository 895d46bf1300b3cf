//! What JavaScript sees: the only file that names `wasm_bindgen`, `js_sys` and `web_sys`.
//!
//! An [`Engine`] is a device with loaded models, a [`Session`] one run on it. JavaScript pulls one step at a time: to
//! pause is to stop asking, to cancel is to `free()`, and an object must not be used while one of its promises is
//! pending. Large data stays in Rust; pixels leave as RGBA bytes ready for `ImageData`. Whatever a person or a file can
//! get wrong is thrown as an `Error` of one sentence. A panic would leave the module unusable: load it anew.

use std::{cell::RefCell, rc::Rc};

use burn::tensor::Device;
#[cfg(feature = "webgpu")]
use js_sys::Promise;
use js_sys::{Float32Array, Function, Object, Reflect, Uint8Array, Uint8ClampedArray, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{
    device,
    guidance::Method,
    models::{Density, Labels},
    pixels,
    session::{self, Case, Clock, Frame, LoadedClassifier, LoadedUnet, Models, Options, Pictures, SEED_MAX, Settings},
    weights,
};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Where an engine computes. */
export type Backend = "webgpu" | "cpu";

/** Settings of a run; what is left out has its default. The same keys as the command line's flags and the page's URL. */
export interface Settings {
  /** Name of a model; only carried along, the engine uses what was loaded. */
  model?: string;
  /** Name or index of a class, or "none". */
  class?: string | number;
  /** Name or index of a style, or "none". */
  style?: string | number;
  /** Comma list of the catalogue's guidance methods, or "none". */
  method?: string;
  /** What a run starts from: the name of one of the catalogue's starts. */
  start?: string;
  /** Name of a sampler of the catalogue. */
  sampler?: string;
  /** Number of steps, or a respacing such as "ddim25", "karras25", "10,15" or "at0-400-999". */
  steps?: number | string;
  /** 0 to 2^53 - 1: the same seed gives the same noise on every device. */
  seed?: number | string;
  /** Whatever the catalogue's methods have: "scale", "cfg-weight", "eta", "down-n", … */
  [key: string]: number | string | undefined;
}

/** A setting of a sampler or guidance method. */
export type Param = {
  key: string;
  label: string;
  /** Most people leave it alone. */
  advanced: boolean;
} & (
  /** min to max is what a slider offers, lowest to largest what is accepted; whole where min and step are. */
  | { kind: "number"; min: number; max: number; step: number; default: number; lowest: number; largest: number }
  | { kind: "choice"; choices: string[]; default: string }
  /** Name or index of a class, or "none", the default. */
  | { kind: "class" }
  /** Empty by default. */
  | { kind: "text"; example: string });

/** A sampler or guidance method. */
export interface Entry {
  name: string;
  label: string;
  help: string;
  params: Param[];
  needs: { reference: boolean; class: boolean; classifier: boolean; weak: boolean };
}

/** A density in the plane and the names of its classes. */
export interface Density { name: string; classes: string[] }

export interface Catalogue { samplers: Entry[]; guidance: Entry[]; starts: Entry[]; densities: Density[] }

/** What a model file says about itself. */
export interface ModelInfo {
  name: string;
  kind: "unet" | "classifier";
  parameters: number;
  /** Of one forward pass for one image. */
  multiplyAdds: number;
  /** Side of the images in pixels. */
  size: number;
  classes: string[];
  styles: string[];
  provenance: Record<string, unknown>;
}

/** Where a run stands. Pictures are RGBA, size * size * 4; values are planar, 3 * size * size. */
export interface State {
  xt: Uint8ClampedArray<ArrayBuffer>;
  values: { next: Float32Array };
  /** phi_N of the reference. */
  lowpass?: Uint8ClampedArray<ArrayBuffer>;
}

/** Pictures of a run, RGBA on white at the size of the model. */
export interface Pictures {
  /** What ILVR follows, and the other two if they are not given. */
  reference?: Uint8Array | Uint8ClampedArray;
  /** What a run starts from, and inpainting keeps a part of. */
  init?: Uint8Array | Uint8ClampedArray;
  /** What inpainting keeps: white there, black where the model paints. */
  mask?: Uint8Array | Uint8ClampedArray;
}

/** Numbers of a frame, planar, 3 * size * size, by the names of the terms. */
export interface Values {
  /** The state after the step. */
  next: Float32Array;
  /** The state before it, as the sampler was given it. */
  xt: Float32Array;
  x0: Float32Array;
  "earlier-x0"?: Float32Array;
  eps: Float32Array;
  noise?: Float32Array;
  steered?: Float32Array;
  gradient?: Float32Array;
}

/** A summand of an update. */
export interface Part {
  term: "xt" | "x0" | "earlier-x0" | "eps" | "gradient" | "noise";
  weight: number;
}

/** A picture under noise, and what the networks make of it. */
export interface Noised {
  abar: number;
  xt: Uint8ClampedArray<ArrayBuffer>;
  noise: Uint8ClampedArray<ArrayBuffer>;
  /** Estimates of the denoiser. */
  x0: Uint8ClampedArray<ArrayBuffer>;
  eps: Uint8ClampedArray<ArrayBuffer>;
  /** Mean square of eps - noise. */
  error: number;
  probabilities?: Float32Array;
}

/** What lies ahead of a run, from noise to image. */
export interface Outlook {
  /** abar of every timestep of the model, ascending in t. */
  abar: number[];
  /** The timesteps that the chain visits. */
  timesteps: number[];
  /** By method, how strongly it acts at each of them. */
  strengths: Record<string, number[]>;
}

/** One executed step: xt is the state after it, all else belongs to the state before it. */
export interface Frame extends State {
  /** Number of executed steps, this one included. */
  step: number;
  total: number;
  /** Original timestep; Karras steps lie between two. */
  t: number;
  /** Cumulative product of the alphas at t. */
  abar: number;
  x0: Uint8ClampedArray<ArrayBuffer>;
  /** Black at -3, white at 3. */
  eps: Uint8ClampedArray<ArrayBuffer>;
  /** 128 is zero, the largest magnitude reaches the end of the range. */
  gradient?: Uint8ClampedArray<ArrayBuffer>;
  /** What guidance adds to the prediction, as a change of eps; drawn like a gradient. */
  steered?: Uint8ClampedArray<ArrayBuffer>;
  /** xt - phi_N(xt): what ILVR leaves to the model; drawn like a gradient. */
  detail?: Uint8ClampedArray<ArrayBuffer>;
  /** The numbers behind the pictures, and the fresh noise that was added. */
  values: Values;
  /** The update as a sum, `next = sum of weight * values[term]`, before ILVR and other corrections; empty where the sampler
   * does not say. */
  parts: Part[];
  gradientNorm: number;
  /** Of the classifier, if one is loaded. */
  probabilities?: Float32Array;
  /** Root mean square of phi_N(xt) - phi_N(reference). */
  lowpassDistance?: number;
  ms: { unet: number; classifier: number; total: number };
}
"#;

#[wasm_bindgen(typescript_custom_section)]
const MEASURE_TYPES: &str = r#"
/** What can be measured: a pass through the denoiser or the classifier, the classifier's gradient with respect to the
 * image, a whole step with classifier guidance, a whole step with classifier-free guidance. */
export type Case = "unet" | "classifier" | "gradient" | "guided" | "cfg";

/** What a device reaches on large tensors. */
export interface Limits {
  /** Multiply-adds a second of a matrix product in f32. */
  multiplyAdds: number;
  /** Bytes a second that a sum reads and writes. */
  bytes: number;
}
"#;

#[wasm_bindgen(typescript_custom_section)]
const PLANE_TYPES: &str = r#"
/** One executed step of all points of a run. Points are x0, y0, x1, y1, …; all but `x` belongs to the state before the step. */
export interface PlaneFrame {
  /** Number of executed steps, this one included. */
  step: number;
  total: number;
  t: number;
  abar: number;
  /** The state before the step. */
  before: Float32Array<ArrayBuffer>;
  /** The state after it. */
  x: Float32Array<ArrayBuffer>;
  /** The estimate of the clean points. */
  x0: Float32Array<ArrayBuffer>;
  eps: Float32Array<ArrayBuffer>;
  /** Of the guidance, scaled. */
  gradient?: Float32Array<ArrayBuffer>;
  /** Of the classes, point by point. */
  probabilities?: Float32Array<ArrayBuffer>;
}

/** A density under the noise of a timestep, at some points. */
export interface Field {
  /** The gradient of the logarithm: x0, y0, x1, y1, … */
  score: Float32Array<ArrayBuffer>;
  /** One a point. */
  logDensity: Float32Array<ArrayBuffer>;
  /** Of the classes, point by point. */
  probabilities: Float32Array<ArrayBuffer>;
}

/** Draws from a density: x0, y0, x1, y1, … and the class of each point. */
export interface Cloud {
  points: Float32Array<ArrayBuffer>;
  classes: Uint32Array<ArrayBuffer>;
}
"#;

/// Runs once, when the module is instantiated: panics then reach the console with their message.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// Every sampler and guidance method with its settings, for a page to draw its controls from.
#[wasm_bindgen(unchecked_return_type = "Catalogue")]
pub fn catalogue() -> Result<JsValue, JsError> {
    plain(session::catalogue())
}

/// The weaker denoiser, if one is loaded. Runs look here, too: it may come when they are under way.
type Weak = Rc<RefCell<Option<LoadedUnet>>>;

/// A device and the models that are loaded on it.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    backend: &'static str,
    adapter: String,
    unet: Option<LoadedUnet>,
    weak: Weak,
    classifier: Option<LoadedClassifier>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a device. `onTrouble` is called with a sentence
    /// when the GPU is lost or refuses a command: nothing that this engine computes can be trusted from then on.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "Backend")] backend: String,
        #[wasm_bindgen(js_name = onTrouble, unchecked_optional_param_type = "(message: string) => void")]
        on_trouble: Option<Function>,
    ) -> Result<Engine, JsError> {
        // A CPU does not get lost.
        #[cfg(not(feature = "webgpu"))]
        let _ = on_trouble;
        match backend.as_str() {
            #[cfg(feature = "cpu")]
            "cpu" => Ok(Self::new(device::cpu(), "cpu", "CPU".into())),
            #[cfg(feature = "webgpu")]
            "webgpu" => {
                require_timestamps().await?;
                let (device, adapter, troubles) = device::webgpu().await?;
                if let Some(on_trouble) = on_trouble {
                    wasm_bindgen_futures::spawn_local(report(troubles, on_trouble));
                }
                Ok(Self::new(device, "webgpu", adapter))
            }
            other if ["webgpu", "cpu"].contains(&other) => Err(JsError::new(&format!(
                "backend: expected what this bundle computes on, got {other}, which the other has"
            ))),
            other => Err(JsError::new(&format!("backend: expected webgpu or cpu, got {other}"))),
        }
    }

    fn new(device: Device, backend: &'static str, adapter: String) -> Self {
        Self { device, backend, adapter, unet: None, weak: Weak::default(), classifier: None }
    }

    /// `webgpu` or `cpu`.
    #[wasm_bindgen(getter, unchecked_return_type = "Backend")]
    pub fn backend(&self) -> String {
        self.backend.into()
    }

    /// The device in words for people.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        self.adapter.clone()
    }

    /// The largest difference between what this device makes of a small network, forward and backward, and what it
    /// should: about 1e-6 on a sound one.
    #[wasm_bindgen(js_name = selfTest)]
    pub async fn self_test(&self) -> Result<f32, JsError> {
        Ok(device::self_test(&self.device).await?)
    }

    /// Loads a denoiser from the bytes of its file, checked against `sha256` if that is given.
    #[wasm_bindgen(js_name = loadUnet, unchecked_return_type = "ModelInfo")]
    pub fn load_unet(&mut self, bytes: &[u8], sha256: Option<String>) -> Result<JsValue, JsError> {
        let unet = LoadedUnet::new(weights::read(bytes, sha256.as_deref())?, &self.device)?;
        plain(self.unet.insert(unet).info())
    }

    /// Loads a weaker denoiser for autoguidance, likewise. Runs that have begun can use it from their next update on.
    #[wasm_bindgen(js_name = loadWeak, unchecked_return_type = "ModelInfo")]
    pub fn load_weak(&mut self, bytes: &[u8], sha256: Option<String>) -> Result<JsValue, JsError> {
        let weak = LoadedUnet::new(weights::read(bytes, sha256.as_deref())?, &self.device)?;
        plain(self.weak.borrow_mut().insert(weak).info())
    }

    /// Loads a classifier of noisy images, likewise.
    #[wasm_bindgen(js_name = loadClassifier, unchecked_return_type = "ModelInfo")]
    pub fn load_classifier(&mut self, bytes: &[u8], sha256: Option<String>) -> Result<JsValue, JsError> {
        let classifier = LoadedClassifier::new(weights::read(bytes, sha256.as_deref())?, &self.device)?;
        plain(self.classifier.insert(classifier).info())
    }

    /// Milliseconds of one execution of a case with `batch` images, until its result is read back. The first one of a
    /// case also makes its kernels.
    pub async fn measure(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Case")] case: String,
        batch: usize,
    ) -> Result<f64, JsError> {
        Ok(session::measure(&self.models("measure")?, case.parse::<Case>()?, batch, &some_clock()?).await?)
    }

    /// What this device reaches on large tensors. Takes a while, and memory.
    #[wasm_bindgen(unchecked_return_type = "Limits")]
    pub async fn limits(&self) -> Result<JsValue, JsError> {
        plain(&session::limits(&self.device, &some_clock()?).await?)
    }

    /// What the denoiser says about images in -1..1, planar, at timestep `t`: the bare output of the network. Labels
    /// are indices, the same for all images; none is the null label.
    pub async fn predict(
        &self,
        x: Vec<f32>,
        t: f64,
        class: Option<usize>,
        style: Option<usize>,
    ) -> Result<Vec<f32>, JsError> {
        Ok(self.models("predict")?.predict(x, t, class, style).await?)
    }

    /// A picture, RGBA at the model's size, noised up to timestep `t` with the noise of `seed`; with what the networks
    /// see in it. Labels are indices, as in `predict`. The networks are told the timestep `told` instead, if it is given.
    #[wasm_bindgen(unchecked_return_type = "Noised")]
    pub async fn noised(
        &self,
        picture: Vec<u8>,
        t: usize,
        seed: f64,
        class: Option<usize>,
        style: Option<usize>,
        told: Option<usize>,
    ) -> Result<JsValue, JsError> {
        let models = self.models("noised")?;
        let [_, size, _] = models.shape;
        let x0 = pixels::planes("picture", &picture, size)?;
        let labels = Labels { class: vec![class], style: vec![style] };
        let noised = models.noised(x0, t, told, whole_seed(seed)?, labels).await?;
        let object = Record::default();
        object.number("abar", noised.abar);
        object.pixels("xt", Some(pixels::picture(&noised.x_t)));
        object.pixels("noise", Some(pixels::noise(&noised.noise)));
        object.pixels("x0", Some(pixels::picture(&noised.x0)));
        object.pixels("eps", Some(pixels::noise(&noised.eps)));
        object.number("error", noised.error);
        object.floats("probabilities", noised.probabilities.as_deref());
        Ok(object.into())
    }

    /// Starts a run of `points` points in the plane, each with noise of its own and the class of the settings, on a
    /// density whose denoiser and classifier are known. No model has to be loaded.
    pub fn plane(
        &self,
        density: &str,
        #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
        points: usize,
    ) -> Result<Plane, JsError> {
        Ok(Plane { run: Density::named(density)?.start(read_settings(settings)?, points, &self.device)? })
    }

    /// What is exactly so at some points, x0, y0, x1, y1, …, under the noise of timestep `t`: of the whole density, or of
    /// the class with this index.
    #[wasm_bindgen(unchecked_return_type = "Field")]
    pub async fn field(&self, density: &str, t: f64, class: Option<usize>, at: Vec<f32>) -> Result<JsValue, JsError> {
        let field = Density::named(density)?.field(t, class, at, &self.device).await?;
        let object = Record::default();
        object.floats("score", Some(&field.score));
        object.floats("logDensity", Some(&field.log_density));
        object.floats("probabilities", Some(&field.probabilities));
        Ok(object.into())
    }

    /// Draws from a density: point k of a seed is the same however many are drawn.
    #[wasm_bindgen(js_name = sampleDensity, unchecked_return_type = "Cloud")]
    pub fn sample_density(&self, density: &str, points: usize, seed: f64) -> Result<JsValue, JsError> {
        let cloud = Density::named(density)?.sample(points, whole_seed(seed)?)?;
        let object = Record::default();
        object.floats("points", Some(&cloud.points));
        let classes: Vec<u32> = cloud.classes.iter().map(|class| *class as u32).collect();
        object.set("classes", &Uint32Array::from(classes.as_slice()));
        Ok(object.into())
    }

    /// The models loaded so far, for `what`.
    fn models(&self, what: &str) -> Result<Models, JsError> {
        let unet = self.unet.as_ref();
        let unet = unet.ok_or_else(|| JsError::new(&format!("{what}: expected a loaded denoiser, got none")))?;
        Ok(Models::new(unet, self.classifier.as_ref(), &self.device)?)
    }

    /// Starts a run with the models loaded so far. A weaker one that does not fit is refused where autoguidance is on.
    pub fn session(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Pictures")] pictures: JsValue,
    ) -> Result<Session, JsError> {
        let mut models = self.models("session")?;
        let settings = read_settings(settings)?;
        if let (true, Some(weak)) = (settings.uses(Method::Autoguidance), &*self.weak.borrow()) {
            models = models.with_weak(weak)?;
        }
        let [_, size, _] = models.shape;
        let options = Options { pictures: read_pictures(&pictures, size)?, clock: clock(), ..Options::default() };
        Ok(Session { size, weak: self.weak.clone(), run: session::Session::new(models, settings, options)? })
    }
}

/// One run. An object must not be used while one of its promises is pending.
#[wasm_bindgen]
pub struct Session {
    size: usize,
    weak: Weak,
    run: session::Session,
}

#[wasm_bindgen]
impl Session {
    /// Number of steps of the whole run.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> usize {
        self.run.total()
    }

    /// Number of executed steps.
    #[wasm_bindgen(getter)]
    pub fn position(&self) -> usize {
        self.run.position()
    }

    /// Number of inversion steps that are left before the run is at the state it starts from.
    #[wasm_bindgen(getter, js_name = toInvert)]
    pub fn to_invert(&self) -> usize {
        self.run.to_invert()
    }

    /// The chain that the settings lay, and how strongly each method acts along it.
    #[wasm_bindgen(unchecked_return_type = "Outlook")]
    pub fn outlook(&self) -> Result<JsValue, JsError> {
        plain(&self.run.outlook()?)
    }

    /// Makes one of them. The first step of the run makes all that are left, so this is for those who want to see it
    /// come, or to stop on the way; they await `state` after each, so that the device keeps up.
    pub fn invert(&mut self) {
        self.run.invert();
    }

    /// Where the run stands, or how far its inversion has come.
    #[wasm_bindgen(unchecked_return_type = "State")]
    pub async fn state(&self) -> Result<JsValue, JsError> {
        let (x_t, lowpass) = self.run.state().await?;
        let state = Record::default();
        state.pixels("xt", Some(pixels::picture(&x_t)));
        state.pixels("lowpass", lowpass.map(|planes| pixels::picture(&planes)));
        let values = Record::default();
        values.floats("next", Some(&x_t));
        state.set("values", &values.into());
        Ok(state.into())
    }

    /// Executes one step; `undefined` when the run is finished.
    #[wasm_bindgen(unchecked_return_type = "Frame | undefined")]
    pub async fn step(&mut self) -> Result<JsValue, JsError> {
        self.run.step().await?.map_or(Ok(JsValue::UNDEFINED), |frame| frame_object(&frame))
    }

    /// Goes to the state after `position` executed steps, any that has been reached.
    pub fn seek(&mut self, position: usize) -> Result<(), JsError> {
        Ok(self.run.seek(position)?)
    }

    /// Changes the settings from here on: x_t stays, later steps are dropped. A picture that is not given stays the
    /// earlier one.
    pub fn update(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Pictures")] pictures: JsValue,
    ) -> Result<(), JsError> {
        let (settings, pictures) = (read_settings(settings)?, read_pictures(&pictures, self.size)?);
        if let (true, Some(weak)) = (settings.uses(Method::Autoguidance), &*self.weak.borrow()) {
            self.run.add_weak(weak)?;
        }
        Ok(self.run.update(settings, pictures)?)
    }
}

/// A run of points in the plane. An object must not be used while one of its promises is pending.
#[wasm_bindgen]
pub struct Plane {
    run: session::Session,
}

#[wasm_bindgen]
impl Plane {
    /// Number of steps of the whole run.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> usize {
        self.run.total()
    }

    /// Number of executed steps.
    #[wasm_bindgen(getter)]
    pub fn position(&self) -> usize {
        self.run.position()
    }

    /// Where the points are: x0, y0, x1, y1, …
    pub async fn state(&self) -> Result<Vec<f32>, JsError> {
        Ok(self.run.state().await?.0)
    }

    /// Executes one step; `undefined` when the run is finished.
    #[wasm_bindgen(unchecked_return_type = "PlaneFrame | undefined")]
    pub async fn step(&mut self) -> Result<JsValue, JsError> {
        let Some(frame) = self.run.step().await? else {
            return Ok(JsValue::UNDEFINED);
        };
        let object = Record::default();
        object.number("step", frame.step as f64);
        object.number("total", frame.total as f64);
        object.number("t", frame.t);
        object.number("abar", frame.abar);
        object.floats("before", Some(&frame.before));
        object.floats("x", Some(&frame.x_t));
        object.floats("x0", Some(&frame.x0));
        object.floats("eps", Some(&frame.eps));
        object.floats("gradient", frame.gradient.as_deref());
        object.floats("probabilities", frame.probabilities.as_deref());
        Ok(object.into())
    }

    /// Changes the settings from here on: the points stay where they are.
    pub fn update(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    ) -> Result<(), JsError> {
        Ok(self.run.update(read_settings(settings)?, Pictures::default())?)
    }
}

fn whole_seed(seed: f64) -> Result<u64, JsError> {
    let whole = seed.fract() == 0.0 && (0.0..=SEED_MAX as f64).contains(&seed);
    // In range, so the cast is exact.
    whole
        .then_some(seed as u64)
        .ok_or_else(|| JsError::new(&format!("seed: expected a whole number from 0 to 2^53 - 1, got {seed}")))
}

fn read_settings(settings: JsValue) -> Result<Settings, JsError> {
    if !settings.is_object() {
        let got = settings.js_typeof().as_string().unwrap_or_default();
        return Err(JsError::new(&format!("settings: expected an object such as {{ class: 'animal' }}, got {got}")));
    }
    // The message is the sentence of our own error; as text it would begin with the error's class.
    serde_wasm_bindgen::from_value(settings).map_err(|error| match JsValue::from(error).dyn_into::<js_sys::Error>() {
        Ok(error) => JsError::new(&String::from(error.message())),
        Err(other) => JsError::new(&format!("{other:?}")),
    })
}

fn read_pictures(pictures: &JsValue, size: usize) -> Result<Pictures, JsError> {
    if pictures.is_undefined() || pictures.is_null() {
        return Ok(Pictures::default());
    }
    let rgba = |key: &str| {
        let value = Reflect::get(pictures, &key.into()).ok().filter(|value| !value.is_undefined() && !value.is_null());
        value.map(|value| Uint8Array::new(&value).to_vec())
    };
    let planes = |key| rgba(key).map(|rgba| pixels::planes(key, &rgba, size)).transpose();
    let mask = rgba("mask").map(|rgba| pixels::mask(&rgba, size)).transpose()?;
    Ok(Pictures { reference: planes("reference")?, init: planes("init")?, mask })
}

/// A plain object: the serializer's own default would be a `Map`.
fn plain(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

fn frame_object(frame: &Frame) -> Result<JsValue, JsError> {
    let object = Record::default();
    object.number("step", frame.step as f64);
    object.number("total", frame.total as f64);
    object.number("t", frame.t);
    object.number("abar", frame.abar);
    object.pixels("xt", Some(pixels::picture(&frame.x_t)));
    object.pixels("x0", Some(pixels::picture(&frame.x0)));
    object.pixels("eps", Some(pixels::noise(&frame.eps)));
    object.pixels("gradient", frame.gradient.as_deref().map(pixels::gradient));
    object.pixels("steered", frame.steered.as_deref().map(pixels::gradient));
    object.pixels("lowpass", frame.lowpass.as_deref().map(pixels::picture));
    object.pixels("detail", frame.detail().as_deref().map(pixels::gradient));
    let values = Record::default();
    values.floats("next", Some(&frame.x_t));
    values.floats("xt", Some(&frame.before));
    values.floats("x0", Some(&frame.x0));
    values.floats("earlier-x0", frame.earlier_x0.as_deref());
    values.floats("eps", Some(&frame.eps));
    values.floats("noise", frame.noise.as_deref());
    values.floats("steered", frame.steered.as_deref());
    values.floats("gradient", frame.gradient.as_deref());
    object.set("values", &values.into());
    object.set("parts", &plain(&frame.parts)?);
    // One image a session: the first is the only one.
    object.number("gradientNorm", frame.gradient_norm.first().copied().unwrap_or(0.0).into());
    object.floats("probabilities", frame.probabilities.as_deref());
    if let Some(distance) = frame.lowpass_distance.as_ref().and_then(|distances| distances.first()) {
        object.number("lowpassDistance", (*distance).into());
    }
    object.set("ms", &plain(&frame.ms)?);
    Ok(object.into())
}

/// A JavaScript object in the making.
#[derive(Default)]
struct Record(Object);

impl Record {
    fn set(&self, key: &str, value: &JsValue) {
        // Only a frozen object or a proxy could refuse.
        let _ = Reflect::set(&self.0, &key.into(), value);
    }

    fn number(&self, key: &str, value: f64) {
        self.set(key, &value.into());
    }

    /// A copy with a buffer of its own, so that it can be transferred. `None` leaves the key out.
    fn pixels(&self, key: &str, rgba: Option<Vec<u8>>) {
        if let Some(rgba) = rgba {
            self.set(key, &Uint8ClampedArray::from(rgba.as_slice()));
        }
    }

    /// A copy, likewise.
    fn floats(&self, key: &str, values: Option<&[f32]>) {
        if let Some(values) = values {
            self.set(key, &Float32Array::from(values));
        }
    }
}

impl From<Record> for JsValue {
    fn from(record: Record) -> Self {
        record.0.into()
    }
}

/// `performance.now()`, where there is one.
fn clock() -> Option<Clock> {
    let global = js_sys::global();
    let performance = match global.dyn_into::<web_sys::WorkerGlobalScope>() {
        Ok(worker) => worker.performance(),
        Err(global) => global.dyn_into::<web_sys::Window>().ok()?.performance(),
    }?;
    Some(Rc::new(move || performance.now()))
}

fn some_clock() -> Result<Clock, JsError> {
    clock().ok_or_else(|| JsError::new("measure: expected a page or a worker with a clock, got none"))
}

#[cfg(feature = "webgpu")]
async fn report(troubles: device::Troubles, listener: Function) {
    while let Ok(message) = troubles.recv().await {
        // What the listener throws is its own affair.
        let _ = listener.call1(&JsValue::NULL, &message.into());
    }
}

/// Refuses a browser without WebGPU, or whose adapter lacks `timestamp-query`: burn panics on it, and a panic is final.
#[cfg(feature = "webgpu")]
async fn require_timestamps() -> Result<(), JsError> {
    let no_webgpu = || JsError::new("backend: expected a browser with WebGPU, got one without");
    let no_adapter = || JsError::new("backend: expected a GPU that the browser lets WebGPU use, got none");
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED);
    // By name, because web-sys has its WebGPU types only behind a compiler flag.
    let navigator = get(&js_sys::global(), "navigator");
    if navigator.is_undefined() {
        return Err(no_webgpu());
    }
    let gpu = get(&navigator, "gpu");
    let request: Function = get(&gpu, "requestAdapter").dyn_into().map_err(|_| no_webgpu())?;
    let adapter: Promise = request.call0(&gpu).and_then(JsCast::dyn_into).map_err(|_| no_adapter())?;
    let adapter = wasm_bindgen_futures::JsFuture::from(adapter).await.map_err(|_| no_adapter())?;
    if adapter.is_null() {
        return Err(no_adapter());
    }
    let features: js_sys::Set = get(&adapter, "features").unchecked_into();
    if features.has(&"timestamp-query".into()) {
        Ok(())
    } else {
        Err(JsError::new(
            "backend: expected a GPU with timestamp-query, which the compute library needs, got one without",
        ))
    }
}
