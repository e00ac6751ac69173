//! Statistics: pure kernels, and the table of methods over them.
