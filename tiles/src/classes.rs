//! Named classes of maps, in sets: each set can be told apart by lightness or by pattern, without any colour.
//!
//! Where colours are not enough, a class has a pattern: light ink on dark fills (what is above), dark ink on light
//! fills (what is below), so that shape and lightness alone say which class a place has.

use crate::colour::Rgba;
use crate::pattern::Pattern;
use crate::ramp::oklab;

/// A class: its name in the data, words for it, colour and pattern.
#[derive(Debug)]
pub struct Class {
    /// Value of the property.
    pub name: &'static str,
    /// Words, where a layer has none of its own.
    pub label: &'static str,
    /// Pattern over the colour.
    pub pattern: Option<Pattern>,
    /// Whether it is left clear on maps, so that the ground is seen: the class in which most places are.
    pub is_clear: bool,
    oklch: [f64; 3],
}

/// A set of classes, by the name that layers call it.
#[derive(Debug)]
pub struct ClassSet {
    /// Name, as it stands in a layer's definition.
    pub name: &'static str,
    /// Whether shapes have a dark outline: they may lie over one another.
    pub is_outlined: bool,
    /// Its classes, as legends list them.
    pub classes: &'static [Class],
}

impl Class {
    /// Its colour.
    #[must_use]
    pub fn colour(&self) -> Rgba {
        Rgba::of_oklab(oklab(self.oklch))
    }

    /// The colour over a map; nothing for a class that is left clear.
    #[must_use]
    pub fn drawn(&self) -> Rgba {
        if self.is_clear { Rgba::CLEAR } else { self.colour() }
    }

    /// The ink of its pattern: light on dark fills, dark on light ones.
    #[must_use]
    pub fn ink(&self) -> Rgba {
        if self.has_light_ink() { Rgba::WHITE } else { Rgba::INK }
    }

    /// Name of its pattern with its ink, as style sheets call the picture: `rings-light`.
    #[must_use]
    pub fn picture(&self) -> Option<String> {
        let ink = if self.has_light_ink() { "light" } else { "dark" };
        Some(format!("{}-{ink}", self.pattern?.name()))
    }

    fn has_light_ink(&self) -> bool {
        let [lightness, ..] = self.oklch;
        lightness < 0.66
    }
}

impl ClassSet {
    /// The set of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        CLASS_SETS.iter().find(|set| set.name == name)
    }

    /// The set that has all of some class names, where no layer says which; undefined belongs to every set.
    #[must_use]
    pub fn of_names(names: &[&str]) -> Option<&'static Self> {
        CLASS_SETS.iter().find(|set| names.iter().all(|name| *name == "undefined" || set.class(name).is_some()))
    }

    /// A class of the set.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&'static Class> {
        self.classes.iter().find(|class| class.name == name)
    }
}

const fn plain(name: &'static str, label: &'static str, oklch: [f64; 3]) -> Class {
    Class { name, label, pattern: None, is_clear: false, oklch }
}

const fn inked(name: &'static str, label: &'static str, oklch: [f64; 3], pattern: Pattern) -> Class {
    Class { name, label, pattern: Some(pattern), is_clear: false, oklch }
}

const fn clear(name: &'static str, label: &'static str) -> Class {
    Class { name, label, pattern: None, is_clear: true, oklch: [0.955, 0.006, 90.0] }
}

