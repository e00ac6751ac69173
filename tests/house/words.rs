//! Words: places have recorded incidents; they are not bad, nobody is scored, nothing is ranked. In six languages.

use std::path::{Path, PathBuf};
use std::process::Command;

use geodata::analysis::METHODS;
use geodata::ingest::SOURCES;
use geodata::model::Tier;
use geodata::policy::{DEFAULT_TEXT, Policy, explain};
use urbansafety::http::ROUTES;
use urbansafety::http::params::{FILTERS, PAGING};
use urbansafety::layers::LAYERS;

use super::tidy::{ROOT, files, text};

/// A language, what no text may say, sentences that must be found, and neutral ones that must not.
struct Language {
    name: &'static str,
    /// Each a row of beginnings of words, as they follow one another; `$` ends a word. Accents and case do not count.
    phrases: &'static [&'static str],
    bad: &'static [&'static str],
    good: &'static [&'static str],
}

#[rustfmt::skip]
const LANGUAGES: [Language; 6] = [
    Language {
        name: "English",
        phrases: &[
            "dangerous area", "dangerous neighbo", "dangerous place", "dangerous district", "dangerous street", "dangerous part",
            "dangerous zone", "dangerous people", "dangerous person", "most dangerous", "unsafe area", "unsafe neighbo",
            "unsafe street", "bad area", "bad neighbo", "bad part of town", "rough area", "rough neighbo", "worst area",
            "worst neighbo", "worst district", "worst street", "worst place", "worst part", "safest area", "safest neighbo",
            "crime ridden", "crime infested", "high crime area", "criminal area", "criminal neighbo", "no go$", "ghetto", "slum",
            "criminals$", "a criminal$", "gang member", "gangster", "thug$", "thugs$", "predator", "offender list",
            "list of offender", "suspect list", "suspects list", "list of suspect", "heat list", "risk score", "threat score",
            "danger score", "high risk people", "high risk person", "high risk individual", "likely offender",
            "potential offender", "repeat offender", "ranking of area", "ranking of neighbo", "area ranking", "rank of the area",
            "areas ranked by", "top ten$", "top 10$",
        ],
        bad: &[
            "Avoid this bad area after dark.", "The worst neighbourhoods of the city", "Where criminals gather",
            "A list of suspects by street", "Risk score of each person", "The ten most dangerous areas", "no-go zones",
            "Predators near schools", "gang\n   members live here",
        ],
        good: &[
            "Concentrations of recorded incidents; criminal damage; organised criminal group", "There is no government here",
            "Residents of the area, by rank of nothing", "The police badge; dangerous weapons",
        ],
    },
    Language {
        name: "French",
        phrases: &[
            "zone dangereu", "zones dangereu", "quartier dangereu", "quartiers dangereu", "lieu dangereu", "lieux dangereu",
            "secteur dangereu", "secteurs dangereu", "rue dangereu", "rues dangereu", "plus dangereu", "individu dangereu",
            "individus dangereu", "zone de non droit", "zones de non droit", "quartier chaud", "quartiers chauds",
            "mauvais quartier", "mauvaise zone", "quartier mal fame", "quartiers mal fames", "quartier a eviter",
            "quartiers a eviter", "zone a eviter", "zones a eviter", "pire quartier", "pires quartier", "pire zone",
            "pires zone", "les criminels", "des criminels", "un criminel$", "delinquant$", "delinquants$", "predateur", "voyou",
            "racaille", "membre de gang", "membres de gang", "liste de suspect", "liste des suspect", "liste de delinquant",
            "score de risque", "indice de dangerosite", "personnes a haut risque", "classement des quartier",
            "classement des zone", "palmares",
        ],
        bad: &[
            "Les quartiers les plus dangereux", "Évitez cette zone dangereuse", "Les pires quartiers de la ville",
            "La liste des suspects", "Des criminels y vivent", "Un score de risque par personne", "Zones de non-droit",
        ],
        good: &["Délinquance enregistrée ; groupe criminel organisé ; faits criminels", "Concentration d’incidents enregistrés"],
    },
    Language {
        name: "Spanish",
        phrases: &[
            "zona peligros", "zonas peligros", "barrio peligros", "barrios peligros", "area peligros", "areas peligros",
            "lugar peligros", "lugares peligros", "calle peligros", "calles peligros", "colonia peligros", "colonias peligros",
            "mas peligros", "persona peligros", "personas peligros", "mal barrio", "barrio bravo", "zona roja", "zonas rojas",
            "zona vedada", "peor barrio", "peores barrio", "peor zona", "peores zona", "peor colonia", "peores colonia",
            "los criminales$", "un criminal$", "unos criminales$", "delincuente", "maleante", "malhechor", "depredador",
            "pandillero", "lista de sospechos", "lista de delincuente", "puntuacion de riesgo", "puntaje de riesgo",
            "personas de alto riesgo", "ranking de barrio", "ranking de zona", "clasificacion de barrio", "ranking de colonia",
        ],
        bad: &[
            "Los barrios más peligrosos", "Las peores colonias", "Evite esta zona peligrosa", "Los delincuentes viven aquí",
            "Lista de sospechosos", "Puntuación de riesgo de cada persona", "depredadores sexuales",
        ],
        good: &["Delincuencia organizada; grupos criminales", "Concentración de incidentes registrados"],
    },
    Language {
        name: "Arabic",
        phrases: &[
            "منطق خطر", "مناطق خطر", "حي$ خطر", "احياء خطر", "مكان خطر", "اماكن خطر", "شارع خطر", "شوارع خطر", "اكثر خطور",
            "اخطر منطق", "اخطر مناطق", "اخطر حي$", "اخطر احياء", "اسوا منطق", "اسوا مناطق", "اسوا حي$", "اسوا احياء",
            "منطق محظور", "مناطق محظور", "مجرم$", "مجرمون", "مجرمين", "مفترس", "عضو عصاب", "اعضاء عصاب", "افراد عصاب",
            "قائم مشتبه", "لائح مشتبه", "قائم مجرم", "درج خطور اشخاص", "درج خطور", "اشخاص خطر", "ترتيب احياء", "ترتيب مناطق",
            "تصنيف احياء",
        ],
        bad: &[
            "المناطق الخطرة في المدينة", "أسوأ الأحياء", "الأحياء الأكثر خطورة", "قائمة المشتبه بهم", "يعيش المجرمون هنا",
            "والمجرمين", "درجة خطورة كل شخص",
        ],
        good: &["تركز الحوادث المسجلة", "الأفعال المجرَّمة في القانون", "المناطق والأحياء في المدينة"],
    },
    Language {
        name: "Chinese",
        phrases: &[
            "危险区域", "危险地区", "危险地带", "危险街区", "危险社区", "危险人物", "危险分子", "最危险", "不安全地区", "不安全区域",
            "最差地区", "最差社区", "最差街区", "最差的", "最糟", "最乱", "治安差", "禁区", "罪犯", "犯罪分子", "犯罪者", "歹徒", "匪徒",
            "掠食者", "捕食者", "黑帮成员", "帮派成员", "嫌疑人名单", "嫌疑人列表", "嫌犯名单", "嫌疑犯名单", "风险评分", "危险评分",
            "危险指数", "高危人员", "高危人群", "高风险人员", "高风险人群", "排行榜", "地区排名", "社区排名", "街区排名",
        ],
        bad: &["本市最危险的地区", "避开危险区域", "最差的社区", "罪犯聚集的地方", "嫌疑人 名单", "每个人的风险评分"],
        good: &["已记录事件的集中程度", "有组织犯罪集团", "各地区的居民人数"],
    },
    Language {
        name: "Russian",
        phrases: &[
            "опасн район", "опасн мест", "опасн зон", "опасн улиц", "опасн квартал", "опасн люд", "опасн лиц", "самый опасн",
            "самые опасн", "самая опасн", "самых опасн", "самое опасн", "наиболее опасн", "небезопасн район", "плох район",
            "худш район", "худш мест", "худш улиц", "худш квартал", "неблагополучн район", "криминальн район", "запретн зон",
            "преступник", "бандит", "хищник", "уголовник", "член банд", "список подозреваем", "списк подозреваем",
            "список преступ", "балл риска", "оценк риска лиц", "рейтинг район", "рейтинг риска", "рейтинг опасн",
        ],
        bad: &[
            "Самые опасные районы города", "Избегайте опасных мест", "Худшие районы", "Здесь живут преступники",
            "Списки подозреваемых", "Рейтинг районов", "Балл риска каждого человека",
        ],
        good: &["Зарегистрированная преступность", "Организованная преступная группа", "Сосредоточение зарегистрированных случаев"],
    },
];

