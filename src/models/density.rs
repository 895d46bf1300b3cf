//! The densities in the plane that can be chosen by name: what [`Mixture`] is a mixture of.

use std::f64::consts::{PI, TAU};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::mixture::{Levels, Mixture, PLANE};
use crate::error::{Error, Result};

/// A density with named classes. Nearly all of it lies in -0.9..0.9, where estimates are not clipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Density {
    /// Three classes of three blobs.
    Blobs,
    /// Eight blobs round a circle, whose two classes take turns.
    Ring,
    /// Two arms that wind round each other, one a class.
    Spirals,
}

impl Density {
    /// Every density.
    pub const ALL: [Self; 3] = [Self::Blobs, Self::Ring, Self::Spirals];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blobs => "blobs",
            Self::Ring => "ring",
            Self::Spirals => "spirals",
        }
    }

    /// The density of this name.
    pub fn named(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|density| density.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::invalid("density", format!("one of {names}"), name)
        })
    }

    /// Class names, in index order. Letters, for a class is no more than a place here.
    pub fn classes(self) -> &'static [&'static str] {
        match self {
            Self::Blobs => &["A", "B", "C"],
            Self::Ring | Self::Spirals => &["A", "B"],
        }
    }

    /// Standard deviation of a component.
    pub fn spread(self) -> f64 {
        match self {
            Self::Blobs => 0.08,
            Self::Ring => 0.07,
            Self::Spirals => 0.045,
        }
    }

    /// The centres of each class's components, in index order.
    pub fn centres(self) -> Vec<Vec<[f64; PLANE]>> {
        match self {
            Self::Blobs => vec![
                vec![[-0.6, 0.5], [-0.25, 0.65], [-0.65, 0.1]],
                vec![[0.6, 0.55], [0.65, 0.15], [0.3, 0.25]],
                vec![[-0.35, -0.45], [0.0, -0.65], [0.4, -0.4]],
            ],
            Self::Ring => {
                const RADIUS: f64 = 0.65;
                let blob = |k: usize| at(RADIUS, TAU * k as f64 / 8.0);
                [0, 1].map(|class| (0..4).map(|k| blob(2 * k + class)).collect()).into()
            }
            Self::Spirals => [0.0, PI].map(arm).into(),
        }
    }

    /// The mixture under the noise of `levels`, with components `wider` times as wide as they are.
    pub fn mixture(self, wider: f64, levels: Levels) -> Mixture {
        Mixture::new(self.centres(), self.spread() * wider, levels)
    }
}

impl Serialize for Density {
    /// Its name and its classes.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut density = serializer.serialize_struct("Density", 2)?;
        density.serialize_field("name", self.name())?;
        density.serialize_field("classes", self.classes())?;
        density.end()
    }
}

/// The arm of an Archimedean spiral that is turned by `turn`: close enough together that it is no string of beads.
fn arm(turn: f64) -> Vec<[f64; PLANE]> {
    const BLOBS: usize = 40;
    const ANGLES: [f64; 2] = [0.25 * TAU, 1.4 * TAU];
    const RADIUS: f64 = 0.75;
    let [first, last] = ANGLES.map(|angle| angle * angle);
    // Even in the square of the angle, which is about the length of the arm.
    let angle = |k: usize| libm::sqrt(first + (last - first) * k as f64 / (BLOBS - 1) as f64);
    (0..BLOBS).map(|k| at(RADIUS * angle(k) / ANGLES[1], angle(k) + turn)).collect()
}

/// The point at a distance from the middle, in a direction.
fn at(radius: f64, angle: f64) -> [f64; PLANE] {
    [radius * libm::cos(angle), radius * libm::sin(angle)]
}
