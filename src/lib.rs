//! The service: layers, formats, access and HTTP routes over `geodata` and `tiles`; shared by the command line and the tests.

pub mod access;
pub mod formats;
pub mod http;
pub mod layers;
