"""A dialect of SQLAlchemy over Flanstream's JDBC driver, whose jar CLASSPATH names.

flanstream://127.0.0.1:8083[/catalog[/database]][?table.local-time-zone=Europe/Berlin]; with a user and
a password, to a proxy that speaks TLS: flanstream://analyst:password@gateway.example:8444.
"""

import datetime
import decimal

from sqlalchemy import types
from sqlalchemy.engine import default, reflection
from sqlalchemy.sql import compiler

DRIVER = "io.flanstream.jdbc.FlanstreamDriver"


class FlanstreamIdentifierPreparer(compiler.IdentifierPreparer):
    """Quotes all names: many words are reserved, and case counts."""

    def __init__(self, dialect, **keywords):
        super().__init__(dialect, initial_quote="`", **keywords)

    def _requires_quotes(self, value):
        return True


class FlanstreamDialect(default.DefaultDialect):
    """What JDBC's metadata says of the current catalog; its schemas are databases of Flink."""

    name = "flanstream"
    driver = "jdbc"
    preparer = FlanstreamIdentifierPreparer
    supports_native_boolean = True
    supports_sane_rowcount = False
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls):
        import jaydebeapi

        return jaydebeapi

    dbapi = import_dbapi

    def create_connect_args(self, url):
        proxy = "https://" if url.password else ""
        place = f"jdbc:flanstream:{proxy or '//'}{url.host}:{url.port or 8083}/{url.database or ''}"
        properties = {key: str(value) for key, value in url.query.items()}
        if url.password:
            properties.update(user=url.username, password=url.password)
        return [DRIVER, place.rstrip("/"), properties], {}

    def connect(self, *arguments, **keywords):
        connection = super().connect(*arguments, **keywords)
        connection._converters = {**connection._converters, **converters()}
        return connection

    def do_rollback(self, connection):
        pass

    def do_commit(self, connection):
        pass

    def _get_server_version_info(self, connection):
        version = _metadata(connection).getDatabaseProductVersion()
        return tuple(int(part) for part in str(version).split(".") if part.isdigit())

    def _get_default_schema_name(self, connection):
        return str(_java(connection).getSchema())

    @reflection.cache
    def get_schema_names(self, connection, **keywords):
        return [row[0] for row in _rows(connection, "getSchemas", _catalog(connection), None, columns=["TABLE_SCHEM"])]

    @reflection.cache
    def get_table_names(self, connection, schema=None, **keywords):
        return self._names(connection, schema, "TABLE")

    @reflection.cache
    def get_view_names(self, connection, schema=None, **keywords):
        return self._names(connection, schema, "VIEW")

    def _names(self, connection, schema, kind):
        schema = _exactly(schema or self.default_schema_name)
        found = _rows(connection, "getTables", _catalog(connection), schema, None, [kind], columns=["TABLE_NAME"])
        return [row[0] for row in found]

    def has_table(self, connection, table_name, schema=None, **keywords):
        return bool(self._columns(connection, table_name, schema))

    @reflection.cache
    def get_columns(self, connection, table_name, schema=None, **keywords):
        return [
            {"name": name, "type": _type(int(code), kind, size, digits), "nullable": nullable == "1", "default": None, "comment": remarks}
            for name, code, kind, size, digits, nullable, remarks in self._columns(connection, table_name, schema)
        ]

    def _columns(self, connection, table_name, schema):
        return _rows(
            connection,
            "getColumns",
            _catalog(connection),
            _exactly(schema or self.default_schema_name),
            _exactly(table_name),
            None,
            columns=["COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE", "DECIMAL_DIGITS", "NULLABLE", "REMARKS"],
        )

    @reflection.cache
    def get_pk_constraint(self, connection, table_name, schema=None, **keywords):
        schema = schema or self.default_schema_name
        found = _rows(connection, "getPrimaryKeys", _catalog(connection), schema, table_name, columns=["KEY_SEQ", "COLUMN_NAME"])
        return {"constrained_columns": [name for _, name in sorted(found)], "name": None}

    def get_foreign_keys(self, connection, table_name, schema=None, **keywords):
        return []

    def get_indexes(self, connection, table_name, schema=None, **keywords):
        return []

    def get_unique_constraints(self, connection, table_name, schema=None, **keywords):
        return []

    def get_table_comment(self, connection, table_name, schema=None, **keywords):
        return {"text": None}


def converters():
    """What becomes of values by their JDBC types, where JayDeBeApi leaves Java's or loses digits."""
    Types = _java_types()

    def by(method, python):
        def read(rows, column):
            value = getattr(rows, method)(column)
            return None if rows.wasNull() else python(value)

        return read

    def time(value):
        whole = datetime.datetime.fromisoformat(str(value.toLocalDateTime().withNano(0)))
        return whole.replace(microsecond=value.getNanos() // 1000)

    readers = {
        by("getBoolean", bool): ["BOOLEAN"],
        by("getLong", int): ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"],
        by("getDouble", float): ["REAL", "FLOAT", "DOUBLE"],
        by("getBigDecimal", lambda value: decimal.Decimal(str(value.toPlainString()))): ["DECIMAL", "NUMERIC"],
        by("getDate", lambda value: datetime.date.fromisoformat(str(value))): ["DATE"],
        by("getTimestamp", time): ["TIMESTAMP", "TIMESTAMP_WITH_TIMEZONE"],
        by("getString", str): ["CHAR", "VARCHAR", "TIME", "ARRAY", "STRUCT", "JAVA_OBJECT", "OTHER"],
    }
    return {int(getattr(Types, name)): reader for reader, names in readers.items() for name in names}


def _java_types():
    import jpype

    return jpype.JClass("java.sql.Types")


def _java(connection):
    return connection.connection.jconn


def _metadata(connection):
    return _java(connection).getMetaData()


def _catalog(connection):
    return _java(connection).getCatalog()


def _exactly(name):
    """The pattern of JDBC that only a name fits."""
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")


def _rows(connection, method, *arguments, columns):
    rows = getattr(_metadata(connection), method)(*arguments)
    found = []
    while rows.next():
        values = [rows.getString(column) for column in columns]
        found.append([None if value is None else str(value) for value in values])
    rows.close()
    return found


def _type(code, name, size, digits):
    Types = _java_types()

    if code in (Types.DECIMAL, Types.NUMERIC):
        return types.DECIMAL(int(size), int(digits))
    known = {
        Types.BOOLEAN: types.BOOLEAN,
        Types.TINYINT: types.SMALLINT,
        Types.SMALLINT: types.SMALLINT,
        Types.INTEGER: types.INTEGER,
        Types.BIGINT: types.BIGINT,
        Types.REAL: types.FLOAT,
        Types.FLOAT: types.FLOAT,
        Types.DOUBLE: types.FLOAT,
        Types.BINARY: types.BINARY,
        Types.VARBINARY: types.VARBINARY,
        Types.DATE: types.DATE,
        Types.TIME: types.TIME,
        Types.TIMESTAMP: types.TIMESTAMP,
        Types.TIMESTAMP_WITH_TIMEZONE: types.TIMESTAMP,
    }
    # What is nested comes as its text.
    return known.get(code, types.VARCHAR)()
