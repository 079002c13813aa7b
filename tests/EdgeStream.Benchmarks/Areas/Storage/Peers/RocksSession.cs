using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeStream.Benchmarks.Measuring;
using static EdgeStream.Benchmarks.Areas.Storage.Peers.RocksNative;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>One open database; the key is the record's number.</summary>
internal sealed unsafe class RocksSession : IStoreSession
{
    private const int NoCompression = 0;

    private readonly nint _database;
    private readonly nint _lazy = rocksdb_writeoptions_create();
    private readonly nint _synced = rocksdb_writeoptions_create();
    private long _number;

    /// <summary>Opens or makes the database.</summary>
    public RocksSession(string folder)
    {
        var options = rocksdb_options_create();
        rocksdb_options_set_create_if_missing(options, 1);
        rocksdb_options_set_compression(options, NoCompression);
        _database = rocksdb_open(options, Path.Combine(folder, "rocks"), out var error);
        rocksdb_options_destroy(options);
        ThrowOn(error);
        rocksdb_writeoptions_set_sync(_synced, 1);
    }

    /// <inheritdoc/>
    public bool BlocksProducers => true;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record) => Put(record, _lazy);

    /// <inheritdoc/>
    public ValueTask CommitAsync()
    {
        rocksdb_flush_wal(_database, 1, out var error);
        ThrowOn(error);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask AppendDurableAsync(ReadOnlyMemory<byte> record)
    {
        Put(record.Span, _synced);
        return default;
    }

    /// <inheritdoc/>
    public long Scan()
    {
        var options = rocksdb_readoptions_create();
        var iterator = rocksdb_create_iterator(_database, options);
        long count = 0;
        var seen = 0;
        for (rocksdb_iter_seek_to_first(iterator); rocksdb_iter_valid(iterator) != 0; rocksdb_iter_next(iterator))
        {
            seen += *rocksdb_iter_value(iterator, out _);
            count++;
        }

        rocksdb_iter_destroy(iterator);
        rocksdb_readoptions_destroy(options);
        Consumed.Bytes(seen);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rocksdb_writeoptions_destroy(_lazy);
        rocksdb_writeoptions_destroy(_synced);
        rocksdb_close(_database);
    }

    private void Put(ReadOnlySpan<byte> record, nint options)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, Interlocked.Increment(ref _number));
        nint error;
        fixed (byte* keyBytes = key, bytes = record)
        {
            rocksdb_put(_database, options, keyBytes, sizeof(long), bytes, (nuint)record.Length, out error);
        }

        ThrowOn(error);
    }

    private static void ThrowOn(nint error)
    {
        if (error != 0)
        {
            throw new IOException($"RocksDB: {Marshal.PtrToStringUTF8(error)}");
        }
    }
}
