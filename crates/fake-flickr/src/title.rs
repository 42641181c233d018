//! What photos are called: words that go with the picture, and titles that hurt.

use crate::config::StreamConfig;
use crate::paint::Scene;
use crate::photo::{About, Photo};
use crate::seed::{Dice, fraction};

/// Invented places; none of them is on a map by intent.
const PLACES: [&str; 24] = [
    "Velmora",
    "Harrow Sound",
    "Lindwick",
    "Ostrava Nova",
    "Cape Merrin",
    "Tarn Hallow",
    "Saint-Evrault-les-Pins",
    "Kestermoor",
    "Port Alwen",
    "Bregenfels",
    "Isla Corvina",
    "Nordhavet",
    "Quillan Bay",
    "Thistledown",
    "Monte Serrano Alto",
    "Rivermouth",
    "Aldergate",
    "Old Pell",
    "Fjällvik",
    "Sankt Orla",
    "Las Marismas",
    "Whitlow Heath",
    "Ember Falls",
    "Königsruh",
];

const WHEN: [&str; 12] = [
    "at dawn",
    "in October",
    "before the storm",
    "after rain",
    "at dusk",
    "in the first snow",
    "one Sunday",
    "at low tide",
    "in late light",
    "at noon",
    "on the last day",
    "in fog",
];

fn subjects(scene: Scene) -> &'static [&'static str] {
    match scene {
        Scene::Hills => &["Blue ridges", "Seven hills", "Haze over the valley", "The long way up"],
        Scene::Sea => &["Horizon", "Sun on the water", "The sea, again", "Evening tide"],
        Scene::City => &["Skyline", "Windows", "The city switches on", "Across the river"],
        Scene::Portrait => &["Portrait", "Waiting", "A friend by the window", "The cellist"],
        Scene::Flower => &["Dahlia", "Petals", "From the garden", "Bloom, study"],
        Scene::Night => &["Stars", "Moonrise", "Clear night", "The Milky Way"],
        Scene::Street => &["Street", "Wet cobbles", "Going home", "Vanishing point"],
        Scene::Stage => &["Keynote", "The second talk", "Stage lights", "Encore"],
        Scene::Forest => &["Pines", "Light through the trees", "Forest, morning", "The old wood"],
        Scene::Dunes => &["Dunes", "Sand and shadow", "Wind's work", "The empty quarter"],
        Scene::Stairs => &["Staircase", "Looking up", "Spiral", "Stairwell, east wing"],
        Scene::Lake => &["Lone tree", "Still water", "Reflection", "Mist on the lake"],
    }
}

/// Titles that programs have stumbled over. The first eight are equal on purpose: photos of one
/// title overwrite each other where files are named by it.
const HURTING: [&str; 40] = [
    "image",
    "image",
    "IMG_0001",
    "IMG_0001",
    "Untitled",
    "Untitled",
    "photo.jpg",
    "photo.jpg",
    "",
    "",
    " ",
    "<script>alert('xss')</script>",
    "\"><img src=x onerror=alert(1)>",
    "</script><script>document.title='owned'</script>",
    "<!-- not the end",
    "<b>Bold</b> & <i>italic</i> &amp; &lt;escaped&gt;",
    "]]><![CDATA[",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "She said \"it's fine\", didn't she?",
    "back\\slash \\n \\\" \\u0041",
    "two\nlines\r\nand a third",
    "tab\tseparated\tvalues, with, commas;semicolons",
    "\u{1f304}\u{1f3d4}\u{fe0f} sunrise \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f1e8}\u{1f1ed}",
    "\u{5d1}\u{5d5}\u{5e7}\u{5e8} \u{5d8}\u{5d5}\u{5d1} 2024 (jpg)",
    "\u{635}\u{628}\u{627}\u{62d} \u{627}\u{644}\u{62e}\u{64a}\u{631}",
    "invoice\u{202e}gpj.exe",
    "\u{2067}isolated\u{2069} and \u{202a}embedded\u{202c}",
    "\u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J",
    "bell\u{7} back\u{8}space del\u{7f} csi\u{9b}31m",
    "start\u{0}end",
    "control\u{1}\u{2}\u{1f}s",
    "../../../../etc/passwd",
    "..\\..\\Windows\\System32\\drivers",
    "/absolute/path.jpg",
    "CON",
    "aux.jpg",
    "NUL. ",
    "-rf --help",
    "e\u{301}\u{327}\u{323} Z\u{361}\u{30e}a\u{337}l\u{334}g\u{335}o\u{336} \u{fb01} \u{212b}",
    "\u{feff}zero\u{200b}width\u{2028}line",
];

