//! What both stores promise, on PostgreSQL.

promises!(true);
