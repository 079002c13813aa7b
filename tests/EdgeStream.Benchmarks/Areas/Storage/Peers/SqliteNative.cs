using System.Runtime.InteropServices;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>What is needed of SQLite's C interface.</summary>
internal static unsafe partial class SqliteNative
{
    public const int Ok = 0;
    public const int Row = 100;
    public const int Done = 101;

    [LibraryImport(NativeLibraries.Sqlite, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_open(string path, out nint database);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial int sqlite3_close(nint database);

    [LibraryImport(NativeLibraries.Sqlite, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_exec(nint database, string sql, nint callback, nint context, nint message);

    [LibraryImport(NativeLibraries.Sqlite, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_prepare_v2(
        nint database, string sql, int length, out nint statement, nint tail);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial int sqlite3_bind_blob(nint statement, int index, byte* bytes, int count, nint destructor);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(NativeLibraries.Sqlite)]
    public static partial nint sqlite3_errmsg(nint database);
}
