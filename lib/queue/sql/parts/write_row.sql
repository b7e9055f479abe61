-- Writes {row} to the job $1 ("id"), whatever its state. Only trial.cpp runs it.
UPDATE {jobs} j SET {row}, {touched} WHERE j."id" = $1::{id}
