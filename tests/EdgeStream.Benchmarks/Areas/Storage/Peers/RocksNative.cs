using System.Runtime.InteropServices;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>What is needed of RocksDB's C interface.</summary>
internal static unsafe partial class RocksNative
{
    [LibraryImport(NativeLibraries.Rocks)]
    public static partial nint rocksdb_options_create();

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_options_set_create_if_missing(nint options, byte value);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_options_set_compression(nint options, int value);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_options_destroy(nint options);

    [LibraryImport(NativeLibraries.Rocks, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_open(nint options, string path, out nint error);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_close(nint database);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial nint rocksdb_writeoptions_create();

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_writeoptions_set_sync(nint options, byte value);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_writeoptions_destroy(nint options);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_put(
        nint database, nint options, byte* key, nuint keySize, byte* value, nuint valueSize, out nint error);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_flush_wal(nint database, byte sync, out nint error);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial nint rocksdb_readoptions_create();

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_readoptions_destroy(nint options);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial nint rocksdb_create_iterator(nint database, nint options);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_iter_destroy(nint iterator);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_iter_seek_to_first(nint iterator);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(NativeLibraries.Rocks)]
    public static partial byte* rocksdb_iter_value(nint iterator, out nuint size);
}
