using EdgeStream.Delivery;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>Starts the deliveries of delivery streams, and keeps the records of those that do not run.</summary>
/// <remarks>Thread-safe for different delivery streams; who starts one has its turn.</remarks>
internal sealed class DeliveryStreamRuns(
    StreamStore store, IDeliveryRunner runner, FirehoseOptions options, ILogger logger, CancellationToken stopping)
{
    private const int SegmentSizeBytes = 16 << 20;
    private static readonly TimeSpan RetentionAge = TimeSpan.FromHours(24);

    private volatile FirehoseOptions _options = options;

    /// <summary>Where the deliveries go.</summary>
    internal FirehoseOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>The delivery as it should run by now.</summary>
    internal DeliveryDefinition DefinitionOf(DeliveryStream stream) =>
        stream.Record.ToDefinition(_options);

    /// <summary>Makes the stream of one that takes records itself; false when there is one of the name.</summary>
    internal async ValueTask<bool> MakeStreamAsync(DeliveryStreamRecord record) => await store.CreateAsync(
        new StreamDefinition
        {
            Name = record.StreamName,
            RetentionAge = RetentionAge,
            SegmentSizeBytes = SegmentSizeBytes,
        },
        new StreamAttributes()).ConfigureAwait(false) is not null;

    /// <summary>Starts the delivery, or starts it anew as the record is now; what fails is remembered.</summary>
    /// <remarks>While it does not run its records are kept for it all the same.</remarks>
    internal async ValueTask RunAsync(DeliveryStream stream)
    {
        var record = stream.Record;
        var definition = DefinitionOf(stream);
        stream.Running = null;
        try
        {
            if (record.Source is null && !record.IsDeleting && !store.TryGet(record.StreamName, out _))
            {
                await MakeStreamAsync(record).ConfigureAwait(false);
            }

            stream.Source = store.TryGet(record.StreamName, out var source) ? source : null;
            if (stream.Source is not null || !record.IsDeleting)
            {
                await runner.RunAsync(definition).ConfigureAwait(false);
            }

            stream.Running = definition;
            stream.Failure = null;
            stream.EndProtection();
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            Fail(stream, error);
            Protect(stream, definition);
        }
    }

    private void Protect(DeliveryStream stream, DeliveryDefinition definition)
    {
        try
        {
            stream.Protection ??= DeliveryEngine.Protect(store, definition);
        }
        catch (Exception error)
        {
            Log.DeliveryStreamFailed(logger, stream.Record.Name, error);
        }
    }

    internal void Fail(DeliveryStream stream, Exception error)
    {
        if (stream.Failure != error.Message)
        {
            stream.Failure = error.Message;
            Log.DeliveryStreamFailed(logger, stream.Record.Name, error);
        }
    }
}
