namespace EdgeStream.Analytics;

/// <summary>A stream within a query: every row that is inserted goes to all who read it, in the order in which
/// they were
/// defined.</summary>
internal sealed class InApplicationStream(StreamSchema schema) : RowSink
{
    private RowSink[] _readers = [];

    public StreamSchema Schema => schema;

    public long Rows { get; private set; }

    public void Add(RowSink reader) => _readers = [.. _readers, reader];

    public override void Take(RowBuffer row)
    {
        Rows++;
        foreach (var reader in _readers)
        {
            reader.Take(row);
        }
    }
}
