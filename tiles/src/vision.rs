//! Colours as people see them who lack a kind of cones: what the tests of ramps and classes measure with.

use crate::colour::{Rgba, oklab_of_linear};

/// Full vision, vision without red, and without green cones. Matrices for linear light, severity 1:
/// Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113.
pub(crate) const VISIONS: [(&str, [[f64; 3]; 3]); 3] = [
    ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
];

/// Distance of two colours, 100 x OKLab, about the scale of delta-E.
pub(crate) fn distance(a: Rgba, b: Rgba, vision: &[[f64; 3]; 3]) -> f64 {
    let (a, b) = (seen(a, vision), seen(b, vision));
    100.0 * (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
}

/// Difference of lightness, 0 to 100: what is left in greyscale.
pub(crate) fn in_grey(a: Rgba, b: Rgba) -> f64 {
    100.0 * (a.oklab()[0] - b.oklab()[0]).abs()
}

fn seen(colour: Rgba, vision: &[[f64; 3]; 3]) -> [f64; 3] {
    let light = colour.linear();
    oklab_of_linear(vision.map(|row| (0..3).map(|i| row[i] * light[i]).sum::<f64>().clamp(0.0, 1.0)))
}
