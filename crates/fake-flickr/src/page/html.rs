//! The HTML around a page's models, as far as anybody reads it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::PageShape;
use super::models::{self, Shown};
use super::shape::script;
use crate::rendition::Label;
use crate::world::Shared;

/// A page's place among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
}

/// A page of the photostream.
pub(super) fn stream(shared: &Shared, shown: &Shown, place: Place) -> String {
    let name = text(&shared.config.stream.username);
    let mut out = head(shared, &name);
    let base = format!("/photos/{}/", shared.handle());
    let _ = writeln!(
        out,
        "\t<meta name=\"description\" content=\"Explore {name}&#x27;s {} photos on Flickr!\" \
         data-dynamic=\"true\">\n\t<link   rel=\"canonical\"   href=\"{base}\"  \
         data-dynamic=\"true\" />",
        grouped(shown.total)
    );
    if place.number < place.of {
        let next = place.number + 1;
        let _ = writeln!(
            out,
            "\t<link   rel=\"next\"   href=\"{base}page{next}/\"  data-dynamic=\"true\" />"
        );
    }
    let _ = write!(
        out,
        "</head>\n<body >\n<h1 class=\"truncate\">\n\t{name}\n</h1>\n\
         <p class=\"metadata-item photo-count\">{} Photos</p>\n\
         <div  class=\"view photo-list-view requiredToShowOnServer photostream\">\n",
        grouped(shown.total)
    );
    thumbnails(&mut out, shared, shown);
    out.push_str("</div>\n");
    pagination(&mut out, &base, place);
    let view = view(shared, place);
    init(&mut out, &view, &models::export(shared, Some(shown)));
    out.push_str("</body>\n</html>\n");
    out
}

/// A page that is nobody's photostream.
pub(super) fn nobody(shared: &Shared, title: &str) -> String {
    let mut out = head(shared, title);
    let _ = write!(out, "</head>\n<body >\n<h1>{title}</h1>\n");
    let view = json!({ "name": "page-view", "params": { "isMobile": false } });
    init(&mut out, &view, &models::export(shared, None));
    out.push_str("</body>\n</html>\n");
    out
}

/// The page that says that nothing is here.
pub(super) fn missing() -> String {
    "<!DOCTYPE html>\n<html lang=\"en-us\" class=\"no-js fluid html-error-page-view\">\n<head>\n\
     \t<title>Flickr: Page Not Found</title>\n</head>\n<body>\n<h1>404</h1>\n\
     <p>This is not the page you&#x27;re looking for.</p>\n</body>\n</html>\n"
        .to_owned()
}

fn head(shared: &Shared, title: &str) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html xmlns:cc=\"http://creativecommons.org/ns#\" lang=\"en-us\" \
         class=\"no-js fluid html-photostream-page-view scrolling-layout \">\n<head>\n\
         \t<meta property=\"og:site_name\" content=\"Flickr\" />\n\
         \t<meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\n\
         \t<title>{title} | Flickr</title>\n"
    );
    config(&mut out, shared);
    out
}

/// The site's configuration, with its key: fresh where it is assigned, and, in the pages of 2021,
/// one of long ago in the JSON before.
fn config(out: &mut String, shared: &Shared) {
    let key = shared.site_keys.fresh();
    let mut api = json!({
        "version_urls": true,
        "site_key_fetch_interval": 3600,
        "site_key_retry_interval": 60,
        "hostname": "https://api.flickr.com",
    });
    if shared.config.pages.shape == PageShape::Flat {
        let stale = shared.site_keys.stale();
        api["site_key"] = stale.key.into();
        api["site_key_fetched"] = stale.fetched.into();
    }
    let flickr = json!({ "lang": "en-US", "flickr": { "api": api } });
    let _ = write!(
        out,
        "\t<script type=\"text/javascript\" nonce=\"0\">\n(function (root) {{\n\
         root.YUI_config || (root.YUI_config = {{}});\nroot.YUI_config = {};\n\
         root.YUI_config.flickr || (root.YUI_config.flickr = {{}});\n\
         root.YUI_config.flickr.api || (root.YUI_config.flickr.api = {{}});\n\
         root.YUI_config.flickr.api.site_key = \"{}\";\n\
         root.YUI_config.flickr.api.site_key_fetched = {};\n\
         root.YUI_config.flickr.api.site_key_expiresAt = {};\n\
         root.auth = {{\"signedIn\":false}};\nroot.reqId = \"{:08x}\";\n\
         root.YUI_config.lang = \"en-US\";\n}}(this));\n</script>\n",
        flickr.to_string().replace('/', "\\u002F"),
        key.key,
        key.fetched,
        key.expires,
        shared.config.stream.seed,
    );
}

