//! Sans-IO sessions that move files into and out of Microsoft Dataverse: no sockets, no clock, no randomness.
