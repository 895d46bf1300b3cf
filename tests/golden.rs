//! Every golden vector of the topics this crate implements, one test a topic: `cargo test --release --test golden`.
//!
//! `GUIDELIGHT_GOLDEN=folder` runs the same tests on another folder in the same format. Chains run through the real
//! step loop, in float64 at 1e-9 and in float32 at 1e-4.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "golden_support/chains.rs"]
mod chains;
mod golden_support;
#[path = "golden_support/guided.rs"]
mod guided;
#[path = "golden_support/layers.rs"]
mod layers;
#[path = "golden_support/losses.rs"]
mod losses;
#[path = "golden_support/metrics.rs"]
mod metrics;
#[path = "golden_support/resize.rs"]
mod resize;
#[path = "golden_support/schedules.rs"]
mod schedules;
#[path = "golden_support/solvers.rs"]
mod solvers;

#[test]
fn schedules() {
    schedules::run();
}

#[test]
fn losses() {
    losses::run();
}

#[test]
fn ddpm() {
    chains::ddpm();
}

#[test]
fn ddim() {
    chains::ddim();
}

#[test]
fn cfg() {
    chains::cfg();
}

#[test]
fn clip_guidance() {
    guided::clip_guidance();
}

#[test]
fn repaint() {
    guided::repaint();
}

#[test]
fn solvers() {
    solvers::run();
}

#[test]
fn resize() {
    resize::run();
}

#[test]
fn ilvr() {
    chains::ilvr();
}

#[test]
fn metrics() {
    metrics::run();
}

#[test]
fn layers() {
    layers::run();
}
