//! The headers of downloads (file-columns §7, §9).
use http::{HeaderName, HeaderValue, Response, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::served::Served;
use crate::core::request::{Request, Version};
use crate::core::upload::CHUNK_SIZE;
use crate::core::{Core, NamesInHeaders, answer};
use crate::payload::Payload;

const FILE_SIZE: HeaderName = HeaderName::from_static("x-ms-file-size");
const FILE_NAME: HeaderName = HeaderName::from_static("x-ms-file-name");
// Of full images only, as real servers send them (image-columns §10).
const PIXEL_WIDTH: HeaderName = HeaderName::from_static("x-ms-image-pixel-width");
const PIXEL_HEIGHT: HeaderName = HeaderName::from_static("x-ms-image-pixel-height");
const COLOR_DEPTH: HeaderName = HeaderName::from_static("x-ms-color-depth-bits");
const MIME_TYPE: HeaderName = HeaderName::from_static("mimetype");

/// ASCII is written as it is, but for the sign that would make the rest ambiguous.
const AMBIGUOUS: &AsciiSet = &CONTROLS.add(b'%');

/// Which part of the file an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Part,
}

impl Core {
    /// Adds what a download says about its file, in the dialect of the path.
    pub(super) fn describe(
        &self,
        request: &Request<'_>,
        response: &mut Response<Payload>,
        served: Served<'_>,
        extent: Extent,
    ) {
        let file = served.file();
        // The separators are as documented, though HTTP would want commas (D10).
        let mut exposed = match served {
            Served::Thumbnail(_) => "x-ms-file-name; mimetype",
            _ => "x-ms-file-size; x-ms-file-name; mimetype",
        };
        if !matches!(served, Served::Thumbnail(_)) {
            answer::set_number(response, FILE_SIZE, file.size);
        }
        if let Served::Full(image, _) = served {
            answer::set_number(response, PIXEL_WIDTH, image.width.into());
            answer::set_number(response, PIXEL_HEIGHT, image.height.into());
            answer::set_number(response, COLOR_DEPTH, image.bits_per_pixel.into());
        }
        let name = self.header_name(&file.name);
        if request.version == Version::V91 {
            set_text(response, FILE_NAME, &format!("\"{name}\""));
            set_text(response, header::CONTENT_DISPOSITION, &disposition("attachment", &name));
            return;
        }
        set_text(response, FILE_NAME, &name);
        set_text(response, header::CONTENT_DISPOSITION, &disposition("inline", &name));
        answer::set(response, MIME_TYPE, &file.mime);
        if extent == Extent::Part {
            answer::set_number(response, CHUNK_SIZE, self.options.chunk_size);
            exposed = match served {
                Served::Thumbnail(_) => "x-ms-file-name; x-ms-chunk-size; mimetype",
                _ => "x-ms-file-size; x-ms-file-name; x-ms-chunk-size; mimetype",
            };
        }
        answer::set(response, header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }

    /// A name as a header can carry it (D13).
    pub(super) fn header_name(&self, name: &str) -> String {
        if name.is_ascii() || self.options.names_in_headers == NamesInHeaders::Utf8 {
            return name.to_owned();
        }
        utf8_percent_encode(name, AMBIGUOUS).to_string()
    }
}

/// `<kind>; filename="…"`, the name as a quoted string of HTTP.
pub(super) fn disposition(kind: &str, name: &str) -> String {
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{kind}; filename=\"{escaped}\"")
}

/// Sets a header to UTF-8 text.
pub(super) fn set_text(response: &mut Response<Payload>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        response.headers_mut().insert(name, value);
    }
}
