-- Once, by the database's owner.  The user of ccd reads what the queries name, and books.  Nothing else.
CREATE ROLE ccd LOGIN PASSWORD 'change-me';
GRANT SELECT ON patients, phones, contracts, contract_services, hours, appointments TO ccd;

-- Numbers stand there as people write them, so their last ten digits are looked for; the index makes that quick.
CREATE INDEX ON phones (right(regexp_replace(phone, '\D', '', 'g'), 10));

-- To book: the key of ccd's order stands with the visit, and the database itself keeps an hour from two visits.
ALTER TABLE appointments ADD ccd_order text UNIQUE;
CREATE UNIQUE INDEX ON appointments (hour_id) WHERE state <> 'cancelled';
GRANT INSERT, UPDATE (state) ON appointments TO ccd;
GRANT USAGE ON SEQUENCE appointments_id_seq TO ccd;
