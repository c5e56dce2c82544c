-- An example medical information system, with words of its own.
CREATE TABLE clients (id text PRIMARY KEY, fio text, born date, lang text, labels text, gp text, owes numeric, category text);
CREATE TABLE client_phones (client_id text, phone text);
CREATE TABLE kin (client_id text, phone text, is_parent boolean, kinship text, kin_name text);
CREATE TABLE contracts (client_id text, company text, no text, plan text, begins date, ends date, type text, stopped boolean);
CREATE TABLE services (client_id text, contract_no text, title text, pays text, share integer, sum numeric, item text);
CREATE TABLE appointments (client_id text, at timestamptz, state text, doctor text, speciality text, room text, prepare text);
CREATE TABLE comments (client_id text, body text, secret boolean);
