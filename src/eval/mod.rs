//! Judging samples (native only): features of images, and numbers that compare two sets of them.

pub mod bootstrap;
pub mod efficientnet;
pub mod judge;
pub mod likeness;
pub mod metrics;
pub mod nearest;
pub mod report;
pub mod similarity;
pub mod sweep;
