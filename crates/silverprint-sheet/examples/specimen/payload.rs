//! Words that would run, if the sheet let them.

use silverprint_sheet::Row;

/// What runs calls this function, if there is one on the page.
const CALL: &str = "canary()";

/// How code gets out of where text stands.
const BREAKS: [&str; 20] = [
    "",
    "\">",
    "'>",
    "`>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "</noscript>",
    "</bdi></p></figcaption></figure></main>",
    "-->",
    "]]>",
    "\\\"",
    "\\u003c/script\\u003e",
    "\u{2028}",
    "\n",
    "\u{0}",
    "</template>",
    "</svg>",
    "</dialog>",
];

/// How it begins to run.
const RUNS: [&str; 25] = [
    "<script>CALL</script>",
    "<img src=x onerror=CALL>",
    "<svg/onload=CALL>",
    "<svg><script>CALL</script></svg>",
    "<iframe srcdoc='<script>parent.CALL</script>'>",
    "<iframe src=javascript:parent.CALL>",
    "<body onload=CALL>",
    "<details open ontoggle=CALL>",
    "<video><source onerror=CALL>",
    "<audio src=x onerror=CALL>",
    "<input autofocus onfocus=CALL>",
    "<select autofocus onfocus=CALL>",
    "<marquee onstart=CALL>",
    "<object data=javascript:CALL>",
    "<embed src=javascript:CALL>",
    "<a href=javascript:CALL>x</a>",
    "<form action=javascript:CALL><button>x",
    "<math><mi//xlink:href=\"data:x,<script>CALL</script>\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:CALL\">",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<base href=//evil.example/>",
    "\");CALL;(\"",
    "');CALL;('",
    "${CALL}{{constructor.constructor('CALL')()}}",
];

/// The row with the next of the 500 payloads in every text and path.
pub(crate) fn hostile(row: Row, number: u64) -> Row {
    let number = usize::try_from(number - 1).unwrap_or(0);
    let (breaks, runs) = (BREAKS[number % 20], RUNS[number / 20 % 25]);
    let payload = format!("{breaks}{}", runs.replace("CALL", CALL));
    let picture = row.picture.map(|mut picture| {
        // The picture lies elsewhere; its name is what is shown.
        picture.path = format!("photos/{}", payload.replace('/', "∕"));
        picture
    });
    Row {
        title: payload.clone(),
        description: payload.clone(),
        tags: payload.clone(),
        taken: Some(payload.clone()),
        camera: vec![payload.clone()],
        credit: Some(payload.clone()),
        note: Some(payload.clone()),
        flickr_url: format!("javascript:{CALL}//{payload}"),
        picture,
        ..row
    }
}
