using System.Buffers;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Sql;

namespace EdgeStream.Gateway.Http;

/// <summary>Sends the rows of a run as lines of JSON: first the columns, then an array a row; where it is asked for,
/// the row's ROWTIME is the first column.</summary>
/// <remarks>
/// What is read waits for the client: at most 256 KiB, and what one record or one window gives beyond that, are in
/// memory; more than 8 MiB at once end the run. An empty line every 15 seconds without rows tells a client that has
/// gone from one that waits. A client that takes nothing for five minutes is hung up on.
/// </remarks>
internal sealed class RowStream(HttpContext context, long limit, bool hasRowtime, TimeProvider time)
    : IRowReceiver, IDisposable
{
    private const int WaitingBytesMax = 256 << 10;
    private const int AtOnceBytesMax = 8 << 20;
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SendTimeMax = TimeSpan.FromMinutes(5);

    private static readonly QueryColumn Rowtime = new("ROWTIME", SqlDataType.Of(SqlType.Timestamp));

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Utf8JsonWriter? _writer;
    private long _sentAt;
    private bool _isTooMuch;

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether the columns have been sent: what goes wrong from then on is the last line.</summary>
    public bool HasBegun { get; private set; }

    /// <inheritdoc/>
    public bool HasRoom => _buffer.WrittenCount < WaitingBytesMax;

    /// <inheritdoc/>
    public bool IsDone => Rows >= limit;

    /// <inheritdoc/>
    public async ValueTask BeginAsync(IReadOnlyList<QueryColumn> columns, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/x-ndjson; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        _writer = new Utf8JsonWriter(_buffer, JsonReply.WriterOptions);
        HasBegun = true;
        WriteLine(writer =>
        {
            writer.WriteStartObject();
            QueryEndpoint.WriteColumns(writer, hasRowtime ? [Rowtime, .. columns] : columns);
            writer.WriteEndObject();
        });
        await SendAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Take(QueryRow row)
    {
        if (IsDone || _isTooMuch)
        {
            return;
        }

        _writer!.Reset(_buffer);
        row.WriteArray(_writer, hasRowtime);
        _writer.Flush();
        _buffer.Write("\n"u8);
        Rows++;
        _isTooMuch = _buffer.WrittenCount > AtOnceBytesMax;
    }

    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        if (_isTooMuch)
        {
            throw new ArgumentException(
                $"It gives more than {AtOnceBytesMax >> 20} MiB of rows at once. Group by less, shorten its windows, "
                + "or set a limit.");
        }

        if (_buffer.WrittenCount == 0 && time.GetElapsedTime(_sentAt) >= SilenceMax)
        {
            _buffer.Write("\n"u8);
        }

        if (_buffer.WrittenCount > 0)
        {
            await SendAsync(cancellationToken);
        }
    }

    /// <summary>Sends the last line.</summary>
    public async Task EndAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        WriteLine(write);
        await SendAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        _writer!.Reset(_buffer);
        write(_writer);
        _writer.Flush();
        _buffer.Write("\n"u8);
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(SendTimeMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellationToken);
        await context.Response.Body.WriteAsync(_buffer.WrittenMemory, either.Token);
        await context.Response.Body.FlushAsync(either.Token);
        _buffer.ResetWrittenCount();
        _sentAt = time.GetTimestamp();
    }
}
