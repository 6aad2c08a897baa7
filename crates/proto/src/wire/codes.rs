//! The service's error codes (web-service-error-codes; `errors-and-limits` §4-§9 of the protocol notes) as one table.
//!
//! The only `match` on codes in the workspace. Codes that are not here are judged by their HTTP status (E1, E2).
use crate::ErrorKind::{self, *};

/// Whether sending the same again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    No,
    /// One more time.
    Once,
    Yes,
    /// Not this request, but a transfer that begins anew.
    NewSession,
}
use Again::*;

/// What a code means.
pub(crate) fn meaning(code: u32) -> Option<(ErrorKind, Again)> {
    let at = CODES.binary_search_by_key(&code, |row| row.0).ok()?;
    Some((CODES[at].2, CODES[at].3))
}

/// What a person can do about it.
pub(crate) fn advice(code: u32) -> Option<&'static str> {
    Some(match code {
        0x8004_4a02 => {
            "the file is larger than the column (MaxSizeInKB) or the organization (maxuploadfilesize) allows"
        }
        0x8004_3e09 => "the file name's extension is blocked in this organization (blockedattachments)",
        0x8007_2521 => "the MIME type is not in this organization's allowedmimetypes",
        0x8007_2522 => "the MIME type is in this organization's blockedmimetypes",
        0x8009_0001 => "use --strategy blocks or chunked to upload, ranged to download",
        0x8009_0007 | 0x8006_0888 => {
            "check the spelling of the table's set name and the column's logical name"
        }
        0x8007_2520 => {
            "the organization keeps its files in the database, as it does with an encryption key of its own, so there are no \
             shared access URLs; download the file with --strategy single"
        }
        0x8009_0015 | 0x8009_0017 => {
            "the organization keeps its files in the database, as it does with an encryption key of its own, so there are no \
             ranges and no second block; use --strategy single"
        }
        0x8009_0016 => "the organization keeps its files in the database, which takes 128 MB at most",
        0x8004_4a04 | 0x8009_0004 => "the service keeps no empty files",
        0x8004_4a08 => "choose a plainer file name (--name)",
        0x8004_4331 | 0x8007_3001 => "a file name may have 255 characters, a MIME type 256",
        0x8004_f01f => "something still uses it (a form, a view, a flow); take it out there first",
        0x8009_0009 => "a file column's MaxSizeInKB is at most 10485760 (10 GB)",
        0x8009_000e => "an image column's MaxSizeInKB is at most 30720 (30 MB)",
        0x8007_2553 => {
            "image columns take GIF, JPEG, TIFF, BMP and PNG up to the column's MaxSizeInKB, 30 MB at most"
        }
        0x8005_0401 | 0x8005_0402 | 0x8007_2325 => "storage is full; free some or buy more",
        _ => return None,
    })
}