/// The photos as backgrounds; one less than there are models, as recorded.
fn thumbnails(out: &mut String, shared: &Shared, shown: &Shown) {
    for photo in shown.photos.iter().take(shown.photos.len().saturating_sub(1).max(1)) {
        let small = if photo.dimensions(Label::Z).is_some() { Label::Z } else { Label::T };
        let url = shared.url(photo, small);
        let url = url.split_once(':').map_or(url.as_str(), |(_, rest)| rest);
        let _ = writeln!(
            out,
            "<div  class=\"view photo-list-photo-view requiredToShowOnServer photostream awake\" \
             style=\"width: 510px; height: 362px; background-image: url({url})\"></div>"
        );
    }
}

fn pagination(out: &mut String, base: &str, place: Place) {
    if place.of < 2 {
        return;
    }
    out.push_str("<div  class=\"view pagination-view requiredToShowOnServer photostream\">\n");
    if place.number == 1 {
        out.push_str("\t<span class=\"disabled\"><i class=\"page-arrow\"></i></span>\n");
    } else {
        let before = place.number - 1;
        let _ = writeln!(
            out,
            "\t<a href=\"{base}page{before}/\" rel=\"prev\" data-track=\"paginationLeftClick\">\
             <span><i class=\"page-arrow\"></i></span></a>"
        );
    }
    for n in place.number.saturating_sub(3).max(1)..=(place.number + 6).min(place.of) {
        let current = if n == place.number { " class=\"is-current\"" } else { "" };
        let next = if n == place.number + 1 { " rel='next'" } else { " " };
        let _ = writeln!(
            out,
            "\t\t<a href=\"{base}page{n}\"{next} data-track=\"pagination{n}Click\">\
             <span{current}>{n}</span></a>"
        );
    }
    if place.number < place.of {
        let next = place.number + 1;
        let _ = writeln!(
            out,
            "\t<a href=\"{base}page{next}/\" rel=\"next\" data-track=\"paginationRightClick\">\
             <span><i class=\"page-arrow right\"></i></span></a>"
        );
    }
    out.push_str("</div>\n");
}

/// What the page's script is started with.
fn view(shared: &Shared, place: Place) -> Value {
    let page = json!({
        "page": place.number,
        "perPage": 50,
        "viewPageSize": shared.config.pages.announced,
        "nominalPage": place.number,
        "idAttribute": "contextId",
        "createCompoundID": true,
    });
    json!({
        "name": "photostream-page-view",
        "params": {
            "nsid": shared.nsid,
            "contextId": format!("{}-undefined", shared.nsid),
            "pageParams": page,
            "baseURL": format!("/photos/{}/", shared.handle()),
            "isOwner": false,
            "isMobile": false,
            "photostreamId": shared.nsid,
            "modelRegistryName": "photostream-models",
        },
    })
}

fn init(out: &mut String, view: &Value, models: &Value) {
    let _ = write!(
        out,
        "<script class='modelExport' type=\"text/javascript\" nonce=\"0\">\n\
         \tvar initFcn = function(Y) {{\n\t\tY.ClientApp.init({{\n\t\t\t\tinitialView: {},\n\
         \t\t\t\tmodelExport: {},\n\t\t\t\tauth: auth,\n\t\t\t\treqId: reqId,\n\
         \t\t\t\tparams: {{\"protocol\":\"https\",\"lang\":\"en-US\"}}\n\
         \t\t\t}})\n\t\t.then(function() {{ initOk = true; }});\n\t}};\n</script>\n",
        script(view),
        script(models)
    );
}

/// Words as they stand in HTML.
fn text(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
}

/// A count as people read it: `12,345`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        let written = [0, 321, 4321, 1_000_000].map(grouped);
        assert_eq!(written, ["0", "321", "4,321", "1,000,000"]);
    }
}
