using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Kinesis;

/// <summary>The answer to SubscribeToShard: records as events, as soon as they are acknowledged, for five
/// minutes.</summary>
/// <remarks>An event has at most 10,000 records and about 64 KiB, or one record that is larger; where nothing comes,
/// one without records tells every five seconds how far the reader is. A closed shard's last event names its children;
/// where the stream is deleted, the consumer deregistered or its place taken, an error ends the events. An event is
/// made when there is room for it among all answers; none is held while nothing comes.</remarks>
internal sealed class ShardSubscription : ISubscription
{
    private const int RecordsMax = 10_000;

    // What stands before the first record of an event.
    private const int FrameSizeBytesMax = 512;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    private readonly KinesisService _service;
    private readonly DataStream _stream;
    private readonly Shard _shard;
    private readonly SubscriptionTable.Place _place;
    private readonly WireFormat _format;
    private readonly HeldReader _held;
    private readonly CancellationToken _aborted;
    private bool _hasTold;

    internal ShardSubscription(
        KinesisService service,
        DataStream stream,
        Shard shard,
        ShardPosition position,
        SubscriptionTable.Place place,
        WireFormat format,
        CancellationToken aborted)
    {
        _service = service;
        _stream = stream;
        _shard = shard;
        _place = place;
        _format = format;
        _aborted = aborted;
        _held = new HeldReader(shard.OpenReader(position));
    }

    /// <inheritdoc/>
    public async Task RunAsync(IFeatureCollection features, AnswerOutput output)
    {
        using var end = new CancellationTokenSource(Lifetime, _service.Time);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(
            end.Token, _aborted, _place.Taken, _service.Stopping);
        try
        {
            var response = features.GetRequiredFeature<IHttpResponseFeature>();
            response.Headers.ContentType = ContentType.EventStream;
            var body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
            await SendUntilEndAsync(body, output, all.Token).ConfigureAwait(false);
            if (EndingError is { } error)
            {
                await SendExceptionAsync(body, output.Buffer, error).ConfigureAwait(false);
            }
        }
        finally
        {
            _held.Dispose();
            _place.Dispose();
            _service.Budget.LeaveSubscription();
        }
    }

    /// <summary>Why the events end before the subscription's time; null where they end as they should.</summary>
    private ApiException? EndingError =>
        _place.IsDeregistered ? ApiException.NotFound("The consumer is not registered any more.")
        : _place.Taken.IsCancellationRequested
            ? ApiException.InUse("Another subscription of this consumer took over.")
        : _stream.IsDeleted
            ? ApiException.NotFound($"Stream {_stream.Name} under account {_service.Names.Account} not found.")
        : null;