/// All sets. Above is red to orange and below is blue, the pair of hues that every common colour vision keeps.
pub static CLASS_SETS: &[ClassSet] = &[
    ClassSet { name: "hotspots", is_outlined: false, classes: HOTSPOTS },
    ClassSet {
        name: "diverging",
        is_outlined: false,
        classes: &[
            plain("above", "Above", [0.520, 0.160, 40.0]),
            clear("not_different", "Not different"),
            inked("below", "Below", [0.780, 0.090, 240.0], Pattern::Down),
        ],
    },
    ClassSet {
        name: "quadrants",
        is_outlined: false,
        classes: &[
            plain("high_high", "High among high", [0.440, 0.160, 25.0]),
            inked("high_low", "High among low", [0.600, 0.170, 45.0], Pattern::Up),
            plain("low_low", "Low among low", [0.740, 0.090, 240.0]),
            inked("low_high", "Low among high", [0.870, 0.055, 225.0], Pattern::Down),
            clear("none", "Not different from chance"),
        ],
    },
    ClassSet { name: "emerging", is_outlined: false, classes: EMERGING },
    ClassSet {
        name: "scan",
        is_outlined: true,
        classes: &[
            plain("p_0.001", "p <= 0.001", [0.400, 0.150, 350.0]),
            plain("p_0.01", "p <= 0.01", [0.610, 0.170, 355.0]),
            plain("p_0.05", "p <= 0.05", [0.800, 0.105, 0.0]),
            clear("not_significant", "Chance would often make it"),
        ],
    },
    ClassSet { name: "clusters", is_outlined: true, classes: &[plain("cluster", "Cluster", [0.830, 0.110, 75.0])] },
    ClassSet {
        name: "yesno",
        is_outlined: false,
        classes: &[
            plain("in", "In", [0.560, 0.150, 40.0]),
            plain("in_half", "Among the fewest places with half of the incidents", [0.560, 0.150, 40.0]),
            plain("tied", "Some of these fill the half", [0.780, 0.110, 72.0]),
            clear("other", "Other places"),
        ],
    },
    ClassSet {
        name: "shares",
        is_outlined: false,
        classes: &[
            plain("in_1_percent", "In the first 1 % of the area", [0.360, 0.140, 22.0]),
            plain("in_2_percent", "In the first 2 %", [0.540, 0.180, 33.0]),
            plain("in_5_percent", "In the first 5 %", [0.700, 0.160, 58.0]),
            plain("in_10_percent", "In the first 10 %", [0.860, 0.110, 88.0]),
            clear("other", "Other places"),
        ],
    },
];

/// Hot and cold spots, hottest first. All differ in lightness.
const HOTSPOTS: &[Class] = &[
    plain("hot_0.001", "Concentration, q <= 0.001", [0.360, 0.140, 22.0]),
    plain("hot_0.01", "Concentration, q <= 0.01", [0.570, 0.190, 35.0]),
    plain("hot_0.05", "Concentration, q <= 0.05", [0.760, 0.150, 65.0]),
    clear("none", "Not different from chance"),
    plain("cold_0.05", "Fewer than by chance, q <= 0.05", [0.850, 0.065, 230.0]),
    plain("cold_0.01", "Fewer than by chance, q <= 0.01", [0.665, 0.115, 245.0]),
    plain("cold_0.001", "Fewer than by chance, q <= 0.001", [0.460, 0.130, 260.0]),
];

/// The courses of hot and cold spots over time: dark with light patterns where hot, light with dark ones where cold.
const EMERGING: &[Class] = &[
    inked("new_hot", "New concentration", [0.590, 0.190, 40.0], Pattern::Plus),
    inked("consecutive_hot", "Consecutive concentration", [0.530, 0.180, 35.0], Pattern::Grid),
    inked("intensifying_hot", "Intensifying concentration", [0.430, 0.160, 26.0], Pattern::Up),
    plain("persistent_hot", "Persistent concentration", [0.360, 0.140, 22.0]),
    inked("diminishing_hot", "Diminishing concentration", [0.500, 0.170, 30.0], Pattern::Down),
    inked("sporadic_hot", "Sporadic concentration", [0.620, 0.170, 48.0], Pattern::Rings),
    inked("oscillating_hot", "Oscillating: now more, at times fewer", [0.560, 0.150, 55.0], Pattern::Zigzag),
    inked("historical_hot", "Historical concentration, not now", [0.640, 0.120, 62.0], Pattern::BackHatch),
    clear("none", "No pattern over time"),
    inked("new_cold", "Newly fewer", [0.800, 0.085, 235.0], Pattern::Plus),
    inked("consecutive_cold", "Consecutively fewer", [0.770, 0.090, 238.0], Pattern::Grid),
    inked("intensifying_cold", "Ever fewer", [0.720, 0.105, 245.0], Pattern::Up),
    plain("persistent_cold", "Persistently fewer", [0.690, 0.110, 247.0]),
    inked("diminishing_cold", "Fewer, but less so", [0.750, 0.095, 242.0], Pattern::Down),
    inked("sporadic_cold", "Sporadically fewer", [0.840, 0.065, 230.0], Pattern::Rings),
    inked("oscillating_cold", "Oscillating: now fewer, at times more", [0.820, 0.070, 225.0], Pattern::Zigzag),
    inked("historical_cold", "Historically fewer, not now", [0.870, 0.050, 222.0], Pattern::BackHatch),
];

#[cfg(test)]
#[path = "classes_tests.rs"]
mod tests;
