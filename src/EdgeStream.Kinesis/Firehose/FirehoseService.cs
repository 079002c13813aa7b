using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeStream.Delivery;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>The delivery streams that the Firehose API makes: kept in the gateway's state, run by its host.</summary>
/// <remarks>
/// Thread-safe. One change of a delivery stream at a time, and one of what there is: nobody waits for the destination
/// of another. A change is durable before it counts: what is in the state is what runs after a crash. What cannot be
/// started or deleted is tried again every half minute. A delivery stream that takes records itself has a stream of its
/// own, <c>firehose-&lt;name&gt;</c>.
/// </remarks>
public sealed class FirehoseService : IAsyncDisposable
{
    private const int IdLength = 8;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    /// <summary>The turn of who makes one, or asks what there is to do something that depends on it.</summary>
    private readonly SemaphoreSlim _making = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamStore _store;
    private readonly IDeliveryRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryStreamRegistry _registry = new();
    private readonly DeliveryStreamRuns _runs;
    private readonly DeliveryStreamDeletion _deletion;
    private Task _mending = Task.CompletedTask;

    private FirehoseService(
        StreamStore store, IDeliveryRunner runner, FirehoseOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _runner = runner;
        _time = time;
        _logger = logger;
        _runs = new DeliveryStreamRuns(store, runner, options, logger, _stopping.Token);
        _deletion = new DeliveryStreamDeletion(store, runner, _registry, _runs, _stopping.Token);
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
                    return stream.Record.IsDeleting
                        ? $"The {stream.Record.Title} cannot be deleted: {failure}"
                        : $"The {stream.Record.Title} does not deliver: {failure}";
                }
            }

            return null;
        }
    }

    /// <summary>All of them, by name.</summary>
    internal IReadOnlyList<DeliveryStream> Streams => _registry.Streams;

    /// <summary>Those of them that the Data Streams API has made, by their own names.</summary>
    internal IReadOnlyList<DeliveryStream> Channels =>
    [
        .. Streams.Where(static stream => stream.Record.Destination is ChannelSettings)
            .OrderBy(
                static stream => ((ChannelSettings)stream.Record.Destination).ChannelName, StringComparer.Ordinal),
    ];

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
                service._registry.Add(stream);
                await service._runs.RunAsync(stream).ConfigureAwait(false);
                if (stream.Record.IsDeleting)
                {
                    service._deletion.Begin(stream);
                }
            }
            catch (Exception error)
            {
                Log.DeliveryStreamUnreadable(logger, key, error);
            }
        }

        service._mending = service.MendAsync();
        return service;
    }

    /// <summary>Delivers to other destinations from now on; who has changed goes on there, all at the same
    /// time.</summary>
    public async Task UseAsync(FirehoseOptions options)
    {
        IReadOnlyList<DeliveryStream> streams;
        using (await TakeTurnAsync(_making).ConfigureAwait(false))
        {
            _runs.Options = options;
            streams = Streams;
        }

        await ApplyAsync(streams).ConfigureAwait(false);
    }

    /// <summary>Ends waiting for deletions, which go on at the next start. The deliveries are the host's to
    /// stop.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _mending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var stream in Streams)
        {
            await (stream.Deletion ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Finds a delivery stream that the Firehose API has made.</summary>
    internal bool TryGet(string name, [NotNullWhen(true)] out DeliveryStream? stream) =>
        _registry.TryGet(name, out stream) && stream.Record.Destination is not ChannelSettings;

    /// <summary>Finds a channel; null where there is none of the name.</summary>
    internal DeliveryStream? FindChannel(string name)
    {
        foreach (var stream in Streams)
        {
            if (stream.Record.Destination is ChannelSettings channel && channel.ChannelName == name)
            {
                return stream;
            }
        }

        return null;
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
        using var turn = await TakeTurnAsync(_making).ConfigureAwait(false);
        if (_registry.TryGet(record.Name, out _) || TryGetConfigured(record.Name, out _))
        {
            throw ApiException.InUse($"Firehose {record.Name} under accountId {account} already exists");
        }

        if (record.Destination is ChannelSettings channel && FindChannel(channel.ChannelName) is not null)
        {
            throw ChannelActions.Exists(channel.ChannelName, account);
        }

        if (_store.State.TryGet(DeliveryStreamFormat.KeyPrefix + record.Name, out _))
        {
            throw ApiException.InUse(
                $"Firehose {record.Name} is in the gateway's state in a form that it cannot read, and is left alone: "
                    + "take another name.");
        }

        if (Streams.Count >= _runs.Options.DeliveryStreamsMax)
        {
            throw ApiException.LimitExceeded(
                $"You have already consumed your firehose quota of {_runs.Options.DeliveryStreamsMax} hoses.");
        }

        CheckSource(record, account);
        Check(record);
        var stream = new DeliveryStream(record with
        {
            Id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true),
            CreatedAt = Timestamp.From(_time.GetUtcNow()),
        });
        await SaveAsync(stream.Record).ConfigureAwait(false);
        await StartNewAsync(stream).ConfigureAwait(false);
        _registry.Add(stream);
    }

    /// <summary>Changes the destination, durably, and goes on with it where the old one was.</summary>
    /// <param name="stream">The delivery stream.</param>
    /// <param name="version">The version that the caller knows; null for whichever there is.</param>
    /// <param name="change">Makes the new destination of the present one.</param>
    /// <exception cref="ApiException">It is at another version, or is being deleted.</exception>
    internal async ValueTask UpdateAsync(
        DeliveryStream stream, string? version, Func<DestinationSettings, DestinationSettings> change)
    {
        using var turn = await TakeTurnAsync(stream.Turn).ConfigureAwait(false);
        var old = stream.Record;
        RequireActive(stream);
        if (version is not null && version.TrimStart('0') != $"{old.Version}")
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
        await _runs.RunAsync(stream).ConfigureAwait(false);
    }

    /// <summary>Changes what needs no restart, durably.</summary>
    /// <exception cref="ApiException">It is being deleted.</exception>
    internal async ValueTask ChangeAsync(
        DeliveryStream stream, Func<DeliveryStreamRecord, DeliveryStreamRecord> change)
    {
        using var turn = await TakeTurnAsync(stream.Turn).ConfigureAwait(false);
        RequireActive(stream);
        stream.Record = await SaveAsync(change(stream.Record)).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes no more records for a delivery stream, and removes it when those it has are delivered; at once, with what
    /// is not delivered, when it is forced.
    /// </summary>
    internal async ValueTask DeleteAsync(DeliveryStream stream, bool isForced)
    {
        using (await TakeTurnAsync(stream.Turn).ConfigureAwait(false))
        {
            if (!stream.Record.IsDeleting)
            {
                stream.Record = await SaveAsync(stream.Record with { IsDeleting = true }).ConfigureAwait(false);
            }
        }

        await stream.Puts.CloseAsync().ConfigureAwait(false);
        if (!isForced)
        {
            _deletion.Begin(stream);
            return;
        }

        using var turn = await TakeTurnAsync(stream.Turn).ConfigureAwait(false);
        Log.DeliveryStreamForced(_logger, stream.Record.Name, _runner.BacklogOf(_runs.DefinitionOf(stream).Title));
        await _deletion.RemoveAsync(stream).ConfigureAwait(false);
    }

    /// <summary>Deletes a stream that no delivery stream reads.</summary>
    /// <exception cref="ApiException">One does.</exception>
    internal async ValueTask<bool> DeleteSourceAsync(string streamName, string account)
    {
        using var turn = await TakeTurnAsync(_making).ConfigureAwait(false);
        foreach (var stream in Streams)
        {
            if (stream.Record.StreamName == streamName)
            {
                throw ApiException.InUse(
                    $"Stream {streamName} under account {account} is read by the {stream.Record.Title}: delete that "
                        + "first.");
            }
        }

        return await _store.DeleteAsync(streamName).ConfigureAwait(false);
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
            throw IsTaken(record);
        }
    }

    /// <exception cref="ApiException">No delivery can be made of it.</exception>
    private void Check(DeliveryStreamRecord record)
    {
        if (record.ToDefinition(_runs.Options).Validate() is [var problem, ..])
        {
            throw ApiException.InvalidArgument($"The {record.Title} cannot be made: {problem}");
        }
    }

    private static ApiException IsTaken(DeliveryStreamRecord record) => ApiException.InUse(
        $"The stream {record.StreamName}, which would hold the records of {record.Name}, exists already.");

    private async ValueTask<DeliveryStreamRecord> SaveAsync(DeliveryStreamRecord record)
    {
        await _store.State.CommitAsync(DeliveryStreamFormat.Put(new StateBatch(), record)).ConfigureAwait(false);
        return record;
    }

    /// <summary>Starts one that is not known yet; what cannot be started leaves nothing behind.</summary>
    private async ValueTask StartNewAsync(DeliveryStream stream)
    {
        var record = stream.Record;
        var isMade = false;
        try
        {
            if (record.Source is null)
            {
                isMade = await _runs.MakeStreamAsync(record).ConfigureAwait(false);
                if (!isMade)
                {
                    throw IsTaken(record);
                }
            }

            await _runs.RunAsync(stream).ConfigureAwait(false);
            if (stream.Failure is { } failure)
            {
                throw new IOException($"The delivery stream {record.Name} could not be started: {failure}");
            }
        }
        catch
        {
            await _deletion.ForgetAsync(stream, isMade).ConfigureAwait(false);
            throw;
        }
    }

    private async Task MendAsync()
    {
        using var timer = new PeriodicTimer(RetryInterval, _time);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            await ApplyAsync(Streams).ConfigureAwait(false);
        }
    }

    private Task ApplyAsync(IReadOnlyList<DeliveryStream> streams)
    {
        var applying = new List<Task>(streams.Count);
        foreach (var stream in streams)
        {
            applying.Add(ApplyAsync(stream));
        }

        return Task.WhenAll(applying);
    }

    /// <summary>Starts what does not run, or not as it should by now, and goes on with a deletion that has
    /// failed.</summary>
    private async Task ApplyAsync(DeliveryStream stream)
    {
        using var turn = await TakeTurnAsync(stream.Turn).ConfigureAwait(false);
        if (!_registry.IsThere(stream))
        {
            return;
        }

        if (stream.Failure is not null || stream.Running != _runs.DefinitionOf(stream))
        {
            await _runs.RunAsync(stream).ConfigureAwait(false);
        }

        if (stream.Record.IsDeleting)
        {
            _deletion.Begin(stream);
        }
    }

    private ValueTask<Turn> TakeTurnAsync(SemaphoreSlim turns) => Turn.TakeAsync(turns, _stopping.Token);
}