    private async Task SendUntilEndAsync(
        IHttpResponseBodyFeature body, AnswerOutput output, CancellationToken cancellationToken)
    {
        try
        {
            await body.StartAsync(cancellationToken).ConfigureAwait(false);
            WriteInitialResponse(output.Buffer);
            await SendAsync(body, output.Buffer, cancellationToken).ConfigureAwait(false);
            await SendEventsAsync(body, output, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_aborted.IsCancellationRequested)
        {
            // Five minutes are over, the gateway stops, the place is gone or the stream: the answer is complete.
        }
    }

    private async Task SendEventsAsync(
        IHttpResponseBodyFeature body, AnswerOutput output, CancellationToken cancellationToken)
    {
        var writer = new ResponseWriter(output.Buffer, _format);
        var records = new RecordsWriter(writer, _shard, _stream.Attributes.EncryptionKeyId is not null);
        Task? readable = null;
        while (true)
        {
            await output.WaitForRoomAsync(
                records.Unwritten is null ? 0 : records.UnwrittenSizeBytes + FrameSizeBytesMax, cancellationToken)
                .ConfigureAwait(false);
            var isAtEnd = WriteEvent(output, writer, records);
            if (_stream.IsDeleted)
            {
                // What the event says of the shard's end is not so.
                return;
            }

            if (records.Count > 0 || (!_hasTold && records.Unwritten is null) || isAtEnd)
            {
                _hasTold = true;
                _service.Statistics.CountRead(records.Count);
                output.EndWriting();
                await SendAsync(body, output.Buffer, cancellationToken).ConfigureAwait(false);
            }

            if (isAtEnd || _shard.State == ShardState.Expired)
            {
                return;
            }

            if (records.Count == 0 && records.Unwritten is null)
            {
                output.Release();
                readable ??= _held.Reader.WaitAsync(cancellationToken).AsTask();
                _hasTold = await IsReadableAsync(readable, cancellationToken).ConfigureAwait(false);
                readable = _hasTold ? null : readable;
            }
        }
    }

    /// <returns>Whether there is something to read; false when the silence has lasted too long.</returns>
    private async ValueTask<bool> IsReadableAsync(Task readable, CancellationToken cancellationToken)
    {
        try
        {
            // Its timer goes when a record comes: one that stays would be there for each of thousands of events.
            await readable.WaitAsync(SilenceMax, _service.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <returns>Whether it is the last one.</returns>
    private bool WriteEvent(AnswerOutput output, ResponseWriter writer, RecordsWriter records)
    {
        var buffer = output.Buffer;
        var start = EventFrame.Begin(buffer, EventHeaders.Event(_format));
        writer.Restart();
        writer.BeginStructure();
        writer.BeginList(Members.Records);
        WriteRecords(output, records);
        writer.EndList();
        var now = Timestamp.From(_service.Time.GetUtcNow());
        writer.Number(
            Members.MillisBehindLatest, _shard.MillisBehindLatest(_held.Reader, records.LastArrival, now));
        var isAtEnd = _held.Reader.IsAtEnd;
        if (isAtEnd)
        {
            ReadActions.WriteChildren(writer, _stream, _shard);
        }
        else
        {
            Span<byte> digits = stackalloc byte[KinesisSequenceNumber.Length];
            _shard.NumberOf(_held.Reader.NextSequence.Previous).TryFormat(digits);
            writer.Text(Members.ContinuationSequenceNumber, digits);
        }

        writer.EndStructure();
        EventFrame.End(buffer, start);
        return isAtEnd;
    }

    private void WriteRecords(AnswerOutput output, RecordsWriter records)
    {
        records.Begin();
        records.Write(_held.Reader, output, RecordsMax, long.MaxValue);
        if (records.Unwritten is { } sequence)
        {
            // It comes with the next event, when there is room for it.
            _held.GoTo(sequence);
        }
    }

    private void WriteInitialResponse(ResponseBuffer buffer)
    {
        buffer.TruncateTo(0);
        var start = EventFrame.Begin(buffer, EventHeaders.Initial(_format));
        var writer = new ResponseWriter(buffer, _format);
        writer.BeginStructure();
        writer.EndStructure();
        EventFrame.End(buffer, start);
    }

    private async ValueTask SendExceptionAsync(
        IHttpResponseBodyFeature body, ResponseBuffer buffer, ApiException error)
    {
        buffer.TruncateTo(0);
        var start = EventFrame.Begin(buffer, EventHeaders.Exception(_format, error.Type));
        var writer = new ResponseWriter(buffer, _format);
        writer.BeginStructure();
        writer.Text(Members.ErrorText, error.Text!);
        writer.EndStructure();
        EventFrame.End(buffer, start);
        using var limit = new CancellationTokenSource(SilenceMax, _service.Time);
        await SendAsync(body, buffer, limit.Token).ConfigureAwait(false);
    }

    private static async ValueTask SendAsync(
        IHttpResponseBodyFeature body, ResponseBuffer buffer, CancellationToken cancellationToken) =>
        await AnswerOutput.SendAsync(body, buffer.Written, cancellationToken).ConfigureAwait(false);
}
