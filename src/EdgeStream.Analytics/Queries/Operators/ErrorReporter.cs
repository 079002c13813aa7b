using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Makes a row of the error stream of what a query could not take.</summary>
internal sealed class ErrorReporter
{
    /// <summary>The columns of the error stream, as Kinesis Data Analytics has them.</summary>
    public static readonly StreamSchema Schema = new(
        ErrorNames.Stream,
        [
            new SchemaColumn("ERROR_TIME", new SqlDataType(SqlTypeName.Timestamp)),
            new SchemaColumn("ERROR_LEVEL", new SqlDataType(SqlTypeName.VarChar, 10)),
            new SchemaColumn("ERROR_NAME", new SqlDataType(SqlTypeName.VarChar, 32)),
            new SchemaColumn("MESSAGE", new SqlDataType(SqlTypeName.VarChar, 4096)),
            new SchemaColumn("DATA_ROWTIME", new SqlDataType(SqlTypeName.Timestamp)),
            new SchemaColumn("DATA_ROW", new SqlDataType(SqlTypeName.VarChar, DataSizeBytesMax * 2)),
            new SchemaColumn("PUMP_NAME", new SqlDataType(SqlTypeName.VarChar, 128)),
        ]);

    private const int DataSizeBytesMax = 24_576;
    private const int MessageLengthMax = 4096;

    private readonly RowBuffer _row = new(7);

    /// <summary>Takes the rows; null while nobody reads the error stream.</summary>
    public RowSink? Sink { get; set; }

    public long Count { get; private set; }

    /// <summary>The message of the newest error.</summary>
    public string? Last { get; private set; }

    /// <summary>Reports a row or record that is dropped.</summary>
    /// <param name="name">One of <see cref="ErrorNames"/>.</param>
    /// <param name="message">What was wrong with it.</param>
    /// <param name="now">The query's time.</param>
    /// <param name="rowtime">The row's time.</param>
    /// <param name="data">The row's bytes; what is beyond 24,576 of them is left out.</param>
    /// <param name="pump">The pump; empty for a source.</param>
    public void Report(
        string name, string message, long now, long rowtime, ReadOnlySpan<byte> data, string pump)
    {
        Count++;
        Last = message;
        if (Sink is not { } sink)
        {
            return;
        }

        var length = Math.Min(message.Length, MessageLengthMax);
        _row.Begin(now);
        _row.SetInteger(0, SqlType.Timestamp, now);
        _row.Set(1, SqlValue.Of("ERROR"u8));
        _row.Set(2, SqlValue.Of(Encoding.UTF8.GetBytes(name)));
        _row.Set(3, SqlValue.Of(Encoding.UTF8.GetBytes(message[..length])));
        _row.SetInteger(4, SqlType.Timestamp, rowtime);
        var taken = data[..Math.Min(data.Length, DataSizeBytesMax)];
        _row.Set(5, SqlValue.Of(Encoding.ASCII.GetBytes(Convert.ToHexString(taken))));
        _row.Set(6, SqlValue.Of(Encoding.UTF8.GetBytes(pump)));
        sink.Take(_row);
    }
}
