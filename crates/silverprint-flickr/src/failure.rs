//! What Flickr says no with. Failures come with HTTP 200, and the codes belong
//! to the method that was called: 2 is "permission denied" of one and "unknown
//! user" of another.

/// A failure as the API tells it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("code {code}: {message}")]
pub struct Failure {
    /// Flickr's number for it.
    pub code: u32,
    /// Flickr's words for it.
    pub message: String,
}

/// What a failure asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What was asked for does not exist, no longer exists, or is private:
    /// Flickr makes no difference.
    NotThere,
    /// It exists, and not for us.
    NoPermission,
    /// The key is not good.
    BadKey,
    /// Trouble on the other side: ask again.
    Passing,
    /// A bug here or a change there.
    Unexpected,
}

impl Failure {
    /// A fault of OAuth, from the form-encoded body that comes with HTTP 400 or
    /// 401. It gets the code that the API itself has for the like.
    pub(crate) fn oauth(problem: &str) -> Self {
        let code = match problem {
            problem if problem.starts_with("consumer_key") => 100,
            problem if problem.starts_with("signature") => 96,
            "permission_denied" | "permission_unknown" => 99,
            _ => 98,
        };
        Self { code, message: format!("OAuth: {problem}") }
    }

    /// What it means, said by `method` (such as `flickr.people.getInfo`).
    pub fn class(&self, method: &str) -> Class {
        let says = |words: &str| self.message.to_ascii_lowercase().contains(words);
        match self.code {
            // 1 is also what every method says to a call of ours that is wrong.
            1 if says("required") && says("missing") => Class::Unexpected,
            1 => Class::NotThere,
            2 if method == "flickr.people.getPhotos" => Class::NotThere,
            5 if method.starts_with("flickr.people.") => Class::NotThere,
            2 | 98 | 99 => Class::NoPermission,
            96 | 97 | 100 => Class::BadKey,
            0 | 105 | 106 | 201 => Class::Passing,
            _ if says("not currently available") => Class::Passing,
            _ => Class::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, code: u32, message: &str, expected: Class) {
        let failure = Failure { code, message: message.to_owned() };
        assert_eq!(failure.class(method), expected, "{method}: {failure}");
    }

    #[test]
    fn codes_are_read_by_method() {
        let info = "flickr.people.getInfo";
        check(info, 1, "User not found", Class::NotThere);
        check(info, 5, "User deleted", Class::NotThere);
        check("flickr.urls.lookupUser", 5, "?", Class::Unexpected);
        check("flickr.people.getPublicPhotos", 1, "User not found", Class::NotThere);
        check("flickr.people.getPublicPhotos", 1, "Required parameter missing", Class::Unexpected);
        check("flickr.people.getPhotos", 1, "Required arguments missing", Class::Unexpected);
        check("flickr.people.getPhotos", 2, "Unknown user", Class::NotThere);
        check("flickr.photos.getExif", 2, "Permission denied", Class::NoPermission);
    }

    #[test]
    fn common_codes_are_common_to_all_methods() {
        let info = "flickr.people.getInfo";
        check(info, 96, "Invalid signature", Class::BadKey);
        check(info, 97, "Missing signature", Class::BadKey);
        check(info, 98, "Login failed", Class::NoPermission);
        check(info, 99, "Insufficient permissions", Class::NoPermission);
        check(info, 100, "Invalid API Key", Class::BadKey);
        check(info, 0, "", Class::Passing);
        check(info, 105, "Service currently unavailable", Class::Passing);
        check(info, 106, "Write operation failed", Class::Passing);
        check(info, 201, "Sorry", Class::Passing);
        check(info, 10, "Sorry, it is not currently available.", Class::Passing);
        check(info, 95, "SSL is required", Class::Unexpected);
        check(info, 116, "Bad URL found", Class::Unexpected);
    }
}