/// What not even the code may say: these have no other meaning.
const NOWHERE: [&str; 8] = [
    "dangerous area",
    "bad area",
    "crime ridden",
    "no go$",
    "high risk people",
    "risk score",
    "offender list",
    "criminal area",
];

/// Latin letters without their accents, Arabic and Cyrillic letters in one form; marks of vowels go.
fn plain(c: char) -> Option<char> {
    Some(match c {
        'à' | 'á' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ё' => 'е',
        'أ' | 'إ' | 'آ' => 'ا',
        // Short vowels and the stretching line. The doubling mark stays: it tells a crime from someone who commits it.
        '\u{64b}'..='\u{650}' | '\u{652}' | '\u{640}' | '\u{301}' => return None,
        c => c,
    })
}

fn words(text: &str) -> Vec<String> {
    let plain: String = text.to_lowercase().chars().filter_map(plain).collect();
    let apart = |c: char| !c.is_alphanumeric() && c != '\u{651}';
    plain.split(apart).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// An Arabic word without what is written together with it: and, with, for, the.
fn bare(word: &str) -> &str {
    let mut bare = word;
    for prefix in ["و", "ف", "ب", "ك", "لل", "ل"] {
        let rest = bare.strip_prefix(prefix);
        if let Some(rest) =
            rest.filter(|r| prefix == "لل" || r.starts_with("ال") || r.starts_with("لل") || prefix == "و")
        {
            bare = rest;
        }
    }
    bare.strip_prefix("ال").unwrap_or(bare)
}

/// The first of the phrases that a text says.
fn said<'a>(text: &str, phrases: &'a [&'a str]) -> Option<&'a str> {
    let words = words(text);
    let run: String = words.concat();
    let begins = |word: &str, part: &str| {
        let is = |word: &str| part.strip_suffix('$').map_or_else(|| word.starts_with(part), |whole| word == whole);
        is(word) || is(bare(word))
    };
    phrases.iter().copied().find(|phrase| {
        // Chinese has no spaces between words.
        if phrase.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
            return run.contains(phrase);
        }
        let parts: Vec<&str> = phrase.split(' ').collect();
        words.windows(parts.len()).any(|window| window.iter().zip(&parts).all(|(word, part)| begins(word, part)))
    })
}

/// Fails where a text says a phrase of any language.
fn must_be_neutral(place: &str, text: &str) {
    for language in &LANGUAGES {
        if let Some(phrase) = said(text, language.phrases) {
            panic!("{place} says {phrase:?} ({})", language.name);
        }
    }
}

#[test]
fn the_check_finds_what_it_must_and_leaves_neutral_words() {
    for language in &LANGUAGES {
        for sentence in language.bad {
            assert!(said(sentence, language.phrases).is_some(), "{}: {sentence:?} passes", language.name);
            assert!(std::panic::catch_unwind(|| must_be_neutral("a test", sentence)).is_err(), "{sentence}");
        }
        for sentence in language.good {
            must_be_neutral(language.name, sentence);
        }
        for phrase in language.phrases {
            let itself = phrase.replace('$', "");
            assert!(said(&itself, &[phrase]).is_some(), "{}: {phrase:?} finds nothing", language.name);
        }
    }
}

#[test]
fn no_catalogue_of_the_interface_says_them() {
    let catalogues = files(&["static/src/words"], &["json"]);
    for path in &catalogues {
        let words: serde_json::Value = serde_json::from_str(&text(path)).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        for (key, words) in words.as_object().expect("an object of words") {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            must_be_neutral(&format!("{name}, {key}"), &words.to_string());
        }
    }
    must_be_neutral("layers.toml", &text(&Path::new(ROOT).join("src/layers/layers.toml")));
    must_be_neutral("the default policy", DEFAULT_TEXT);
    must_be_neutral("the explanation of the policy", &explain(Policy::standard()));
    for method in METHODS {
        let parameters: String = method.parameters.iter().map(|p| format!("{} {}. ", p.name, p.words)).collect();
        let all = [method.title, method.answers, method.when_not, method.numbers, &parameters].join(". ");
        must_be_neutral(method.id, &all);
    }
    for source in SOURCES.iter() {
        must_be_neutral(&source.id, &format!("{}. {}", source.title, source.licence));
    }
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        must_be_neutral(name, &text(&Path::new(ROOT).join(name)));
    }
    for route in ROUTES {
        must_be_neutral(route.id, route.summary);
    }
}

