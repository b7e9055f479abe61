-- The jobs table as the web app's Prisma schema creates it, for databases without a web app.
-- %TABLE% is its quoted name, %NAME% its name without quotes.
CREATE TABLE %TABLE% (
  "id"              text NOT NULL,
  "userId"          text NOT NULL,
  "jobId"           text NOT NULL,
  "status"          text NOT NULL,
  "progress"        integer NOT NULL DEFAULT 0,
  "trackTitle"      text NOT NULL,
  "artistName"      text NOT NULL,
  "genre"           text,
  "audioUrl"        text NOT NULL,
  "lyricsText"      text,
  "artworkUrl"      text,
  "referenceTrack"  text,
  "hitFactor"       double precision,
  "audioScore"      double precision,
  "lyricsScore"     double precision,
  "brandScore"      double precision,
  "marketScore"     double precision,
  "recommendations" jsonb,
  "similarHits"     jsonb,
  "fullReport"      jsonb,
  "modelVersion"    text,
  "processingTime"  integer,
  "errorMessage"    text,
  "isFavorite"      boolean NOT NULL DEFAULT false,
  "isArchived"      boolean NOT NULL DEFAULT false,
  "tags"            text[] DEFAULT ARRAY[]::text[],
  "notes"           text,
  "createdAt"       timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt"       timestamp(3) NOT NULL,
  "completedAt"     timestamp(3),
  CONSTRAINT "%NAME%_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "%NAME%_jobId_key" ON %TABLE% ("jobId");
CREATE INDEX "%NAME%_userId_idx" ON %TABLE% ("userId");
CREATE INDEX "%NAME%_status_idx" ON %TABLE% ("status");
CREATE INDEX "%NAME%_createdAt_idx" ON %TABLE% ("createdAt");
CREATE INDEX "%NAME%_isFavorite_idx" ON %TABLE% ("isFavorite");
CREATE INDEX "%NAME%_isArchived_idx" ON %TABLE% ("isArchived");
