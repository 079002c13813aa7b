using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>What each network interface receives and sends, from <c>/proc/net/dev</c>.</summary>
/// <remarks>
/// Left out: the loopback, the ends of container pairs (<c>veth*</c>, which come and go under random names), and every
/// interface that has never carried a byte. At most 16 interfaces; one that is gone for good gives its names back.
/// </remarks>
internal sealed class NetworkCollector(string root, FieldNames names, BoardReadFailures failures) : IBoardCollector
{
    private const int InterfaceCountMax = 16;

    private readonly KernelFile _counters = new(Path.Combine(root, "proc/net/dev"), failures);
    private readonly List<Interface> _interfaces = [];

    /// <inheritdoc/>
    public void Rescan()
    {
        foreach (var gone in _interfaces.Where(candidate => !candidate.Seen).ToList())
        {
            _interfaces.Remove(gone);
            gone.Release(names);
        }

        foreach (var kept in _interfaces)
        {
            kept.Seen = false;
        }
    }

    /// <inheritdoc/>
    public void Sample(TimeSpan now, BoardFields fields)
    {
        if (!_counters.TryRead(fields.FileBuffer, out var text))
        {
            return;
        }

        _counters.Succeed();
        while (KernelText.TryTakeLine(ref text, out var line))
        {
            // Two head lines have no colon; some kernels write no space between the colon and the first counter.
            var colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            var name = line[..colon].Trim((byte)' ');
            line = line[(colon + 1)..];
            if (TryTakeCounters(line, out var counters) && Find(name, counters) is { } found)
            {
                found.Sample(counters, now, fields);
            }
        }
    }

    /// <summary>
    /// Columns: bytes, packets, errors, drops, fifo, frame, compressed, multicast received; then the same sent.
    /// </summary>
    private static bool TryTakeCounters(ReadOnlySpan<byte> line, out Counters counters)
    {
        counters = default;
        if (!KernelText.TryTakeCounter(ref line, out var receivedBytes)
            || !KernelText.TryTakeCounter(ref line, out var receivedPackets))
        {
            return false;
        }

        KernelText.SkipWords(ref line, 6);
        if (!KernelText.TryTakeCounter(ref line, out var sentBytes)
            || !KernelText.TryTakeCounter(ref line, out var sentPackets))
        {
            return false;
        }

        counters = new Counters(receivedBytes, receivedPackets, sentBytes, sentPackets);
        return true;
    }

    private Interface? Find(ReadOnlySpan<byte> name, Counters counters)
    {
        foreach (var known in _interfaces)
        {
            if (name.SequenceEqual(known.NameUtf8))
            {
                return known;
            }
        }

        if (name.SequenceEqual("lo"u8)
            || name.StartsWith("veth"u8)
            || counters is { ReceivedBytes: 0, SentBytes: 0 }
            || _interfaces.Count >= InterfaceCountMax)
        {
            return null;
        }

        var added = new Interface(name.ToArray(), names);
        _interfaces.Add(added);
        return added;
    }

    private readonly record struct Counters(
        ulong ReceivedBytes, ulong ReceivedPackets, ulong SentBytes, ulong SentPackets);

    private sealed class Interface
    {
        private readonly JsonEncodedText[] _fieldNames;
        private readonly CounterRate[] _rates = new CounterRate[4];

        internal Interface(byte[] nameUtf8, FieldNames names)
        {
            NameUtf8 = nameUtf8;
            var subject = "network " + Encoding.UTF8.GetString(nameUtf8);
            _fieldNames =
            [
                names.Take(subject, "received_bytes_per_second"), names.Take(subject, "received_packets_per_second"),
                names.Take(subject, "sent_bytes_per_second"), names.Take(subject, "sent_packets_per_second"),
            ];
        }

        internal byte[] NameUtf8 { get; }

        internal bool Seen { get; set; } = true;

        internal void Sample(Counters counters, TimeSpan now, BoardFields fields)
        {
            Seen = true;
            Add(0, counters.ReceivedBytes, now, fields);
            Add(1, counters.ReceivedPackets, now, fields);
            Add(2, counters.SentBytes, now, fields);
            Add(3, counters.SentPackets, now, fields);
        }

        internal void Release(FieldNames names)
        {
            foreach (var name in _fieldNames)
            {
                names.Release(name);
            }
        }

        private void Add(int index, ulong counter, TimeSpan now, BoardFields fields)
        {
            if (_rates[index].TryAdvance(counter, now, out var perSecond))
            {
                fields.Add(_fieldNames[index], perSecond, decimals: 1);
            }
        }
    }
}
