//! Plots that a person can look at (set PICTURES to a folder to keep them), and what a program can check of them.

use super::sheet::{Anchor, LETTER_HEIGHT_PX, Metrics, Paint, Place, Stroke};
use super::*;
use crate::colour::Rgba;

/// A sheet that notes where text stands.
struct Noted {
    letter_px: f64,
    /// Left, top, right, bottom and text.
    texts: Vec<([f64; 4], String)>,
    marks: Vec<Place>,
}

impl Metrics for Noted {
    fn letter_px(&self) -> f64 {
        self.letter_px
    }
}

impl Sheet for Noted {
    fn rectangle(&mut self, [x, y, w, h]: [f64; 4], _: Paint) {
        assert!(w >= 0.0 && h >= 0.0);
        self.marks.extend([[x, y], [x + w, y + h]]);
    }
    fn line(&mut self, places: &[Place], _: Stroke, _: &[f64]) {
        self.marks.extend(places);
    }
    fn shape(&mut self, ring: &[Place], _: Rgba) {
        self.marks.extend(ring);
    }
    fn text(&mut self, [x, y]: Place, anchor: Anchor, _: Rgba, text: &str) {
        let width = self.width_px(text);
        let left = x - width
            * match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => 0.5,
                Anchor::End => 1.0,
            };
        self.texts.push(([left, y, left + width, y + LETTER_HEIGHT_PX], text.to_owned()));
    }
    fn heading(&mut self, [x, y]: Place, text: &str) {
        self.texts.push(([x, y, x + self.width_px(text) * 1.5, y + 27.0], text.to_owned()));
    }
}

fn chart(title: &str, x: Axis, y: Axis, marks: Marks) -> Chart {
    let words = "What is seen here is recorded incidents, which is not all that happened. Darker is more, and a star \
                 marks what chance alone would make in at most one of twenty draws.";
    Chart { title: title.to_owned(), words: words.to_owned(), x, y, marks }
}

fn classes(label: &str, names: impl Iterator<Item = String>) -> Axis {
    Axis { label: label.to_owned(), ticks: names.collect(), is_log: false }
}

fn line(name: &str, points: impl Iterator<Item = (f64, f64)>, is_reference: bool) -> Line {
    Line { name: name.to_owned(), points: points.collect(), is_reference }
}

fn bar(value: f64, interval: Option<(f64, f64)>) -> Bar {
    Bar { value, interval }
}

fn knox(columns: usize, rows: usize) -> Chart {
    let ratio = |x: usize, y: usize| (x + y != 3).then(|| 0.8 + 2.5 / (1.0 + (x * x + 2 * y) as f64));
    let rows: Vec<Vec<_>> = (0..rows).map(|y| (0..columns).map(|x| ratio(x, y)).collect()).collect();
    let note = |n: &Option<f64>| n.map_or(String::new(), |n| format!("{n:.2}{}", if n > 1.3 { "*" } else { "" }));
    let notes = rows.iter().map(|row| row.iter().map(note).collect()).collect();
    chart(
        "Near-repeats: pairs seen for every pair expected",
        classes("Days between", (0..columns).map(|i| format!("{} to {}", 7 * i, 7 * i + 6))),
        classes("Metres between", (0..rows.len()).map(|i| format!("{} to under {}", 100 * i, 100 * i + 100))),
        Marks::Heat { rows, unit: "ratio to the mean of draws".to_owned(), notes },
    )
}

