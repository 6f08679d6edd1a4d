CREATE TABLE towns (
  id BIGINT PRIMARY KEY, name VARCHAR(40), people BIGINT, area NUMERIC(8,2),
  warm DOUBLE PRECISION, coastal BOOLEAN, flag BYTEA, founded DATE, note TEXT
);
INSERT INTO towns VALUES
  (1, 'Oslo', 700000, 454.00, -0.5, TRUE, '\x00ff', '1040-01-01', 'a "quoted", note'),
  (2, 'Öre bro', 3000000000, NULL, NULL, NULL, NULL, NULL, NULL),
  (3, 'oslo', 5, 0.10, 1.5, FALSE, '', '2000-02-29', '');
CREATE TABLE many (id BIGINT PRIMARY KEY, filling VARCHAR(1000));
INSERT INTO many SELECT n, repeat('x', 1000) FROM generate_series(1, 50000) n;
CREATE TABLE twice (id BIGINT, name VARCHAR(10));
INSERT INTO twice SELECT n, 'a' FROM generate_series(1, 3000) n;
INSERT INTO twice VALUES (7, 'again');
CREATE VIEW slow AS
  SELECT id, CASE WHEN pg_sleep(0.2)::text = 'x' THEN 1 ELSE 0 END AS nap FROM many;
CREATE ROLE ada LOGIN PASSWORD 's3cret';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO ada;
CREATE ROLE bob LOGIN PASSWORD 's3cret';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO bob;
CREATE ROLE cleo LOGIN PASSWORD 's3cret';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO cleo;
