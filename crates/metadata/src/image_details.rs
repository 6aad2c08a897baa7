//! What an image column of one record holds, as far as the service tells (image-columns §7, §10).
use dataverse_files_proto::{Answer, Body, Call, Column, Organization};
use http::{HeaderMap, HeaderValue, Request, StatusCode, response::Parts};
use serde_json::{Map, Value};

use crate::Ticks;
use crate::answer::{lacks, object, optional};
use crate::request::{get, with};

/// What the service knows of an image it holds. Images have no file name of their own.
///
/// ```
/// use dataverse_files_metadata::{FullImage, ImageDetails, Ticks};
/// let details = ImageDetails {
///     image_id: "7a4814f9-b0b8-ea11-a812-000d3a122b89".into(),
///     changed_on: Some(Ticks(637_388_308_718_090_885)),
///     thumbnail_url: None,
///     thumbnail_mime: Some("image/png".into()),
///     thumbnail_size_in_bytes: 5_220,
///     full_image: Some(FullImage { size_in_bytes: Some(130_149), mime: None, width: None, height: None }),
/// };
/// assert!(details.full_image.is_some(), "it came while the column stored full images");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ImageDetails {
    /// `<column>id`: changes with the image. Not a file id: `DeleteFile` does not know it (X4).
    pub image_id: String,
    /// `<column>_timestamp`.
    pub changed_on: Option<Ticks>,
    /// `<column>_url`: a path from the organization's root, not from the API's, that answers the thumbnail to whoever
    /// has a token; with `&Full=true` at its end, the full image.
    pub thumbnail_url: Option<String>,
    /// MIME type of the thumbnail, which need not be that of the image (I3).
    pub thumbnail_mime: Option<String>,
    /// Size of the thumbnail: measured, because no header tells it (I4).
    pub thumbnail_size_in_bytes: u64,
    /// The image as it was uploaded; `None` when only its thumbnail is stored, because the column did not store full
    /// images at that time.
    pub full_image: Option<FullImage>,
}

/// The full copy of an image.
///
/// ```
/// use dataverse_files_metadata::FullImage;
/// let full = FullImage { size_in_bytes: Some(130_149), mime: Some("image/png".into()), width: Some(400), height: Some(500) };
/// assert!(full.width < full.height);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FullImage {
    /// `x-ms-file-size`.
    pub size_in_bytes: Option<u64>,
    /// `mimetype`.
    pub mime: Option<String>,
    /// `x-ms-image-pixel-width`: seen on real servers, not documented.
    pub width: Option<u32>,
    /// `x-ms-image-pixel-height`: seen on real servers, not documented.
    pub height: Option<u32>,
}

/// What an image column of a record holds; `None` for an empty one. Three requests: the record, the thumbnail (at most
/// 144×144 pixels) and the first byte of the full image, because a range's headers tell the size of the whole.
///
/// ```
/// # use dataverse_files_proto::{Column, Organization};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn".parse()?;
/// let call = dataverse_files_metadata::image_details(&contoso, &column);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn image_details(organization: &Organization, column: &Column) -> Call<Option<ImageDetails>> {
    let name = column.name().to_owned();
    let select = format!("$select={name}id,{name}_timestamp,{name}_url");
    let record = get(organization, &format!("{}?{select}", column.record()));
    let value = format!("{}/{name}/$value", column.record());
    let thumbnail = get(organization, &value);
    let full = get(organization, &format!("{value}?size=full"));
    let full = with(full, "range", HeaderValue::from_static("bytes=0-0"));
    let mut story = Story { name, thumbnail, full, step: Step::Record };
    Call::paged("look up image", record, move |head, body| story.heard(head, body))
}

struct Story {
    name: String,
    thumbnail: Request<Body>,
    full: Request<Body>,
    step: Step,
}

/// Which answer is due, with what is known by then.
enum Step {
    Record,
    Thumbnail(ImageDetails),
    Full(ImageDetails),
}

impl Story {
    fn heard(&mut self, head: &Parts, body: &[u8]) -> Result<Answer<Option<ImageDetails>>, String> {
        match &self.step {
            Step::Record => {
                let Some(details) = record(&self.name, body)? else { return Ok(Answer::Whole(None)) };
                self.step = Step::Thumbnail(details);
                Ok(Answer::Next(Box::new(self.thumbnail.clone())))
            }
            // Emptied after the record was read.
            Step::Thumbnail(_) if head.status == StatusCode::NO_CONTENT => Ok(Answer::Whole(None)),
            Step::Thumbnail(details) => {
                self.step = Step::Full(ImageDetails {
                    thumbnail_mime: text(&head.headers, "mimetype"),
                    thumbnail_size_in_bytes: u64::try_from(body.len()).map_err(|e| e.to_string())?,
                    ..details.clone()
                });
                Ok(Answer::Next(Box::new(self.full.clone())))
            }
            Step::Full(details) => {
                let full_image = (head.status != StatusCode::NO_CONTENT).then(|| full(&head.headers));
                Ok(Answer::Whole(Some(ImageDetails { full_image, ..details.clone() })))
            }
        }
    }
}

/// `None` when the column is empty: then the image's id is null.
fn record(name: &str, body: &[u8]) -> Result<Option<ImageDetails>, String> {
    let answer = object(body)?;
    let record: &Map<String, Value> = answer.as_object().ok_or("the answer is not a JSON object")?;
    let id = record.get(&format!("{name}id")).ok_or_else(|| lacks(&format!("{name}id")))?;
    let Some(image_id) = optional(Some(id)) else { return Ok(None) };
    let ticks = record.get(&format!("{name}_timestamp")).and_then(whole);
    Ok(Some(ImageDetails {
        image_id,
        changed_on: ticks.map(Ticks),
        thumbnail_url: optional(record.get(&format!("{name}_url"))),
        thumbnail_mime: None,
        thumbnail_size_in_bytes: 0,
        full_image: None,
    }))
}

