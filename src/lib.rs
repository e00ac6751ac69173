//! The service: command line, layers, formats, access and HTTP routes over `geodata` and `tiles`; shared by the program and the tests.

pub mod access;
pub mod cli;
pub mod explain;
pub mod formats;
pub mod http;
pub mod layers;
pub mod publish;
