//! The report and the page of a folder: the numbers of the service, plain HTML, nothing ranked.

use urbansafety::publish::{Public, report};

use super::files::published;
use super::support::{city, get};

fn page(period: Option<&str>, categories: &[&str]) -> String {
    let public = Public::open(city().0.path()).unwrap();
    let categories: Vec<String> = categories.iter().map(|c| (*c).to_owned()).collect();
    report(&public, period, &categories).unwrap()
}

/// The fields of every row of the table with a caption.
fn table(page: &str, caption: &str) -> Vec<Vec<String>> {
    let from = page.find(caption).unwrap_or_else(|| panic!("no table {caption:?}"));
    let body = page[from..].split("<tbody>").nth(1).and_then(|t| t.split("</tbody>").next()).unwrap();
    let fields = |line: &str| {
        let parts = line.split('<').filter_map(|p| p.split_once('>')).map(|(_, text)| text.replace(',', ""));
        parts.filter(|t| !t.is_empty()).collect()
    };
    body.lines().filter(|l| l.starts_with("<tr>")).map(fields).collect()
}

#[tokio::test]
async fn the_numbers_of_a_report_are_those_of_the_service() {
    for (period, category) in [(None, None), (Some("2022"), Some("05"))] {
        let page = page(period, &category.into_iter().collect::<Vec<_>>());
        let filter = format!(
            "{}{}",
            period.map_or_else(String::new, |p| format!("&datetime={p}")),
            category.map_or_else(String::new, |c| format!("&category={c}"))
        );
        let answer = get(&format!("/collections/cells/items?limit=10000&grid=areas:districts{filter}")).await.json();
        let features = answer["features"].as_array().unwrap();
        let rows = table(&page, "Areas of districts");
        assert!(rows.len() == features.len() && rows.len() > 3, "{rows:?}");
        assert!(rows.is_sorted_by_key(|r| r[0].clone()), "in the order of their ids");
        for row in &rows {
            let feature = features.iter().find(|f| f["properties"]["area"] == *row[0]).unwrap();
            let count = feature["properties"]["count"].as_u64().map_or("not told".to_owned(), |n| n.to_string());
            assert_eq!((&row[1], &row[2]), (&feature["properties"]["name"].as_str().unwrap().to_owned(), &count));
        }
        let included = async |filter: String| {
            let answer = get(&format!("/collections/cells/items?limit=1{filter}")).await.json();
            answer["analysis"]["included"].as_u64().unwrap().to_string()
        };
        let years = table(&page, "in the whole city, by year");
        assert_eq!(years.len(), 5, "{years:?}");
        for row in &years {
            let category = category.map_or_else(String::new, |c| format!("&category={c}"));
            assert_eq!(row[1], included(format!("&datetime={}{category}", row[0])).await, "{row:?}");
        }
        let categories = table(&page, "by ICCS category");
        assert!(categories.len() > 2);
        for row in &categories {
            let code = row[0].split(' ').next().unwrap();
            let period = period.map_or_else(String::new, |p| format!("&datetime={p}"));
            assert_eq!(row[2], included(format!("&category={code}{period}")).await, "{row:?}");
        }
    }
}

#[test]
fn pages_are_plain_and_say_what_they_stand_on() {
    let document = city().0.release().unwrap().document().clone();
    let index = std::fs::read_to_string(published().join("index.html")).unwrap();
    for page in [page(None, &[]), index] {
        for word in ["<script", "javascript:", "<link", "<iframe", " onload", "@import"] {
            assert!(!page.contains(word), "{word}");
        }
        for word in [&document.policy.hash, &document.checksum, "https://findahelpline.com", "@media print", "withheld"]
        {
            assert!(page.contains(word), "{word}");
        }
        assert_eq!(page.matches("<table>").count(), page.matches("</table>").count());
    }
    let own = page(Some("2022-05"), &["03"]);
    assert!(
        own.contains("widened") && own.contains("data:image/png;base64,iVBORw0KGgo"),
        "a sensitive month is a quarter"
    );
    let refused = report(&Public::open(city().0.path()).unwrap(), Some("2022-13"), &[]).unwrap_err();
    assert!(refused.what.contains("2022-13"), "{refused}");
    assert!(own.contains("Recorded incidents: Injurious acts of a sexual nature (03)"));
}

#[test]
fn what_is_withheld_as_a_whole_is_not_called_none_in_any_area() {
    let page = page(Some("2022-05"), &["03"]);
    assert!(
        page.contains("On the map 1 of 1 cells are withheld."),
        "the test wants a question of which nothing is told"
    );
    let rows = table(&page, "Areas of districts");
    assert!(rows.iter().all(|r| r[2] == "not told" && r[3].starts_with("Withheld")), "{rows:?}");
}
