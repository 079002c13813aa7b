using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A function over the items of one column, window by window.</summary>
/// <remarks>The rows of a window come when it is over and have its end as ROWTIME. NULL is no item; a window without
/// an item gives nothing. A number or a time is the item that its text is.</remarks>
internal abstract class TumblingItems(TumblingFunction window, int slot) : TableFunction
{
    private readonly StringBuilder _text = new();

    public override long NextDeadline => window.WindowEnd;

    public override long SizeBytes => window.SizeBytes;

    /// <summary>Bytes for one step at a time.</summary>
    protected ByteBuffer Bytes { get; } = new();

    public override void Take(RowBuffer row, RowSink next)
    {
        var value = row[slot];
        if (value.IsNull)
        {
            return;
        }

        if (window.IsOver(row.Rowtime))
        {
            Fire(window.WindowEnd, next);
        }

        if (value.Type == SqlType.Text)
        {
            window.Add(row.Rowtime, value.Text);
            return;
        }

        _text.Clear();
        RowText.Append(_text, value);
        Bytes.Clear();
        foreach (var chunk in _text.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, Bytes);
        }

        window.Add(row.Rowtime, Bytes.Written);
    }

    public override void Fire(long deadline, RowSink next) => Close(window.WindowEnd, next);

    public override void Save(ByteBuffer output) => FunctionState.Save(window, Bytes, output);

    public override void Load(ref StateReader reader) => FunctionState.Load(window, ref reader);

    /// <summary>Gives the rows of the window, and ends it.</summary>
    protected abstract void Close(long end, RowSink next);
}
