//! The tables of a new organization.
use super::draft::{Draft, FILE_SIZE, MIME, of};
use crate::core::ids::Ids;
use crate::core::schema::{
    Access, Column, Content, FILE_KB, FILE_NAME, IMAGE_KB, Kind, Required, Source, Table,
};

/// Longest text of a multi-line column that the tables state no other limit for.
const MEMO: usize = 2000;

/// All of them.
pub(super) fn all(ids: &Ids) -> Vec<Table> {
    vec![
        account(ids),
        contact(ids),
        email(ids),
        appointment(ids),
        activity_pointer(ids),
        template(ids),
        annotation(ids),
        attachment(ids),
        attachment_mirror(ids),
        organization(ids),
        system_user(ids),
        file_attachment(ids),
        attribute_image_config(ids),
        entity_image_config(ids),
    ]
}

fn account(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "account", "Account", "accounts", "accountid", 1)
        .primary_name("name", 160)
        .text("accountnumber", 20)
        .text("emailaddress1", 100)
        .text("telephone1", 50)
        .text("websiteurl", 200)
        .memo("description", MEMO)
        .integer("numberofemployees", 0, 1_000_000_000)
        .add("creditonhold", Kind::Boolean, Source::Client)
        .lookup("parentaccountid", &["account"])
        .lookup("primarycontactid", &["contact"])
        .files("sample_FileColumn", Kind::File { max_kb: FILE_KB })
        .files("sample_ImageColumn", Kind::Image { max_kb: IMAGE_KB, full: true })
        .table;
    table.has_notes = true;
    table.primary_image = Some("sample_imagecolumn".to_owned());
    table.keys = vec![vec!["accountnumber".to_owned()]];
    table
}

fn contact(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "contact", "Contact", "contacts", "contactid", 2)
        .primary_name("fullname", 160)
        .text("firstname", 50)
        .text("lastname", 50)
        .text("emailaddress1", 100)
        .lookup("parentcustomerid", &["account", "contact"])
        .table;
    table.has_notes = true;
    table
}

fn email(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "email", "Email", "emails", "activityid", 4202)
        .primary_name("subject", 800)
        .memo("description", 1_073_741_823)
        .add("directioncode", Kind::Boolean, Source::Client)
        .lookup("regardingobjectid", &["account", "contact"])
        .table;
    table.has_notes = true;
    table.is_activity = true;
    table
}

fn appointment(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "appointment", "Appointment", "appointments", "activityid", 4201)
        .primary_name("subject", 200)
        .memo("description", 1_073_741_823)
        .text("location", 200)
        .lookup("regardingobjectid", &["account", "contact"])
        .table;
    table.has_notes = true;
    table.is_activity = true;
    table
}

/// All activities in one list.
fn activity_pointer(ids: &Ids) -> Table {
    let mut table =
        Draft::new(ids, "activitypointer", "ActivityPointer", "activitypointers", "activityid", 4200)
            .primary_name("subject", 800)
            .add("activitytypecode", Kind::EntityName, Source::Service)
            .table;
    table.access = Access::Read;
    table
}

fn template(ids: &Ids) -> Table {
    Draft::new(ids, "template", "Template", "templates", "templateid", 2010)
        .primary_name("title", 200)
        .memo("subject", MEMO)
        .memo("body", 1_073_741_823)
        .table
}

fn annotation(ids: &Ids) -> Table {
    Draft::new(ids, "annotation", "Annotation", "annotations", "annotationid", 5)
        .primary_name("subject", 500)
        .memo("notetext", 100_000)
        .text("langid", 2)
        .text("stepid", 32)
        .add("objecttypecode", Kind::EntityName, Source::Client)
        .lookup("objectid", &["account", "appointment", "contact", "email"])
        .add("ownerid", Kind::Lookup { targets: vec!["systemuser".to_owned()] }, Source::Owner)
        .add("isdocument", Kind::Boolean, of("documentbody", Content::Presence))
        .body("documentbody")
        .table
}

fn attachment(ids: &Ids) -> Table {
    let (name, schema, key) =
        ("activitymimeattachment", "ActivityMimeAttachment", "activitymimeattachmentid");
    let mut table = Draft::new(ids, name, schema, "activitymimeattachments", key, 1001)
        .text("subject", 2000)
        .text("attachmentcontentid", 100)
        .integer("attachmentnumber", 0, 1_000_000_000)
        .add("objecttypecode", Kind::EntityName, Source::Client)
        .lookup("objectid", &["activitypointer", "appointment", "email", "template"])
        .add("attachmentid", Kind::Lookup { targets: vec!["attachment".to_owned()] }, of("body", Content::Id))
        .body("body")
        .table;
    table.primary_name = Some("filename".to_owned());
    // The only two that a record can not be without (notes-attachments §1).
    let required =
        |column: &&mut Column| ["objectid", "objecttypecode"].contains(&column.logical_name.as_str());
    for column in table.columns.iter_mut().filter(required) {
        column.required = Required::BySystem;
    }
    table
}

/// What attachments share, to be read in lists only (notes-attachments §1).
fn attachment_mirror(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "attachment", "Attachment", "attachments", "attachmentid", 1002)
        .primary_name("filename", FILE_NAME)
        .text("mimetype", MIME)
        .add("filesize", FILE_SIZE, Source::Service)
        .add("body", Kind::Body, Source::File)
        .table;
    table.access = Access::List;
    table
}

fn system_user(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "systemuser", "SystemUser", "systemusers", "systemuserid", 8)
        .primary_name("fullname", 200)
        .table;
    table.access = Access::Read;
    table
}

fn organization(ids: &Ids) -> Table {
    let mut table = Draft::new(ids, "organization", "Organization", "organizations", "organizationid", 1019)
        .primary_name("name", 160)
        .integer("maxuploadfilesize", 1, 131_072_000)
        .memo("blockedattachments", 1_073_741_823)
        .memo("blockedmimetypes", 4000)
        .memo("allowedmimetypes", 4000)
        .memo("allowediprangeforstorageaccesssignatures", 4000)
        .table;
    table.access = Access::Update;
    table
}

fn file_attachment(ids: &Ids) -> Table {
    let objects = &["account"];
    let mut table =
        Draft::new(ids, "fileattachment", "FileAttachment", "fileattachments", "fileattachmentid", 55)
            .primary_name("filename", FILE_NAME)
            .text("mimetype", MIME)
            .add("filesizeinbytes", Kind::BigInt, Source::Service)
            .text("regardingfieldname", FILE_NAME)
            .lookup("objectid", objects)
            .add("objecttypecode", Kind::EntityName, Source::Service)
            .add("objectidtypecode", Kind::EntityName, Source::Service)
            .table;
    table.access = Access::Read;
    table
}

fn attribute_image_config(ids: &Ids) -> Table {
    let name = "attributeimageconfig";
    let mut table =
        Draft::new(ids, name, "AttributeImageConfig", "attributeimageconfigs", "attributeimageconfigid", 431)
            .text("parententitylogicalname", 128)
            .text("attributelogicalname", 128)
            .add("canstorefullimage", Kind::Boolean, Source::Service)
            .table;
    table.access = Access::Read;
    table
}

fn entity_image_config(ids: &Ids) -> Table {
    let mut table = Draft::new(
        ids,
        "entityimageconfig",
        "EntityImageConfig",
        "entityimageconfigs",
        "entityimageconfigid",
        432,
    )
    .text("parententitylogicalname", 128)
    .text("primaryimageattribute", 128)
    .table;
    table.access = Access::Read;
    table
}