fn examples() -> Vec<(&'static str, Chart)> {
    let share = |i: u32| f64::from(i) / 200.0;
    let months = || (0..60).map(|i| format!("{}-{:02}", 2014 + i / 12, i % 12 + 1));
    let lines = |n: usize| {
        let of = |k: usize| {
            (0..60).map(move |i| (f64::from(i), 40.0 + 9.0 * k as f64 + 20.0 * (f64::from(i) / 9.0 + k as f64).sin()))
        };
        (0..n).map(|k| line(&format!("Series {k} with a name"), of(k), false)).collect::<Vec<_>>()
    };
    let definitions = ["Police flag, victim or suspect", "Homicide unit, motive of the offence", "Partner's list"];
    let wide = Axis { label: "Bandwidth, metres".into(), ticks: vec![], is_log: true };
    vec![
        (
            "concentration",
            chart(
                "Share of incidents in the places with most of them",
                Axis::numbers("Share of places, from those with most"),
                Axis::numbers("Share of incidents"),
                Marks::Lines(vec![
                    line("Recorded incidents", (0..=200).map(|i| (share(i), share(i).powf(0.2))), false),
                    line("Evenness", [(0.0, 0.0), (1.0, 1.0)].into_iter(), true),
                    line("By chance with so few incidents", (0..=200).map(|i| (share(i), share(i).powf(0.5))), true),
                ]),
            ),
        ),
        (
            "emerging",
            chart("Hot places by month", classes("Month", months()), Axis::numbers("Places"), Marks::Lines(lines(3))),
        ),
        ("lines", chart("Twelve lines", classes("Month", months()), Axis::numbers("Places"), Marks::Lines(lines(12)))),
        (
            "bandwidths",
            chart(
                "How well each bandwidth foretells what was left out",
                wide,
                Axis::numbers("Log-likelihood for each incident"),
                Marks::Lines(vec![line(
                    "",
                    (0..30).map(|i| (50.0 * 1.2_f64.powi(i), -9.0 - (f64::from(i) - 12.0).powi(2) / 90.0)),
                    false,
                )]),
            ),
        ),
        ("knox", knox(6, 5)),
        ("knox_large", knox(26, 20)),
        ("knox_largest", knox(60, 60)),
        (
            "bars",
            chart(
                "Incidents by definition",
                classes("", ["Police flag", "Homicide unit", "Partner"].into_iter().map(str::to_owned)),
                Axis::numbers("Recorded incidents"),
                Marks::Bars(vec![bar(1234.0, None), bar(310.0, Some((280.0, 345.0))), bar(0.0, None)]),
            ),
        ),
        (
            "lying",
            chart(
                "Incidents with a gang context by definition, side by side, each with its own name and none of them the right one for everything",
                classes("Definition", (0..7).map(|i| format!("{} {i}", definitions[i % 3]))),
                Axis::numbers("Recorded incidents"),
                Marks::Bars(
                    (0..7)
                        .map(|i| bar(500.0 / (1 + i) as f64, Some((400.0 / (1 + i) as f64, 620.0 / (1 + i) as f64))))
                        .collect(),
                ),
            ),
        ),
        (
            "histogram",
            chart(
                "Largest ratios of draws",
                classes("Log-likelihood ratio", (0..24).map(|i| format!("{}", i))),
                Axis::numbers("Draws"),
                Marks::Bars((0..24).map(|i| bar(f64::from(400 - (i - 8) * (i - 8)), None)).collect()),
            ),
        ),
        (
            "signed",
            chart(
                "Change by year",
                classes("Year", (2010..2018).map(|y| y.to_string())),
                Axis::numbers("Change, incidents for every 100,000 residents"),
                Marks::Bars((0..8).map(|i| bar(f64::from(i * 13 % 7) - 3.0, None)).collect()),
            ),
        ),
        ("empty", chart("", Axis::default(), Axis::default(), Marks::Lines(vec![]))),
        (
            "nothing",
            chart(
                "No squares",
                Axis::default(),
                Axis::default(),
                Marks::Heat { rows: vec![], unit: String::new(), notes: vec![] },
            ),
        ),
        ("no_bars", chart("No bars", Axis::default(), Axis::default(), Marks::Bars(vec![]))),
        (
            "odd",
            chart(
                "What is not finite",
                Axis::numbers("x"),
                Axis { label: "y".into(), ticks: vec![], is_log: true },
                Marks::Lines(vec![line(
                    "a",
                    [(f64::NAN, 1.0), (1.0, f64::INFINITY), (2.0, -1.0), (3.0, 1e300), (4.0, 1e-300)].into_iter(),
                    false,
                )]),
            ),
        ),
        (
            "long",
            chart(
                &"Wordsthatneverend".repeat(20),
                Axis::numbers("m".repeat(300)),
                Axis::numbers("m".repeat(300)),
                Marks::Bars((0..200).map(|i| bar(1e12 * f64::from(i), None)).collect()),
            ),
        ),
    ]
}

#[test]
fn no_text_leaves_the_sheet_or_meets_another() {
    for (name, chart) in examples() {
        for letter_px in [8.0, 12.0] {
            let mut noted = Noted { letter_px, texts: vec![], marks: vec![] };
            let layout = Layout::new(&chart, &noted);
            chart.draw(&layout, &mut noted);
            let (width, height) = (f64::from(layout.size_px.0), f64::from(layout.size_px.1));
            assert!(width <= 2048.0 && height <= 2048.0, "{name}: {height}");
            for (i, ([l, t, r, b], text)) in noted.texts.iter().enumerate() {
                assert!(*l >= 0.0 && *t >= 0.0 && *r <= width && *b <= height, "{name}: {text:?} at {l} {t} {r} {b}");
                for (other, more) in &noted.texts[..i] {
                    let apart = *r <= other[0] || other[2] <= *l || *b <= other[1] || other[3] <= *t;
                    assert!(apart, "{name}: {text:?} meets {more:?}");
                }
            }
            assert!(noted.marks.iter().all(|[x, y]| (0.0..=width).contains(x) && (0.0..=height).contains(y)), "{name}");
        }
    }
}