/// The photo's title.
pub(crate) fn title(config: &StreamConfig, photo: &Photo) -> String {
    let mut dice = photo.dice(About::Title);
    let hurts = fraction(dice.roll()) < config.shares.hurting_titles;
    for _ in 0..photo.retitled {
        dice.roll();
    }
    if photo.retitled > 0 {
        return format!("{} ({})", natural(photo.scene, &mut dice), photo.retitled + 1);
    }
    if !hurts {
        return natural(photo.scene, &mut dice);
    }
    // One in a while is longer than any file system's names.
    if dice.below(HURTING.len() + 2) >= HURTING.len() {
        return "A very long title that goes on, ".repeat(30);
    }
    (*dice.pick(&HURTING)).to_owned()
}

fn natural(scene: Scene, dice: &mut Dice) -> String {
    let (subject, place, when) = (dice.pick(subjects(scene)), dice.pick(&PLACES), dice.pick(&WHEN));
    match dice.below(6) {
        0 => format!("{subject}, {place}"),
        1 => format!("{subject} {when}"),
        2 => format!("{place} {when}"),
        3 => format!("{subject} no. {}", dice.below(40) + 1),
        4 => format!("{place}: {subject}"),
        _ => (*subject).to_owned(),
    }
}

/// Its tags, separated by spaces, as listings write them.
pub(crate) fn tags(photo: &Photo) -> Vec<&'static str> {
    const COMMON: [&str; 12] = [
        "blackandwhite",
        "film",
        "35mm",
        "light",
        "landscape",
        "travel",
        "2019",
        "silence",
        "bw",
        "été",
        "lumière",
        "naturephotography",
    ];
    let mut dice = photo.dice(About::Tags);
    let mut tags: Vec<_> = (0..dice.below(6)).map(|_| *dice.pick(&COMMON)).collect();
    if dice.chance(0.6) {
        tags.push(photo.scene.name());
    }
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// The words below the picture; often none, sometimes with markup, as the site allows it.
pub(crate) fn description(photo: &Photo) -> String {
    let mut dice = photo.dice(About::Description);
    let place = dice.pick(&PLACES);
    let when = dice.pick(&WHEN);
    match dice.below(8) {
        0 => format!("Seen near {place} {when}.\n\nFifteen minutes' walk from the last bus stop."),
        1 => format!("More from <a href=\"https://example.org/{}\">this walk</a>.", photo.id),
        2 => format!("<b>{place}</b> {when}. Kept for the \"quiet\" series & the book."),
        3 => format!("\n\n{place}, {when}."),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn titles_hurt_as_often_as_asked() {
        let count = |share: f64| {
            let mut config = StreamConfig::new(5, 2000);
            config.shares.hurting_titles = share;
            let stream = Stream::new(config);
            stream
                .photos()
                .filter(|photo| {
                    let title = title(stream.config(), photo);
                    HURTING.contains(&title.as_str()) || title.len() > 300
                })
                .count()
        };
        assert_eq!(count(0.0), 0);
        assert_eq!(count(1.0), 2000);
        assert!((150..260).contains(&count(0.1)), "{}", count(0.1));
    }
}
