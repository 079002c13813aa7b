using System.Buffers.Binary;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The rows in the window of one side of a join, with what decides whether a row can be a partner.</summary>
/// <remarks>A kept row: hash (4 bytes), whether it has one and whether it has met a partner (1 each), ROWTIME and the
/// columns.</remarks>
internal sealed class JoinSide(JoinWindow window, int columnCount, IReadOnlyList<Expression> keys, bool isPreserved)
{
    private const int HashFlag = 4;
    private const int MatchFlag = 5;
    private const int HeadBytes = 6;

    private readonly ByteBuffer _entry = new();
    private readonly ByteBuffer _key = new();

    public RowQueue Rows { get; } = new();

    /// <summary>Whether rows without a partner come out too.</summary>
    public bool IsPreserved => isPreserved;

    public int ColumnCount => columnCount;

    /// <summary>When the oldest row leaves a window of time; rows that leave silently are not waited for.</summary>
    public long NextDeadline => !isPreserved || window.IsRows || Rows.Count == 0
        ? long.MaxValue
        : TimeAt(Rows.First) + window.Preceding + 1;

    /// <summary>Whether the oldest row has left the window: one of so many rows holds the newest ones, with the
    /// current row among them, as the reference says.</summary>
    public bool IsOver(long now, bool hasNew = false) => window.IsRows
        ? hasNew && Rows.Count >= Math.Max(1, window.Preceding)
        : now - TimeAt(Rows.First) > window.Preceding;

    public bool TryHash(Evaluator evaluator, RowBuffer row, out int hash) =>
        evaluator.TryHash(keys, row, _key, out hash);

    public void Add(RowBuffer row, int hash, bool hasHash, bool isMatched)
    {
        _entry.Clear();
        _entry.AppendInt32(hash);
        _entry.AppendByte(hasHash ? (byte)1 : (byte)0);
        _entry.AppendByte(isMatched ? (byte)1 : (byte)0);
        row.Save(_entry);
        Rows.Add(_entry.Written);
    }

    public ReadOnlySpan<byte> RowAt(long position) => Rows.At(position)[HeadBytes..];

    public bool IsCandidate(long position, int hash)
    {
        var row = Rows.At(position);
        return row[HashFlag] == 1 && BinaryPrimitives.ReadInt32LittleEndian(row) == hash;
    }

    public bool IsMatched(long position) => Rows.At(position)[MatchFlag] == 1;

    public void MarkMatched(long position) => Rows.Writable(position)[MatchFlag] = 1;

    private long TimeAt(long position) =>
        BinaryPrimitives.ReadInt64LittleEndian(Rows.At(position)[HeadBytes..]);
}