#[test]
fn svg_is_whole_has_words_and_no_script_and_png_decodes() {
    for (name, chart) in examples() {
        let (svg, png) = (chart.svg().unwrap(), chart.png().unwrap());
        if let Ok(folder) = std::env::var("PICTURES") {
            std::fs::write(format!("{folder}/plot_{name}.svg"), &svg).unwrap();
            std::fs::write(format!("{folder}/plot_{name}.png"), &png).unwrap();
        }
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n") && svg.contains("role=\"img\""));
        assert!(svg.contains("<desc id=\"desc\">What is seen here"), "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<script"), "{name}");
        // Every element is closed in its own tag, or by one.
        for element in ["title", "desc", "defs", "text", "pattern", "svg"] {
            assert_eq!(
                svg.matches(&format!("<{element}")).count(),
                svg.matches(&format!("</{element}>")).count(),
                "{name} {element}"
            );
        }
        let picture = image::load_from_memory(&png).unwrap();
        assert_eq!(picture.width(), 900);
        assert!(picture.height() >= 540, "{name}: {}", picture.height());
        assert_eq!(png, chart.png().unwrap(), "the same picture again");
    }
}

#[test]
fn words_cannot_become_markup_and_any_script_is_kept() {
    let mut chart = knox(2, 2);
    chart.title = "<b>&\"السرقة 盗窃".to_owned();
    let svg = chart.svg().unwrap();
    assert!(svg.contains("<title id=\"title\">&lt;b&gt;&amp;&quot;السرقة 盗窃</title>") && !svg.contains("<b>"));
}

#[test]
fn squares_carry_their_number_and_those_without_one_a_pattern() {
    let svg = knox(6, 5).svg().unwrap();
    assert!(svg.contains(">3.30*</text>") && svg.contains(">undefined</text>"));
    assert_eq!(svg.matches("fill=\"url(#bars)\"").count(), 4 + 1, "four squares and the key");
    assert!(svg.contains("0 to 6: 3.30*") || svg.contains("0 to 6: 3.30"), "the description tells the numbers");
}

#[test]
fn bars_with_long_names_lie_and_every_name_is_whole() {
    let svg = examples().into_iter().find(|(name, _)| *name == "lying").unwrap().1.svg().unwrap();
    for i in 0..7 {
        assert!(svg.contains(&format!("{i}</text>")), "{i}");
    }
    assert!(svg.contains(">Police flag, victim or suspect 0</text>") && !svg.contains('…'));
    let standing = examples().into_iter().find(|(name, _)| *name == "bars").unwrap().1;
    assert!(!Layout::new(&standing, &picture::METRICS).is_lying);
}

#[test]
fn more_than_a_plot_holds_is_refused_with_what_to_do() {
    let lines = (0..13).map(|_| line("a", std::iter::once((0.0, 0.0)), false)).collect();
    let bars = vec![bar(1.0, None); 201];
    let rows = vec![vec![Some(1.0); 61]];
    let points = vec![line("a", (0..=MAX_PLOT_POINTS).map(|i| (i as f64, 0.0)), false)];
    for (marks, what) in [
        (Marks::Lines(lines), "lines"),
        (Marks::Bars(bars), "bars"),
        (Marks::Heat { rows, unit: String::new(), notes: vec![] }, "squares a side"),
        (Marks::Lines(points), "points"),
    ] {
        let chart = chart("", Axis::default(), Axis::default(), marks);
        assert_eq!(chart.svg().unwrap_err().parameter, what);
        assert!(chart.png().is_err());
    }
}

#[test]
fn a_greyscale_print_keeps_lines_and_squares() {
    // The lightest and the darkest square of a table, and the ink of their numbers, stay far apart in grey.
    let picture = image::load_from_memory(&knox(6, 5).png().unwrap()).unwrap().to_luma8();
    let mut seen = [0_u32; 256];
    picture.pixels().for_each(|pixel| seen[usize::from(pixel.0[0])] += 1);
    let large: Vec<usize> = (0..256).filter(|grey| seen[*grey] > 4_000).collect();
    let steps: Vec<usize> = large.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 12).collect();
    assert!(steps.len() >= 4, "{large:?}");
}
