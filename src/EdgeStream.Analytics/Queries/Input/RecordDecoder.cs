using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Makes rows of the records of one stream for one query.</summary>
/// <remarks>A record that is no row, or has a value that does not fit its column, goes to the query's error
/// stream.</remarks>
internal sealed class RecordDecoder(QueryContext context, SourceStream source)
{
    private readonly SourceColumn[] _wanted = [.. source.Columns];
    private TypedRow _row = null!;

    public SourceStream Source => source;

    /// <summary>Takes part in the one pass over each record; before the first.</summary>
    public void Attach(RecordColumns columns) => _row = columns.RowOf(source.Input, _wanted);

    /// <summary>The row of the record that the columns were read of; null, and reported, if it is none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="rowtime">Its ROWTIME.</param>
    /// <param name="shard">Where it comes from.</param>
    /// <param name="isJson">Whether the pass over it found a JSON object.</param>
    public RowBuffer? Decode(scoped in StreamRecord record, long rowtime, Shard shard, bool isJson)
    {
        var outcome = _row.Fill(in record, rowtime, shard, isJson);
        if (outcome == TypedRow.Complete)
        {
            return _row.Row;
        }

        Report(outcome, in record, rowtime);
        return null;
    }

    /// <summary>Reports a record that is older than its input allows.</summary>
    /// <param name="record">The record.</param>
    /// <param name="watermark">What its shard has come to: it is the same whenever the record is read.</param>
    public void ReportLate(scoped in StreamRecord record, long watermark) => context.Errors.Report(
        ErrorNames.Late,
        $"The reading comes too late: more than {source.Input.Lateness} behind the newest one of its shard, "
        + $"or behind a silence of the shard of more than {source.Input.IdleTimeout}.",
        watermark,
        record.EventTime.UnixMicroseconds,
        record.Data,
        "");

    private void Report(int outcome, scoped in StreamRecord record, long rowtime)
    {
        if (outcome == TypedRow.Unreadable)
        {
            Report(ErrorNames.Parse, $"The record is no {Format()}.", in record, rowtime);
            return;
        }

        var column = _wanted[outcome];
        var text = new StringBuilder();
        RowText.Append(text, _row.ValueOf(outcome, record.Data));
        Report(
            ErrorNames.Coercion, $"'{text}' does not fit into column {column.Name} {column.Type}.", in record,
            rowtime);
    }

    private string Format() => source.Input.Format switch
    {
        InputFormat.Csv => "line of fields",
        InputFormat.Regex => "line of the input's pattern",
        _ => "JSON object",
    };

    private void Report(string name, string message, scoped in StreamRecord record, long rowtime) =>
        context.Errors.Report(name, message, Math.Max(context.Clock.Now, rowtime), rowtime, record.Data, "");
}
