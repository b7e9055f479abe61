(SELECT * FROM {jobs} WHERE "status" = $1::text::{status} OFFSET 0)
