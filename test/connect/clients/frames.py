"""Reads views and downloads as people who work with pandas do, and says what came, as JSON."""

import json
import os
import sys
from decimal import Decimal

import pandas
import sqlalchemy

database, address, view_query = sys.argv[1:4]
engine = sqlalchemy.create_engine(database)
inspector = sqlalchemy.inspect(engine)
headers = {"Authorization": os.environ["TIDEMARK_AUTHORIZATION"]}

columns = {
    column["name"]: [str(column["type"]), column.get("comment")]
    for column in inspector.get_columns("sales_dashboard", schema="reporting")
}
# Numbers to the last digit, and instants of one zone: pandas would make binary numbers of the one, and objects of the other
# where clocks change between them.
frame = pandas.read_sql_query(
    view_query, engine, coerce_float=False, parse_dates={"closed_at": {"utc": True}, "close_on": {}}
)
plain = pandas.read_sql_query(view_query, engine)
csv = pandas.read_csv(
    address + ".csv?period=all", storage_options=headers, parse_dates=["close_on"], dtype={"amount": str}
)
loaded = pandas.read_json(
    address + ".json?period=all&numbers=string", storage_options=headers, convert_dates=["close_on"], dtype=False
)


def total(values):
    return str(sum((Decimal(value) for value in values if pandas.notna(value)), Decimal(0)))


def download(rows):
    return {"rows": len(rows), "day": str(rows["close_on"].dtype), "sum": total(rows["amount"])}


print(
    json.dumps(
        {
            "versions": [pandas.__version__, sqlalchemy.__version__],
            "views": sorted(inspector.get_view_names(schema="reporting")),
            "columns": columns,
            "types": {name: str(kind) for name, kind in frame.dtypes.items()},
            "plain_types": {name: str(kind) for name, kind in plain.dtypes.items()},
            "sum": total(frame["amount"]),
            "days": sorted(str(day.date()) for day in frame["close_on"]),
            "names": sorted(frame["opportunity_name"]),
            "csv": download(csv),
            "json": download(loaded),
        }
    )
)
