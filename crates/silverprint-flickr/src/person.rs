//! Accounts, as `flickr.urls.lookupUser` and `flickr.people.getInfo` tell of them.

use crate::Answer;
use crate::scalar::Scalar;
use serde::Deserialize;
use serde_json::value::RawValue;
use silverprint_core::{Account, AccountRef, IdError, Nsid};

/// `{"user":{"id":"12345678@N00",…}}`.
pub(crate) fn looked_up(answer: &Answer) -> Result<Nsid, String> {
    #[derive(Deserialize)]
    struct Root<'a> {
        #[serde(borrow)]
        user: User<'a>,
    }
    #[derive(Deserialize)]
    struct User<'a> {
        #[serde(borrow)]
        id: Scalar<'a>,
    }
    let root: Root<'_> = serde_json::from_str(answer.json()).map_err(|error| error.to_string())?;
    root.user.id.text().parse().map_err(|error: IdError| error.to_string())
}

/// What `flickr.people.getInfo` says of somebody.
#[derive(Deserialize)]
pub(crate) struct Person<'a> {
    #[serde(borrow, default)]
    username: Scalar<'a>,
    #[serde(borrow, default)]
    path_alias: Scalar<'a>,
    #[serde(borrow, default)]
    is_deleted: Scalar<'a>,
    #[serde(borrow, default)]
    ispro: Scalar<'a>,
    /// Whatever shape it has: an account is not lost over it.
    #[serde(borrow, default)]
    photos: Option<&'a RawValue>,
}

/// `{"person":{"username":…}}`.
pub(crate) fn read_person(answer: &Answer) -> Result<Person<'_>, String> {
    #[derive(Deserialize)]
    struct Root<'a> {
        #[serde(borrow)]
        person: Person<'a>,
    }
    let root: Root<'_> = serde_json::from_str(answer.json()).map_err(|error| error.to_string())?;
    Ok(root.person)
}

impl Person<'_> {
    /// Nobody, if the account was deleted.
    pub(crate) fn into_account(self, asked: &AccountRef, nsid: Nsid) -> Option<Account> {
        if self.is_deleted.flag() {
            return None;
        }
        let typed = match asked {
            AccountRef::Alias(alias) => Some(alias.clone()),
            AccountRef::Nsid(_) => None,
        };
        // Whoever was found by a name has it, whatever else is said.
        let alias = self.path_alias.text().parse().ok().or(typed);
        let username = self.username.text().into_owned();
        let (is_pro, counted) = (self.ispro.answer(), self.photos.and_then(counted));
        Some(Account { nsid, alias, username, is_pro, counted })
    }
}

/// `{"count":{"_content":2}}`.
fn counted(photos: &RawValue) -> Option<u64> {
    #[derive(Deserialize)]
    struct Photos<'a> {
        #[serde(borrow, default)]
        count: Scalar<'a>,
    }
    let photos: Photos<'_> = serde_json::from_str(photos.get()).ok()?;
    photos.count.number()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer::read(body.as_bytes().to_vec()).unwrap()
    }

    fn nsid() -> Nsid {
        "12345678@N00".parse().unwrap()
    }

    #[test]
    fn people_are_read_in_either_form() {
        let check = |body: &str, asked: &str, expected: Option<(Option<&str>, &str)>| {
            let answer = answer(body);
            let person = read_person(&answer).unwrap();
            let account = person.into_account(&asked.parse().unwrap(), nsid());
            let found = account.as_ref().map(|account| {
                (
                    account.alias.as_ref().map(silverprint_core::PathAlias::as_str),
                    &*account.username,
                )
            });
            assert_eq!(found, expected, "{body}");
        };
        let json = r#"{"person":{"nsid":"12345678@N00","path_alias":"Keeper","username":{"_content":"The Keeper"}},"stat":"ok"}"#;
        check(json, "12345678@N00", Some((Some("keeper"), "The Keeper")));
        let xml = r#"<rsp stat="ok"><person nsid="12345678@N00" is_deleted="0" path_alias=""><username>K</username></person></rsp>"#;
        check(xml, "12345678@N00", Some((None, "K")));
        check(xml, "keeper", Some((Some("keeper"), "K")));
        let null = r#"{"person":{"path_alias":null},"stat":"ok"}"#;
        check(null, "12345678@N00", Some((None, "")));
        let deleted = r#"{"person":{"is_deleted":1},"stat":"ok"}"#;
        check(deleted, "12345678@N00", None);
        assert!(read_person(&answer(r#"{"stat":"ok"}"#)).is_err());
    }

    #[test]
    fn the_profiles_count_is_read_where_it_is_one() {
        let check = |photos: &str, expected: Option<u64>| {
            let answer = answer(&format!(r#"{{"person":{{"photos":{photos}}},"stat":"ok"}}"#));
            let person = read_person(&answer).unwrap();
            let account = person.into_account(&"keeper".parse().unwrap(), nsid()).unwrap();
            assert_eq!(account.counted, expected, "{photos}");
        };
        check(r#"{"firstdate":{"_content":"1"},"count":{"_content":2}}"#, Some(2));
        check(r#"{"count":"31"}"#, Some(31));
        for none in ["null", "7", "[]", "{}", r#"{"count":{}}"#] {
            check(none, None);
        }
        let xml = r#"<rsp stat="ok"><person nsid="1@N0"><photos><count>5</count></photos></person></rsp>"#;
        let xml = answer(xml);
        let account = read_person(&xml).unwrap().into_account(&"keeper".parse().unwrap(), nsid());
        assert_eq!(account.unwrap().counted, Some(5));
    }

    #[test]
    fn accounts_are_looked_up_in_either_form() {
        let json = r#"{"user":{"id":"12345678@N00","username":{"_content":"K"}},"stat":"ok"}"#;
        let xml = r#"<rsp stat="ok"><user id="12345678@N00"><username>K</username></user></rsp>"#;
        assert_eq!(looked_up(&answer(json)), Ok(nsid()));
        assert_eq!(looked_up(&answer(xml)), Ok(nsid()));
        assert!(looked_up(&answer(r#"{"user":{"id":""},"stat":"ok"}"#)).is_err());
    }
}