#[rustfmt::skip]
const CODES: &[(u32, &str, ErrorKind, Again)] = &[
    (0x80040203, "InvalidArgument", Refused, No),
    (0x80040204, "InvalidUserAuth", Unauthenticated, No),
    (0x8004020d, "InvalidAccessRights", Forbidden, No),
    (0x80040216, "UnExpected", Server, Yes),
    (0x80040217, "ObjectDoesNotExist", NotFound, No),
    (0x80040219, "NotImplemented", Unsupported, No),
    (0x80040220, "PrivilegeDenied", Forbidden, No),
    (0x80040224, "IsvUnExpected", Server, No),
    (0x80040227, "CannotDeleteDueToAssociation", Refused, No),
    (0x80040231, "PrincipalPrivilegeDenied", Forbidden, No),
    (0x80040237, "DuplicateRecord", Refused, No),
    (0x8004023b, "InvalidOperation", Refused, No),
    (0x8004024a, "MetadataNotFound", NotFound, No),
    (0x80040256, "CrmSecurityError", Forbidden, No),
    (0x80040265, "IsvAborted", Refused, No),
    (0x80040276, "PrivilegeCreateIsDisabledForOrganization", Forbidden, No),
    (0x80040277, "UnauthorizedAccess", Unauthenticated, No),
    (0x80040315, "NotSupported", Refused, No),
    (0x80040365, "EmptyContent", Refused, No),
    (0x80041102, "QueryBuilderNoEntity", Refused, No),
    (0x80041103, "QueryBuilderNoAttribute", Refused, No),
    (0x80041d50, "InvalidOAuthToken", Unauthenticated, No),
    (0x80041d52, "ExpiredOAuthToken", Unauthenticated, No),
    (0x80042f09, "UserNotAssignedRoles", Forbidden, No),
    (0x80043e09, "AttachmentBlocked", Refused, No),
    (0x80044150, "SqlError", Server, Yes),
    (0x8004418a, "RequestLengthTooLarge", TooLarge, No),
    (0x80044300, "MissingCrmAuthenticationToken", Unauthenticated, No),
    (0x80044302, "RequestIsNotAuthenticated", Unauthenticated, No),
    (0x80044308, "MissingCrmAuthenticationTokenOrganizationName", Unauthenticated, No),
    (0x80044331, "StringLengthTooLong", Refused, No),
    (0x80044339, "CouldNotObtainLockOnResource", Server, Yes),
    (0x80044507, "UserDoesNotHaveAccessToTheTenant", Forbidden, No),
    (0x80044a00, "unManagedidsattachmentcannotopentempfile", Server, Yes),
    (0x80044a01, "unManagedidsattachmentcannotgetfilesize", Server, Yes),
    (0x80044a02, "unManagedidsattachmentinvalidfilesize", TooLarge, No),
    (0x80044a03, "unManagedidsattachmentcannotreadtempfile", Server, Yes),
    (0x80044a04, "unManagedidsattachmentisempty", Refused, No),
    (0x80044a05, "unManagedidsattachmentcannotcreatetempfile", Server, Yes),
    (0x80044a06, "unManagedidsattachmentcannotunmaptempfile", Server, Yes),
    (0x80044a07, "unManagedidsattachmentcannottruncatetempfile", Server, Yes),
    (0x80044a08, "AttachmentInvalidFileName", Refused, No),
    (0x80047013, "DuplicateAttributeSchemaName", Exists, No),
    (0x80048306, "unManagedIdsAccessDenied", Forbidden, No),
    (0x80048405, "AccessDenied", Forbidden, No),
    (0x80048437, "FileReadError", Server, Yes),
    (0x80048439, "MultipleFilesFound", Refused, No),
    (0x80048440, "FileNotFound", NotFound, No),
    (0x80048493, "AttachmentNotFound", NotFound, No),
    (0x80048531, "CustomImageAttributeOnlyAllowedOnCustomEntity", Refused, No),
    (0x80048542, "VersionedRowNotFoundInTempDB", Server, Yes),
    (0x80048551, "DBConnectionOrTransactionInitializationFailed", Server, Yes),
    (0x80048553, "DBUpgradeCauseTimeout", Server, Yes),
    (0x80048559, "DBConnectionOpenCircuitBreakerThrottling", Server, Yes),
    (0x80048560, "InactiveDBTransactionTerminated", Server, Yes),
    (0x80048561, "DBTransactionFailedToStart", Server, Yes),
    (0x80048837, "FileInUse", Server, Yes),
    (0x80048d19, "ODataClientPayloadError", Refused, No),
    (0x8004a001, "CrmSqlGovernorDatabaseRequestDenied", Server, Yes),
    (0x8004a100, "InvalidAuthTicket", Unauthenticated, No),
    (0x8004a101, "ExpiredAuthTicket", Unauthenticated, No),
    (0x8004a102, "BadAuthTicket", Unauthenticated, No),
    (0x8004a103, "InsufficientAuthTicket", Unauthenticated, No),
    (0x8004a104, "OrganizationDisabled", Forbidden, No),
    (0x8004a105, "TamperedAuthTicket", Unauthenticated, No),
    (0x8004a112, "SystemUserDisabled", Forbidden, No),
    (0x8004a113, "UserDoesNotHaveAdminOnlyModePermissions", Forbidden, No),
    (0x8004e30a, "ObjectAlreadyExists", Refused, No),
    (0x8004ed47, "AppLockTimeout", Server, Yes),
    (0x8004f01f, "CannotDeleteInUseComponent", Refused, No),
    (0x8004f502, "AttributePrivilegeCreateIsMissing", Forbidden, No),
    (0x8004f504, "AttributePermissionReadIsMissing", Forbidden, No),
    (0x8004f506, "QueryContainedSecuredAttributeWithoutAccess", Forbidden, No),
    (0x8004f507, "AttributePermissionUpdateIsMissingDuringUpdate", Forbidden, No),
    (0x80050005, "InvalidActivityMimeAttachmentId", Refused, No),
    (0x80050006, "AttachmentNotRelatedToEmail", Refused, No),
    (0x80050007, "EmailDoesNotExist", NotFound, No),
    (0x80050300, "CrmLicensingError", Forbidden, No),
    (0x80050401, "ExceedEnvironmentCapacity", Refused, No),
    (0x80050402, "ExceedTenantCapacity", Refused, No),
    (0x8005e009, "InvalidAttribute", Refused, No),
    (0x8005e237, "EmailMessageSizeExceeded", TooLarge, No),
    (0x8005f100, "BadRequest", Refused, No),
    (0x8005f101, "AccessTokenExpired", Unauthenticated, No),
    (0x8005f103, "Throttling", Throttled, Yes),
    (0x80060304, "DuplicateAttributePhysicalName", Exists, No),
    (0x80060882, "ConcurrencyVersionMismatch", Refused, No),
    (0x80060883, "ConcurrencyVersionNotProvided", Refused, No),
    (0x80060888, "ResourceNotFoundForSegment", NotFound, No),
    (0x8006088d, "OptimisticConcurrencyNotEnabled", Refused, No),
    (0x80060890, "EntityKeyNotDefined", Refused, No),
    (0x80060891, "RecordNotFoundByEntityKey", NotFound, No),
    (0x80060892, "DuplicateRecordEntityKey", Refused, No),
    (0x80071154, "ConcurrentOperationFailure", Server, Yes),
    (0x80072321, "ThrottlingTimeExceededError", Throttled, Yes),
    (0x80072322, "ThrottlingBurstRequestLimitExceededError", Throttled, Yes),
    (0x80072323, "AzureSqlDatabaseResourceLimitExceededError", Server, Yes),
    (0x80072324, "AzureSqlMaxConcurrentWorkersLimitExceededError", Server, Yes),
    (0x80072325, "AzureSqlDatabaseStorageQuotaExceededError", Server, No),
    (0x80072326, "ThrottlingConcurrencyLimitExceededError", Throttled, Yes),
    (0x80072520, "FileStoreFeatureNotEnabled", Refused, No),
    (0x80072521, "MimeTypeNotInAllowedList", Refused, No),
    (0x80072522, "MimeTypeBlocked", Refused, No),
    (0x80072531, "DistinctWithImageAttributeError", Refused, No),
    (0x80072552, "RetrieveImagePropertiesFail", Refused, No),
    (0x80072553, "ProcessImageFailure", Refused, No),
    (0x80072554, "ProcessFileFailure", Refused, No),
    (0x80072555, "InitializeFileRequestFailure", Refused, Once),
    (0x80072556, "CommitFileFailure", SessionExpired, NewSession),
    (0x80072559, "AADError", Forbidden, No),
    (0x80072560, "UserNotMemberOfOrg", Forbidden, No),
    (0x80072561, "CAPolicyValidationFailedLateBind", Unauthenticated, No),
    (0x80073000, "CrmSQLNetworkingError", Server, Yes),
    (0x80073001, "CrmSQLCharLengthTooLong", Refused, No),
    (0x80073002, "CrmSQLUniqueIndexOrConstraintViolation", Refused, No),
    (0x80090000, "InvalidFileRangeRequested", Refused, No),
    (0x80090001, "FileSizeExceededForNonChunkedRequest", TooLarge, No),
    (0x80090002, "InvalidNumberOfParametersForFileUpload", Refused, No),
    (0x80090003, "InvalidParameterForFileOperation", SessionExpired, NewSession),
    (0x80090004, "FileContentIsNull", Refused, No),
    (0x80090005, "InvalidContentRangeForFileUpload", Refused, No),
    (0x80090006, "InvalidBlockList", SessionExpired, NewSession),
    (0x80090007, "InvalidFileAttributeName", NotFound, No),
    (0x80090008, "ChunkSizeExceeded", TooLarge, No),
    (0x80090009, "InvalidMaxSizeInKB", Refused, No),
    (0x8009000a, "InvalidToDeleteFileAttachmentBulkDelete", Refused, No),
    (0x8009000d, "ImageAttributeNotSupportedFullImage", Refused, No),
    (0x8009000e, "ImageInvalidMaxSizeInKB", Refused, No),
    (0x80090011, "InvalidFileSasUrl", SessionExpired, NewSession),
    (0x80090013, "OrgIdMismsatch", Refused, No),
    (0x80090015, "InvalidFileRangeRequestedSqlStorage", Unsupported, No),
    (0x80090016, "FileSizeExceededSqlStorage", TooLarge, No),
    (0x80090017, "UploadingAndDownloadingInMultipleChunksNotSupported", Unsupported, No),
    (0x80090019, "CmkStatusMismatch", SessionExpired, NewSession),
    (0x80090430, "ImageFormatNotSupported", Refused, No),
    (0x80090475, "DownloadResponseHeaderNotSupported", Refused, No),
    (0x80090487, "CannotUploadNonPrimaryImageAttributeOnCreate", Refused, No),
    (0x80090488, "EICExportFailure", Refused, No),
    (0x80090489, "AICExportFailure", Refused, No),
    (0x80090800, "InvalidUrlForODataBindProperty", Refused, No),
    (0x80090801, "InvalidPropertyInODataRequestBody", Refused, No),
    (0x80090901, "RevokedSharedLink", Refused, No),
    (0x80094005, "EntityNotFound", NotFound, No),
    (0x80095ffe, "IPAddressNotInSpecifiedRange", Forbidden, No),
    (0x80100008, "EntityTypeNotSupported", Refused, No),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_each_code_once() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(CODES.iter().all(|row| !row.1.is_empty()));
    }

    #[test]
    fn throttling_waits_and_a_lost_session_begins_anew() {
        for code in [0x8007_2321, 0x8007_2322, 0x8007_2326] {
            assert_eq!(meaning(code), Some((Throttled, Yes)));
        }
        assert_eq!(meaning(0x8009_0003), Some((SessionExpired, NewSession)));
        assert_eq!(meaning(0x8004_4a02), Some((TooLarge, No)));
        assert_eq!(meaning(0x8006_088a), None, "the wrapper code says nothing: the status decides");
    }
}