/// The help of a verb and of those below it.
fn helps(verbs: &[&str], out: &mut Vec<(String, String)>) {
    let run = Command::new(env!("CARGO_BIN_EXE_urbansafety")).args(verbs).arg("--help").output().expect("run");
    let help = String::from_utf8_lossy(&run.stdout).into_owned();
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    for line in list.lines().take_while(|l| l.starts_with("  ")) {
        let below =
            line.split_whitespace().next().filter(|verb| line.starts_with(&format!("  {verb}")) && *verb != "help");
        if let Some(below) = below {
            helps(&[verbs, &[below]].concat(), out);
        }
    }
    out.push((verbs.join(" "), help));
}

#[test]
fn no_help_text_says_them() {
    let mut all = vec![];
    helps(&[], &mut all);
    assert!(all.iter().any(|(verb, _)| verb == "policy sign") && all.len() > 15, "{} helps", all.len());
    for (verb, help) in &all {
        must_be_neutral(&format!("urbansafety {verb} --help"), help);
    }
}

#[test]
fn not_even_the_code_says_the_plainest() {
    let dirs = ["src", "geodata/src", "geodata/sources", "tiles/src", "static/src"];
    let is_test = |path: &&PathBuf| path.to_string_lossy().ends_with(".test.ts");
    for path in files(&dirs, &["rs", "ts", "toml", "json", "html"]).iter().filter(|path| !is_test(path)) {
        // Comments wrap: a phrase may begin on one line and end on the next.
        let joined: Vec<_> =
            text(path).lines().map(|line| line.trim_start().trim_start_matches('/').to_owned()).collect();
        if let Some(phrase) = said(&joined.join("\n"), &NOWHERE) {
            panic!("{} says {phrase:?}", path.display());
        }
    }
}

