//! The organization as it starts: its tables and its first rows (design §6).
mod draft;
mod tables;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::guid::Guid;
use super::ids::Ids;
use super::schema::Table;
use super::state::{Record, State};
use super::time::Now;

/// The id of the first account and of the first e-mail.
const FIRST: Guid = Guid::from_u128(1);

/// Extensions that no file may have (metadata §10).
const BLOCKED_ATTACHMENTS: &str = "ade;adp;app;asa;ashx;asmx;asp;bas;bat;cdx;cer;chm;class;cmd;com;config;cpl;crt;\
csh;dll;exe;fxp;hlp;hta;htr;htw;ida;idc;idq;inf;ins;isp;its;jar;js;jse;ksh;lnk;mad;maf;mag;mam;maq;mar;mas;mat;\
mau;mav;maw;mda;mdb;mde;mdt;mdw;mdz;msc;msh;msh1;msh1xml;msh2;msh2xml;mshxml;msi;msp;mst;ops;pcd;pif;prf;prg;\
printer;pst;reg;rem;scf;scr;sct;shb;shs;shtm;shtml;soap;stm;tmp;url;vb;vbe;vbs;vsmacros;vss;vst;vsw;ws;wsc;wsf;\
wsh;svg";

/// Bytes of base64 text in a note or attachment: 5 MB by default (metadata §10).
pub(in crate::core) const MAX_UPLOAD_FILE_SIZE: u64 = 5_242_880;

/// The tables of a new organization.
pub(in crate::core) fn tables(ids: &Ids) -> Vec<Table> {
    tables::all(ids)
}

/// Fills an empty state.
pub(in crate::core) fn fill(state: &mut State) {
    for table in self::tables(&state.ids) {
        state.tables.insert(table.logical_name.clone(), table);
    }
    let organization = state.ids.named("organization");
    let settings = [
        ("name", json!("Emulated organization")),
        ("maxuploadfilesize", json!(MAX_UPLOAD_FILE_SIZE)),
        ("blockedattachments", json!(BLOCKED_ATTACHMENTS)),
    ];
    insert(state, "organization", organization, settings);
    insert(state, "account", FIRST, [("name", json!("Contoso Ltd.")), ("accountnumber", json!("A1"))]);
    insert(state, "email", FIRST, [("subject", json!("Welcome"))]);
}

fn insert<const N: usize>(state: &mut State, table: &str, id: Guid, values: [(&str, Value); N]) {
    let record = Record {
        id,
        version: state.ids.version(),
        created: Now(std::time::Duration::ZERO),
        modified: Now(std::time::Duration::ZERO),
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        files: BTreeMap::new(),
    };
    state.records.entry(table.to_owned()).or_default().insert(id, record);
}
