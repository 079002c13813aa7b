using System.Globalization;

namespace EdgeStream.Testing;

/// <summary>Compares what publishers know with what a stream holds.</summary>
/// <remarks>
/// The rules: every acknowledged message is there; within its topic, each message follows its predecessor; nothing is
/// there
/// that was never sent; and a message is there at most as often as its publisher sent it. A publisher that lost its
/// connection sends its unacknowledged messages again, so a run may start over, but only at a message that was re-sent.
/// </remarks>
public sealed class PublishedAudit
{
    private const int ViolationsMax = 50;

    private readonly List<string> _violations = [];

    /// <summary>What is wrong, in words, at most fifty lines; empty when every promise was kept.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Messages that were acknowledged.</summary>
    public long AcknowledgedCount { get; private set; }

    /// <summary>Acknowledged messages that the stream does not hold.</summary>
    public long LostCount { get; private set; }

    /// <summary>Records that do not follow their predecessor in their key.</summary>
    public long OutOfOrderCount { get; private set; }

    /// <summary>Records that repeat a message more often than its publisher sent it.</summary>
    public long RepeatedCount { get; private set; }

    /// <summary>Records that repeat a message because its publisher sent it again unacknowledged; MQTT's QoS 1 allows
    /// them.</summary>
    public long ResentCount { get; private set; }

    /// <summary>Records that nobody sent.</summary>
    public long UnknownCount { get; private set; }

    /// <summary>Compares. <paramref name="stored"/> are the records of the publishers' topics in the order of their
    /// shards.</summary>
    public static PublishedAudit Of(IEnumerable<KeyedPublisher> publishers, IEnumerable<StoredMessage> stored)
    {
        var audit = new PublishedAudit();
        var byKey = stored.ToLookup(message => message.Key, message => message.Number);
        foreach (var messages in publishers.SelectMany(publisher => publisher.Messages).GroupBy(m => m.Topic))
        {
            audit.Check(messages.Key, [.. messages], [.. byKey[messages.Key]]);
        }

        return audit;
    }

    /// <summary>The figures in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{AcknowledgedCount} acknowledged, {LostCount} lost, {OutOfOrderCount} out of order, "
        + $"{RepeatedCount} repeated, {ResentCount} re-sent by their publisher");

    private void Check(string topic, KeyedMessage[] messages, int[] numbers)
    {
        var counts = new int[messages.Length + 1];
        var previous = 0;
        foreach (var number in numbers)
        {
            if (number < 1 || number > messages.Length)
            {
                UnknownCount++;
                Violate($"{topic}: {number} was never sent.");
                continue;
            }

            counts[number]++;
            var isRestart = number <= previous && messages[number - 1].SentCount > 1;
            if (number != previous + 1 && !isRestart)
            {
                OutOfOrderCount++;
                Violate($"{topic}: {number} follows {previous}.");
            }

            previous = number;
        }

        foreach (var message in messages)
        {
            Check(message, counts[message.Number]);
        }
    }

    private void Check(KeyedMessage message, int count)
    {
        AcknowledgedCount += message.IsAcknowledged ? 1 : 0;
        if (message.IsAcknowledged && count == 0)
        {
            LostCount++;
            Violate($"{message.Topic}: {message.Number} was acknowledged and is lost.");
        }

        if (count > message.SentCount)
        {
            RepeatedCount += count - message.SentCount;
            Violate($"{message.Topic}: {message.Number} is there {count} times, was sent {message.SentCount} times.");
        }

        ResentCount += Math.Max(0, Math.Min(count, message.SentCount) - 1);
    }

    private void Violate(string violation)
    {
        if (_violations.Count < ViolationsMax)
        {
            _violations.Add(violation);
        }
    }
}
