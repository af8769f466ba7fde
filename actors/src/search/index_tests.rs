use std::time::Instant;

use super::*;

const ITEMS: [&str; 8] = [
    "حفر بئر ارتوازي في تنزانيا Dig a well in Tanzania",
    "كفالة يتيم لمدة سنة Sponsor an orphan for a year",
    "سقيا الماء للعمال Water for workers",
    "إفطار صائم في رمضان Iftar meals",
    "زكاة المال Zakat",
    "صدقة جارية عامة General charity",
    "تمر سكري فاخر Sukkari dates",
    "بناء مسجد في النيجر Build a mosque in Niger",
];

fn index(texts: &[&str]) -> SearchIndex {
    let mut builder = Builder::default();
    for text in texts {
        builder.add([(*text, 1.0)]);
    }
    builder.build()
}

fn first(query: &str) -> Option<usize> {
    index(&ITEMS).search(query).unwrap().first().copied()
}

#[test]
fn words_are_found_however_they_are_spelt() {
    for (query, item) in [
        ("بئر", 0),
        ("بير", 0),
        ("البئر", 0),
        ("ارتوازى", 0),
        ("ارتوزي", 0),
        ("تنزنيا", 0),
        ("يتيم", 1),
        ("اليتيم", 1),
        ("كفاله", 1),
        ("كفلة يتيم", 1),
        ("سقيا", 2),
        ("سقيه", 2),
        ("وسقيا", 2),
        ("افطار الصائم", 3),
        ("فطار", 3),
        ("زكاه", 4),
        ("الزكاة", 4),
        ("صدقه", 5),
        ("مسجد", 7),
        ("مسجذ", 7),
        ("tanzania", 0),
        ("tanzanai", 0),
        ("orphn", 1),
        ("MOSQUE", 7),
        ("mosqeu niger", 7),
        ("dat", 6),
    ] {
        assert_eq!(first(query), Some(item), "{query}");
    }
}

#[test]
fn an_article_makes_no_short_word_long_enough_to_be_misspelt() {
    let index = index(&["إلى باب البيت", "حفر بئر"]);
    assert_eq!(index.search("البئر"), Some(vec![1]));
    assert_eq!(index.search("البيت"), Some(vec![0]));
}

#[test]
fn what_is_not_there_is_not_found() {
    for query in ["سيارة", "xylophone", "qqqq", "بيت المقدس للاجئين", "zz"] {
        assert_eq!(index(&ITEMS).search(query), Some(vec![]), "{query}");
    }
    assert_eq!(index(&ITEMS).search(" …! "), None);
    assert_eq!(index(&[]).search("بئر"), Some(vec![]));
}

#[test]
fn every_word_counts_before_some_do() {
    let index = index(&[
        "water well",
        "water tank",
        "deep well",
        "well water well water",
    ]);
    assert_eq!(index.search("water well"), Some(vec![3, 0]));
    assert_eq!(index.search("water"), Some(vec![3, 0, 1]));
    // Nothing has all of it: what has half is better than nothing.
    assert_eq!(index.search("tank elephant"), Some(vec![1]));
    assert_eq!(index.search("tank elephant giraffe"), Some(vec![]));
}

#[test]
fn a_question_finds_what_it_is_about() {
    assert_eq!(first("كيف أتبرع لكفالة اليتيم؟"), Some(1));
    assert_eq!(first("ابي احفر بئر"), Some(0));
    assert_eq!(first("want to build a mosque"), Some(7));
}

#[test]
fn a_weighty_text_outweighs_a_passing_mention() {
    let mut builder = Builder::default();
    builder.add([("Blankets", 3.0), ("a warm winter for every well", 1.0)]);
    builder.add([("A well", 3.0), ("clean drink", 1.0)]);
    assert_eq!(builder.build().search("well"), Some(vec![1, 0]));
}

#[test]
fn an_exact_word_comes_before_a_longer_or_a_misspelt_one() {
    let index = index(&["wells", "welk", "well"]);
    let found = index.search("well").unwrap();
    assert_eq!(found, [2, 0, 1]);
}

/// A catalog of `n` items of about forty words out of a few thousand, as large tenants have it.
fn large(n: usize) -> (SearchIndex, Vec<String>) {
    let roots = [
        "حفر", "سقي", "كفل", "بني", "علم", "طعم", "water", "school", "family", "build",
    ];
    let mut state = 7_u64;
    let mut dice = move |sides: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % sides
    };
    let vocabulary: Vec<String> = (0..5_000)
        .map(|_| {
            let tail: String = (0..dice(4) + 1)
                .map(|_| ['ا', 'ت', 'ن', 'ه', 'م', 'ر', 'e', 's', 'n', 'o'][dice(10)])
                .collect();
            format!("{}{tail}", roots[dice(10)])
        })
        .collect();
    let mut builder = Builder::default();
    for _ in 0..n {
        let text: Vec<&str> = (0..40)
            .map(|_| vocabulary[dice(vocabulary.len())].as_str())
            .collect();
        builder.add([(text.join(" ").as_str(), 1.0)]);
    }
    (builder.build(), vocabulary)
}

/// Prints what 10,000 items cost; how long they take is recorded, not judged.
#[test]
fn ten_thousand_items() {
    let full = std::env::var("SADU_SCALE").is_ok_and(|scale| scale == "full");
    let items = if full { 10_000 } else { 1_000 };
    let began = Instant::now();
    let (index, vocabulary) = large(items);
    let built = began.elapsed();
    let mut took: Vec<_> = vocabulary
        .iter()
        .step_by(25)
        .map(|word| {
            let misspelt: String = word.chars().skip(1).collect();
            let asked = Instant::now();
            let found = index.search(word).unwrap();
            index.search(&misspelt).unwrap();
            assert!(found.iter().all(|n| *n < items));
            asked.elapsed() / 2
        })
        .collect();
    took.sort_unstable();
    println!(
        "{items} items of 40 words indexed in {built:?}; a search p50 {:?}, p95 {:?}",
        took[took.len() / 2],
        took[took.len() * 95 / 100]
    );
    assert!(!index.search(&vocabulary[0]).unwrap().is_empty());
}
