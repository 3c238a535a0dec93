"""Speaks the extended protocol with psycopg and writes what it did, a JSON object a line: what the records are held against."""
import json
import sys

import psycopg

truth = open(sys.argv[2], "w")
address = f"host=127.0.0.1 port={sys.argv[1]} user=weaver password=warp-and-weft dbname=shop sslmode=disable gssencmode=disable"


def told(text, rows=None, code=None):
    truth.write(json.dumps({"text": text, "rows": rows, "code": code}) + "\n")


def run(connection, text, values=(), **words):
    sent = words.pop("sent", text)
    try:
        cursor = connection.execute(text, values, **words)
        told(sent, cursor.rowcount if cursor.description else None)
        return cursor
    except psycopg.Error as error:
        told(sent, None, error.sqlstate)


with psycopg.connect(address + " application_name=shuttle", autocommit=True) as connection:
    run(connection, "CREATE TABLE thread (id int PRIMARY KEY, colour text NOT NULL)")
    for i in range(1, 4):
        run(connection, "INSERT INTO thread VALUES (%s, %s)", (i, "red" if i % 2 else "blue"), sent="INSERT INTO thread VALUES ($1, $2)")
    run(connection, "SELECT id, colour FROM thread WHERE id > %s ORDER BY id", (1,), sent="SELECT id, colour FROM thread WHERE id > $1 ORDER BY id")
    run(connection, "SELECT id FROM thread WHERE colour = %s", ("green",), binary=True, sent="SELECT id FROM thread WHERE colour = $1")
    run(connection, "SELECT nothing FROM thread WHERE id = %s", (1,), sent="SELECT nothing FROM thread WHERE id = $1")
    run(connection, "SELECT 1 / %s::int", (0,), sent="SELECT 1 / $1::int")
    for _ in range(2):
        run(connection, "UPDATE thread SET colour = %s", ("grey",), prepare=True, sent="UPDATE thread SET colour = $1")

with psycopg.connect(address + " application_name=heddle", autocommit=True) as connection:
    with connection.pipeline():
        for i in (1, 2, 3):
            connection.execute("SELECT colour FROM thread WHERE id = %s", (i,), prepare=True)
    try:
        with connection.pipeline():
            connection.execute("DELETE FROM thread WHERE id = %s", (3,))
            connection.execute("INSERT INTO thread VALUES (%s, %s)", (1, "red"))
            connection.execute("SELECT count(*) FROM thread WHERE id > %s", (0,))
    except psycopg.Error:
        pass
    with connection.cursor().copy("COPY thread (id, colour) FROM STDIN") as copy:
        for i in range(100, 110):
            copy.write_row((i, "white"))
    with connection.cursor().copy("COPY thread TO STDOUT") as copy:
        for _ in copy:
            pass

with psycopg.connect(address + " application_name=reed") as connection:
    with connection.cursor(name="bobbin") as cursor:
        cursor.execute("SELECT id FROM thread WHERE id >= %s", (100,))
        cursor.fetchmany(4)
        cursor.fetchall()
