using System.Buffers.Binary;
using EdgeStream.Benchmarks.Measuring;
using static EdgeStream.Benchmarks.Areas.Storage.Peers.LmdbNative;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>One open environment; the key is the record's number.</summary>
/// <remarks>A transaction belongs to the thread that began it: one thread appends, or the group's does.</remarks>
internal sealed unsafe class LmdbSession : IStoreSession
{
    private const int RecordsPerTransaction = 10_000;
    private const uint FileMode = 0x1A4;
    private const ulong MapSizeBytes = 16UL << 30;

    private readonly nint _environment;
    private readonly GroupCommit _group;
    private nint _transaction;
    private uint _database;
    private long _number;
    private int _uncommitted;

    /// <summary>Opens or makes the environment.</summary>
    public LmdbSession(string folder, StorePromise promise)
    {
        Check(mdb_env_create(out _environment));
        Check(mdb_env_set_mapsize(_environment, unchecked((nuint)MapSizeBytes)));
        Check(mdb_env_open(_environment, folder, promise == StorePromise.Buffered ? NoSync : 0, FileMode));
        Check(mdb_txn_begin(_environment, 0, 0, out _transaction));
        Check(mdb_dbi_open(_transaction, 0, 0, out _database));
        _uncommitted = 1;
        Commit();
        _group = new GroupCommit(record => Append(record.Span), Commit);
    }

    /// <inheritdoc/>
    public bool BlocksProducers => false;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record)
    {
        if (_uncommitted++ == 0)
        {
            Check(mdb_txn_begin(_environment, 0, 0, out _transaction));
        }

        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, ++_number);
        fixed (byte* keyBytes = number, bytes = record)
        {
            var key = new Value { Size = sizeof(long), Bytes = (nint)keyBytes };
            var data = new Value { Size = (nuint)record.Length, Bytes = (nint)bytes };
            Check(mdb_put(_transaction, _database, ref key, ref data, AppendFlag));
        }

        if (_uncommitted == RecordsPerTransaction)
        {
            Commit();
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync()
    {
        Commit();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask AppendDurableAsync(ReadOnlyMemory<byte> record) => new(_group.AppendAsync(record));

    /// <inheritdoc/>
    public long Scan()
    {
        Check(mdb_txn_begin(_environment, 0, ReadOnly, out var transaction));
        Check(mdb_cursor_open(transaction, _database, out var cursor));
        long count = 0;
        var seen = 0;
        Value key = default;
        Value data = default;
        int result;
        while ((result = mdb_cursor_get(cursor, ref key, ref data, CursorNext)) == 0)
        {
            seen += *(byte*)data.Bytes;
            count++;
        }

        mdb_cursor_close(cursor);
        Check(mdb_txn_commit(transaction));
        Check(result == NotFound ? 0 : result);
        Consumed.Bytes(seen);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _group.Dispose();
        Commit();
        mdb_env_close(_environment);
    }

    private void Commit()
    {
        if (_uncommitted > 0)
        {
            _uncommitted = 0;
            Check(mdb_txn_commit(_transaction));
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new IOException($"LMDB: error {result}.");
        }
    }
}