/// A 64-bit integer; some writers of JSON put those into quotes.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn full(headers: &HeaderMap) -> FullImage {
    let pixels = |name| text(headers, name).and_then(|n| n.parse().ok());
    FullImage {
        size_in_bytes: text(headers, "x-ms-file-size").and_then(|n| n.parse().ok()),
        mime: text(headers, "mimetype"),
        width: pixels("x-ms-image-pixel-width"),
        height: pixels("x-ms-image-pixel-height"),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{API, Asked, Says, carry_out, contoso, no_content, ok, refusal};

    const RECORD: &str = "accounts(00000000-0000-0000-0000-000000000001)";
    const URL: &str = "/Image/download.aspx?Entity=account&Attribute=sample_imagecolumn&Id=7a4814f9-b0b8-ea11-a812-000d3a122b89&Timestamp=637388308718090885";

    fn ask(says: &[Says]) -> (Vec<Asked>, Result<Option<ImageDetails>, dataverse_files_proto::Error>) {
        let column = format!("{RECORD}/sample_imagecolumn").parse().unwrap();
        carry_out(image_details(&contoso(), &column), says)
    }

    fn row(id: &str) -> Says {
        ok(&format!(
            r#"{{"sample_imagecolumnid":{id},"sample_imagecolumn_timestamp":637388308718090885,"sample_imagecolumn_url":"{URL}","accountid":"x"}}"#
        ))
    }

    fn stored() -> Says {
        row(r#""7a4814f9-b0b8-ea11-a812-000d3a122b89""#)
    }

    fn thumbnail() -> Says {
        ok("a small picture").header("mimetype", "image/jpeg")
    }

    /// image-columns §10, and the headers seen on real servers.
    fn full_image() -> Says {
        ok("\u{7f}")
            .status(206)
            .header("x-ms-file-size", "130149")
            .header("x-ms-file-name", "400x500.png")
            .header("x-ms-chunk-size", "4194304")
            .header("mimetype", "image/png")
            .header("x-ms-image-pixel-width", "400")
            .header("x-ms-image-pixel-height", "500")
    }

    #[test]
    fn the_documented_exchanges_of_an_image_with_a_full_copy() {
        let (asked, found) = ask(&[stored(), thumbnail(), full_image()]);
        let columns = "sample_imagecolumnid,sample_imagecolumn_timestamp,sample_imagecolumn_url";
        assert_eq!(asked[0].path, format!("{API}{RECORD}?$select={columns}"));
        assert_eq!(asked[1].path, format!("{API}{RECORD}/sample_imagecolumn/$value"));
        assert_eq!(asked[1].header("range"), None);
        assert_eq!(asked[2].path, format!("{API}{RECORD}/sample_imagecolumn/$value?size=full"));
        assert_eq!(asked[2].header("range"), Some("bytes=0-0"));
        let found = found.unwrap().unwrap();
        assert_eq!(found.image_id, "7a4814f9-b0b8-ea11-a812-000d3a122b89");
        assert_eq!(found.changed_on.unwrap().to_string(), "2020-10-20T22:47:51Z");
        assert_eq!(found.thumbnail_url.as_deref(), Some(URL));
        assert_eq!(found.thumbnail_mime.as_deref(), Some("image/jpeg"));
        assert_eq!(found.thumbnail_size_in_bytes, 15);
        let full = found.full_image.unwrap();
        assert_eq!((full.size_in_bytes, full.width, full.height), (Some(130_149), Some(400), Some(500)));
        assert_eq!(full.mime.as_deref(), Some("image/png"));
    }

    #[test]
    fn an_image_without_a_full_copy_says_so() {
        let found = ask(&[stored(), thumbnail(), no_content()]).1.unwrap().unwrap();
        assert_eq!((found.thumbnail_size_in_bytes, found.full_image), (15, None));
    }

    #[test]
    fn an_empty_column_costs_one_request() {
        let (asked, found) = ask(&[row("null")]);
        assert_eq!((asked.len(), found.unwrap()), (1, None));
    }

    #[test]
    fn an_image_that_goes_away_meanwhile_is_none() {
        assert_eq!(ask(&[stored(), no_content()]).1.unwrap(), None);
    }

    #[test]
    fn a_server_that_tells_less_is_believed_in_what_it_tells() {
        let found = ask(&[stored(), ok("abc"), ok("x").status(206)]).1.unwrap().unwrap();
        assert_eq!((found.thumbnail_mime, found.thumbnail_size_in_bytes), (None, 3));
        assert_eq!(found.full_image.unwrap().size_in_bytes, None);
    }

    #[test]
    fn an_answer_without_the_images_id_is_not_taken_for_an_empty_column() {
        assert!(record("a", br#"{"accountid":"x"}"#).is_err());
        assert_eq!(record("a", br#"{"aid":null}"#), Ok(None));
        let quoted =
            record("a", br#"{"aid":"7a4814f9","a_timestamp":"637388308718090885"}"#).unwrap().unwrap();
        assert_eq!(quoted.changed_on, Some(Ticks(637_388_308_718_090_885)));
    }

    #[test]
    fn a_record_that_is_not_there_is_not_found() {
        let error = ask(&[refusal(404, "0x80040217")]).1.unwrap_err();
        assert_eq!(error.kind(), dataverse_files_proto::ErrorKind::NotFound);
    }
}
