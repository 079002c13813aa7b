using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeStream.Delivery;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>The delivery streams that the Firehose API makes: kept in the gateway's state, run by its host.</summary>
/// <remarks>
/// Thread-safe; one change at a time. A change is durable before it counts: what is in the state is what runs after a
/// crash. A delivery stream that takes records itself has a stream of its own, <c>firehose-&lt;name&gt;</c>.
/// </remarks>
public sealed class FirehoseService : IAsyncDisposable
{
    private const int IdLength = 8;
    private const int SegmentSizeBytes = 16 << 20;
    private static readonly TimeSpan RetentionAge = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamStore _store;
    private readonly IDeliveryRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, DeliveryStream> _streams = new(StringComparer.Ordinal);
    private volatile FirehoseOptions _options;

    private FirehoseService(
        StreamStore store, IDeliveryRunner runner, FirehoseOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _runner = runner;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Why a delivery stream does not deliver, with its name; null while all do.</summary>
    public string? Failure
    {
        get
        {
            foreach (var stream in Streams)
            {
                if (stream.Failure is { } failure)
                {
                    return $"The delivery stream {stream.Record.Name} does not deliver: {failure}";
                }
            }

            return null;
        }
    }

    /// <summary>All of them, by name.</summary>
    internal IReadOnlyList<DeliveryStream> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Values];
            }
        }
    }

    /// <summary>The deliveries of the configuration, which the API shows and does not change.</summary>
    internal IReadOnlyList<DeliveryDefinition> Configured => _runner.Configured;

    /// <summary>Finds what the state holds, and goes on with it.</summary>
    /// <remarks>One that cannot be read or run is told of and left where it is; the others run.</remarks>
    public static async Task<FirehoseService> OpenAsync(
        StreamStore store, IDeliveryRunner runner, FirehoseOptions options, TimeProvider time, ILogger logger)
    {
        var service = new FirehoseService(store, runner, options, time, logger);
        foreach (var (key, value) in store.State.List(DeliveryStreamFormat.KeyPrefix))
        {
            try
            {
                var stream = new DeliveryStream(DeliveryStreamFormat.Read(value));
                service.Add(stream);
                await service.RunAsync(stream).ConfigureAwait(false);
                if (stream.Record.IsDeleting)
                {
                    service.BeginDeletion(stream);
                }
            }
            catch (InvalidDataException error)
            {
                Log.DeliveryStreamUnreadable(logger, key, error);
            }
        }

        return service;
    }

    /// <summary>Delivers to other destinations from now on; who has changed goes on there.</summary>
    public async Task UseAsync(FirehoseOptions options)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        var old = _options;
        _options = options;
        foreach (var stream in Streams)
        {
            if (stream.Failure is not null
                || stream.Record.ToDefinition(old.DestinationOf) != stream.Record.ToDefinition(options.DestinationOf))
            {
                await RunAsync(stream).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends waiting for deletions, which go on at the next start. The deliveries are the host's to
    /// stop.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var stream in Streams)
        {
            await (stream.Deletion ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal bool TryGet(string name, [NotNullWhen(true)] out DeliveryStream? stream)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(name, out stream);
        }
    }

    /// <summary>Finds a delivery of the configuration that no delivery stream has the name of.</summary>
    internal bool TryGetConfigured(string name, [NotNullWhen(true)] out DeliveryDefinition? definition)
    {
        definition = null;
        foreach (var configured in Configured)
        {
            definition = configured.Name == name ? configured : definition;
        }

        return definition is not null && !TryGet(name, out _);
    }

    /// <summary>Makes a delivery stream, durably, and starts it.</summary>
    /// <param name="record">What it is; id and time of creation are given here.</param>
    /// <param name="account">The account, for messages.</param>
    /// <exception cref="ApiException">There is one of the name, or one too many, or its source is not there.
    /// </exception>
    /// <exception cref="IOException">The state or the stream could not be written; nothing was made.</exception>
    internal async ValueTask CreateAsync(DeliveryStreamRecord record, string account)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        if (TryGet(record.Name, out _) || TryGetConfigured(record.Name, out _))
        {
            throw ApiException.InUse($"Firehose {record.Name} under accountId {account} already exists");
        }

        if (Streams.Count >= _options.DeliveryStreamsMax)
        {
            throw ApiException.LimitExceeded(
                $"You have already consumed your firehose quota of {_options.DeliveryStreamsMax} hoses.");
        }

        CheckSource(record, account);
        var stream = new DeliveryStream(record with
        {
            Id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true),
            CreatedAt = Timestamp.From(_time.GetUtcNow()),
        });
        await SaveAsync(stream.Record).ConfigureAwait(false);
        await RunAsync(stream).ConfigureAwait(false);
        if (stream.Failure is { } failure)
        {
            await RemoveAsync(stream).ConfigureAwait(false);
            throw new IOException($"The delivery stream {record.Name} could not be started: {failure}");
        }

        Add(stream);
    }

    /// <summary>Changes the destination, durably, and goes on with it where the old one was.</summary>
    /// <param name="stream">The delivery stream.</param>
    /// <param name="version">The version that the caller knows.</param>
    /// <param name="change">Makes the new destination of the present one.</param>
    /// <exception cref="ApiException">It is at another version, or is being deleted.</exception>
    internal async ValueTask UpdateAsync(
        DeliveryStream stream, string version, Func<S3Settings, S3Settings> change)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        var old = stream.Record;
        RequireActive(stream);
        if (version.TrimStart('0') != $"{old.Version}")
        {
            throw new ApiException(
                ErrorType.ConcurrentModification,
                $"Cannot update firehose: {old.Name} since the current version id: {old.Version} and specified "
                    + $"version id: {version} do not match");
        }

        stream.Record = await SaveAsync(old with
        {
            Destination = change(old.Destination),
            Version = old.Version + 1,
            UpdatedAt = Timestamp.From(_time.GetUtcNow()),
        }).ConfigureAwait(false);
        await RunAsync(stream).ConfigureAwait(false);
    }

    /// <summary>Changes what needs no restart, durably.</summary>
    /// <exception cref="ApiException">It is being deleted.</exception>
    internal async ValueTask ChangeAsync(
        DeliveryStream stream, Func<DeliveryStreamRecord, DeliveryStreamRecord> change)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        RequireActive(stream);
        stream.Record = await SaveAsync(change(stream.Record)).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes no more records for a delivery stream, and removes it when those it has are delivered; at once, with what
    /// is not delivered, when it is forced.
    /// </summary>
    internal async ValueTask DeleteAsync(DeliveryStream stream, bool isForced)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        if (!stream.Record.IsDeleting)
        {
            stream.Record = await SaveAsync(stream.Record with { IsDeleting = true }).ConfigureAwait(false);
        }

        await stream.Puts.CloseAsync().ConfigureAwait(false);
        if (!isForced)
        {
            BeginDeletion(stream);
            return;
        }

        var title = TitleOf(stream);
        Log.DeliveryStreamForced(_logger, stream.Record.Name, _runner.BacklogOf(title));
        await RemoveAsync(stream).ConfigureAwait(false);
    }

    /// <summary>Deletes a stream that no delivery stream reads.</summary>
    /// <exception cref="ApiException">One does.</exception>
    internal async ValueTask<bool> DeleteSourceAsync(string streamName, string account)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        foreach (var stream in Streams)
        {
            if (stream.Record.StreamName == streamName)
            {
                throw ApiException.InUse(
                    $"Stream {streamName} under account {account} is read by the delivery stream "
                        + $"{stream.Record.Name}: delete that first.");
            }
        }

        return await _store.DeleteAsync(streamName).ConfigureAwait(false);
    }

    private string TitleOf(DeliveryStream stream) => stream.Record.ToDefinition(_options.DestinationOf).Title;

    private void Add(DeliveryStream stream)
    {
        lock (_gate)
        {
            _streams[stream.Record.Name] = stream;
        }
    }

    private static void RequireActive(DeliveryStream stream)
    {
        if (stream.Record.IsDeleting)
        {
            throw ApiException.InUse($"Firehose {stream.Record.Name} is being deleted.");
        }
    }

    private void CheckSource(DeliveryStreamRecord record, string account)
    {
        var isThere = _store.TryGet(record.StreamName, out _);
        if (record.Source is not null && !isThere)
        {
            throw ApiException.InvalidArgument($"Stream {record.Source} under account {account} not found.");
        }

        if (record.Source is null && isThere)
        {
            throw ApiException.InUse(
                $"The stream {record.StreamName}, which would hold the records of {record.Name}, exists already.");
        }
    }

    private async ValueTask<DeliveryStreamRecord> SaveAsync(DeliveryStreamRecord record)
    {
        await _store.State.CommitAsync(DeliveryStreamFormat.Put(new StateBatch(), record)).ConfigureAwait(false);
        return record;
    }

    /// <summary>Starts the delivery, or starts it anew as the record is now; what fails is remembered.</summary>
    private async ValueTask RunAsync(DeliveryStream stream)
    {
        var record = stream.Record;
        try
        {
            if (record.Source is null && !_store.TryGet(record.StreamName, out _) && !record.IsDeleting)
            {
                await _store.CreateAsync(
                    new StreamDefinition
                    {
                        Name = record.StreamName,
                        RetentionAge = RetentionAge,
                        SegmentSizeBytes = SegmentSizeBytes,
                    },
                    new StreamAttributes()).ConfigureAwait(false);
            }

            stream.Source = _store.TryGet(record.StreamName, out var source) ? source : null;
            await _runner.RunAsync(record.ToDefinition(_options.DestinationOf)).ConfigureAwait(false);
            stream.Failure = null;
        }
        catch (Exception error) when (error is IOException or ArgumentException or InvalidDataException
            or UnauthorizedAccessException)
        {
            stream.Failure = error.Message;
            Log.DeliveryStreamFailed(_logger, record.Name, error);
        }
    }

    private void BeginDeletion(DeliveryStream stream)
    {
        if (stream.Deletion is null or { IsCompleted: true })
        {
            stream.Deletion = Task.Run(() => DeleteWhenDeliveredAsync(stream));
        }
    }

    private async Task DeleteWhenDeliveredAsync(DeliveryStream stream)
    {
        try
        {
            await stream.Puts.CloseAsync().ConfigureAwait(false);
            if (stream.Source is not null)
            {
                await _runner.FlushAsync(TitleOf(stream), _stopping.Token).ConfigureAwait(false);
            }

            using var turn = await TakeTurnAsync().ConfigureAwait(false);
            await RemoveAsync(stream).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops: the next start goes on with it.
        }
        catch (Exception error)
        {
            // Removed by force meanwhile, or it could not be written: asking again, or the next start, goes on with it.
            if (TryGet(stream.Record.Name, out var still) && ReferenceEquals(still, stream))
            {
                Log.DeliveryStreamFailed(_logger, stream.Record.Name, error);
            }
        }
    }

    /// <summary>Removes a delivery stream: its stream first, so that no crash leaves one that nobody knows.</summary>
    private async ValueTask RemoveAsync(DeliveryStream stream)
    {
        var record = stream.Record;
        if (TryGet(record.Name, out var still) && !ReferenceEquals(still, stream))
        {
            return;
        }

        var definition = record.ToDefinition(_options.DestinationOf);
        await _runner.StopAsync(definition.Title).ConfigureAwait(false);
        if (record.Source is null)
        {
            await _store.DeleteAsync(record.StreamName).ConfigureAwait(false);
        }

        var batch = new StateBatch();
        DeliveryEngine.AddForgetting(batch, _store, definition);
        batch.Delete(DeliveryStreamFormat.KeyPrefix + record.Name);
        await _store.State.CommitAsync(batch).ConfigureAwait(false);
        lock (_gate)
        {
            _streams.Remove(record.Name);
        }
    }

    private async ValueTask<Turn> TakeTurnAsync()
    {
        await _changing.WaitAsync(_stopping.Token).ConfigureAwait(false);
        return new Turn(_changing);
    }

    private readonly struct Turn(SemaphoreSlim changing) : IDisposable
    {
        public void Dispose() => changing.Release();
    }
}
