//! Statistics: pure kernels, and the table of methods over them.

pub mod fdr;
pub mod gi_star;
pub mod permutation;
pub mod special;
pub mod weights;
