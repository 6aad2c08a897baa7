//! A definition as a client writes it.
use serde_json::Value;

use super::Object;
use super::column::LANGUAGE;
use crate::core::errors;
use crate::core::fault::{Answer, Fault};
use crate::core::schema::Required;
use crate::payload::Content;

/// UTF-16 units in the name of a table or a column at most (attributeimageconfig reference).
const NAME_LENGTH: usize = 128;

/// A definition's JSON. What it says has to be of the right type.
#[derive(Debug)]
pub(super) struct Given {
    object: Object,
}

impl Given {
    pub(super) fn of(content: Content) -> Answer<Given> {
        match content {
            Content::Json { value: Value::Object(object), .. } => Ok(Given { object }),
            Content::Malformed(reason) => Err(fault(&reason)),
            Content::TooLong(_) => Err(errors::REQUEST_TOO_LARGE.fault()),
            _ => Err(fault("the body is no JSON object")),
        }
    }

    pub(super) fn new(object: Object) -> Given {
        Given { object }
    }

    /// Without its namespace; the definition has to say what it is one of.
    pub(super) fn type_name(&self) -> Answer<&str> {
        let name = self.object.get("@odata.type").and_then(Value::as_str);
        let name = name.and_then(|name| name.trim_start_matches('#').strip_prefix("Microsoft.Dynamics.CRM."));
        name.ok_or_else(|| fault("'@odata.type' is missing or no type of a definition"))
    }

    pub(super) fn text(&self, name: &str) -> Answer<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| wrong_type(name)),
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Answer<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_bool().map(Some).ok_or_else(|| wrong_type(name)),
        }
    }

    pub(super) fn number(&self, name: &str) -> Answer<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| wrong_type(name)),
        }
    }

    /// A list of definitions inside this one.
    pub(super) fn list(&self, name: &str) -> Answer<Vec<Given>> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let objects = value.as_array().ok_or_else(|| wrong_type(name))?.iter();
        let given = objects.map(|object| object.as_object().cloned().map(Given::new));
        given.collect::<Option<Vec<Given>>>().ok_or_else(|| wrong_type(name))
    }

    /// `{"Value": …}`.
    fn value_of(&self, name: &str) -> Answer<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => {
                value.get("Value").and_then(Value::as_str).map(Some).ok_or_else(|| wrong_type(name))
            }
        }
    }

    /// The label in the language of the organization, or else the first one.
    pub(super) fn label(&self, name: &str) -> Answer<Option<String>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let labels =
            value.get("LocalizedLabels").and_then(Value::as_array).ok_or_else(|| wrong_type(name))?;
        let english = labels.iter().find(|label| label["LanguageCode"] == LANGUAGE);
        let Some(label) = english.or(labels.first()) else { return Ok(None) };
        label["Label"].as_str().map(|text| Some(text.to_owned())).ok_or_else(|| wrong_type(name))
    }

    pub(super) fn required_level(&self) -> Answer<Option<Required>> {
        self.value_of("RequiredLevel")?
            .map(|level| match level {
                "None" => Ok(Required::Never),
                "Recommended" => Ok(Required::Recommended),
                "ApplicationRequired" => Ok(Required::ByApps),
                "SystemRequired" => Ok(Required::BySystem),
                _ => Err(wrong_type("RequiredLevel")),
            })
            .transpose()
    }

    /// `SchemaName`, with the prefix of a publisher, e.g. `sample_FileColumn`.
    pub(super) fn schema_name(&self) -> Answer<&str> {
        let name = self.text("SchemaName")?.ok_or_else(|| fault("'SchemaName' is missing"))?;
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let prefixed = name.split_once('_').is_some_and(|(prefix, rest)| {
            word(prefix) && word(rest) && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        });
        if name.encode_utf16().count() > NAME_LENGTH {
            return Err(errors::STRING_TOO_LONG.fault());
        }
        match prefixed {
            true => Ok(name),
            false => Err(errors::INVALID_ARGUMENT.with(&[&format!(
                "'{name}' is no schema name: it has a prefix of letters and digits, '_', and letters, digits or '_'."
            )])),
        }
    }

    /// A type that is said in other words as well says the same (metadata §3, §4).
    pub(super) fn check_type(&self, type_name: &str) -> Answer<()> {
        match self.value_of("AttributeTypeName")? {
            Some(other) if other != type_name => {
                Err(fault(&format!("'AttributeTypeName' is {other} where '@odata.type' means {type_name}")))
            }
            _ => Ok(()),
        }
    }

    /// What a definition says about what does not change is what it is.
    pub(super) fn check_same(&self, name: &str, value: &str) -> Answer<()> {
        match self.text(name)? {
            Some(other) if other != value => {
                Err(errors::INVALID_ARGUMENT.with(&[&format!("{name} is '{value}' and does not change.")]))
            }
            _ => Ok(()),
        }
    }

    /// Every property is one that definitions of this type have.
    pub(super) fn check_names(&self, known: &Object, entity: &str) -> Answer<()> {
        let unknown = self.object.keys().find(|name| !name.contains('@') && !known.contains_key(*name));
        match unknown {
            Some(name) => {
                Err(errors::BODY_PROPERTY.with(&[name, &format!("Microsoft.Dynamics.CRM.{entity}")]))
            }
            None => Ok(()),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }
}

/// A body that is no definition.
pub(super) fn fault(reason: &str) -> Fault {
    Fault::payload("EntityDefinitions", reason)
}

pub(super) fn wrong_type(name: &str) -> Fault {
    fault(&format!("'{name}' is of another type"))
}
