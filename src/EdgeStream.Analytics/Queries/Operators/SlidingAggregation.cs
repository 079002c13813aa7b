using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Functions OVER windows: every row goes on with their results as further columns.</summary>
/// <remarks>A window of time holds the rows of its partition up to the current one whose ROWTIME is at most the
/// interval
/// before it, that of exactly so long ago included.</remarks>
internal sealed class SlidingAggregation : StatefulOperator
{
    private readonly QueryContext _context;
    private readonly WindowPartitions[] _windows;
    private readonly RowBuffer _output;
    private readonly int _inputColumnCount;
    private readonly RowSink _next;

    public SlidingAggregation(
        QueryContext context, IReadOnlyList<SlidingWindow> windows, int inputColumnCount, RowSink next)
    {
        _context = context;
        _windows = [.. windows.Select(window => new WindowPartitions(context, window))];
        _inputColumnCount = inputColumnCount;
        _output = new RowBuffer(inputColumnCount + windows.Sum(window => window.Functions.Length));
        _next = next;
    }

    public override long SizeBytes
    {
        get
        {
            long size = 0;
            foreach (var window in _windows)
            {
                size += window.SizeBytes;
            }

            return size;
        }
    }

    public override int Count
    {
        get
        {
            var count = 0;
            foreach (var window in _windows)
            {
                count += window.RowCount;
            }

            return count;
        }
    }

    public override void Take(RowBuffer row)
    {
        _output.Begin(row.Rowtime);
        _output.ShareFrom(row);
        var slot = _inputColumnCount;
        foreach (var window in _windows)
        {
            foreach (var state in window.Add(row))
            {
                _output.Set(slot++, state.Result);
            }
        }

        _next.Take(_output);
    }

    public override void Save(ByteBuffer output)
    {
        foreach (var window in _windows)
        {
            window.Save(output);
        }
    }

    public override void Load(ref StateReader reader)
    {
        foreach (var window in _windows)
        {
            window.Load(ref reader);
        }
    }
}
