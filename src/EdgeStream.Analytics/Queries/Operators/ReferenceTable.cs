using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The rows of a reference table as they are saved, without a ROWTIME.</summary>
internal sealed class ReferenceTable(StreamSchema schema)
{
    private List<byte[]> _rows = [];

    public StreamSchema Schema => schema;

    /// <summary>Grows with every change.</summary>
    public int Version { get; private set; }

    public int Count => _rows.Count;

    public long SizeBytes { get; private set; }

    public ReadOnlySpan<byte> this[int index] => _rows[index];

    public void Replace(List<byte[]> rows)
    {
        _rows = rows;
        SizeBytes = rows.Sum(row => row.Length + 32L);
        Version++;
    }

    public void Save(ByteBuffer output)
    {
        output.AppendInt32(_rows.Count);
        foreach (var row in _rows)
        {
            output.AppendInt32(row.Length);
            output.Append(row);
        }
    }

    public void Load(ref StateReader reader)
    {
        var rows = new List<byte[]>();
        var count = reader.ReadInt32();
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            rows.Add(reader.ReadBytes(reader.ReadInt32()).ToArray());
        }

        Replace(rows);
    }
}
