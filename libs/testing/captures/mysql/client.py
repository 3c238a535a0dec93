"""Speaks the text protocol with PyMySQL and writes what it did, a JSON object a line: what the records are held against."""
import json
import sys

import pymysql

truth = open(sys.argv[1], "w")


def run(cursor, text):
    rows = affected = code = None
    try:
        count = cursor.execute(text)
        if cursor.description:
            rows = count
        else:
            affected = count
    except pymysql.MySQLError as error:
        code = error.args[0]
    truth.write(json.dumps({"text": text, "rows": rows, "affected": affected, "code": code}) + "\n")


connection = pymysql.connect(
    host="127.0.0.1", user="weaver", password="warp-and-weft", database="shop", autocommit=True, program_name="shuttle", init_command="SELECT 0"
)
with connection.cursor() as cursor:
    run(cursor, "SELECT id, name FROM goods WHERE id < 3")
    run(cursor, "SELECT id FROM goods WHERE id > 1000")
    run(cursor, "UPDATE goods SET name = 'reed' WHERE id < 3")
    run(cursor, "DELETE FROM goods WHERE id = 999")
    run(cursor, "SELEC")
    run(cursor, "INSERT INTO goods VALUES (1, 'again')")
    run(cursor, "SELECT REPEAT('x', 70000)")
    run(cursor, "USE `store`")
    run(cursor, "SELECT DATABASE()")
connection.select_db("shop")
connection.ping()
connection.close()
