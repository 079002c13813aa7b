using System.Globalization;
using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics.Tests;

/// <summary>Records that are lines: CSV, and what a regular expression takes apart; and what becomes of those that are
/// none.</summary>
public sealed class QueryFormatTests
{
    private static readonly string[] ErrorColumns =
        ["ERROR_TIME", "ERROR_LEVEL", "ERROR_NAME", "MESSAGE", "DATA_ROWTIME", "DATA_ROW", "PUMP_NAME"];

    [Fact]
    public Task Lines_of_fields_are_rows_and_others_go_to_the_error_stream() => CompareAsync(
        new QueryInput { Stream = "readings", As = "S", Format = InputFormat.Csv, FieldDelimiter = ';' },
        [
            "pump;1;20.5", "\"fan; east\";2;-3e2\r\n", "\"say \"\"hi\"\"\";3;0.25", ";4;", "short;5", "long;6;1;more",
            "Zürich;7;1", "pump;x;1", "\"open;8;1", "\"a\"b;9;1", "",
            "two;10;1\nlines;11;1", "\"two\nlines\";12;1",
        ],
        [
            """{"NAME":"pump","N":1,"V":20.5}""",
            """{"NAME":"fan; east","N":2,"V":-300}""",
            """{"NAME":"say \"hi\"","N":3,"V":0.25}""",
            """{"NAME":null,"N":4,"V":null}""",
            """{"NAME":"short","N":5,"V":null}""",
            """{"NAME":"long","N":6,"V":1}""",
            """{"NAME":"Zürich","N":7,"V":1}""",
            """{"NAME":null,"N":null,"V":null}""",
            """{"NAME":"two\nlines","N":12,"V":1}""",
        ],
        [
            ("COERCION_ERROR", "'x' does not fit into column N INTEGER.", "pump;x;1"),
            ("PARSE_ERROR", "The record is no line of fields.", "\"open;8;1"),
            ("PARSE_ERROR", "The record is no line of fields.", "\"a\"b;9;1"),
            ("PARSE_ERROR", "The record is no line of fields.", "two;10;1\nlines;11;1"),
        ]);

    [Fact]
    public Task The_groups_of_a_regular_expression_are_columns() => CompareAsync(
        new QueryInput
        {
            Stream = "readings", As = "S", Format = InputFormat.Regex, Pattern = @"^(\S*) +n=(\d+)(?: +v=(\S+))?$",
        },
        [
            "pump n=1 v=20.5", "fan   n=2", " n=3 v=1e2\n", "pump n=x", "été n=4 v=-1", "pump n=99999999999 v=1",
            "\u0000",
        ],
        [
            """{"NAME":"pump","N":1,"V":20.5}""",
            """{"NAME":"fan","N":2,"V":null}""",
            """{"NAME":null,"N":3,"V":100}""",
            """{"NAME":"été","N":4,"V":-1}""",
        ],
        [
            ("PARSE_ERROR", "The record is no line of the input's pattern.", "pump n=x"),
            ("COERCION_ERROR", "'99999999999' does not fit into column N INTEGER.", "pump n=99999999999 v=1"),
            ("PARSE_ERROR", "The record is no line of the input's pattern.", "\u0000"),
        ]);

    [Fact]
    public Task Members_and_paths_of_JSON_are_columns_of_their_types() => CompareAsync(
        new QueryInput { Stream = "readings", As = "S" },
        [
            """{"name":"pump","motor":{"n":1},"V":20.5}""",
            """{"NAME":"up","name":"low","motor":{"n":"2"},"v":"0.25"}""",
            """{"motor":null}""",
            """{"name":7,"motor":{"n":3.9},"v":true}""",
            """{"motor":{"n":4}}""",
            "[1]",
            "{}x",
            "{",
        ],
        [
            """{"NAME":"pump","N":1,"V":20.5}""",
            """{"NAME":"up","N":2,"V":0.25}""",
            """{"NAME":null,"N":null,"V":null}""",
            """{"NAME":null,"N":4,"V":null}""",
        ],
        [
            ("COERCION_ERROR", "'TRUE' does not fit into column V DOUBLE.",
                """{"name":7,"motor":{"n":3.9},"v":true}"""),
            ("PARSE_ERROR", "The record is no JSON object.", "[1]"),
            ("PARSE_ERROR", "The record is no JSON object.", "{}x"),
            ("PARSE_ERROR", "The record is no JSON object.", "{"),
        ],
        "$.motor.n");

    private static Task CompareAsync(
        QueryInput input,
        string[] records,
        string[] rows,
        (string Name, string Message, string Record)[] errors,
        string? mappingOfN = null)
    {
        var arrivals = new Dictionary<string, string>();
        return QueryBorders.CompareAsync(
            [Definition(input, mappingOfN)],
            async (bench, _, border) =>
            {
                foreach (var record in records)
                {
                    bench.Time.Pass(TimeSpan.FromMilliseconds(1250));
                    arrivals[Hex(record)] = bench.Time.Now.ToString(
                        "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
                    await bench.AppendAsync("k", record);
                    await border();
                }

                await bench.EvaluateAsync();
            },
            found =>
            {
                Assert.Equal(rows, found.With("NAME"));
                Assert.Equal(errors.Select(error => error.Name), found.Values("ERROR_TIME", "ERROR_NAME"));
                Assert.Equal(errors.Select(error => error.Message), found.Values("ERROR_TIME", "MESSAGE"));
                Assert.Equal(errors.Select(error => Hex(error.Record)), found.Values("ERROR_TIME", "DATA_ROW"));
                var times = errors.Select(error => arrivals[Hex(error.Record)]).ToList();
                Assert.Equal(times, found.Values("ERROR_TIME", "ERROR_TIME"));
                Assert.Equal(times, found.Values("ERROR_TIME", "DATA_ROWTIME"));
                Assert.All(found.Values("ERROR_TIME", "ERROR_LEVEL"), level => Assert.Equal("ERROR", level));
                Assert.All(found.Values("ERROR_TIME", "PUMP_NAME"), Assert.Empty);
                Assert.All(found.With("ERROR_TIME"), row => Assert.Equal(
                    ErrorColumns, System.Text.Json.Nodes.JsonNode.Parse(row)!.AsObject().Select(pair => pair.Key)));
            });
    }

    private static QueryDefinition Definition(QueryInput input, string? mappingOfN) => new()
    {
        Name = "lines",
        Sql = """
            CREATE OR REPLACE STREAM d (name VARCHAR(16), n INTEGER, v DOUBLE);
            CREATE OR REPLACE PUMP p AS INSERT INTO d SELECT STREAM name, n, v FROM s;
            """,
        Inputs =
        [
            input with
            {
                Columns =
                [
                    new QueryInputColumn("NAME", new SqlDataType(SqlTypeName.VarChar, 16)),
                    new QueryInputColumn("N", new SqlDataType(SqlTypeName.Integer), mappingOfN),
                    new QueryInputColumn("V", new SqlDataType(SqlTypeName.Double)),
                ],
            },
        ],
        Outputs =
        [
            new QueryOutput { From = "D", Stream = "results" },
            new QueryOutput { From = "ERROR_STREAM", Stream = "results" },
        ],
    };

    private static string Hex(string record) => Convert.ToHexString(Encoding.UTF8.GetBytes(record));
}
