using System.Runtime.InteropServices;
using EdgeStream.Benchmarks.Measuring;
using static EdgeStream.Benchmarks.Areas.Storage.Peers.SqliteNative;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>One open database with one table of blobs.</summary>
internal sealed unsafe class SqliteSession : IStoreSession
{
    private const int RecordsPerTransaction = 10_000;

    private readonly nint _database;
    private readonly nint _insert;
    private readonly GroupCommit _group;
    private int _uncommitted;

    /// <summary>Opens or makes the database.</summary>
    public SqliteSession(string folder, StorePromise promise)
    {
        if (sqlite3_open(Path.Combine(folder, "log.sqlite"), out _database) != Ok)
        {
            throw Failure();
        }

        Execute("PRAGMA journal_mode=WAL");
        Execute($"PRAGMA synchronous={(promise == StorePromise.Buffered ? "OFF" : "FULL")}");
        Execute("CREATE TABLE IF NOT EXISTS records (number INTEGER PRIMARY KEY, value BLOB)");
        Check(sqlite3_prepare_v2(_database, "INSERT INTO records (value) VALUES (?)", -1, out _insert, 0), Ok);
        _group = new GroupCommit(record => Append(record.Span), Commit);
    }

    /// <inheritdoc/>
    public bool BlocksProducers => false;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record)
    {
        if (_uncommitted++ == 0)
        {
            Execute("BEGIN");
        }

        fixed (byte* bytes = record)
        {
            Check(sqlite3_bind_blob(_insert, 1, bytes, record.Length, 0), Ok);
            Check(sqlite3_step(_insert), Done);
            Check(sqlite3_reset(_insert), Ok);
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
        Check(sqlite3_prepare_v2(_database, "SELECT value FROM records", -1, out var select, 0), Ok);
        long count = 0;
        var seen = 0;
        while (sqlite3_step(select) == Row)
        {
            seen += *sqlite3_column_blob(select, 0);
            count++;
        }

        Check(sqlite3_finalize(select), Ok);
        Consumed.Bytes(seen);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _group.Dispose();
        Commit();
        _ = sqlite3_finalize(_insert);
        _ = sqlite3_close(_database);
    }

    private void Commit()
    {
        if (_uncommitted > 0)
        {
            _uncommitted = 0;
            Execute("COMMIT");
        }
    }

    private void Execute(string sql) => Check(sqlite3_exec(_database, sql, 0, 0, 0), Ok);

    private void Check(int result, int expected)
    {
        if (result != expected)
        {
            throw Failure();
        }
    }

    private IOException Failure() => new($"SQLite: {Marshal.PtrToStringUTF8(sqlite3_errmsg(_database))}");
}
