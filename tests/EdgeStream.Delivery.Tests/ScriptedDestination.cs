using System.Buffers;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery.Tests;

/// <summary>A destination in memory whose answers a test decides; it outlives engines, as a real server does.</summary>
public sealed class ScriptedDestination
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly List<string> _accepted = [];
    private long _attempts;

    /// <summary>Asked before an object is stored; anything but accepted refuses it.</summary>
    public Func<DeliveryObject, SendResult> Answer { get; set; } = _ => SendResult.Accepted;

    /// <summary>Called after an object is stored, before the engine hears of it.</summary>
    public Action<string> Stored { get; set; } = _ => { };

    /// <summary>The answer to "is it there?" when the destination is away; null looks it up.</summary>
    public Func<SendResult?> FindAnswer { get; set; } = () => null;

    /// <summary>Whether it tells what it has; where not, it has nothing as far as it says.</summary>
    public bool KnowsObjects { get; set; } = true;

    /// <summary>Whether objects get no answer at all, as over a link that swallows what is sent.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Asked for each record of an object, which is taken record by record then; null takes objects
    /// whole.</summary>
    public Func<DeliveredLine, RecordAnswer>? AnswerRecord { get; set; }

    /// <summary>The records that were accepted one by one, in that order, repeated ones included.</summary>
    public List<DeliveredLine> Records { get; } = [];

    /// <summary>Whether what is sent goes over the delivery's link.</summary>
    public bool UsesLink { get; set; }

    public long Attempts => Interlocked.Read(ref _attempts);

    /// <summary>Names in the order of acceptance, repeated ones included.</summary>
    public IReadOnlyList<string> Accepted
    {
        get
        {
            lock (_gate)
            {
                return [.. _accepted];
            }
        }
    }

    public IReadOnlyDictionary<string, byte[]> Objects
    {
        get
        {
            lock (_gate)
            {
                return new SortedDictionary<string, byte[]>(_objects, StringComparer.Ordinal);
            }
        }
    }

    public DestinationOptions Options => new ScriptedOptions(this);

    /// <summary>Every line of every object, objects in the order of their names.</summary>
    public IReadOnlyList<DeliveredLine> Lines() =>
        [.. Objects.SelectMany(
            item => DeliveredLine.ReadAll(item.Value, item.Key.EndsWith(".gz", StringComparison.Ordinal)))];

    /// <summary>
    /// One object at a time, so that a test that kills the engine in an answer knows what the destination has.
    /// </summary>
    private SendResult Send(DeliveryObject item)
    {
        Interlocked.Increment(ref _attempts);
        lock (_gate)
        {
            var result = Answer(item);
            if (AnswerRecord is not null && result.Outcome == SendOutcome.Accepted
                && !item.Name.Contains("-failed/", StringComparison.Ordinal))
            {
                return SendRecords(item);
            }

            if (result.Outcome == SendOutcome.Accepted)
            {
                _objects[item.Name] = item.Content.ToArray();
                _accepted.Add(item.Name);
                Stored(item.Name);
            }

            return result;
        }
    }

    private SendResult SendRecords(DeliveryObject item)
    {
        var lines = DeliveredLine.ReadAll(item.Content.ToArray(), isGzip: false);
        var end = SendResult.Accepted;
        for (var at = 0; at < lines.Count; at++)
        {
            var line = lines[at];
            int? place = line.Json.TryGetProperty("subSequence", out var sub) ? sub.GetInt32() : null;
            if (item.Records.IsSettled(at))
            {
                continue;
            }

            if (!item.Records.MayBegin(line.Sequence))
            {
                break;
            }

            if (item.Records.Begin(at, line.Sequence, place))
            {
                switch (AnswerRecord!(line))
                {
                    case RecordAnswer.Refuse:
                        item.Records.Reject(at, place, RejectionReason.InvalidData, "0x99", "It is not taken.");
                        break;
                    case RecordAnswer.Away:
                        return SendResult.Retryable("away");
                    case RecordAnswer.TooLarge:
                        return SendResult.TooLarge("413");
                    case RecordAnswer.Later:
                        end = SendResult.Retryable("later");
                        break;
                    case RecordAnswer.Doubt:
                        end = end.Outcome == SendOutcome.Accepted ? SendResult.Unproven("doubt") : end;
                        break;
                    default:
                        Records.Add(line);
                        item.Records.Accept(at);
                        break;
                }
            }
        }

        // As the contract has it: what may not be begun comes again all the same.
        item.Records.End();
        return end;
    }

    private SendResult Find(string name)
    {
        lock (_gate)
        {
            return FindAnswer()
                ?? (KnowsObjects && _objects.ContainsKey(name) ? SendResult.Accepted : SendResult.Absent);
        }
    }

    private sealed record ScriptedOptions(ScriptedDestination Script) : DestinationOptions
    {
        public override string Kind => "scripted";

        public override string Target => "memory";

        public override bool TakesNames => true;

        public override IReadOnlyList<DefinitionError> Validate() => [];

        public override IDestination Open(
            string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
            new Connection(Script, wire);
    }

    private sealed class Connection(ScriptedDestination script, WireMeter wire) : IDestination
    {
        public long RemovedObjects => 0;

        public bool KnowsObjects => script.KnowsObjects;

        public async ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (script.IsSilent)
            {
                Interlocked.Increment(ref script._attempts);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            if (script.UsesLink)
            {
                await wire.SendingAsync((int)item.Content.Length, cancellationToken);
            }

            return script.Send(item);
        }

        public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken) =>
            ValueTask.FromResult(script.Find(objectName));

        public void Dispose()
        {
        }
    }
}
