//! What a picture's own bytes say of how it was taken (its Exif).

use serde::{Deserialize, Serialize};

/// The camera and how it was set. Every part can be missing; one in which all
/// are is not kept. Where the picture was taken is not here: a position in the
/// file may be one that its owner hid on the site, so the archive goes by
/// [`crate::Geo`], which the owner placed for others to see.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Camera {
    /// Who made the camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    /// Which camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Which lens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<String>,
    /// The program that last wrote the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<String>,
    /// How long it was exposed, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<f64>,
    /// The f-number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aperture: Option<f64>,
    /// The sensitivity by ISO 12232.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso: Option<u32>,
    /// In millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_length: Option<f64>,
    /// What would show as much on 35 mm film, in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_length_35mm: Option<u32>,
    /// Whether the flash fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flash: Option<bool>,
    /// When it was taken by the camera's clock: `YYYY-MM-DD HH:MM:SS`, with
    /// the offset from UTC behind it where the camera knew one (`+02:00`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
}

impl Camera {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The exposure as photographers write it: `1/125`, or `2.5` from a third
    /// of a second on.
    pub fn exposure_text(&self) -> Option<String> {
        let seconds = self.exposure?;
        Some(if seconds > 0.0 && seconds < 0.3 {
            format!("1/{}", (1.0 / seconds).round())
        } else {
            // One digit is finer than any dial.
            ((seconds * 10.0).round() / 10.0).to_string()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposures_are_written_as_on_a_dial() {
        let check = |seconds: f64, expected: &str| {
            let camera = Camera { exposure: Some(seconds), ..Camera::default() };
            assert_eq!(camera.exposure_text().as_deref(), Some(expected));
        };
        check(0.008, "1/125");
        check(1.0 / 3200.0, "1/3200");
        check(0.25, "1/4");
        check(0.5, "0.5");
        check(30.0, "30");
        check(0.0, "0");
        assert_eq!(Camera::default().exposure_text(), None);
    }

    #[test]
    fn what_is_not_known_is_not_written() {
        let camera = Camera { model: Some("Box".to_owned()), ..Camera::default() };
        assert_eq!(serde_json::to_string(&camera).unwrap(), r#"{"model":"Box"}"#);
        assert_eq!(serde_json::from_str::<Camera>(r#"{"model":"Box","later":1}"#).unwrap(), camera);
        assert!(Camera::default().is_empty());
    }
}
