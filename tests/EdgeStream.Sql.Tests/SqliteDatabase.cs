using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeStream.Sql.Tests;

/// <summary>A SQLite database in memory, empty at first: what is compared with it says that SQL means the same
/// there.</summary>
internal sealed partial class SqliteDatabase : IDisposable
{
    private const string Library = "libsqlite3.so.0";
    private const int Ok = 0;
    private const int Row = 100;
    private const int Done = 101;

    private readonly nint _database;

    public SqliteDatabase()
    {
        Assert.Equal(Ok, sqlite3_open(":memory:", out _database));
        Assert.Equal(Ok, sqlite3_exec(_database, "PRAGMA case_sensitive_like = ON", 0, 0, 0));
    }

    /// <summary>The value of an expression: a long, a double, a text, or null.</summary>
    public object? Evaluate(string query) => Assert.Single(Query(query))[0];

    /// <summary>Runs statements that give no rows.</summary>
    public void Execute(string statements) => Assert.True(
        sqlite3_exec(_database, statements, 0, 0, 0) == Ok, $"{statements}: {Error()}");

    /// <summary>The rows of a query: longs, doubles, texts and nulls.</summary>
    public List<object?[]> Query(string query)
    {
        Assert.True(sqlite3_prepare_v2(_database, query, -1, out var statement, 0) == Ok, $"{query}: {Error()}");
        try
        {
            var rows = new List<object?[]>();
            int step;
            while ((step = sqlite3_step(statement)) == Row)
            {
                var row = new object?[sqlite3_column_count(statement)];
                for (var column = 0; column < row.Length; column++)
                {
                    row[column] = ValueOf(statement, column);
                }

                rows.Add(row);
            }

            Assert.True(step == Done, $"{query}: {Error()}");
            return rows;
        }
        finally
        {
            sqlite3_finalize(statement);
        }
    }

    public void Dispose() => sqlite3_close(_database);

    private static object? ValueOf(nint statement, int column) => sqlite3_column_type(statement, column) switch
    {
        1 => sqlite3_column_int64(statement, column),
        2 => sqlite3_column_double(statement, column),
        3 => Marshal.PtrToStringUTF8(sqlite3_column_text(statement, column)),
        5 => null,
        var type => throw new InvalidDataException(type.ToString(CultureInfo.InvariantCulture)),
    };

    private string? Error() => Marshal.PtrToStringUTF8(sqlite3_errmsg(_database));

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int sqlite3_open(string path, out nint database);

    [LibraryImport(Library)]
    private static partial int sqlite3_close(nint database);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int sqlite3_exec(
        nint database, string sql, nint callback, nint context, nint message);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int sqlite3_prepare_v2(
        nint database, string sql, int length, out nint statement, nint tail);

    [LibraryImport(Library)]
    private static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    private static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    private static partial int sqlite3_column_count(nint statement);

    [LibraryImport(Library)]
    private static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library)]
    private static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library)]
    private static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library)]
    private static partial nint sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    private static partial nint sqlite3_errmsg(nint database);
}
