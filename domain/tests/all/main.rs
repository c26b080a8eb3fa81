//! The domain, told as tests.
