using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeStream.Sql.Tests;

/// <summary>An empty SQLite database in memory, to evaluate expressions with.</summary>
internal sealed partial class SqliteDatabase : IDisposable
{
    private const string Library = "libsqlite3.so.0";
    private const int Ok = 0;
    private const int Row = 100;

    private readonly nint _database;

    public SqliteDatabase()
    {
        Assert.Equal(Ok, sqlite3_open(":memory:", out _database));
        Assert.Equal(Ok, sqlite3_exec(_database, "PRAGMA case_sensitive_like = ON", 0, 0, 0));
    }

    /// <summary>The value of an expression: a long, a double, a text, or null.</summary>
    public object? Evaluate(string query)
    {
        Assert.True(
            sqlite3_prepare_v2(_database, query, -1, out var statement, 0) == Ok,
            $"{query}: {Marshal.PtrToStringUTF8(sqlite3_errmsg(_database))}");
        try
        {
            Assert.Equal(Row, sqlite3_step(statement));
            return sqlite3_column_type(statement, 0) switch
            {
                1 => sqlite3_column_int64(statement, 0),
                2 => sqlite3_column_double(statement, 0),
                3 => Marshal.PtrToStringUTF8(sqlite3_column_text(statement, 0)),
                5 => null,
                var type => throw new InvalidDataException(type.ToString(CultureInfo.InvariantCulture)),
            };
        }
        finally
        {
            sqlite3_finalize(statement);
        }
    }

    public void Dispose() => sqlite3_close(_database);

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