/// Whether a name of a parameter, or a value it may have, orders what is asked for.
fn ranks(name: &str) -> bool {
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let begins = ["sort", "order", "rank", "top", "worst", "best", "asc", "desc"];
    parts.into_iter().any(|part| begins.iter().any(|b| part.to_lowercase().starts_with(b)))
}

#[test]
fn nothing_is_ranked_by_a_parameter() {
    assert!(["sortby", "order_by", "Rank", "top-n"].map(ranks).iter().all(|r| *r));
    assert!(!["bbox", "border", "limit", "stop"].map(ranks).iter().any(|r| *r));
    let routes = ROUTES.iter().flat_map(|r| r.params.iter().copied());
    let layers = LAYERS.iter().flat_map(|layer| {
        let own = layer.parameters.iter().flat_map(|p| std::iter::once(&p.name).chain(&p.choices));
        own.chain(&layer.method_parameters).map(String::as_str)
    });
    let methods = METHODS.iter().flat_map(|m| m.parameters.iter().map(|p| p.name));
    // Lists alone take the standard's `sortby`, which is refused for what is counted below analyst tier.
    let with = ROUTES.iter().filter(|r| r.params.contains(&"sortby")).map(|r| r.id).collect::<Vec<_>>();
    assert_eq!(with, ["items"]);
    let routes = routes.filter(|name| *name != "sortby");
    for name in routes.chain(layers).chain(methods).chain(FILTERS.iter().chain(PAGING).copied()) {
        assert!(!ranks(name), "{name}");
    }
}

#[tokio::test]
async fn a_public_request_to_sort_is_refused_for_every_layer() {
    for layer in LAYERS.iter() {
        for query in ["sortby=-count", "orderBy=rate", "rank=1"] {
            let answer = super::support::get(&format!("/collections/{}/items?{query}", layer.id)).await;
            // What the public may not see at all is refused before its parameters are read.
            let expected = if layer.min_tier == Tier::Public { 400 } else { 403 };
            assert_eq!(answer.status.as_u16(), expected, "{} {query}", layer.id);
        }
    }
}
