//! `dvf`: files into and out of Microsoft Dataverse.
fn main() {}
