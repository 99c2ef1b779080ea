WITH
-- include: ../shared/slipped.sql
,
-- include: ../shared/slipped-deals.sql
SELECT * FROM slipped_deals
