//! Which image columns of the whole organization keep full images, and which are primary: two tables that hold one row
//! per column or table (image-columns §5.2, §6).
use dataverse_files_proto::{Call, Organization};
use serde_json::Value;

use crate::answer::{needed, optional};
use crate::page;

/// An image column of some table.
///
/// ```
/// use dataverse_files_metadata::ImageColumn;
/// let image = ImageColumn { table: "account".into(), column: "sample_sampleimage".into() };
/// assert_eq!(image.to_string(), "account/sample_sampleimage");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ImageColumn {
    /// The table's logical name.
    pub table: String,
    /// The column's logical name.
    pub column: String,
}

impl std::fmt::Display for ImageColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.table, self.column)
    }
}

/// Every image column that keeps full images from now on, in all tables, page after page.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let call = dataverse_files_metadata::full_image_columns(&contoso);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn full_image_columns(organization: &Organization) -> Call<Vec<ImageColumn>> {
    let path = "attributeimageconfigs?$select=parententitylogicalname,attributelogicalname&$filter=canstorefullimage%20eq%20true";
    pages("look up full image columns", organization, path, "attributelogicalname")
}

/// The primary image column of every table that has one, page after page.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let call = dataverse_files_metadata::primary_images(&contoso);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn primary_images(organization: &Organization) -> Call<Vec<ImageColumn>> {
    let path = "entityimageconfigs?$select=parententitylogicalname,primaryimageattribute";
    pages("look up primary images", organization, path, "primaryimageattribute")
}

fn pages(
    step: &'static str,
    organization: &Organization,
    path: &str,
    column: &'static str,
) -> Call<Vec<ImageColumn>> {
    page::pages(step, organization, path, move |row| read(row, column))
}

/// `None` for a row whose column is null: a table that has no primary image.
fn read(row: &Value, column: &str) -> Result<Option<ImageColumn>, String> {
    let table = needed(row.get("parententitylogicalname"), "parententitylogicalname")?;
    Ok(optional(row.get(column)).map(|column| ImageColumn { table, column }))
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::ErrorKind;

    use super::*;
    use crate::exchange::{API, carry_out, contoso, ok};

    const FULL: &str = r#"{
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#attributeimageconfigs(parententitylogicalname,attributelogicalname)",
        "value": [
            {
                "@odata.etag": "W/\"76501240\"",
                "parententitylogicalname": "account",
                "attributelogicalname": "sample_sampleimage",
                "attributeimageconfigid": "b8c1750f-c24f-ea11-a813-000d3a5391c8"
            }
        ]
    }"#;
    const PRIMARY: &str = r#"{
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#entityimageconfigs(parententitylogicalname,primaryimageattribute)",
        "value": [
            {
                "@odata.etag": "W/\"76501240\"",
                "parententitylogicalname": "account",
                "primaryimageattribute": "sample_sampleimage",
                "entityimageconfigid": "b8c1750f-c24f-ea11-a813-000d3a5391c8"
            }
        ]
    }"#;

    fn image(column: &str) -> ImageColumn {
        ImageColumn { table: "account".into(), column: column.into() }
    }

    fn page(column: &str, next: Option<&str>) -> String {
        let mut page = serde_json::json!({"value": [{"parententitylogicalname": "account", "attributelogicalname": column}]});
        if let Some(next) = next {
            page["@odata.nextLink"] = next.into();
        }
        page.to_string()
    }

    #[test]
    fn the_documented_exchange_of_full_images() {
        let (asked, found) = carry_out(full_image_columns(&contoso()), &[ok(FULL)]);
        let query =
            "$select=parententitylogicalname,attributelogicalname&$filter=canstorefullimage%20eq%20true";
        assert_eq!(asked[0].path, format!("{API}attributeimageconfigs?{query}"));
        assert_eq!(found.unwrap(), [image("sample_sampleimage")]);
    }

    #[test]
    fn the_documented_exchange_of_primary_images() {
        let (asked, found) = carry_out(primary_images(&contoso()), &[ok(PRIMARY)]);
        let query = "$select=parententitylogicalname,primaryimageattribute";
        assert_eq!(asked[0].path, format!("{API}entityimageconfigs?{query}"));
        assert_eq!(found.unwrap(), [image("sample_sampleimage")]);
    }

    #[test]
    fn pages_are_followed_to_the_last_one_in_order() {
        let link =
            format!("https://contoso.crm.dynamics.com{API}attributeimageconfigs?$filter=a eq b&$skiptoken=");
        let says = [
            ok(&page("a", Some(&format!("{link}2")))),
            ok(&page("b", Some(&format!("{link}3")))),
            ok(&page("c", None)),
        ];
        let (asked, found) = carry_out(full_image_columns(&contoso()), &says);
        assert!(asked[1].path.ends_with("?$filter=a%20eq%20b&$skiptoken=2"), "{asked:?}");
        assert!(asked.iter().all(|page| page.header("prefer") == Some("odata.maxpagesize=1000")));
        assert_eq!(found.unwrap(), [image("a"), image("b"), image("c")]);
    }

    #[test]
    fn a_page_elsewhere_is_never_asked_for() {
        for link in [
            "https://contoso.example/x",
            "//contoso.example/x",
            "http://contoso.crm.dynamics.com/x",
            "x",
            "\u{7}",
        ] {
            let says = vec![ok(&page("a", Some(link))); 3];
            let (asked, found) = carry_out(full_image_columns(&contoso()), &says);
            assert!(asked.iter().all(|page| page.origin == "https://contoso.crm.dynamics.com"), "{link}");
            assert!(asked.iter().all(|page| page.path.contains("attributeimageconfigs")), "{link}");
            assert_eq!(found.unwrap_err().kind(), ErrorKind::Protocol, "{link}");
        }
    }

    #[test]
    fn a_table_without_a_primary_image_is_left_out() {
        let body = r#"{"value":[{"parententitylogicalname":"contact","primaryimageattribute":null}]}"#;
        assert_eq!(carry_out(primary_images(&contoso()), &[ok(body)]).1.unwrap(), []);
    }

    #[test]
    fn a_row_without_its_table_spoils_no_page_that_came_before() {
        let link = format!("https://contoso.crm.dynamics.com{API}x");
        let odd = ok(r#"{"value":[{"parententitylogicalname":"account","attributelogicalname":"b"},{}]}"#);
        let says = [ok(&page("a", Some(&link))), odd, ok(&page("b", None))];
        let (_, found) = carry_out(full_image_columns(&contoso()), &says);
        assert_eq!(found.unwrap(), [image("a"), image("b")]);
    }
}
