//! What both stores promise, on SQLite.

promises!(false);
