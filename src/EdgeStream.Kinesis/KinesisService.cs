using System.Collections.Concurrent;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>The actions of Kinesis Data Streams over the streams of a data folder.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class KinesisService : IDisposable
{
    private const int ValuesKeptMax = 64;

    private readonly ConcurrentQueue<RequestValues> _values = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile KinesisAccess _access;

    private KinesisService(
        StreamStore store, ShardIterators iterators, KinesisServiceOptions options, TimeProvider time)
    {
        Store = store;
        Iterators = iterators;
        Options = options;
        Time = time;
        _access = options.Access;
        Budget = new RequestBudget(options.Limits);
        Answers = new AnswerBudget(options.Limits.AnswerBytesMax, time);
        Actions = ActionTable.ByTarget;
        Statistics = new KinesisStatistics();
        Subscriptions = new SubscriptionTable(time);
        Readers = new ReaderCache(time);
        AreKeysOptional = NeedNoKeys;
    }

    /// <summary>Who may call; may be replaced at any time and counts for the next request.</summary>
    public KinesisAccess Access
    {
        get => _access;
        set => _access = value;
    }

    /// <summary>What was called.</summary>
    public KinesisStatistics Statistics { get; }

    /// <summary>Requests that are served now.</summary>
    public int RequestCount => Budget.Requests;

    /// <summary>Subscriptions that are served now.</summary>
    public int SubscriptionCount => Budget.Subscriptions;

    internal StreamStore Store { get; }

    internal ShardIterators Iterators { get; }

    internal KinesisServiceOptions Options { get; }

    internal KinesisNames Names => Options.Names;

    internal TimeProvider Time { get; }

    internal RequestBudget Budget { get; }

    internal AnswerBudget Answers { get; }

    internal IReadOnlyDictionary<string, ActionDefinition> Actions { get; }

    internal SubscriptionTable Subscriptions { get; }

    internal ReaderCache Readers { get; }

    /// <summary>Whether the records that a request puts need no partition keys.</summary>
    internal Func<RequestValues, bool> AreKeysOptional { get; }

    /// <summary>Ends when the gateway stops: subscriptions end then.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Opens the API of a data folder.</summary>
    /// <exception cref="IOException">The state could not be written.</exception>
    public static async ValueTask<KinesisService> OpenAsync(
        StreamStore store, KinesisServiceOptions options, TimeProvider? timeProvider = null)
    {
        var time = timeProvider ?? TimeProvider.System;
        var iterators = await ShardIterators.OpenAsync(store, time).ConfigureAwait(false);
        return new KinesisService(store, iterators, options, time);
    }

    /// <summary>Ends every subscription. Called once, when the gateway stops.</summary>
    public void StopSubscriptions() => _stopping.Cancel();

    /// <summary>Lets go of what readers hold. Called about once a second.</summary>
    public void Tick() => Readers.Tick();

    /// <summary>Their stream distributes them itself.</summary>
    private bool NeedNoKeys(RequestValues values)
    {
        if (values.Shape != Requests.PutRecord && values.Shape != Requests.PutRecords)
        {
            return false;
        }

        var name = values.Text("StreamName");
        return (name is not null || (values.Text("StreamARN") is { } arn && Names.TryParseStream(arn, out name)))
            && Store.TryGet(name, out var stream)
            && stream.Attributes is { Distribution: RecordDistribution.Even, Mode: StreamMode.OnDemand };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        Readers.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Waits until a record is as safe as its stream promises.</summary>
    /// <exception cref="IOException">It is not: the disk failed.</exception>
    internal HandedOn Acknowledged(in AppendReceipt receipt) => Options.HandOn is { } handOn
        ? new HandedOn(receipt.WhenAcknowledgedOnCommitter(), handOn)
        : new HandedOn(receipt.WhenAcknowledged(), null);

    /// <exception cref="ApiException">Requests hold as much memory as they may.</exception>
    internal RentedValues RentValues()
    {
        var values = _values.TryDequeue(out var kept) ? kept : new RequestValues();
        values.Rent(Budget);
        return new RentedValues(this, values);
    }

    private void Return(RequestValues values)
    {
        values.Clear();
        if (_values.Count < ValuesKeptMax)
        {
            _values.Enqueue(values);
        }
    }

    /// <summary>Values that go back when they are disposed of.</summary>
    internal readonly struct RentedValues(KinesisService service, RequestValues values) : IDisposable
    {
        /// <summary>The values.</summary>
        internal RequestValues Values => values;

        /// <inheritdoc/>
        public void Dispose() => service.Return(values);
    }
}
