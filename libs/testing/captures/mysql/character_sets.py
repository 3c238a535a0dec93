"""Speaks in the character sets of old applications with PyMySQL and writes what it said, a JSON object a line: what the records are held against. (What it is told it reads as UTF-8 itself.)"""
import json
import sys

import pymysql

truth = open(sys.argv[1], "w")

WORDS = {
    "latin1": "Größe – 12 €",
    "cp1251": "размер",
    "gbk": "尺寸運",
    "sjis": "表の寸法ソ",
    "euckr": "치수",
    "utf8mb4": "Maß 🧵",
}


def run(connection, text):
    code = None
    try:
        with connection.cursor() as cursor:
            cursor.execute(text)
    except pymysql.MySQLError as error:
        code = error.args[0]
    truth.write(json.dumps({"text": text, "code": code}) + "\n")


def talk(connection, word):
    run(connection, f"SELECT '{word}' AS word")
    run(connection, f"SELECT * FROM `{word}`")


for name, word in WORDS.items():
    connection = pymysql.connect(host="127.0.0.1", user="weaver", password="warp-and-weft", database="shop", autocommit=True, charset=name)
    talk(connection, word)
    connection.close()

connection = pymysql.connect(host="127.0.0.1", user="weaver", password="warp-and-weft", database="shop", autocommit=True, charset="utf8mb4")
for name, word in WORDS.items():
    connection.set_charset(name)
    talk(connection, word)
connection.close()
