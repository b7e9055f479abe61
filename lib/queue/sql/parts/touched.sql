-- Sets "updatedAt" of the row j. A transaction that began earlier may write later: the time doesn't go back for that. A
-- row that is dated more than a minute ahead was dated by a wrong clock.
"updatedAt" = CASE WHEN j."updatedAt" BETWEEN {now} AND {now} + interval '1 minute' THEN j."updatedAt" ELSE {now} END
