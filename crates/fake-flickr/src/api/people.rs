//! Methods about the account.

use std::sync::PoisonError;

use super::{Call, Failure};
use crate::calendar;
use crate::emit::{Emit, Notation};
use crate::setup::Account;
use crate::world::Shared;

/// What has become of the account.
pub(crate) fn account(shared: &Shared) -> Account {
    shared.api.lock().unwrap_or_else(PoisonError::into_inner).account
}

/// The NSID of the other account.
fn twin(shared: &Shared) -> String {
    shared.nsid.replace("@N0", "@N1")
}

/// The NSID of the account of that alias.
fn nsid_of(shared: &Shared, handle: &str) -> Option<String> {
    if is_handle(shared, handle) {
        return Some(shared.nsid.clone());
    }
    let alias = &shared.config.stream.twin;
    let is_twin = !alias.is_empty() && handle.eq_ignore_ascii_case(alias);
    is_twin.then(|| twin(shared))
}

/// Checks that `user_id` names the account, or the other.
pub(super) fn named(shared: &Shared, call: &Call) -> Result<(), Failure> {
    let user = call.required("user_id")?;
    let known = matches!(account(shared), Account::Open | Account::Denied | Account::Deleted);
    let has_twin = !shared.config.stream.twin.is_empty();
    if known && (user == shared.nsid || (has_twin && user == twin(shared))) {
        Ok(())
    } else {
        Err(Failure::user_not_found())
    }
}

/// The element of `path` after `photos` or `people`.
fn handle(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("/photos/").or_else(|| url.split_once("/people/"))?;
    rest.split(['/', '?', '#']).next().filter(|handle| !handle.is_empty())
}

/// Whether a handle in a URL is the account's: its NSID or its alias, in any case.
pub(crate) fn is_handle(shared: &Shared, handle: &str) -> bool {
    let alias = &shared.config.stream.alias;
    let handle = handle.replace("%40", "@");
    handle.eq_ignore_ascii_case(&shared.nsid)
        || (!alias.is_empty() && handle.eq_ignore_ascii_case(alias))
}

pub(super) fn lookup(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    let url = call.required("url")?;
    let is_there = matches!(account(shared), Account::Open | Account::Denied);
    let ours = handle(url).filter(|_| is_there).and_then(|handle| nsid_of(shared, handle));
    let nsid = ours.ok_or_else(Failure::user_not_found)?;
    Ok(Emit::ok(notation, |emit| {
        emit.record("user", |emit| {
            emit.string("id", &nsid);
            emit.content("username", &shared.config.stream.username);
        });
    }))
}

pub(super) fn find(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    let name = call.required("username")?;
    let username = &shared.config.stream.username;
    let there = matches!(account(shared), Account::Open | Account::Denied);
    if !there || name.to_lowercase() != username.to_lowercase() {
        return Err(Failure::user_not_found());
    }
    Ok(Emit::ok(notation, |emit| {
        emit.record("user", |emit| {
            emit.string("id", &shared.nsid);
            emit.string("nsid", &shared.nsid);
            emit.content("username", username);
        });
    }))
}

pub(super) fn info(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    named(shared, call)?;
    if account(shared) == Account::Deleted {
        return Err(Failure::new(5, "User deleted"));
    }
    let stream = shared.stream.read().unwrap_or_else(PoisonError::into_inner);
    let config = stream.config();
    let oldest = stream.len().checked_sub(1).and_then(|last| stream.at(last));
    let page = shared.page();
    let nsid = call.required("user_id")?;
    let alias = if nsid == shared.nsid { &config.alias } else { &config.twin };
    Ok(Emit::ok(notation, |emit| {
        emit.record("person", |emit| {
            emit.string("id", nsid);
            emit.string("nsid", nsid);
            emit.number("ispro", config.plan.is_pro());
            emit.number("is_deleted", 0);
            emit.digits("iconserver", 65_535);
            emit.number("iconfarm", 66);
            if alias.is_empty() {
                emit.null("path_alias");
            } else {
                emit.string("path_alias", alias);
            }
            for field in [
                "has_stats",
                "has_adfree",
                "has_free_standard_shipping",
                "has_free_educational_resources",
            ] {
                emit.digits(field, 0);
            }
            emit.content("username", &config.username);
            emit.content("realname", "Nobody in Particular");
            emit.content("location", "");
            emit.content("description", "Pictures painted by a program.");
            emit.content("photosurl", &format!("{page}/"));
            emit.content("profileurl", &format!("{}/people/{}/", shared.base(), shared.handle()));
            emit.content("mobileurl", &format!("{page}/"));
            emit.record("photos", |emit| {
                let posted = oldest.as_ref().map_or(0, |photo| photo.posted);
                emit.content("firstdatetaken", &calendar::written(posted));
                emit.content("firstdate", &posted.to_string());
                // A number in the recorded JSON, where the other texts are strings.
                emit.count("count", stream.counted());
            });
        });
    }))
}

#[cfg(test)]
mod tests {
    use super::handle;

    #[test]
    fn handles_are_found_in_urls() {
        assert_eq!(handle("https://www.flickr.com/photos/someone/"), Some("someone"));
        assert_eq!(handle("https://www.flickr.com/people/someone?x"), Some("someone"));
        assert_eq!(handle("http://127.0.0.1:1/photos/1@N00/page2"), Some("1@N00"));
        assert_eq!(handle("https://www.flickr.com/photos/"), None);
        assert_eq!(handle("someone"), None);
    }
}
