"""The database servers that tests start."""


def test_postgres_gives_each_test_a_database_of_its_own(postgres):
    one, other = (postgres.database("CREATE TABLE t (a int); INSERT INTO t VALUES (7)") for _ in range(2))
    assert one != other
    assert postgres.run("SELECT a FROM t", one.rpartition("/")[2]) == "7\n"


def test_mariadb_gives_each_test_a_database_of_its_own(mariadb):
    one, other = (mariadb.database("CREATE TABLE t (a int);\nINSERT INTO t VALUES (7);\n") for _ in range(2))
    assert one != other
    assert mariadb.run("SELECT a FROM t", one.rpartition("/")[2]) == [(7,)]
