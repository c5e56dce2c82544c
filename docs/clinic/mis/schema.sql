-- An example of a clinic's own database (PostgreSQL), with two patients and three hours of two doctors.
CREATE TABLE patients (
    id bigserial PRIMARY KEY,
    surname text NOT NULL, first_name text NOT NULL, patronymic text,
    born date, balance numeric(12, 2), doctor text, mother_id bigint REFERENCES patients
);
CREATE TABLE phones (patient_id bigint NOT NULL REFERENCES patients, phone text NOT NULL);
CREATE TABLE contracts (
    id bigserial PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients,
    insurer text NOT NULL, programme text, number text NOT NULL, begins date, ends date, stopped boolean DEFAULT false
);
CREATE TABLE contract_services (
    contract_id bigint NOT NULL REFERENCES contracts, service text NOT NULL, pays text NOT NULL, part int, clause text
);
CREATE TABLE hours (
    id bigserial PRIMARY KEY, begins timestamptz NOT NULL, ends timestamptz,
    doctor text NOT NULL, specialty text NOT NULL, room text
);
CREATE TABLE appointments (
    id bigserial PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients, hour_id bigint NOT NULL REFERENCES hours,
    state text NOT NULL DEFAULT 'planned', preparation text, comment text
);

INSERT INTO patients (surname, first_name, patronymic, born, balance, doctor) VALUES
    ('Иванова', 'Мария', 'Петровна', '1984-03-12', 1200, 'Орлова Н. П.');
INSERT INTO patients (surname, first_name, born, mother_id) VALUES ('Иванов', 'Пётр', '2015-06-01', 1);
INSERT INTO phones VALUES (1, '8 (916) 123-45-67');
INSERT INTO contracts (patient_id, insurer, programme, number, begins, ends) VALUES
    (1, 'Ромашка', 'Классика', 'A-1', '2026-01-01', '2026-12-31');
INSERT INTO contract_services VALUES (1, 'УЗИ', 'yes', NULL, '3.2'), (1, 'МРТ', 'partial', 30, '4.1');
INSERT INTO hours (begins, ends, doctor, specialty, room) VALUES
    ('2030-11-25 09:00+03', '2030-11-25 09:30+03', 'Орлова Н. П.', 'терапевт', '204'),
    ('2030-11-25 09:30+03', '2030-11-25 10:00+03', 'Орлова Н. П.', 'терапевт', '204'),
    ('2030-11-25 09:00+03', '2030-11-25 09:20+03', 'Ким А. В.', 'окулист', '310');
INSERT INTO appointments (patient_id, hour_id, preparation) VALUES (2, 3, 'без линз');
