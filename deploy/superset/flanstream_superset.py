"""What Superset has to know of Flink's SQL, over the dialect flanstream."""

from sqlglot import exp, generator, parser, tokens
from sqlglot.dialects.dialect import Dialect
from superset.db_engine_specs.base import BaseEngineSpec
from superset.sql.parse import SQLGLOT_DIALECTS


class FlinkSql(Dialect):
    """Names in backticks, and functions left as they are: Superset writes each query anew."""

    class Tokenizer(tokens.Tokenizer):
        HEX_STRINGS = [("x'", "'"), ("X'", "'")]
        IDENTIFIERS = ["`"]

    class Parser(parser.Parser):
        FUNCTIONS = {}

    class Generator(generator.Generator):
        TYPE_MAPPING = {
            **generator.Generator.TYPE_MAPPING,
            exp.DataType.Type.TEXT: "STRING",
        }
        TRANSFORMS = {
            **generator.Generator.TRANSFORMS,
            exp.Array: lambda self, array: f"ARRAY[{self.expressions(array, flat=True)}]",
            exp.CurrentDate: lambda self, now: "CURRENT_DATE",
            exp.CurrentTime: lambda self, now: "CURRENT_TIME",
            exp.CurrentTimestamp: lambda self, now: "CURRENT_TIMESTAMP",
            exp.StrPosition: lambda self, at: f"POSITION({self.sql(at, 'substr')} IN {self.sql(at, 'this')})",
        }


SQLGLOT_DIALECTS["flanstream"] = FlinkSql


class FlanstreamEngineSpec(BaseEngineSpec):
    """Flanstream's SQL gateway."""

    engine = "flanstream"
    engine_name = "Flanstream"
    drivers = {"jdbc": "Flanstream's JDBC driver, by JayDeBeApi"}
    default_driver = "jdbc"
    sqlalchemy_uri_placeholder = "flanstream://127.0.0.1:8083"
    max_column_name_length = None
    _time_grain_expressions = {
        None: "{col}",
        "PT1S": "FLOOR({col} TO SECOND)",
        "PT1M": "FLOOR({col} TO MINUTE)",
        "PT1H": "FLOOR({col} TO HOUR)",
        "P1D": "FLOOR({col} TO DAY)",
        "P1W": "FLOOR({col} TO WEEK)",
        "P1M": "FLOOR({col} TO MONTH)",
        "P3M": "FLOOR({col} TO QUARTER)",
        "P1Y": "FLOOR({col} TO YEAR)",
    }

    @classmethod
    def convert_dttm(cls, target_type, dttm, db_extra=None):
        if target_type.upper() == "DATE":
            return f"DATE '{dttm.date().isoformat()}'"
        if target_type.upper().startswith("TIMESTAMP"):
            return f"TIMESTAMP '{dttm.isoformat(sep=' ', timespec='milliseconds')}'"
        return None
