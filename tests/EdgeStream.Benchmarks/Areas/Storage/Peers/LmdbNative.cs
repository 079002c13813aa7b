using System.Runtime.InteropServices;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>What is needed of LMDB's C interface.</summary>
internal static partial class LmdbNative
{
    public const int NotFound = -30798;
    public const uint NoSync = 0x10000;
    public const uint AppendFlag = 0x20000;
    public const uint ReadOnly = 0x20000;
    public const int CursorNext = 8;

    /// <summary>A piece of memory, as LMDB hands it about.</summary>
    internal struct Value
    {
        public nuint Size;
        public nint Bytes;
    }

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_env_create(out nint environment);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_env_set_mapsize(nint environment, nuint size);

    [LibraryImport(NativeLibraries.Lmdb, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mdb_env_open(nint environment, string path, uint flags, uint mode);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial void mdb_env_close(nint environment);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_txn_begin(nint environment, nint parent, uint flags, out nint transaction);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_txn_commit(nint transaction);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_dbi_open(nint transaction, nint name, uint flags, out uint database);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_put(nint transaction, uint database, ref Value key, ref Value data, uint flags);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_cursor_open(nint transaction, uint database, out nint cursor);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial int mdb_cursor_get(nint cursor, ref Value key, ref Value data, int operation);

    [LibraryImport(NativeLibraries.Lmdb)]
    public static partial void mdb_cursor_close(nint cursor);
}
