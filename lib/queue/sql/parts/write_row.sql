UPDATE {jobs} j SET {row}, "updatedAt" = {now} WHERE j."id" = $1::{id}
